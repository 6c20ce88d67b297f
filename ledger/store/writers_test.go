package store_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// TestManyWriters: 64 writers at once give to one pool, or to 1,000, and spend from
// them. Every answer is what somebody alone would have heard, and stands in the log.
func TestManyWriters(t *testing.T) {
	for name, pools := range map[string]int{"one pool": 1, "1,000 pools": 1000} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, address string) {
				s := openStore(t, address)
				b := openBook(t, s)
				found(t, b)
				history := tradeAll(t, b, openProjects(t, b, pools))
				must(t, b.Close())
				a := audit(t, s)
				a.wantOneRecordForEachKey()
				wantLinearizable(t, history)
				wantEachIndexOnce(t, a, history)
				wantThere(t, a, recorded(history))
				if n := a.count("SELECT count(*) FROM pools"); n != int64(pools) {
					t.Errorf("there are %d pools, want %d", n, pools)
				}
			})
		})
	}
}

// openProjects registers projects, each of which has one pool.
func openProjects(t *testing.T, b *book.Book, n int) (projects []int64) {
	t.Helper()
	var requests []book.Request
	for i := range n {
		requests = append(requests, ask(book.RegisterProject{Organization: uscc(2), Name: fmt.Sprint("项目", i), Kind: ledger.Fund, Cause: "education", Place: "440100"}, ""))
	}
	results, err := b.SubmitAll(ctx, requests, true)
	must(t, err)
	for _, r := range results {
		must(t, r.Err)
		projects = append(projects, r.Answer.Index)
	}
	return projects
}

// tradeAll lets 64 writers go from project to project, each from another one on, so that
// several come to each. The last deed of the first is more than there can be.
func tradeAll(t *testing.T, b *book.Book, projects []int64) (history []porcupine.Operation) {
	t.Helper()
	const writers, deeds = 64, 50
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			for n := range deeds {
				d := trade{Key: fmt.Sprint(i, ".", n), Amount: 1 + rand.Int64N(20), Project: projects[(i*len(projects)/writers+n)%len(projects)]}
				switch {
				case i == 0 && n == deeds-1:
					d.Amount = -1 << 40
				case n > len(projects)/writers && rand.IntN(2) == 0: // behind what it alone begins
					d.Amount = -d.Amount
				}
				asked := time.Now().UnixNano()
				o, err := tradeOn(b, d)
				told := time.Now().UnixNano()
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				history = append(history, porcupine.Operation{ClientId: i, Input: d, Call: asked, Output: o, Return: told})
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return history
}

// recorded are the answers of a history that are no refusals.
func recorded(history []porcupine.Operation) (answers []answer) {
	for _, op := range history {
		if o := op.Output.(outcome); o.Index >= 0 {
			answers = append(answers, answer{deed{Key: op.Input.(trade).Key}, o.Index, o.Leaf})
		}
	}
	return answers
}
