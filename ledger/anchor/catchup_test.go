package anchor_test

import (
	"context"
	"iter"
	"path/filepath"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store/pgtest"
)

// TestCatchUp: a database that is lost is made again from the blocks, but for what its
// seals held; in either kind of database, whichever kind it was.
func TestCatchUp(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		h := s.History(11)
		l := s.loop(s.Store, s.ledger)
		stop := run(l)
		for range 6 {
			h.Play(60)
			s.anchored(l)
		}
		stop()
		must(t, s.Book.Close())
		source := anchor.NewSource(local.Reader(s.dir), origin)
		lite := func() string { return "sqlite:" + filepath.Join(t.TempDir(), "book.db") }
		for _, empty := range []struct {
			address string
			had     int64
		}{{lite(), 0}, {lite(), 234}, {pgtest.DSN(t), 1}, {pgtest.DSN(t), 234}} {
			restored, had := anchortest.OpenStore(t, empty.address), empty.had
			c := s.Config
			c.Store = restored
			if had > 0 { // an old backup
				older := c
				older.Keeper = book.File(filepath.Join(t.TempDir(), "checkpoint"))
				_, err := book.CatchUp(ctx, older, upto{s, had}, nil)
				must(t, err)
			}
			done, err := book.CatchUp(ctx, c, source, nil)
			must(t, err)
			if done.From != had || done.Upto != s.Size() {
				t.Errorf("brought back %+v, want %d to %d", done, had, s.Size())
			}
			if head, err := restored.Head(ctx); err != nil || head != s.Head() {
				t.Errorf("the head is %+v, want %+v (%v)", head, s.Head(), err)
			}
			if _, err := audit.Blocks(ctx, local.Reader(s.dir), audit.Trust{Origin: origin}, audit.Database{Store: restored}); err != nil {
				t.Errorf("the restored database: %v", err)
			}
			b, err := book.Open(ctx, c)
			must(t, err)
			again := s.loop(restored, s.ledger) // its rows come back as well
			again.Checkpoint = b.Checkpoint
			stop := run(again)
			s.anchored(again)
			stop()
			must(t, b.Close())
		}
		_, err := anchor.NewSource(local.Reader(s.dir), "another").Checkpoint(ctx)
		if ledger.KindOf(err) != ledger.NotFound {
			t.Errorf("another log: got %v", err)
		}
	})
}

// upto is the first records of a scene's log, as a source.
type upto struct {
	*scene
	size int64
}

func (u upto) Checkpoint(context.Context) ([]byte, error) {
	root, err := proof.Root(u.size, u.Store)
	must(u, err)
	return u.Book.Sign(proof.Checkpoint{Origin: origin, Size: u.size, Root: root})
}

func (u upto) Records(_ context.Context, from int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		records, err := u.Store.Range(ctx, from, u.size-from)
		must(u, err)
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}
