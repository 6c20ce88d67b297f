package store

import (
	"context"
	"database/sql"
	"sync"
	"time"
)

// tidier is rid of what was erased, in the files and logs of the database. As long as
// somebody reads who still sees it, that cannot be, and nobody is to wait for it: then it is
// tried again beside the writer.
type tidier struct {
	d     dialect
	db    *sql.DB // its own
	moves *checkpointer
	due   chan struct{}
	ctx   context.Context // until it is closed
	stop  context.CancelFunc
	done  sync.WaitGroup
}

// The pause between two attempts doubles from the first to the longest.
const (
	firstPause   = 50 * time.Millisecond
	longestPause = 10 * time.Second
)

func newTidier(d dialect, db *sql.DB, moves *checkpointer) *tidier {
	db.SetMaxIdleConns(-1) // it is seldom needed
	t := &tidier{d: d, db: db, moves: moves, due: make(chan struct{}, 1)}
	t.ctx, t.stop = context.WithCancel(context.Background())
	t.done.Go(t.run)
	return t
}

func (t *tidier) run() {
	for {
		select {
		case <-t.due:
		case <-t.ctx.Done():
			return
		}
		for pause := firstPause; !t.tidy(); pause = min(2*pause, longestPause) {
			select {
			case <-time.After(pause):
			case <-t.ctx.Done():
				return
			}
		}
	}
}

// tidy says whether nothing is left of what was erased before.
func (t *tidier) tidy() (done bool) {
	t.moves.without(func() { done = t.d.scrub(t.ctx, t.db) })
	return done
}

// begin sees to what an earlier program may have left.
func (t *tidier) begin() {
	t.done.Go(func() {
		var owes bool
		if err := t.db.QueryRowContext(t.ctx, t.d.owes()).Scan(&owes); err != nil || owes {
			t.later()
		}
	})
}

// erased is told of an erasure that was committed.
func (t *tidier) erased() {
	if !t.tidy() {
		t.later()
	}
}

func (t *tidier) later() {
	select {
	case t.due <- struct{}{}:
	default: // it is due already
	}
}

func (t *tidier) close() error {
	if t == nil {
		return nil
	}
	t.stop()
	t.done.Wait()
	return t.db.Close()
}
