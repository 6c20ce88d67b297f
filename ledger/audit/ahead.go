package audit

import (
	"context"
	"iter"
	"sync"
)

// together is how many things are made at a time, ahead of who judges them: it bounds
// what is in memory, and occupies more cores than wait for one who judges.
const together = 4

// ahead makes things of what a source gives, several at once, and gives them in the order
// of the source, while who takes them is busy with an earlier one. The first error is the
// last thing that it gives; the end of the context is one. When the loop over it is left,
// nothing of it runs on.
func ahead[T, R any](ctx context.Context, source func(context.Context) iter.Seq2[T, error], makes func(context.Context, T) (R, error)) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		inner, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()
		turns := make(chan chan made[R], together-2) // one more is being taken, and one waits for room
		running.Go(func() {
			defer close(turns)
			for item, err := range source(inner) {
				turn := make(chan made[R], 1)
				select {
				case turns <- turn:
				case <-inner.Done():
					return
				}
				if err != nil {
					turn <- made[R]{err: err}
					return
				}
				running.Go(func() {
					thing, err := makes(inner, item)
					turn <- made[R]{thing, err}
				})
			}
		})
		for turn := range turns {
			m := <-turn
			if err := ctx.Err(); err != nil {
				break
			}
			if !yield(m.thing, m.err) || m.err != nil {
				return
			}
		}
		if err := ctx.Err(); err != nil { // the source may have ended for it
			yield(*new(R), err)
		}
	}
}

// made is a thing, or why there is none.
type made[R any] struct {
	thing R
	err   error
}
