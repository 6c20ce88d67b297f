package store_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

// TestReplaced: another database in the log's place, an old backup or another log's, is
// refused at the start, and under a book that is open. Nothing is written there and
// nothing of it is published, and the book goes on when its own database is back.
func TestReplaced(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		keeper := book.File(filepath.Join(t.TempDir(), "checkpoint"))
		own, others := replacements(t, address, keeper)
		m := &moved{}
		m.to.Store(own)
		c := config(t, m, keeper)
		c.Log = slog.New(slog.DiscardHandler)
		b, err := book.Open(ctx, c)
		must(t, err)
		defer b.Close()
		for name, r := range others {
			t.Run(name, func(t *testing.T) {
				published := lastPublished(t, b, own)
				before, right := headOf(t, r.Store), headOf(t, own)
				_, err := book.Open(ctx, config(t, r, keeper))
				r.wantRefused(t, before, right, err)
				m.to.Store(r.Store)
				_, err = b.Submit(ctx, ask(gift(east, 1), name))
				r.wantRefused(t, before, right, err)
				if ledger.KindOf(err) != ledger.Unavailable {
					t.Errorf("the caller gets %v, want a refusal of the kind Unavailable", err)
				}
				if now := b.Checkpoint(); !bytes.Equal(now, published) {
					t.Errorf("the checkpoint is now %s", now)
				}
				m.to.Store(own)
				a, err := b.Submit(ctx, ask(gift(east, 1), name))
				must(t, err)
				if a.Replayed || a.Index != right.Size {
					t.Errorf("asked again: record %d, replayed %v; want %d anew", a.Index, a.Replayed, right.Size)
				}
			})
		}
		lastPublished(t, b, own)
		audit(t, own)
	})
}

// replacement is a database that may come to stand where the log's own stood, and what
// the book has to say of it.
type replacement struct {
	*store.Store
	code, sentence string // with the size of the log that it is not
}

func replacements(t *testing.T, address string, keeper book.Keeper) (own *store.Store, others map[string]replacement) {
	t.Helper()
	file := func() book.Keeper { return book.File(filepath.Join(t.TempDir(), "checkpoint")) }
	own = openStore(t, address)
	goOn(t, own, keeper, 10)
	k := &kept{}
	must(t, own.Dump(ctx, k))
	backup, err := store.Restore(ctx, fresh(t, address), reread{k})
	must(t, err)
	t.Cleanup(func() { backup.Close() })
	goOn(t, own, keeper, 5)
	longer, shorter := openStore(t, fresh(t, address)), openStore(t, fresh(t, address))
	goOn(t, longer, file(), 40)
	goOn(t, shorter, file(), 9)
	return own, map[string]replacement{
		"an old backup":        {backup, "store-behind", "the database has 20 records, but the log has %d"},
		"an empty database":    {openStore(t, fresh(t, address)), "store-behind", "the database has 0 records, but the log has %d"},
		"another log":          {longer, "store-forked", "the first %d records of the database are not those of the published log"},
		"another, shorter log": {shorter, "store-behind", "the database has 19 records, but the log has %d"},
	}
}

// goOn begins a log, or goes on with it.
func goOn(t *testing.T, s *store.Store, keeper book.Keeper, gifts int) {
	t.Helper()
	b, err := book.Open(ctx, config(t, s, keeper))
	must(t, err)
	if headOf(t, s).Size == 0 {
		found(t, b)
	}
	_, err = b.SubmitAll(ctx, slices.Repeat([]book.Request{ask(gift(east, 10), "")}, gifts), true)
	must(t, err)
	must(t, b.Close())
}

// fresh gives a new database of the same kind.
func fresh(t *testing.T, address string) string {
	if strings.HasPrefix(address, "sqlite:") {
		return "sqlite:" + filepath.Join(t.TempDir(), "book.db")
	}
	return pgtest.DSN(t)
}

// wantRefused: the refusal says what is wrong, and the database is as it was.
func (r replacement) wantRefused(t *testing.T, before, right book.Head, err error) {
	t.Helper()
	wantCode(t, "another database", err, r.code)
	if want := fmt.Sprintf(r.sentence, right.Size); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("it says %v, want %q", err, want)
	}
	if after := headOf(t, r.Store); after != before {
		t.Errorf("its head went from %+v to %+v", before, after)
	}
}

func headOf(t *testing.T, s *store.Store) book.Head {
	t.Helper()
	head, err := s.Head(ctx)
	must(t, err)
	return head
}

// lastPublished waits until everything recorded is in the published checkpoint.
func lastPublished(t *testing.T, b *book.Book, s *store.Store) (checkpoint []byte) {
	t.Helper()
	size := headOf(t, s).Size
	eventually(t, "everything is published", func() bool {
		checkpoint = b.Checkpoint()
		return checkpoint != nil && sizeOf(t, checkpoint) == size
	})
	return checkpoint
}

// moved is a store that another one can take the place of, as where a connection broke
// and the address leads elsewhere now.
type moved struct{ to atomic.Pointer[store.Store] }

func (m *moved) Begin(ctx context.Context) (book.Tx, error)  { return m.to.Load().Begin(ctx) }
func (m *moved) Head(ctx context.Context) (book.Head, error) { return m.to.Load().Head(ctx) }
func (m *moved) ReadTile(tile proof.Tile) ([]byte, error)    { return m.to.Load().ReadTile(tile) }
func (m *moved) Stored(ctx context.Context, index int64) ([]byte, error) {
	return m.to.Load().Stored(ctx, index)
}
func (m *moved) Append(ctx context.Context, base book.Head, b *book.Batch) error {
	return m.to.Load().Append(ctx, base, b)
}
