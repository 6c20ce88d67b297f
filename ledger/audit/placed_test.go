package audit_test

import (
	"fmt"
	"strings"
	"testing"

	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/audit"
)

// TestAnchors: a row that says otherwise than the blocks where records were anchored is
// found; rows may be missing at the end, or be of later blocks.
func TestAnchors(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address, 100)
		for range 3 {
			s.Play(30)
			s.anchor()
		}
		var r *audit.Report
		run := func() (err error) {
			r, err = s.blocks(s.database())
			return err
		}
		must(t, run())
		n, size := r.Batches, r.Head.Size
		if r.Rows == nil || r.Rows.Same != n || n < 4 || r.Rows.Later+r.Rows.Others != 0 || !strings.Contains(r.Text(false), fmt.Sprintf("the blocks say so: %d rows", n)) {
			t.Fatalf("got %+v of %d batches", r.Rows, n)
		}
		last := "first = (SELECT max(first) FROM anchors)"
		row := "INSERT INTO anchors (backend, channel, first, upto, block, tx, code, orgs, time) SELECT backend, channel, %d, %d, %d, tx, code, orgs, time FROM anchors WHERE first = 0"
		for name, c := range map[string]struct{ change, back string }{
			"a block":        {"UPDATE anchors SET block = block + 1 WHERE first = 0", "UPDATE anchors SET block = block - 1 WHERE first = 0"},
			"a transaction":  {"UPDATE anchors SET tx = 'x' || tx WHERE " + last, "UPDATE anchors SET tx = substr(tx, 2) WHERE " + last},
			"a beginning":    {"UPDATE anchors SET first = first + 1 WHERE first = 0", "UPDATE anchors SET first = first - 1 WHERE first = 1"},
			"an end":         {"UPDATE anchors SET upto = upto + 1 WHERE " + last, "UPDATE anchors SET upto = upto - 1 WHERE " + last},
			"a time":         {"UPDATE anchors SET time = time + 1 WHERE first = 0", "UPDATE anchors SET time = time - 1 WHERE first = 0"},
			"who endorsed":   {"CREATE TABLE aside AS SELECT first, orgs FROM anchors; UPDATE anchors SET orgs = '[\"Other\"]' WHERE first = 0", "UPDATE anchors SET orgs = (SELECT orgs FROM aside WHERE first = 0) WHERE first = 0; DROP TABLE aside"},
			"a code":         {"UPDATE anchors SET code = 'INVALID' WHERE first = 0", "UPDATE anchors SET code = 'VALID' WHERE first = 0"},
			"a gap":          {"CREATE TABLE aside AS SELECT * FROM anchors WHERE first = 0; DELETE FROM anchors WHERE first = 0", "INSERT INTO anchors SELECT * FROM aside; DROP TABLE aside"},
			"one too many":   {fmt.Sprintf(row, size, size+1, r.Blocks-1), fmt.Sprintf("DELETE FROM anchors WHERE first = %d", size)},
			"behind a gap":   {fmt.Sprintf(row, size+1, size+2, r.Blocks), fmt.Sprintf("DELETE FROM anchors WHERE first = %d", size+1)},
			"within another": {fmt.Sprintf(row, 1, 2, 2), "DELETE FROM anchors WHERE first = 1"},
		} {
			anchortest.Forge(t, s.Address, strings.Split(c.change, "; ")...)
			wantDifference(t, name, run(), -1, "anchors")
			anchortest.Forge(t, s.Address, strings.Split(c.back, "; ")...)
			must(t, run())
		}
		anchortest.Forge(t, s.Address, fmt.Sprintf(row, size, size+1, r.Blocks))
		if must(t, run()); r.Rows.Same != n || r.Rows.Later != 1 || !strings.Contains(r.Text(false), "1 such rows of later blocks") {
			t.Errorf("a row of a later block: %+v", r.Rows)
		}
		anchortest.Forge(t, s.Address, fmt.Sprintf("DELETE FROM anchors WHERE first = %d", size), "CREATE TABLE aside AS SELECT * FROM anchors", "DELETE FROM anchors WHERE "+last)
		if must(t, run()); r.Rows.Same != n-1 || !strings.Contains(r.Text(false), "last 1 batches") {
			t.Errorf("a row that is missing at the end: %+v", r.Rows)
		}
		anchortest.Forge(t, s.Address, "DELETE FROM anchors", "INSERT INTO anchors SELECT 'fabric', 'gongyi', first, upto, block, tx, code, orgs, time FROM aside", "DROP TABLE aside")
		if must(t, run()); r.Rows.Same != 0 || r.Rows.Others != n || !strings.Contains(r.Text(true), fmt.Sprintf("%d 条登记属于其他账本", n)) {
			t.Errorf("rows of another ledger: %+v", r.Rows)
		}
		r, err := s.log()
		if must(t, err); r.Rows != nil || !strings.Contains(r.Text(false), "there were no blocks to hold it against") || !strings.Contains(r.Text(true), "没有区块可供比对") {
			t.Errorf("without blocks: %s", r.Text(false))
		}
	})
}
