package book

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/trace"
)

// Store is where a book lives. Several processes may have the same store open; what
// keeps them in one order is the head, which Begin locks.
type Store interface {
	// Begin starts a write transaction and locks the head: one transaction at a time
	// gets past it, whichever process it belongs to. It waits as long as ctx allows.
	Begin(ctx context.Context) (Tx, error)
	// Append writes a batch that was made for a head as one transaction behind it. Without an
	// error it is durable. ErrMoved says that the head is another, ErrKeyTaken that a key
	// was there, one of a refused request also; after these and all others but ErrUnanswered nothing was written.
	Append(ctx context.Context, base Head, b *Batch) error
	// Head reads the committed head without waiting for a writer.
	Head(ctx context.Context) (Head, error)
	// Stored reads the committed bytes of a record; absent is a ledger.NotFound.
	Stored(ctx context.Context, index int64) ([]byte, error)
	proof.TileReader
}

// Tx is one write transaction. What Write wrote, the reads of the same transaction
// see. After any error but a refusal of the rules it must be rolled back.
type Tx interface {
	Head() Head
	proof.TileReader
	// Edge rebuilds the edge of the tree at the head.
	Edge() (*proof.Edge, error)
	// Lookup gives the records that were found under the keys.
	Lookup(keys []Key) (map[Key]Hit, error)
	// Pools gives the states of those pools that exist.
	Pools(pools []ledger.Pool) ([]PoolEnd, error)
	// Laid is how many units of an asset the pools of a project ever took in together, where
	// that is below most; else it is most or more.
	Laid(project int64, asset ledger.AssetID, most int64) (int64, error)
	// Holes gives all holes of a pool, by address.
	Holes(id int64) ([]ledger.Span, error)
	// Record gives the canonical bytes of a record.
	Record(index int64) ([]byte, error)
	// Openings gives what the seals of a record hold, nil for none and for what was
	// erased.
	Openings(index int64) (public, private []byte, err error)
	// Undone is how many units of a flow came back or were reversed.
	Undone(index int64) (int64, error)
	// Delivered is how many units of an expenditure were signed for.
	Delivered(index int64) (int64, error)
	// Corrections gives the indices of a record's corrections, in order.
	Corrections(index int64) ([]int64, error)
	// Organization, Project, Designation, Asset and Key give what is registered; absent is
	// a ledger.NotFound.
	Organization(index int64) (*ledger.Organization, error)
	OrganizationByCode(scheme, code string) (int64, error)
	Project(index int64) (*ProjectState, error)
	ProjectByFiling(filing string) (int64, error)
	Designation(project int64, id string) (*ledger.Designation, error)
	Asset(id ledger.AssetID) (*ledger.Asset, error)
	Key(id string) (*ledger.Key, error)
	// Reader shows the flows as they stand in this transaction.
	Reader() trace.Drawer
	// Write writes a batch and moves the head to its end. ErrKeyTaken says that one of its
	// keys is there already.
	Write(b *Batch) error
	// Save marks a point that Restore goes back to.
	Save() error
	Restore() error
	// Commit makes all durable. An error leaves the outcome open: the record at the
	// first index written tells.
	Commit() error
	Rollback()
}

// Head is the end of the log. It is what a writer locks.
type Head struct {
	Size     int64
	Root     tlog.Hash
	Recorded time.Time // of the last record
}

// ErrMoved is the answer to a batch that was made for another head than the log has.
var ErrMoved = errors.New("the head is not where it was")

// ErrUnanswered says that a commit did not answer: it may have taken place.
var ErrUnanswered = errors.New("the commit did not answer")

// StepByStep is an Append of the steps of a transaction.
func StepByStep(ctx context.Context, s Store, base Head, b *Batch) error {
	tx, err := s.Begin(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := written(tx, base, b); err != nil || len(b.Entries) == 0 {
		tx.Rollback()
		return err
	}
	if err := tx.Commit(); err != nil {
		return errors.Join(ErrUnanswered, err)
	}
	return nil
}

// written makes sure that a batch belongs into a transaction, and writes it.
func written(tx Tx, base Head, b *Batch) error {
	if tx.Head() != base {
		return ErrMoved
	}
	if len(b.Refused) > 0 {
		if known, err := tx.Lookup(b.Refused); err != nil || len(known) > 0 {
			return cmp.Or(err, ErrKeyTaken)
		}
	}
	if len(b.Entries) == 0 {
		return nil
	}
	if err := tx.Write(b); err != nil {
		return fmt.Errorf("write %d records: %w", len(b.Entries), err)
	}
	return nil
}

// ErrKeyTaken is the answer to a batch with a look-up key that is there already.
var ErrKeyTaken = errors.New("a look-up key is there already")

// Key is a look-up key: an HMAC, cut to 16 bytes, under the book's secret. The zero
// Key is none.
type Key [16]byte

// Hit is what a key was found to stand for.
type Hit struct {
	Index int64
	Input Key // of the input that came with an idempotency key
}

// Entry is a record on its way into the store.
type Entry struct {
	Index   int64
	Bytes   []byte
	Leaf    tlog.Hash
	Record  *record.Record
	Project int64  // that it is about, 0 for none
	Public  []byte // openings
	Private []byte
	Keys    []Found
	Effect  *ledger.Effect // of a flow
	Line    account.Line   // of a flow: what it counts as
}

// Found is a key under which an entry is to be found.
type Found struct {
	Key   Key
	Input Key
}

// PoolState is a pool and its number in the store, 0 for none yet.
type PoolState struct {
	ID   int64 // the store's to set
	Pool ledger.Pool
}

// PoolEnd is a pool as a batch leaves it, or as the store has it.
type PoolEnd struct {
	*PoolState
	Head ledger.Head
}

// ProjectState is a project as its records have made it.
type ProjectState struct {
	ledger.Project
	Status ledger.Status
	Frozen bool
	Starts ledger.Date
	Ends   ledger.Date
	Plan   int64 // its latest plan record

	laid map[ledger.AssetID]int64 // what its pools ever took in, of the assets that were asked for
}

// Batch is what one Write writes.
type Batch struct {
	Entries []*Entry
	Pools   []PoolEnd // new ones have an ID of 0, which Write sets
	Filled  []Hole
	Dug     []Hole
	Undone  []ledger.Undone
	Totals  Totals
	Tiles   []proof.TileData
	Head    Head
	Refused []Key // of requests that were refused without asking whether their keys are there
}

// Hole is a hole of a pool.
type Hole struct {
	Pool *PoolState
	ledger.Span
}
