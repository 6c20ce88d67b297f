package store_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"

	"mingzhang/ledger/book"
)

// recorder keeps checkpoints as a file does, and looks each time whether the book shows
// the checkpoint already.
type recorder struct {
	book.File
	book  atomic.Pointer[book.Book] // nil before it is open: nobody sees anything
	full  atomic.Bool               // nothing can be kept
	tried atomic.Int64
	early atomic.Int64 // checkpoints that were shown before they were kept
}

func (r *recorder) Save(checkpoint []byte) error {
	if b := r.book.Load(); b != nil && bytes.Equal(b.Checkpoint(), checkpoint) {
		r.early.Add(1)
	}
	r.tried.Add(1)
	if r.full.Load() {
		return errors.New("no space left on device")
	}
	return r.File.Save(checkpoint)
}

// TestKeptFirst: a checkpoint is kept outside the database before a witness sees it,
// and before anybody else does; what cannot be kept is shown to nobody.
func TestKeptFirst(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		r := &recorder{File: book.File(filepath.Join(t.TempDir(), "checkpoint"))}
		c := config(t, s, r)
		c.Log = slog.New(slog.DiscardHandler)
		c.Cosign = func(_ context.Context, checkpoint []byte, _ func([]byte)) ([]byte, error) {
			if kept, err := r.Load(); err != nil || !bytes.Equal(kept, checkpoint) {
				t.Errorf("a witness sees\n%swhile\n%sis kept (%v)", checkpoint, kept, err)
			}
			return checkpoint, nil
		}
		b, err := book.Open(ctx, c)
		must(t, err)
		r.book.Store(b)
		found(t, b)
		do(t, b, gift(east, 1))
		shown := lastPublished(t, b, s)

		r.full.Store(true)
		tried := r.tried.Load()
		do(t, b, gift(east, 1))
		eventually(t, "the next one is tried", func() bool { return r.tried.Load() > tried })
		if now := b.Checkpoint(); !bytes.Equal(now, shown) {
			t.Errorf("what could not be kept is shown:\n%s", now)
		}
		r.full.Store(false)
		shown = lastPublished(t, b, s)
		if kept, err := r.Load(); err != nil || !bytes.Equal(kept, shown) {
			t.Errorf("the checkpoint shown is\n%sand the one kept\n%s(%v)", shown, kept, err)
		}
		do(t, b, gift(east, 1))
		must(t, b.Close()) // which publishes the last
		lastPublished(t, b, s)
		if n := r.early.Load(); n > 0 {
			t.Errorf("%d of %d checkpoints were shown before they were kept", n, r.tried.Load())
		}
	})
}
