package store_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
)

// step is a place in a transaction where a test can step in.
type step int

const (
	atBegin step = iota
	atWrite
	atCommit
)

var (
	errBroken = errors.New("the disk is broken")
	errLost   = errors.New("the answer is lost") // of a step that was done
)

// handled is a real store in the hand of a test: a transaction waits at a step, or fails
// there, as the test wants it. It counts the look-ups of keys within transactions: a group
// that was played ahead is written without one.
type handled struct {
	*store.Store
	t       testing.TB
	stops   [3]atomic.Pointer[stop]
	faults  [3]atomic.Pointer[error]
	chance  atomic.Pointer[func(step) error] // faults that nobody chose
	lookups atomic.Int64
}

// stop is where a transaction waits.
type stop struct {
	came, gone chan bool
	once       sync.Once
}

func (s *stop) letGo() { s.once.Do(func() { close(s.gone) }) }

// hold has the next transaction that comes to a step wait there.
func (h *handled) hold(at step) *stop {
	s := &stop{came: make(chan bool), gone: make(chan bool)}
	h.stops[at].Store(s)
	h.t.Cleanup(s.letGo)
	return s
}

// fail has the next transaction that comes to a step fail there.
func (h *handled) fail(at step, err error) { h.faults[at].Store(&err) }

// fate is what becomes of a transaction at a step.
func (h *handled) fate(at step) error {
	if s := h.stops[at].Swap(nil); s != nil {
		close(s.came)
		<-s.gone
	}
	if err := h.faults[at].Swap(nil); err != nil {
		return *err
	}
	if chance := h.chance.Load(); chance != nil {
		return (*chance)(at)
	}
	return nil
}

// Append implements book.Store, by the steps that can be held and made to fail.
func (h *handled) Append(ctx context.Context, base book.Head, b *book.Batch) error {
	return book.StepByStep(ctx, h, base, b)
}

// Begin holds nothing of the database while it waits, and fails before it began.
func (h *handled) Begin(ctx context.Context) (book.Tx, error) {
	if err := h.fate(atBegin); err != nil {
		return nil, err
	}
	tx, err := h.Store.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return handledTx{tx, h}, nil
}

type handledTx struct {
	book.Tx
	h *handled
}

func (tx handledTx) Lookup(keys []book.Key) (map[book.Key]book.Hit, error) {
	tx.h.lookups.Add(1)
	return tx.Tx.Lookup(keys)
}

// Write fails when all is written.
func (tx handledTx) Write(b *book.Batch) error {
	fate := tx.h.fate(atWrite)
	if err := tx.Tx.Write(b); err != nil {
		return err
	}
	return fate
}

// Commit fails and surely did not take place, unless it is its answer that is lost.
func (tx handledTx) Commit() error {
	fate := tx.h.fate(atCommit)
	if fate == nil || errors.Is(fate, errLost) {
		return errors.Join(tx.Tx.Commit(), fate)
	}
	tx.Rollback()
	return fate
}
