package store

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store/pgtest"
)

// BenchmarkLimit writes the rows of donations, and nothing else, as fast as the
// database takes them: what BenchmarkDonations is held against.
func BenchmarkLimit(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { limit(b, "sqlite:"+filepath.Join(b.TempDir(), "book.db")) })
	b.Run("postgres", func(b *testing.B) { limit(b, pgtest.DSN(b)) })
}

func limit(b *testing.B, address string) {
	s, err := Open(context.Background(), address)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	index := int64(0)
	for _, n := range []int{1, 100, 1000} {
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				batch := donations(b, index, n)
				index += int64(n)
				b.StartTimer()
				tx, err := s.Begin(context.Background())
				if err == nil {
					tx.(*Tx).writeRecords(batch)
					err = tx.(*Tx).run()
				}
				if err == nil {
					err = tx.Commit()
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "donations/s")
		})
	}
}

// donations makes the rows of n donations.
func donations(b *testing.B, index int64, n int) *book.Batch {
	pool := &book.PoolState{ID: 1, Pool: ledger.Pool{Project: 4, Holder: 1, Designation: ledger.General, Asset: "CNY"}}
	batch := &book.Batch{Pools: []book.PoolEnd{{PoolState: pool}}}
	opening := bytes.Repeat([]byte("x"), 90)
	for i := index; i < index+int64(n); i++ {
		r := &record.Record{
			Index: i + 100, Recorded: time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC), By: ledger.Author{Key: "p1"},
			Public: record.Commitment{1}, Private: record.Commitment{2},
			What: &ledger.Flow{Kind: ledger.Donation, Amount: 2000, Occurred: ledger.On("2026-11-20"), Channel: "wechat", Party: &ledger.Party{Kind: ledger.Person},
				In: &ledger.Inflow{Pool: pool.Pool, Span: ledger.Span{From: i * 2000, Upto: i*2000 + 2000}}},
		}
		data, err := record.Format(r)
		if err != nil {
			b.Fatal(err)
		}
		h := record.Hash(data)
		e := &book.Entry{Index: i, Bytes: data, Record: r, Line: account.LineDonation, Public: opening, Private: opening,
			Keys:   []book.Found{{Key: book.Key(h[:16]), Input: book.Key(h[16:])}, {Key: book.Key(h[8:24]), Input: book.Key(h[16:])}},
			Effect: &ledger.Effect{Flow: *r.What.(*ledger.Flow)}}
		batch.Entries = append(batch.Entries, e)
	}
	return batch
}
