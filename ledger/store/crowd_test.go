package store_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
)

// deed is one thing that a caller asks for, under a key of its own.
type deed struct {
	Key string
	N   int
	Of  int64 // the record that it refers to
}

func (d deed) request() book.Request {
	switch d.N % 6 {
	case 1:
		return ask(pay(east, 300), d.Key)
	case 2:
		return ask(book.Refund{Of: d.Of, Amount: 100, Occurred: "2026-11-20", Reason: "重复捐赠"}, d.Key)
	case 3:
		return ask(book.Return{Of: d.Of, Amount: 50, Occurred: "2026-11-20", Reason: "退汇"}, d.Key)
	case 4:
		return ask(book.Reverse{Of: d.Of, Reason: "误录"}, d.Key)
	case 5:
		return ask(book.Transfer{From: book.PoolRef{Project: east}, To: book.PoolRef{Project: west}, Asset: "CNY", Amount: 40,
			Occurred: "2026-11-20", Basis: east + 1, Consent: &ledger.Author{Org: 2, Key: "c2"}, Purpose: "配捐"}, d.Key)
	}
	return ask(gift(east, 1000+int64(d.N)), d.Key)
}

// prepare registers what the callers need, and enough money for the payments that
// come before the refunds.
func prepare(t testing.TB, b *book.Book) {
	t.Helper()
	found(t, b)
	_, err := b.Submit(ctx, ask(gift(east, 20_000), "the first gift"))
	must(t, err)
}

// caller does one deed after the other: a gift, a payment, a refund of the gift, a
// return of the payment, the reversal of the return, a transfer, and so on.
type caller struct {
	name  string
	n     int
	given []int64 // the indices of what was done
}

func (c *caller) next() deed {
	d := deed{Key: fmt.Sprint(c.name, ".", c.n), N: c.n}
	switch c.n % 6 {
	case 2, 3:
		d.Of = c.given[c.n-2]
	case 4:
		d.Of = c.given[c.n-1]
	}
	return d
}

func (c *caller) took(index int64) {
	c.given = append(c.given, index)
	c.n++
}

// answer is what a caller was told.
type answer struct {
	deed
	Index int64
	Leaf  tlog.Hash
}

// crowd is many callers at once. Who is told that the book cannot be written at the
// moment asks again with the same key, as a program would.
type crowd struct {
	t       testing.TB
	b       *book.Book
	heard   func(answer) // called with each answer
	stop    atomic.Bool
	wg      sync.WaitGroup
	count   atomic.Int64 // answers
	refused atomic.Int64 // times that somebody was told to ask again
	unsure  atomic.Int64 // of these, that nobody knew the outcome
	mu      sync.Mutex
	answers []answer
}

// gather starts callers.
func gather(t testing.TB, b *book.Book, name string, callers int, heard func(answer)) *crowd {
	c := &crowd{t: t, b: b, heard: heard}
	for i := range callers {
		c.wg.Go(func() {
			for one := (&caller{name: fmt.Sprint(name, ".", i)}); !c.stop.Load() && c.do(one); {
			}
		})
	}
	return c
}

// patience is how long anything may take in these tests: it ends a hang, on a slow and
// busy machine too.
const patience = 5 * time.Minute

// do does a caller's next deed, however often it must ask.
func (c *crowd) do(one *caller) bool {
	d := one.next()
	pace := time.NewTicker(5 * time.Millisecond) // between two questions
	defer pace.Stop()
	unsure := false
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-pace.C {
		a, err := c.b.Submit(ctx, d.request())
		if err == nil {
			if a.Replayed && !unsure {
				c.t.Errorf("%s: recorded before as %d, though nobody was told that it might be", d.Key, a.Index)
			}
			c.hear(answer{d, a.Index, a.Leaf})
			one.took(a.Index)
			return true
		}
		if ledger.KindOf(err) != ledger.Unavailable {
			c.t.Errorf("%s: got %v, want an answer or a refusal of the kind Unavailable", d.Key, err)
			return false
		}
		c.refused.Add(1)
		if errors.Is(err, &ledger.Error{Code: "outcome-unknown"}) {
			c.unsure.Add(1)
			unsure = true
		}
	}
	c.t.Errorf("%s: no answer in %s", d.Key, patience)
	return false
}

func (c *crowd) hear(a answer) {
	c.mu.Lock()
	c.answers = append(c.answers, a)
	c.mu.Unlock()
	c.count.Add(1)
	if c.heard != nil {
		c.heard(a)
	}
}

// more waits until n more answers came.
func (c *crowd) more(n int64) {
	c.t.Helper()
	before := c.count.Load()
	eventually(c.t, fmt.Sprint(n, " more answers"), func() bool { return c.count.Load() >= before+n })
}

// disperse lets everybody finish what they began.
func (c *crowd) disperse() {
	c.stop.Store(true)
	c.wg.Wait()
}

// wantAll: each answer stands in the log as it was given, and there is nothing else.
func (c *crowd) wantAll(s *store.Store) {
	c.t.Helper()
	a := audit(c.t, s)
	wantThere(c.t, a, c.answers)
	if a.flows != len(c.answers)+1 {
		c.t.Errorf("%d answers were given, but there are %d flows", len(c.answers), a.flows)
	}
	a.wantOneRecordForEachKey()
}

func wantThere(t testing.TB, a *auditor, answers []answer) {
	t.Helper()
	for _, got := range answers {
		if got.Index >= int64(len(a.leaves)) || a.leaves[got.Index] != got.Leaf {
			t.Fatalf("%s was answered with record %d %s, which is not in the log of %d", got.Key, got.Index, got.Leaf, len(a.leaves))
		}
	}
}

// wantReplayed asks everything again, and gets the same answers.
func wantReplayed(t testing.TB, b *book.Book, answers []answer) {
	t.Helper()
	var requests []book.Request
	for _, a := range answers {
		requests = append(requests, a.request())
	}
	results, err := b.SubmitAll(ctx, requests, false)
	must(t, err)
	for i, r := range results {
		want := answers[i]
		if r.Err != nil || !r.Answer.Replayed || r.Answer.Index != want.Index || r.Answer.Leaf != want.Leaf {
			t.Fatalf("%s again: %+v, want record %d", want.Key, r, want.Index)
		}
	}
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	pace := time.NewTicker(2 * time.Millisecond)
	defer pace.Stop()
	for deadline := time.Now().Add(patience); !is(); <-pace.C {
		if time.Now().After(deadline) {
			t.Fatalf("not in %s: %s", patience, what)
		}
	}
}
