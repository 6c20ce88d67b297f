package book

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/proof"
)

// cache is what a book remembers between transactions. It is of the log at size and
// worth nothing once the head has moved.
type cache struct {
	size     int64
	edge     *proof.Edge
	pools    map[ledger.Pool]*pool
	projects map[int64]*ProjectState
	assets   map[ledger.AssetID]bool
	known    map[any]bool // organizations and designations that are there
}

// maxPools bounds the memory of the cache: a book with more pools forgets them all
// and reads again what it needs.
const maxPools = 100_000

func (c *cache) reset(size int64) {
	*c = cache{size: size, pools: map[ledger.Pool]*pool{}, projects: map[int64]*ProjectState{},
		assets: map[ledger.AssetID]bool{}, known: map[any]bool{}}
}

// pool is the state of a pool in a transaction.
type pool struct {
	PoolState
	holes *ledger.HoleSet // nil until they were read
}

// commit writes a group and answers it, whatever happens.
func (b *Book) commit(ctx context.Context, group []*submission) {
	for _, s := range group {
		s.results = make([]Result, len(s.requests))
	}
	began := time.Now()
	limited, cancel := context.WithTimeout(ctx, b.Patience)
	defer cancel()
	t, err := b.try(limited, group)
	if t != nil && err != nil {
		err = b.settle(ctx, t, err)
	}
	if records := t.records(); b.Committed != nil && (records > 0 || err != nil) {
		b.Committed(records, time.Since(began), err)
	}
	if err == nil {
		return
	}
	b.cache.edge = nil // read everything again
	for _, s := range group {
		for i := range s.results {
			s.results[i] = Result{Err: err}
		}
	}
}

// try runs one transaction. After an error nothing of the group is recorded, unless
// it comes with the turn whose commit did not answer.
func (b *Book) try(ctx context.Context, group []*submission) (*turn, error) {
	tx, err := b.Store.Begin(ctx)
	if err != nil {
		return nil, unavailable(fmt.Errorf("begin: %w", err))
	}
	t, err := b.turn(ctx, tx)
	if err == nil {
		err = t.play(group)
	}
	if err == nil {
		err = t.flush()
	}
	if err != nil {
		tx.Rollback()
		b.Log.Error("a group was not recorded", "error", err)
		return nil, unavailable(err)
	}
	if t.head == tx.Head() {
		tx.Rollback() // everything was refused or answered before
		return nil, nil
	}
	if err := tx.Commit(); err != nil {
		return t, err
	}
	t.keep()
	return t, nil
}

// records is how many records a turn made; none without one.
func (t *turn) records() int {
	if t == nil {
		return 0
	}
	return int(t.head.Size - t.tx.Head().Size)
}

// settle finds out what became of a commit that did not answer.
func (b *Book) settle(ctx context.Context, t *turn, cause error) error {
	b.Log.Warn("a commit did not answer", "error", cause)
	ctx, cancel := context.WithTimeout(ctx, b.Patience)
	defer cancel()
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		there, err := b.recorded(ctx, t)
		switch {
		case err == nil && there:
			t.keep()
			return nil
		case err == nil:
			return unavailable(cause)
		}
		select {
		case <-ctx.Done():
			return uncertain(errors.Join(cause, err))
		case <-time.After(wait):
		}
	}
}

// recorded says whether the log holds what a turn wrote. It looks behind the lock of
// the head, which the lost transaction holds until it has ended one way or the other:
// before that, a commit may still take place. Another process may have recorded the
// same bytes at the same place, but not under the same keys.
func (b *Book) recorded(ctx context.Context, t *turn) (bool, error) {
	tx, err := b.Store.Begin(ctx)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	if tx.Head().Size < t.head.Size {
		return false, nil
	}
	root, err := proof.Root(t.head.Size, tx)
	if err != nil || root != t.head.Root {
		return false, err
	}
	found, err := tx.Lookup(slices.Collect(maps.Keys(t.found)))
	return maps.Equal(found, t.found), err
}

// turn is one transaction in the making.
type turn struct {
	*Book
	tx      Tx
	head    Head        // after everything played so far
	edge    *proof.Edge // at the last flush
	ctx     context.Context
	now     time.Time
	today   ledger.Date
	batch   Batch // since the last flush
	undone  map[int64]int64
	found   map[Key]Hit
	journal []func() // takes back what the current piece did to the cache
}

// turn begins a transaction after the lock: only now is it known where the log ends.
func (b *Book) turn(ctx context.Context, tx Tx) (*turn, error) {
	head := tx.Head()
	if b.cache.edge == nil || b.cache.size != head.Size || len(b.cache.pools) > maxPools {
		if err := b.reread(tx, head); err != nil {
			return nil, err
		}
	}
	t := &turn{Book: b, tx: tx, ctx: ctx, head: head, edge: b.cache.edge, undone: map[int64]int64{}, batch: Batch{Totals: newTotals()}}
	now := b.Now().UTC().Truncate(time.Second)
	if now.Before(head.Recorded) {
		now = head.Recorded // never running back
	}
	t.at(now)
	return t, nil
}

// at sets the time of the records to come.
func (t *turn) at(now time.Time) { t.now, t.today = now, account.Today(now) }

// reread builds the cache anew, after the head was moved by another process or the
// connection was lost. The log must go on from where this book last saw it: a
// database that failed over to a copy without the last commits is refused.
func (b *Book) reread(tx Tx, head Head) error {
	b.cache.reset(head.Size)
	edge, err := tx.Edge()
	if err != nil {
		return err
	}
	if edge.Root() != head.Root {
		return headBroken(head)
	}
	if b.seen.Size > head.Size {
		return behind(head.Size, b.seen.Size)
	}
	root, err := proof.Root(b.seen.Size, tx)
	if err != nil {
		return err
	}
	if root != b.seen.Root {
		return forked(b.seen.Size)
	}
	b.cache.edge = edge
	b.saw(head)
	b.publish.offer(head) // the last commit may be one that nobody here heard the end of
	return nil
}

// keep makes the turn's view the book's, after the commit.
func (t *turn) keep() {
	t.cache.size, t.cache.edge = t.head.Size, t.edge
	t.saw(t.head)
	t.publish.offer(t.head)
}

// flush writes what has gathered, so that it can be read in the transaction.
func (t *turn) flush() error {
	if len(t.batch.Entries) == 0 {
		return nil
	}
	leaves := make([]tlog.Hash, len(t.batch.Entries))
	for i, e := range t.batch.Entries {
		leaves[i] = e.Leaf
	}
	t.edge = t.edge.Clone() // a mark may still hold the one before
	t.batch.Tiles = t.edge.Append(leaves)
	t.head = Head{t.edge.Size(), t.edge.Root(), t.now}
	t.batch.Head = t.head
	if err := t.tx.Write(&t.batch); err != nil {
		return fmt.Errorf("write %d records: %w", len(leaves), err)
	}
	for _, p := range t.batch.Pools {
		p.dirty = false
	}
	t.batch = Batch{Totals: newTotals()}
	return nil
}
