package store_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"mingzhang/ledger/book"
)

// TestSerialInTwoBooks: many report the same payments at once, to two books on one
// database. Each is recorded once, and one of all who report it is told that it is new;
// whoever reports it after a restart hears of the same record.
func TestSerialInTwoBooks(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		const payments, reporters = 20, 12
		keeper := book.File(filepath.Join(t.TempDir(), "checkpoint"))
		opened := func() *book.Book {
			b, err := book.Open(ctx, config(t, openStore(t, address), keeper))
			must(t, err)
			t.Cleanup(func() { b.Close() })
			return b
		}
		one, other := opened(), opened()
		found(t, one)
		reports := reported(t, []*book.Book{one, other}, reporters, payments)
		must(t, one.Close())
		must(t, other.Close())
		again := opened()
		for n, told := range reports {
			wantOneNew(t, told, reporters)
			a, err := again.Submit(ctx, ask(payment(n), fmt.Sprint("after the restart ", n)))
			must(t, err)
			if !a.Replayed || a.Index != told[0].Index {
				t.Errorf("payment %d after a restart: record %d, replayed %v; want %d again", n, a.Index, a.Replayed, told[0].Index)
			}
			dearer := payment(n)
			dearer.Amount++
			_, err = again.Submit(ctx, ask(dearer, ""))
			wantCode(t, "the number with another amount", err, "key-reused")
		}
		if a := audit(t, openStore(t, address)); a.flows != payments {
			t.Errorf("%d payments became %d records", payments, a.flows)
		}
	})
}

// payment is a gift that its channel has numbered.
func payment(n int) book.Income {
	g := gift(east, int64(100+n))
	g.Serial = fmt.Sprint("4200", n)
	return g
}

// reported gives what each reporter heard of each payment. It is known by its number
// alone: every report has another key, or none.
func reported(t *testing.T, books []*book.Book, reporters, payments int) [][]*book.Answer {
	t.Helper()
	reports := make([][]*book.Answer, payments)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for r := range reporters {
		wg.Go(func() {
			for n := range payments {
				key := ""
				if r%3 > 0 {
					key = fmt.Sprint(r, "-", n)
				}
				a, err := books[r%len(books)].Submit(ctx, ask(payment(n), key))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				reports[n] = append(reports[n], a)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return reports
}

// wantOneNew: all were told of the same record, and one that it is new.
func wantOneNew(t *testing.T, told []*book.Answer, reporters int) {
	t.Helper()
	fresh := 0
	for _, a := range told {
		if !a.Replayed {
			fresh++
		}
		if a.Index != told[0].Index || a.Leaf != told[0].Leaf {
			t.Errorf("one payment is record %d, and record %d", told[0].Index, a.Index)
		}
	}
	if fresh != 1 || len(told) != reporters {
		t.Errorf("%d of %d were told that record %d is new, want 1 of %d", fresh, len(told), told[0].Index, reporters)
	}
}
