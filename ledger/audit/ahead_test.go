package audit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"
	"testing"
)

// counting gives 0, 1, 2 … until it is left, or up to where it fails.
func counting(upto int, fault error) func(context.Context) iter.Seq2[int, error] {
	return func(context.Context) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			for i := range upto {
				if !yield(i, nil) {
					return
				}
			}
			if fault != nil {
				yield(0, fault)
			}
		}
	}
}

// taken ranges over what is made of a source, and gives what came, and the error that
// came last.
func taken(ctx context.Context, source func(context.Context) iter.Seq2[int, error], makes func(context.Context, int) (int, error)) (all []int, last error) {
	for v, err := range ahead(ctx, source, makes) {
		if last = err; err == nil {
			all = append(all, v)
		}
	}
	return all, last
}

// TestAhead: things come in order, several are made at once and no more than said, and
// an error is the last thing, behind everything before it.
func TestAhead(t *testing.T) {
	errSource, errMade := errors.New("the source"), errors.New("made")
	var now, most atomic.Int64
	first, second := make(chan struct{}), make(chan struct{})
	double := func(_ context.Context, i int) (int, error) {
		n := now.Add(1)
		defer now.Add(-1)
		for was := most.Load(); n > was && !most.CompareAndSwap(was, n); was = most.Load() {
		}
		switch i { // the first two wait for each other
		case 0:
			close(first)
			<-second
		case 1:
			close(second)
			<-first
		}
		return 2 * i, nil
	}
	all, err := taken(t.Context(), counting(1000, nil), double)
	if err != nil || len(all) != 1000 || most.Load() < 2 || most.Load() > together {
		t.Fatalf("%d things (%v), %d at once", len(all), err, most.Load())
	}
	for i, v := range all {
		if v != 2*i {
			t.Fatalf("in the place of %d stands %d", 2*i, v)
		}
	}
	fails := func(_ context.Context, i int) (int, error) {
		if i >= 7 {
			return 0, fmt.Errorf("%w: %d", errMade, i)
		}
		return i, nil
	}
	if all, err := taken(t.Context(), counting(1000, errSource), fails); len(all) != 7 || !errors.Is(err, errMade) || err.Error() != "made: 7" {
		t.Errorf("a fault in the middle: %d things, %v", len(all), err)
	}
	if all, err := taken(t.Context(), counting(5, errSource), fails); len(all) != 5 || err != errSource {
		t.Errorf("a fault of the source: %d things, %v", len(all), err)
	}
	if all, err := taken(t.Context(), counting(0, nil), fails); len(all) != 0 || err != nil {
		t.Errorf("nothing: %d things, %v", len(all), err)
	}
}

// TestAheadEnds: when the context ends, or the loop is left, nothing runs on, and a
// source that ended for the context is not taken for a whole one.
func TestAheadEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var running atomic.Int64
	waits := func(ctx context.Context, i int) (int, error) {
		running.Add(1)
		defer running.Add(-1)
		if i > 2 {
			<-ctx.Done()
		}
		return i, nil
	}
	n := 0
	for v, err := range ahead(ctx, counting(1000, nil), waits) {
		if err == nil {
			n = v
		}
		if v == 2 {
			cancel()
		}
		if err != nil && err != context.Canceled {
			t.Error(err)
		}
	}
	if n != 2 || running.Load() != 0 {
		t.Errorf("cancelled behind %d, %d are running", n, running.Load())
	}
	if all, err := taken(ctx, counting(0, nil), waits); len(all) != 0 || err != context.Canceled {
		t.Errorf("cancelled before: %v, %v", all, err)
	}
	for v, err := range ahead(t.Context(), counting(1000, nil), waits) {
		if err != nil {
			t.Error(err)
		}
		if v == 2 {
			break
		}
	}
	if running.Load() != 0 {
		t.Errorf("left: %d are running", running.Load())
	}
}
