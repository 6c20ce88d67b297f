package audit_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/proof"
)

// TestDatabase: whatever is changed in the database behind the server's back, the audit
// names it first, with blocks and without.
func TestDatabase(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address, 700)
		audits := map[string]func() (*audit.Report, error){
			"against blocks": func() (*audit.Report, error) { return s.blocks(s.database()) },
			"by itself":      s.log,
		}
		for name, run := range audits {
			r, err := run()
			must(t, err)
			if r.Compared != "database" || r.Flows < 500 || r.Head.Root != s.Head().Root || r.Head.Size != s.Size() || len(r.Statements) != 4 || (r.Blocks > 0) != (name == "against blocks") {
				t.Fatalf("%s: the audit found %+v", name, r)
			}
		}
		forgeries(t, s, audits)
		s.Play(60) // the book goes on
		r, err := s.blocks(s.database())
		if must(t, err); r.Ahead != s.Size()-r.Head.Size || r.Ahead == 0 {
			t.Errorf("a book that is ahead by %d: %d", s.Size()-r.Head.Size, r.Ahead)
		}
		s.anchor()
		rolledBack(t, s)
	})
}

// forgeries edits one thing after the other, and edits it back.
func forgeries(t *testing.T, s *scene, audits map[string]func() (*audit.Report, error)) {
	for _, c := range []struct {
		name, change, back string
		index              int64
		what               string
	}{
		{"a head", "UPDATE pools SET laid = laid + 1 WHERE id = 2", "UPDATE pools SET laid = laid - 1 WHERE id = 2", -1, "pool"},
		{"a total", "UPDATE totals SET units = units + 1 WHERE pool = 2 AND line = 1", "UPDATE totals SET units = units - 1 WHERE pool = 2 AND line = 1", -1, "CNY income"},
		{"an agency's total", "UPDATE totals SET units = units + 1 WHERE pool = 1 AND line = 1", "UPDATE totals SET units = units - 1 WHERE pool = 1 AND line = 1", -1, "CNY agency"},
		{"a line", "UPDATE totals SET line = 4 WHERE pool = 2 AND line = 1", "UPDATE totals SET line = 1 WHERE pool = 2 AND line = 4", -1, "CNY income"},
		{"a day", "UPDATE totals SET occurred = 20261119 WHERE pool = 2 AND line = 1", "UPDATE totals SET occurred = 20261120 WHERE pool = 2 AND line = 1", -1, "CNY line 1 on"},
		{"a pool too many", "INSERT INTO pools (project, holder, designation, asset, laid, next, holed, income, incomes, spent, payments) SELECT project, holder + 1, designation, asset, 0, 0, 0, 0, 0, 0, 0 FROM pools WHERE id = 2",
			"DELETE FROM pools WHERE laid = 0", -1, "pool"},
		{"a tile", swapTiles, swapTiles, 0, "leaf"},
		{"a lost tile", "UPDATE tiles SET number = 9 WHERE level = 1", "UPDATE tiles SET number = 0 WHERE level = 1", 0, "tree"},
	} {
		anchortest.Forge(t, s.Address, strings.Split(c.change, "; ")...)
		for name, run := range audits {
			_, err := run()
			wantDifference(t, c.name+", "+name, err, c.index, c.what)
		}
		anchortest.Forge(t, s.Address, strings.Split(c.back, "; ")...)
	}
	for name, run := range audits {
		_, err := run()
		if err != nil {
			t.Fatalf("%s, after all was put back: %v", name, err)
		}
	}
	anchortest.Tamper(t, s.Address, 477)
	_, err := audits["against blocks"]()
	var d *audit.Difference
	if !errors.As(err, &d) || d.Index != 477 || d.What != "record" || !strings.Contains(d.Want, `"p1"`) || !strings.Contains(d.Book, `"p2"`) {
		t.Errorf("an edited record: got %v", err)
	}
	_, err = audits["by itself"]() // its tiles still hold the leaf of what was there
	wantDifference(t, "an edited record, by itself", err, 477, "leaf")
	anchortest.Untamper(t, s.Address, 477)
}

// swapTiles puts each of the first two tiles in the other's place.
const swapTiles = "UPDATE tiles SET number = -1 WHERE level = 0 AND number = 0; UPDATE tiles SET number = 0 WHERE level = 0 AND number = 1; UPDATE tiles SET number = 1 WHERE level = 0 AND number = -1"

// rolledBack takes the last records away: the ledger's blocks tell, and so does a
// checkpoint that somebody kept.
func rolledBack(t *testing.T, s *scene) {
	kept := s.Book.Checkpoint()
	size := s.Size()
	trust := s.trust()
	trust.Checkpoint = kept
	r, err := audit.Log(ctx, s.database(), trust)
	if must(t, err); r.Signed != size || r.Word != audit.ByAuditor {
		t.Errorf("with a checkpoint: %+v", r)
	}
	forged, err := s.Book.Sign(proof.Checkpoint{Origin: origin, Size: size - 5, Root: s.Head().Root})
	must(t, err)
	trust.Checkpoint = forged
	_, err = audit.Log(ctx, s.database(), trust)
	wantDifference(t, "another root", err, -1, "checkpoint")
	_, _, other := anchortest.Key(t, origin, 5)
	if _, err := audit.Log(ctx, s.database(), audit.Trust{Origin: origin, Key: other, Checkpoint: kept}); ledger.KindOf(err) != ledger.Corrupt {
		t.Errorf("another's signature: %v", err)
	}
	anchortest.Forge(t, s.Address, fmt.Sprintf("DELETE FROM records WHERE idx >= %d", size-3))
	_, err = s.blocks(s.database())
	wantDifference(t, "lost records", err, size-3, "missing")
	_, err = s.log()
	wantDifference(t, "lost records, by itself", err, size-3, "missing")
}
