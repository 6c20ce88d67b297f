package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// warm is a book that knows all it needs to play requests ahead: the projects east and
// west, and a gift of 1,000 in each.
type warm struct {
	*book.Book
	t    testing.TB
	s    *handled
	size int64 // of its log at first
	mu   sync.Mutex
	told []int // how many records each transaction since then made
}

func warmUp(t testing.TB, address string, changes ...func(*book.Config)) *warm {
	t.Helper()
	w := &warm{t: t, s: &handled{Store: openStore(t, address), t: t}}
	c := config(t, w.s, book.File(filepath.Join(t.TempDir(), "checkpoint")))
	c.Committed = func(records int, _ time.Duration, _ error) {
		w.mu.Lock()
		w.told = append(w.told, records)
		w.mu.Unlock()
	}
	for _, change := range changes {
		change(&c)
	}
	var err error
	w.Book, err = book.Open(ctx, c)
	must(t, err)
	t.Cleanup(func() { w.Close() })
	found(t, w.Book)
	for _, project := range []int64{east, west} {
		_, err = w.Submit(ctx, ask(gift(project, 1000), fmt.Sprint("the first to ", project)))
		must(t, err)
	}
	w.size = checkLog(t, w.s.Store)
	w.groups()
	return w
}

// groups are the transactions since it was asked last.
func (w *warm) groups() []int {
	w.mu.Lock()
	defer w.mu.Unlock()
	told := w.told
	w.told = nil
	return told
}

// wantGroups: so many records were made in each transaction since the last time.
func (w *warm) wantGroups(want ...int) {
	w.t.Helper()
	if got := w.groups(); !slices.Equal(got, want) {
		w.t.Errorf("the transactions made %v records, want %v", got, want)
	}
}

// wantAhead: since there were so many look-ups of keys, all was played ahead. (A request
// with a key that is refused may have to be looked up all the same, and so these are not
// for tests that count.)
func (w *warm) wantAhead(before int64) {
	w.t.Helper()
	if n := w.s.lookups.Load() - before; n > 0 {
		w.t.Errorf("%d times keys were looked up, though all could be played ahead", n)
	}
}

// sound: the store holds what its records say, and each key has one record.
func (w *warm) sound() {
	w.t.Helper()
	audit(w.t, w.s.Store).wantOneRecordForEachKey()
}

// call is a caller who has handed requests in and waits. It is the context of that, too:
// the book looks at Done once to hand them in, and once more to wait for the answer.
type call struct {
	context.Context
	giveUp  context.CancelFunc
	looks   atomic.Int32
	w       *warm
	over    chan bool
	results []book.Result
	err     error
}

func (c *call) Done() <-chan struct{} {
	c.looks.Add(1)
	return c.Context.Done()
}

// put hands in a request, or several of which each stands for itself, and returns when
// they are in the queue, behind those that were put before.
func (w *warm) put(requests ...book.Request) *call { return w.handIn(false, requests) }

// putBatch is put of an atomic batch.
func (w *warm) putBatch(requests ...book.Request) *call { return w.handIn(true, requests) }

func (w *warm) handIn(atomic bool, requests []book.Request) *call {
	w.t.Helper()
	c := &call{w: w, over: make(chan bool)}
	c.Context, c.giveUp = context.WithCancel(ctx)
	w.t.Cleanup(c.giveUp)
	go func() {
		defer close(c.over)
		c.results, c.err = w.SubmitAll(c, requests, atomic)
	}()
	eventually(w.t, "a request is in the queue", func() bool { return c.looks.Load() == 2 })
	return c
}

// taken waits until the committer has taken all from the queue. It plays them before it
// looks what became of the group under way.
func (w *warm) taken() {
	w.t.Helper()
	eventually(w.t, "the queue is empty", func() bool { return w.Waiting() == 0 })
}

// underWay puts requests and waits until their transaction has come to a step, where it is
// held.
func (w *warm) underWay(at step, requests ...book.Request) (*call, *stop) {
	w.t.Helper()
	s := w.s.hold(at)
	c := w.put(requests...)
	<-s.came
	return c, s
}

// onTo lets a transaction go that is held, or will be, on to a later step.
func (w *warm) onTo(s *stop, at step) *stop {
	<-s.came
	next := w.s.hold(at)
	s.letGo()
	<-next.came
	return next
}

// result waits for what became of the i-th request.
func (c *call) result(i int) book.Result {
	c.w.t.Helper()
	<-c.over
	must(c.w.t, c.err)
	return c.results[i]
}

// wantNew: a single request was recorded, under the index, and so says the log.
func (c *call) wantNew(index int64) *ledger.Flow {
	c.w.t.Helper()
	return c.wantAnswer(0, index, false)
}

// wantAgain: a single request was recorded before, under the index.
func (c *call) wantAgain(index int64) {
	c.w.t.Helper()
	c.wantAnswer(0, index, true)
}

func (c *call) wantAnswer(i int, index int64, replayed bool) *ledger.Flow {
	c.w.t.Helper()
	r := c.result(i)
	must(c.w.t, r.Err)
	if r.Answer.Index != index || r.Answer.Replayed != replayed {
		c.w.t.Fatalf("the answer is record %d, replayed %v; want %d, %v", r.Answer.Index, r.Answer.Replayed, index, replayed)
	}
	stored, err := c.w.s.Stored(ctx, index)
	must(c.w.t, err)
	if !bytes.Equal(stored, r.Answer.Bytes) {
		c.w.t.Fatalf("the answer is\n %s\nthe log has\n %s", r.Answer.Bytes, stored)
	}
	f, _ := r.Answer.Record.What.(*ledger.Flow)
	return f
}

// wantRefused: a single request was refused.
func (c *call) wantRefused(code string) {
	c.w.t.Helper()
	wantCode(c.w.t, "a request", c.result(0).Err, code)
}

// wantLeft: a single payment was refused, because only so much was left.
func (c *call) wantLeft(left int64) {
	c.w.t.Helper()
	var refusal *ledger.Error
	if err := c.result(0).Err; !errors.As(err, &refusal) || refusal.Code != "pool-shortfall" || refusal.Data.(ledger.Shortage).Left != left {
		c.w.t.Errorf("a payment: got %v, want a shortfall with %d left", err, left)
	}
}

// laid are the addresses that a flow brought, taken those that it took.
func laid(f *ledger.Flow) ledger.Span  { return f.In.Span }
func taken(f *ledger.Flow) ledger.Span { return f.Out.Span }

func wantSpan(t testing.TB, what string, got ledger.Span, from, upto int64) {
	t.Helper()
	if want := (ledger.Span{From: from, Upto: upto}); got != want {
		t.Errorf("%s has the addresses %v, want %v", what, got, want)
	}
}
