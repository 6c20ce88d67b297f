package api_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
)

// forgetful is a store that writes nothing: what a request costs on it, it costs before
// and behind the database. Its book may only give to pools that are there.
type forgetful struct {
	*store.Store
	tx   *unwritten
	once atomic.Bool
}

func (f *forgetful) Begin(ctx context.Context) (book.Tx, error) {
	if f.once.CompareAndSwap(false, true) {
		tx, err := f.Store.Begin(ctx)
		if err != nil {
			return nil, err
		}
		f.tx = &unwritten{Tx: tx, head: tx.Head()}
	}
	return f.tx, nil
}

func (f *forgetful) Append(ctx context.Context, base book.Head, b *book.Batch) error {
	return book.StepByStep(ctx, f, base, b)
}

// unwritten is one transaction for all groups.
type unwritten struct {
	book.Tx
	head, next book.Head
}

func (u *unwritten) Head() book.Head { return u.head }
func (u *unwritten) Lookup([]book.Key) (map[book.Key]book.Hit, error) {
	return map[book.Key]book.Hit{}, nil
}
func (u *unwritten) Write(b *book.Batch) error { u.next = b.Head; return nil }
func (u *unwritten) Commit() error             { u.head = u.next; return nil }
func (u *unwritten) Rollback()                 {}

// unread is where an answer goes that nobody reads.
type unread struct {
	header http.Header
	status int
}

func (u *unread) Header() http.Header         { return u.header }
func (u *unread) WriteHeader(status int)      { u.status = status }
func (u *unread) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkPostHandler: a gift through the handler and the book alone, without a network
// and without a database.
func BenchmarkPostHandler(b *testing.B) {
	l := newLibrary(b, "sqlite:"+filepath.Join(b.TempDir(), "book.db"))
	key := l.key(b, ledger.Platform, "platform") // before the store's only writer is taken for good
	check(b, l.book.Close())
	s := l.book.Store.(*store.Store)
	skey, _, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{1}, 32)), libraryOrigin)
	check(b, err)
	signer, err := note.NewSigner(skey)
	check(b, err)
	own := &forgetful{Store: s}
	quiet := slog.New(slog.DiscardHandler) // the book misses in the store what was never written
	bk, err := book.Open(b.Context(), book.Config{Store: own, Origin: libraryOrigin, Secret: bytes.Repeat([]byte{7}, 32), Signer: signer, Verifier: l.verifier,
		Keeper: book.File(filepath.Join(b.TempDir(), "checkpoint")), Now: libraryNow, Log: quiet})
	check(b, err)
	b.Cleanup(func() {
		bk.Close()
		own.tx.Tx.Rollback() // for the store to be closed
	})
	h, err := api.New(api.Config{Book: bk, Store: s, Access: l.access, Limits: access.NewLimits(access.DefaultRates(), libraryNow), Metrics: api.NewMetrics(),
		URL: "https://mingzhang.example", Now: libraryNow, Log: quiet})
	check(b, err)
	b.ReportAllocs()
	b.SetParallelism(64)
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			n := serials.Add(1)
			r, _ := http.NewRequest("POST", "/v1/donations", strings.NewReader(l.donation(n)))
			r.Header = http.Header{"Authorization": {key}, "Content-Type": {"application/json"}, "Idempotency-Key": {fmt.Sprint("key-", n)}}
			r.RemoteAddr = "127.0.0.1:40000"
			w := &unread{header: http.Header{}}
			h.ServeHTTP(w, r)
			if w.status != http.StatusCreated {
				b.Error(w.status)
				return
			}
			io.Copy(io.Discard, r.Body)
		}
	})
}
