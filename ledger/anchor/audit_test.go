package anchor_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
)

// TestAudit: whatever is changed in the database behind the server's back, the audit
// names it first.
func TestAudit(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		h := s.history(9)
		l := s.loop(s.store, s.ledger)
		stop := run(l)
		h.play(1500)
		s.anchored(l)
		stop()
		trust := anchor.Trust{Origin: origin, Key: s.key}
		report, err := anchor.Audit(ctx, local.Reader(s.dir), trust, s.store)
		must(t, err)
		if !report.Compared || report.Flows < 1000 || report.Head.Root != s.head().Root {
			t.Fatalf("the audit found %+v", report)
		}
		h.play(100) // the book goes on
		if _, err := anchor.Audit(ctx, local.Reader(s.dir), trust, s.store); err != nil {
			t.Fatalf("a book that is ahead: %v", err)
		}
		defer run(l)()
		s.anchored(l)
		for _, c := range []struct {
			name, change, back, what string
		}{
			{"a head", "UPDATE pools SET laid = laid + 1 WHERE id = 2", "UPDATE pools SET laid = laid - 1 WHERE id = 2", "pool"},
			{"a total", "UPDATE totals SET units = units + 1 WHERE pool = 2 AND line = 1", "UPDATE totals SET units = units - 1 WHERE pool = 2 AND line = 1", "CNY income"},
			{"an agency's total", "UPDATE totals SET units = units + 1 WHERE pool = 1 AND line = 1", "UPDATE totals SET units = units - 1 WHERE pool = 1 AND line = 1", "CNY agency"},
			{"a line", "UPDATE totals SET line = 4 WHERE pool = 2 AND line = 1", "UPDATE totals SET line = 1 WHERE pool = 2 AND line = 4", "CNY income"},
			{"a day", "UPDATE totals SET occurred = 20261119 WHERE pool = 2 AND line = 1", "UPDATE totals SET occurred = 20261120 WHERE pool = 2 AND line = 1", "CNY line 1 on"},
			{"a pool too many", "INSERT INTO pools (project, holder, designation, asset, laid, next, holed, income, incomes, spent, payments) SELECT project, holder + 1, designation, asset, 0, 0, 0, 0, 0, 0, 0 FROM pools WHERE id = 2",
				"DELETE FROM pools WHERE laid = 0", "pool"},
		} {
			forge(t, address, c.change)
			_, err := anchor.Audit(ctx, local.Reader(s.dir), trust, s.store)
			var d *anchor.Difference
			if !errors.As(err, &d) || d.Index != -1 || !strings.HasPrefix(d.What, c.what) || ledger.KindOf(err) != ledger.Corrupt {
				t.Errorf("%s: got %v", c.name, err)
			}
			forge(t, address, c.back)
		}
		_, err = anchor.Audit(ctx, local.Reader(s.dir), trust, s.store)
		must(t, err)
		tamper(t, address, 777)
		_, err = anchor.Audit(ctx, local.Reader(s.dir), trust, s.store)
		var d *anchor.Difference
		if !errors.As(err, &d) || d.Index != 777 || d.What != "record" || !strings.Contains(d.Ledger, `"p1"`) || !strings.Contains(d.Book, `"p2"`) {
			t.Errorf("an edited record: got %v", err)
		}
		forge(t, address, fmt.Sprintf("DELETE FROM records WHERE idx >= %d", s.size()-3))
		tamperBack(t, address, 777)
		_, err = anchor.Audit(ctx, local.Reader(s.dir), trust, s.store)
		if !errors.As(err, &d) || d.What != "missing" {
			t.Errorf("lost records: got %v", err)
		}
	})
}

func tamperBack(t *testing.T, address string, index int64) {
	if strings.HasPrefix(address, "sqlite:") {
		forge(t, address, fmt.Sprintf(`UPDATE records SET bytes = CAST(replace(CAST(bytes AS TEXT), '"key":"p2"', '"key":"p1"') AS BLOB) WHERE idx = %d`, index))
		return
	}
	forge(t, address, fmt.Sprintf(`UPDATE records SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"key":"p2"', '"key":"p1"'), 'UTF8') WHERE idx = %d`, index))
}

