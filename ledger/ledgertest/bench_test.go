package ledgertest_test

import (
	"crypto/rand"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// onePool is the state of a book with a single pool, which is all that a donation
// looks at.
type onePool struct {
	ledger.State
	head ledger.Head
}

func (s *onePool) Head(ledger.Pool) (ledger.Head, error) { return s.head, nil }

// BenchmarkDonation is all that the core does for a gift, in batches of a thousand:
// apply, two seals with fresh salt, canonical bytes, leaf hash, edge of the tree.
func BenchmarkDonation(b *testing.B) {
	const batch = 1000
	state, edge, index := &onePool{}, &proof.Edge{}, int64(100)
	salt, leaves, buf := make([]byte, 32*batch), make([]tlog.Hash, batch), make([]byte, 0, 1024)
	now := time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		rand.Read(salt)
		for i := range leaves {
			leaf, err := donate(state, index, now, salt[32*i:], buf)
			if err != nil {
				b.Fatal(err)
			}
			leaves[i] = leaf
			index++
		}
		edge.Append(leaves)
	}
	b.ReportMetric(float64(b.N)*batch/b.Elapsed().Seconds(), "donations/s")
}

func donate(s *onePool, index int64, now time.Time, salt, buf []byte) (leaf tlog.Hash, err error) {
	effect, err := ledger.Apply(s, ledger.Flow{
		Kind: ledger.Donation, Amount: 2000, Occurred: ledger.On("2026-11-20"), Channel: "wechat",
		Party: &ledger.Party{Kind: ledger.Person},
		In:    &ledger.Inflow{Pool: ledger.Pool{Project: 5, Holder: 1, Designation: ledger.General, Asset: "CNY"}},
	})
	if err != nil {
		return leaf, err
	}
	s.head = effect.Pools[0].Head
	public, _, err := record.SealUp(record.Opening{Seal: record.Public, Salt: salt[:16],
		Texts: []record.Text{{Name: "display", Value: "李*"}, {Name: "note", Value: "加油"}}})
	if err != nil {
		return leaf, err
	}
	private, _, err := record.SealUp(record.Opening{Seal: record.Private, Salt: salt[16:32],
		Texts: []record.Text{{Name: "name", Value: "李某某"}, {Name: "serial", Value: "4200000000202611200000000001"}}})
	if err != nil {
		return leaf, err
	}
	data, err := record.AppendFormat(buf[:0], &record.Record{
		Index: index, Recorded: now, By: ledger.Author{Org: 1, Key: "k7"},
		Public: public, Private: private, What: &effect.Flow,
	})
	return record.Hash(data), err
}
