package book

import (
	"context"
	"errors"
	"slices"
	"time"

	"mingzhang/ledger/proof"
)

// writing is a group that was played ahead, on its way into the store.
type writing struct {
	group   []*submission
	turn    *turn
	batch   Batch
	edge    *proof.Edge   // of the tree before it
	done    chan struct{} // closed when the outcome is known
	outcome outcome
}

// outcome is what became of a group that was played ahead.
type outcome int

const (
	answered outcome = iota // what it recorded is durable
	failed                  // answered too, with what went wrong
	anew                    // the log was not as it was thought to be: nothing was done
)

// run is the committer. While the store writes one group, the next is played on the head
// that the log will have; what only the store can tell, it waits for.
func (b *Book) run(ctx context.Context) {
	defer close(b.done)
	for {
		first, open := b.receive(ctx)
		if !open {
			b.await(ctx, nil)
			return
		}
		group, t := b.playAhead(ctx, first)
		if right := b.await(ctx, t); t != nil && right {
			if group, t = t.current(group); t != nil {
				b.send(ctx, group, t)
				continue
			}
		}
		b.commit(ctx, b.gather(group))
	}
}

// receive waits for a submission, and sees to the group under way meanwhile.
func (b *Book) receive(ctx context.Context) (*submission, bool) {
	for b.under != nil {
		select {
		case s, open := <-b.queue:
			return s, open
		case <-b.under.done:
			b.await(ctx, nil)
		}
	}
	s, open := <-b.queue
	return s, open
}

// more gives a submission that belongs into the group: all that come while the store is
// busy, and then those that wait already.
func (b *Book) more() *submission {
	if b.under != nil {
		select {
		case s := <-b.queue:
			return s
		case <-b.under.done:
		}
	}
	select {
	case s := <-b.queue:
		return s
	default:
		return nil
	}
}

// gather adds to a group what waits behind it, up to the size of a group, and leaves out
// who has given up waiting: nothing was done for them yet.
func (b *Book) gather(group []*submission) []*submission {
	for size(group) < b.MaxGroup {
		s := b.more()
		if s == nil {
			break
		}
		group = append(group, s)
	}
	return slices.DeleteFunc(group, (*submission).gaveUp)
}

func (s *submission) gaveUp() bool { return s.ctx.Err() != nil }

// size is how many requests a group has.
func size(group []*submission) (n int) {
	for _, s := range group {
		n += len(s.requests)
	}
	return n
}

// playAhead plays what gathers while the store is busy. Without a turn, the group has to
// be played with the store at hand.
func (b *Book) playAhead(ctx context.Context, first *submission) ([]*submission, *turn) {
	group := []*submission{first}
	if !b.cache.calm || b.cache.edge == nil || b.overtaken() || len(b.cache.pools) > maxPools {
		return group, nil
	}
	t := b.ahead(ctx)
	if b.under != nil {
		t.before = b.under.turn.found
	}
	err := t.perform(first)
	for n := len(first.requests); err == nil && n < b.MaxGroup; {
		s := b.more()
		if s == nil {
			break
		}
		group = append(group, s)
		n += len(s.requests)
		err = t.perform(s)
	}
	if err != nil {
		t.takeBack()
		return group, nil
	}
	return group, t
}

// held says that the store was busy for so long that the turn's time is no longer when its
// records are written.
func (t *turn) held() bool { return t.Now().Sub(t.now) > 2*time.Second }

// current plays a group once more where it waited for long, or somebody has given up:
// as of now, and without those.
func (t *turn) current(group []*submission) ([]*submission, *turn) {
	if !t.held() && !slices.ContainsFunc(group, (*submission).gaveUp) {
		return group, t
	}
	t.takeBack()
	t.at(t.clock())
	group = slices.DeleteFunc(group, (*submission).gaveUp)
	for _, s := range group {
		if t.perform(s) != nil {
			t.takeBack()
			return group, nil
		}
	}
	return group, t
}

// send has a group written, and goes on from where that will leave the log.
func (b *Book) send(ctx context.Context, group []*submission, t *turn) {
	w := &writing{group: group, turn: t, batch: t.complete(), edge: b.cache.edge, done: make(chan struct{})}
	t.keep()
	b.under = w
	go func() {
		defer close(w.done)
		b.write(ctx, w)
	}()
}

// await waits for the group under way and says whether the log is now as was thought when
// a later turn was played, nil for none; else that is taken back. A group that the store
// knew better about is played once more.
func (b *Book) await(ctx context.Context, later *turn) bool {
	w := b.under
	if w == nil {
		return true
	}
	<-w.done
	b.under = nil
	if w.outcome == answered {
		return true
	}
	if later != nil {
		later.takeBack()
	}
	if w.outcome == failed {
		b.cache.edge = nil // read everything again
		return false
	}
	w.turn.takeBack()
	b.cache.head, b.cache.edge = w.turn.base, w.edge
	b.commit(ctx, w.group)
	return false
}

// write writes a group that was played ahead, and answers it.
func (b *Book) write(ctx context.Context, w *writing) {
	began := time.Now()
	limited, cancel := context.WithTimeout(ctx, b.Patience)
	defer cancel()
	t := w.turn
	err := b.Store.Append(limited, t.base, &w.batch)
	switch {
	case errors.Is(err, ErrMoved), errors.Is(err, ErrKeyTaken):
		w.outcome = anew
		return
	case err != nil && !errors.Is(err, ErrUnanswered):
		b.Log.Error("a group was not recorded", "error", err)
		t, err = nil, unavailable(err)
	case len(w.batch.Entries) == 0:
		t = nil // everything was refused, and rightly so
	}
	if b.conclude(ctx, w.group, t, began, err) != nil {
		w.outcome = failed
	}
}