func (s *scene) head() book.Head {
	head, err := s.store.Head(ctx)
	must(s, err)
	return head
}

// edited changes blocks on their way.
type edited struct {
	from anchor.Blocks
	edit func(b *anchor.Block) bool // false leaves it out
}

func (e edited) Blocks(ctx context.Context, from int64) iter.Seq2[*anchor.Block, error] {
	return func(yield func(*anchor.Block, error) bool) {
		for b, err := range e.from.Blocks(ctx, from) {
			if err == nil && !e.edit(b) {
				continue
			}
			if !yield(b, err) {
				return
			}
		}
	}
}

// TestAuditRefutes: a ledger whose blocks hold what the rules do not allow is refuted,
// even if the blocks themselves look right.
func TestAuditRefutes(t *testing.T) {
	s := newScene(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	h := s.history(10)
	l := s.loop(s.store, s.ledger)
	stop := run(l)
	for range 4 {
		h.play(50)
		s.anchored(l)
	}
	stop()
	last := int64(0)
	for b, err := range s.ledger.Blocks(ctx, 0) {
		must(t, err)
		last = b.Number
	}
	on := func(number int64, edit func(tx *anchor.Tx)) func(*anchor.Block) bool {
		return func(b *anchor.Block) bool {
			if b.Number == number {
				edit(&b.Txs[0])
			}
			return true
		}
	}
	for name, edit := range map[string]func(*anchor.Block) bool{
		"left out":        func(b *anchor.Block) bool { return b.Number != last-1 },
		"another member":  on(last, func(tx *anchor.Tx) { tx.MSP = local.RegulatorMSP }),
		"not valid":       on(last-1, func(tx *anchor.Tx) { tx.Code = "MVCC_READ_CONFLICT" }),
		"another answer":  on(last, func(tx *anchor.Tx) { tx.Answer = append(slices.Clone(tx.Answer), ' ') }),
		"other writes":    on(last, func(tx *anchor.Tx) { tx.Writes = make([]byte, 32) }),
		"a changed batch": on(last, func(tx *anchor.Tx) { tx.Args[1][len(tx.Args[1])/3] ^= 1 }),
	} {
		_, err := anchor.Audit(ctx, edited{s.ledger, edit}, anchor.Trust{Origin: origin}, nil)
		if ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestCatchUp: a database that is lost is made again from the blocks, but for what its
// seals held.
func TestCatchUp(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		h := s.history(11)
		l := s.loop(s.store, s.ledger)
		stop := run(l)
		for range 6 {
			h.play(900)
			s.anchored(l)
		}
		stop()
		must(t, s.book.Close())
		source := anchor.NewSource(local.Reader(s.dir), origin)
		for _, had := range []int64{0, 1, 2345} {
			restored := openStore(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
			c := s.config
			c.Store = restored
			if had > 0 { // an old backup
				older := c
				older.Keeper = book.File(filepath.Join(t.TempDir(), "checkpoint"))
				_, err := book.CatchUp(ctx, older, upto{s, had}, nil)
				must(t, err)
			}
			done, err := book.CatchUp(ctx, c, source, nil)
			must(t, err)
			if done.From != had || done.Upto != s.size() {
				t.Errorf("brought back %+v, want %d to %d", done, had, s.size())
			}
			if head, err := restored.Head(ctx); err != nil || head != s.head() {
				t.Errorf("the head is %+v, want %+v (%v)", head, s.head(), err)
			}
			if _, err := anchor.Audit(ctx, local.Reader(s.dir), anchor.Trust{Origin: origin}, restored); err != nil {
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
	root, err := proof.Root(u.size, u.store)
	must(u, err)
	return u.sign(proof.Checkpoint{Origin: origin, Size: u.size, Root: root})
}

func (u upto) Records(_ context.Context, from int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		records, err := u.store.Range(ctx, from, u.size-from)
		must(u, err)
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
}
