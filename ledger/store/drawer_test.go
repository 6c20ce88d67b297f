package store_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
	"mingzhang/ledger/trace"
)

// partner is the pool that the partner of a test book holds of a project.
func partner(project int64) book.PoolRef {
	holder := int64(3)
	return book.PoolRef{Project: project, Holder: &holder}
}

func handOn(from, to book.PoolRef, amount int64) book.Transfer {
	return book.Transfer{From: from, To: to, Asset: "CNY", Amount: amount, Occurred: "2026-11-20"}
}

// TestDrawBehindNamedOutflow: the last units of a span went out of their turn, and what
// was recorded after that took lower ones.
func TestDrawBehindNamedOutflow(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		home, there := book.PoolRef{Project: east}, partner(east)
		do(t, b, gift(east, 50))
		later := do(t, b, gift(east, 50))
		handed := do(t, b, handOn(home, there, 100))
		do(t, b, book.Refund{Of: later, From: &there, Amount: 50, Occurred: "2026-11-20"})
		back := do(t, b, handOn(there, home, 30))

		tx, err := s.Begin(ctx)
		must(t, err)
		defer tx.Rollback()
		pool := ledger.Pool{Project: east, Holder: 1, Designation: ledger.General, Asset: "CNY"}
		got, err := trace.Draw(ctx, tx.Reader(), handed, pool, 30)
		if want := fmt.Sprintf("[[100, 130) via [%d]] <nil>", back); fmt.Sprint(got, err) != want {
			t.Errorf("got %v %v, want %s", got, err, want)
		}
	})
}

// TestDrawOfManyTransfers: more of a gift moved on than is read at a time, and others
// after it. What is over is not of the gift.
func TestDrawOfManyTransfers(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		n := int64(2*trace.Chunk + 100)
		of := do(t, b, gift(east, n))
		do(t, b, gift(east, n))
		var transfers []book.Request
		for range n + trace.Chunk {
			transfers = append(transfers, book.Request{By: platform, What: handOn(book.PoolRef{Project: east}, partner(east), 1)})
		}
		_, err := b.SubmitAll(ctx, transfers, true)
		must(t, err)

		tx, err := s.Begin(ctx)
		must(t, err)
		defer tx.Rollback()
		pool := ledger.Pool{Project: east, Holder: 3, Designation: ledger.General, Asset: "CNY"}
		if _, err := trace.Draw(ctx, tx.Reader(), of, pool, n+1); left(err) != n {
			t.Errorf("the pool has %d of the gift, want %d: %v", left(err), n, err)
		}
		takes, err := trace.Draw(ctx, tx.Reader(), of, pool, 3)
		if want := fmt.Sprintf("[[0, 1) via [%d] [1, 2) via [%d] [2, 3) via [%d]] <nil>", of+2, of+3, of+4); fmt.Sprint(takes, err) != want {
			t.Errorf("got %v %v, want %s", takes, err, want)
		}
	})
}

// manyPayments is a book with a gift that is paid out in 3,000 parts, of which one came
// back; a part of it went to the partner before.
func manyPayments(t *testing.T, address string) *store.Store {
	st := openStore(t, address)
	b := openBook(t, st)
	found(t, b)
	do(t, b, gift(east, 4000))
	do(t, b, handOn(book.PoolRef{Project: east}, partner(east), 500))
	var paid int64
	for range 30 {
		var payments []book.Request
		for range 100 {
			payments = append(payments, book.Request{By: platform, What: pay(east, 1)})
		}
		results, err := b.SubmitAll(ctx, payments, false)
		must(t, err)
		paid = results[50].Answer.Index
	}
	do(t, b, book.Return{Of: paid, Amount: 1, Occurred: "2026-11-20"})
	return st
}

// TestPlansOfMoved: neither database looks at the payments of a gift for what of it moved
// on, whatever it knows of its tables.
func TestPlansOfMoved(t *testing.T) {
	wanted := map[string][]string{"named": {"records_named"}, "below": {"takes"}, "in turn": {"records_moved", "records_back"}, "taken": {"takes_idx"},
		"outflows": {"list"}} // the runs, before their records
	t.Run("sqlite", func(t *testing.T) {
		s := manyPayments(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
		for name, text := range s.MovedQuestions() {
			var rows []struct{ Detail string }
			must(t, s.DB().Raw("EXPLAIN QUERY PLAN "+text).Scan(&rows).Error)
			checkPlan(t, name, fmt.Sprint(rows), wanted[name], "SCAN r ", "SCAN t ", "SCAN takes", "records_crossed", "records_of ", "records_out ")
		}
	})
	t.Run("postgres", func(t *testing.T) {
		s := manyPayments(t, pgtest.DSN(t))
		for _, counted := range []string{"", "ANALYZE"} {
			if counted != "" {
				must(t, s.Tamper(counted))
			}
			for name, text := range s.MovedQuestions() {
				var lines []string
				must(t, s.DB().Raw("EXPLAIN "+text).Scan(&lines).Error)
				checkPlan(t, name+" "+counted, strings.Join(lines, "\n"), wanted[name], "Seq Scan on records", "Seq Scan on takes", "records_crossed", "records_of ", "records_out ")
			}
		}
	})
}

func checkPlan(t *testing.T, name, plan string, wanted []string, unwanted ...string) {
	t.Helper()
	has := func(part string) bool { return strings.Contains(plan, part) }
	if !hasAll(wanted, has) || slices.ContainsFunc(unwanted, has) {
		t.Errorf("%s: want %v, none of %v:\n%s", name, wanted, unwanted, plan)
	}
}
