package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"mingzhang/ledger/store"
	"mingzhang/ledger/view"
)

// TestMoment: what is asked within one look is of one moment, whatever is recorded
// meanwhile, and the next look sees that.
func TestMoment(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		do(t, b, gift(east, 1000))
		project := east
		look := func(r *store.Store) (size int64, flows int, held int64) {
			head, err := r.Head(ctx)
			must(t, err)
			page, err := r.Flows(ctx, view.FlowFilter{Project: &project, Limit: 10})
			must(t, err)
			p, err := r.Project(ctx, project, "2026-11-20")
			must(t, err)
			return head.Size, len(page.Rows), p.Holdings[0].Held
		}
		var before int64
		must(t, s.At(ctx, func(r *store.Store) error {
			size, flows, held := look(r)
			before = size
			do(t, b, gift(east, 500), pay(east, 200))
			if again, n, h := look(r); again != size || n != flows || h != held || flows != 1 || held != 1000 {
				t.Errorf("within one look: %d records, %d flows, %d held, and then %d, %d, %d", size, flows, held, again, n, h)
			}
			return nil
		}))
		must(t, s.At(ctx, func(r *store.Store) error {
			if size, flows, held := look(r); size != before+2 || flows != 3 || held != 1300 {
				t.Errorf("the next look: %d records, %d flows, %d held", size, flows, held)
			}
			return nil
		}))
	})
}

// TestManyMoments: who looks at a moment may ask the store something else meanwhile,
// however many do.
func TestManyMoments(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				err := s.At(ctx, func(r *store.Store) error {
					if _, err := r.Assets(ctx); err != nil {
						return err
					}
					for range 1000 {
						runtime.Gosched() // until the others look, too
					}
					_, err := s.Assets(ctx)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}

// TestTurns: whoever waits for a turn at SQLite gives up when there is no more need to, a
// moment that could not begin is none, and who writes does not wait for who reads.
func TestTurns(t *testing.T) {
	s := openStore(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	b := openBook(t, s)
	found(t, b)
	project := east
	filter := view.FlowFilter{Project: &project, Limit: 10}
	release := s.TakeTurns()
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	must(t, s.At(ctx, func(r *store.Store) error {
		if _, err := r.Flows(short, filter); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("without a turn, a moment gives %v", err)
		}
		do(t, b, gift(east, 1000))
		release()
		page, err := r.Flows(ctx, filter)
		must(t, err)
		do(t, b, gift(east, 1000))
		if again, err := r.Flows(ctx, filter); err != nil || len(page.Rows) != 1 || len(again.Rows) != 1 {
			t.Errorf("the moment has %d flows, then %d (%v)", len(page.Rows), len(again.Rows), err)
		}
		return nil
	}))
	defer s.TakeTurns()()
	if _, err := s.Record(short, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("without a turn, a record gives %v", err)
	}
}
