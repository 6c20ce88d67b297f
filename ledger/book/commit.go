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

// cache is what a book remembers between transactions. It is of the log at head and
// worth nothing once that has moved.
type cache struct {
	head     Head
	calm     bool // the last group that asked the store heard nothing new of head and keys
	edge     *proof.Edge
	pools    map[ledger.Pool]*pool
	projects map[int64]*ProjectState
	assets   map[ledger.AssetID]bool
	known    map[any]bool // organizations and designations that are there
}

// maxPools bounds the memory of the cache: a book with more pools forgets them all
// and reads again what it needs.
const maxPools = 100_000

func (c *cache) reset(head Head) {
	*c = cache{head: head, pools: map[ledger.Pool]*pool{}, projects: map[int64]*ProjectState{},
		assets: map[ledger.AssetID]bool{}, known: map[any]bool{}}
}

// pool is the state of a pool in a transaction.
type pool struct {
	PoolState
	Head  ledger.Head
	holes *ledger.HoleSet // nil until they were read
	dirty bool            // it is in the batch
}

// commit plays a group with the store at hand, writes it and answers it.
func (b *Book) commit(ctx context.Context, group []*submission) {
	if len(group) == 0 {
		return
	}
	began := time.Now()
	limited, cancel := context.WithTimeout(ctx, b.Patience)
	defer cancel()
	t, err := b.try(limited, group)
	if err := b.conclude(ctx, group, t, began, err); err != nil {
		b.cache.edge = nil // read everything again
	} else if t != nil {
		t.keep()
	}
}

// conclude answers a group after its transaction, whatever has happened.
func (b *Book) conclude(ctx context.Context, group []*submission, t *turn, began time.Time, err error) error {
	if t != nil && err == nil && !b.went(t.base, t.head) {
		err = errOvertaken
	}
	if t != nil && err != nil {
		err = b.settle(ctx, t, err)
	}
	b.note(t, err)
	if records := t.records(); b.Committed != nil && (records > 0 || err != nil) {
		b.Committed(records, time.Since(began), err)
	}
	if t != nil && err == nil {
		b.publish.offer()
	}
	for _, s := range group {
		if err != nil {
			s.results = slices.Repeat([]Result{{Err: err}}, len(s.requests))
		}
		close(s.finished)
	}
	return err
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
	if t.head == t.base {
		tx.Rollback() // everything was refused or answered before
		return nil, nil
	}
	return t, tx.Commit()
}

// records is how many records a turn made; none without one.
func (t *turn) records() int {
	if t == nil {
		return 0
	}
	return int(t.head.Size - t.base.Size)
}

// errOvertaken is why a commit that did answer is looked for: the log is known to be longer
// by now, or to be another one.
var errOvertaken = errors.New("another head was seen meanwhile")

// settle finds out what became of a commit that did not answer.
func (b *Book) settle(ctx context.Context, t *turn, cause error) error {
	b.Log.Warn("a commit is looked for in the log", "error", cause)
	ctx, cancel := context.WithTimeout(ctx, b.Patience)
	defer cancel()
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		there, err := b.recorded(ctx, t)
		switch {
		case err == nil && there:
			return nil
		case err == nil:
			return unavailable(cause)
		case ledger.KindOf(err) == ledger.Corrupt: // to wait does not help
			return uncertain(errors.Join(cause, err))
		}
		select {
		case <-ctx.Done():
			return uncertain(errors.Join(cause, err))
		case <-time.After(wait):
		}
	}
}

// recorded says whether the log holds what a turn wrote, and is still the one known. It
// looks behind the lock of the head, which the lost transaction holds until it has ended
// one way or the other: before that, a commit may still take place. Another process may
// have recorded the same bytes at the same place, but not under the same keys.
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
	if err != nil || !maps.Equal(found, t.found) {
		return false, err
	}
	return true, b.reach(tx.Head(), tx)
}

// turn is one transaction in the making.
type turn struct {
	*Book
	tx      Tx
	base    Head        // that it began with
	head    Head        // after everything that was flushed
	edge    *proof.Edge // at the last flush
	ctx     context.Context
	now     time.Time
	today   ledger.Date
	batch   Batch   // since the last flush
	dirty   []*pool // that it changes
	undone  map[int64]int64
	found   map[Key]Hit
	before  map[Key]Hit // of the group under way, which the store does not have yet
	journal []func()    // takes back what the turn did to the cache
}

