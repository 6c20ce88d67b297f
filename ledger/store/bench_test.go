package store_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"mingzhang/ledger/book"
)

// BenchmarkDonations gives gifts to one project from many callers at once, each
// waiting for its answer: everything that a real gift writes is written.
func BenchmarkDonations(b *testing.B) {
	onBothBench(b, func(b *testing.B, address string) {
		s := openStore(b, address)
		bk := openBook(b, s)
		found(b, bk)
		for _, callers := range []int{1, 256, 1024} {
			b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) { donate(b, bk, callers) })
		}
	})
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
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "donations/s")
}
