package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
)

// gated is a real store with a gate before it: the book's committer can be held
// there, as by a slow disk.
type gated struct {
	*store.Store
	came chan bool // somebody wants to begin
	open chan bool // and may
}

func (g *gated) Begin(ctx context.Context) (book.Tx, error) {
	g.came <- true
	<-g.open
	return g.Store.Begin(ctx)
}

func (g *gated) Append(ctx context.Context, base book.Head, b *book.Batch) error {
	return book.StepByStep(ctx, g, base, b)
}

// held opens a book whose committer is held with one submission, which it has taken.
func held(t *testing.T, address string, queue int) (*gated, *book.Book, <-chan error) {
	s := openStore(t, address)
	b := openBook(t, s)
	found(t, b)
	must(t, b.Close())
	g := &gated{s, make(chan bool, 1000), make(chan bool)}
	c := config(t, g, book.File(filepath.Join(t.TempDir(), "checkpoint")))
	c.MaxQueue = queue
	go func() { g.open <- <-g.came }() // Open looks at the store first
	b, err := book.Open(ctx, c)
	must(t, err)
	first := make(chan error, 1)
	go func() {
		_, err := b.Submit(ctx, ask(gift(east, 1), "first"))
		first <- err
	}()
	<-g.came
	return g, b, first
}

// waiting counts the callers for whom the queue has no room.
func waiting() int {
	stacks := make([]byte, 1<<22)
	return strings.Count(string(stacks[:runtime.Stack(stacks, true)]), "book.(*Book).enqueue(")
}

// TestBackPressure: the queue takes so many and no more; the others wait, and in the
// end everybody is answered.
func TestBackPressure(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		const queue, callers = 8, 50
		g, b, first := held(t, address, queue)
		var wg sync.WaitGroup
		for i := range callers {
			wg.Go(func() {
				if _, err := b.Submit(ctx, ask(gift(east, 1), fmt.Sprint("k", i))); err != nil {
					t.Error(err)
				}
			})
		}
		eventually(t, "the queue is full and the others wait", func() bool { return waiting() == callers-queue })
		close(g.open)
		must(t, <-first)
		wg.Wait()
		must(t, b.Close())
		if a := audit(t, g.Store); a.flows != callers+1 {
			t.Errorf("%d gifts were recorded, want %d", a.flows, callers+1)
		}
	})
}

// TestGiveUp: whoever gives up before their turn, in the queue or before it, is told
// at once and leaves no record.
func TestGiveUp(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		const queue, callers = 8, 30
		g, b, first := held(t, address, queue)
		hurried, giveUp := context.WithCancel(ctx)
		errs := make(chan error, callers)
		for i := range callers {
			go func() {
				_, err := b.Submit(hurried, ask(gift(east, 1), fmt.Sprint("k", i)))
				errs <- err
			}()
		}
		eventually(t, "the queue is full and the others wait", func() bool { return waiting() == callers-queue })
		giveUp()
		for range callers { // the store still stands still
			if err := <-errs; !errors.Is(err, context.Canceled) {
				t.Errorf("who gave up got %v", err)
			}
		}
		close(g.open)
		must(t, <-first)
		a, err := b.Submit(ctx, ask(gift(east, 1), "k0"))
		must(t, err)
		if a.Replayed {
			t.Error("a request that was given up is recorded")
		}
		must(t, b.Close())
		if a := audit(t, g.Store); a.flows != 2 {
			t.Errorf("%d gifts were recorded, want 2", a.flows)
		}
	})
}