// turn begins a transaction after the lock: only now is it known where the log ends.
func (b *Book) turn(ctx context.Context, tx Tx) (*turn, error) {
	if fault := b.fault.Load(); fault != nil {
		return nil, *fault
	}
	head := tx.Head()
	b.cache.calm = true
	if b.cache.edge == nil || b.cache.head != head || b.Head() != head || len(b.cache.pools) > maxPools {
		if err := b.reread(tx, head); err != nil {
			return nil, err
		}
	}
	return b.begin(ctx, tx), nil
}

// ahead begins a turn before its transaction, on the head that the log will have.
func (b *Book) ahead(ctx context.Context) *turn {
	t := b.begin(ctx, unasked{})
	t.found = map[Key]Hit{}
	return t
}

func (b *Book) begin(ctx context.Context, tx Tx) *turn {
	head := b.cache.head
	t := &turn{Book: b, tx: tx, ctx: ctx, base: head, head: head, edge: b.cache.edge, undone: map[int64]int64{}, batch: Batch{Totals: newTotals()}}
	t.at(t.clock())
	return t
}

// clock tells the time, which never runs back on the log.
func (t *turn) clock() time.Time {
	now := t.Now().UTC().Truncate(time.Second)
	if now.Before(t.base.Recorded) {
		return t.base.Recorded
	}
	return now
}

// at sets the time of the records to come.
func (t *turn) at(now time.Time) { t.now, t.today = now, account.Today(now) }

// reread builds the cache anew, after the head was moved by another process or the
// connection was lost. The log must go on from where this book last saw it, and from
// whatever it signed: a database that failed over to a copy without the last commits is
// refused.
func (b *Book) reread(tx Tx, head Head) error {
	b.cache.reset(head)
	edge, err := tx.Edge()
	if err != nil {
		return err
	}
	if edge.Root() != head.Root {
		return headBroken(head)
	}
	if err := b.reach(head, tx); err != nil {
		return err
	}
	b.cache.edge = edge
	b.publish.offer() // the last commit may be one that nobody here heard the end of
	return nil
}

// The committer and the publisher each find heads at any time. One is known only after it
// was held against the one known before: so each continues all that were answered or
// signed here.

// reach makes a head the one known, behind the lock of the head.
func (b *Book) reach(head Head, tiles proof.TileReader) error {
	for {
		known := b.known.Load()
		if err := continued(*known, head, tiles); err != nil {
			return err
		}
		if b.known.CompareAndSwap(known, &head) {
			return nil
		}
	}
}

// went makes known what was just committed behind a head, unless another is known by now.
func (b *Book) went(base, head Head) bool {
	for {
		known := b.known.Load()
		if *known == head {
			return true
		}
		if *known != base {
			return false
		}
		if b.known.CompareAndSwap(known, &head) {
			return true
		}
	}
}

// overtaken says that nothing may be played ahead: the log is known to be longer.
func (b *Book) overtaken() bool {
	return b.fault.Load() != nil || b.Head().Size > b.cache.head.Size
}

// keep makes the turn's view the book's.
func (t *turn) keep() { t.cache.head, t.cache.edge = t.head, t.edge }

// flush writes what has gathered, so that it can be read in the transaction.
func (t *turn) flush() error {
	if _, ahead := t.tx.(unasked); ahead {
		return errUnasked
	}
	if len(t.batch.Entries) == 0 {
		return nil
	}
	batch := t.complete()
	if err := t.tx.Write(&batch); err != nil {
		return fmt.Errorf("write %d records: %w", len(batch.Entries), err)
	}
	return nil
}

// complete gives what has gathered its place in the tree and begins a new batch.
func (t *turn) complete() Batch {
	batch := t.batch
	t.batch = Batch{Totals: newTotals()}
	if len(batch.Entries) == 0 {
		return batch
	}
	leaves := make([]tlog.Hash, len(batch.Entries))
	for i, e := range batch.Entries {
		leaves[i] = e.Leaf
	}
	t.edge = t.edge.Clone() // a mark may still hold the one before
	batch.Tiles = t.edge.Append(leaves)
	t.head = Head{t.edge.Size(), t.edge.Root(), t.now}
	batch.Head = t.head
	for _, p := range t.dirty {
		batch.Pools = append(batch.Pools, PoolEnd{&p.PoolState, p.Head})
		p.dirty = false
	}
	t.dirty = nil
	return batch
}
