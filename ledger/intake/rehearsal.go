package intake

import (
	"context"
	"crypto/rand"
	"errors"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
)

// rehearsed is the configuration of a book that decides everything as the real one does
// and records nothing: it reads the real store, keeps in memory what it would have
// written, and signs with a key that nobody knows. Between groups it holds no lock, so
// that a server beside it goes on.
func rehearsed(c book.Config) (book.Config, error) {
	skey, vkey, err := note.GenerateKey(rand.Reader, c.Origin)
	if err == nil {
		c.Signer, err = note.NewSigner(skey)
	}
	if err == nil {
		c.Verifier, err = note.NewVerifier(vkey)
	}
	c.Store, c.Keeper, c.Committed, c.Cosign = &rehearsal{Store: c.Store}, forgetful{}, nil, nil
	return c, err
}

// forgetful keeps no checkpoint.
type forgetful struct{}

func (forgetful) Load() ([]byte, error) { return nil, nil }
func (forgetful) Save([]byte) error     { return nil }

// rehearsal is a store that is written to in memory only. It is for the requests of an
// import: what they read besides keys, the book remembers from one group to the next.
type rehearsal struct {
	book.Store
	begun bool
	base  int64     // records of the real store when it began
	head  book.Head // with what was rehearsed
	keys  map[book.Key]book.Hit
}

// Head is where the rehearsal began: nobody is to publish what it adds.
func (r *rehearsal) Head(context.Context) (book.Head, error) { return book.Head{}, nil }

func (r *rehearsal) Begin(ctx context.Context) (book.Tx, error) {
	tx, err := r.Store.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if !r.begun {
		r.begun, r.head, r.keys = true, tx.Head(), map[book.Key]book.Hit{}
		r.base = r.head.Size
	}
	return &rehearsalTx{Tx: tx, of: r}, nil
}

// Append implements book.Store.
func (r *rehearsal) Append(ctx context.Context, base book.Head, b *book.Batch) error {
	return book.StepByStep(ctx, r, base, b)
}

// rehearsalTx is a transaction that ends in memory.
type rehearsalTx struct {
	book.Tx
	of      *rehearsal
	batches []*book.Batch
}

func (t *rehearsalTx) Head() book.Head { return t.of.head }

// Edge is asked for once: after that the book has it.
func (t *rehearsalTx) Edge() (*proof.Edge, error) {
	if t.of.head.Size != t.of.base {
		return nil, errors.New("a rehearsal cannot go on after a fault: begin again")
	}
	return t.Tx.Edge()
}

// Lookup finds what was recorded and what was rehearsed. A record that another process
// has added meanwhile has a number that is given to another one here: it is said to be
// the first, which is never a row's.
func (t *rehearsalTx) Lookup(keys []book.Key) (map[book.Key]book.Hit, error) {
	found, err := t.Tx.Lookup(keys)
	for k, hit := range found {
		if hit.Index >= t.of.base {
			found[k] = book.Hit{Input: hit.Input}
		}
	}
	for _, k := range keys {
		if hit, ok := t.of.keys[k]; ok {
			found[k] = hit
		}
	}
	return found, err
}

func (t *rehearsalTx) Write(b *book.Batch) error {
	var keys []book.Key
	for _, e := range b.Entries {
		for _, f := range e.Keys {
			keys = append(keys, f.Key)
		}
	}
	if found, err := t.Lookup(keys); err != nil || len(found) > 0 {
		return errors.Join(book.ErrKeyTaken, err)
	}
	kept := *b
	t.batches = append(t.batches, &kept)
	return nil
}

// Commit keeps the keys, and ends the real transaction without a trace.
func (t *rehearsalTx) Commit() error {
	t.Rollback()
	for _, b := range t.batches {
		for _, e := range b.Entries {
			for _, f := range e.Keys {
				t.of.keys[f.Key] = book.Hit{Index: e.Index, Input: f.Input}
			}
		}
		t.of.head = b.Head
	}
	return nil
}
