package store_test

import (
	"fmt"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"

	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

// BenchmarkDonations gives gifts to one project from many callers at once, each
// waiting for its answer: everything that a real gift writes is written. The limit is
// the same rows in bulk and nothing else, measured in the same run; for a single caller
// it is one bare commit of them. Both begin with an empty book.
func BenchmarkDonations(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(300)) // as the server has it
	onBothBench(b, func(b *testing.B, address string) {
		kind := openStore(b, address)
		for _, callers := range []int{1, 256, 1024} {
			b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
				s := openStore(b, another(b, kind, "book"))
				bk := openBook(b, s)
				found(b, bk)
				donate(b, bk, callers)
				b.StopTimer()
				rate := float64(b.N) / b.Elapsed().Seconds()
				b.ReportMetric(rate, "donations/s")
				bare := bare(b, s, int64(b.N), callers)
				b.ReportMetric(bare, "bare/s")
				b.ReportMetric(rate/bare, "ratio")
			})
		}
	})
}

// bare measures the limit, each time on a database of its own: the best of three, because
// the disk may still be busy with what was written before.
func bare(b *testing.B, s *store.Store, n int64, callers int) (best float64) {
	b.Helper()
	each := 1000
	if callers == 1 {
		each = 1
	}
	for i := range 3 {
		empty := openStore(b, another(b, s, fmt.Sprint("bare", i)))
		rate, err := empty.Bare(s, n, each)
		must(b, err)
		best = max(best, rate)
	}
	return best
}

var serial atomic.Int64

func donate(b *testing.B, bk *book.Book, callers int) {
	var left atomic.Int64
	left.Store(int64(b.N))
	var wg sync.WaitGroup
	b.ResetTimer()
	for range callers {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				n := serial.Add(1)
				g := gift(east, 2000)
				g.Serial = fmt.Sprintf("42000000002026112%011d", n)
				if _, err := bk.Submit(ctx, book.Request{By: platform, Key: fmt.Sprint("key-", n), What: g}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// another is the address of an empty database of the same kind.
func another(b *testing.B, s *store.Store, name string) string {
	if s.DB().Name() == "sqlite" {
		return "sqlite:" + filepath.Join(b.TempDir(), name+".db")
	}
	return pgtest.DSN(b)
}
