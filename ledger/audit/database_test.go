package audit_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// TestDatabase: whatever is changed in the database behind the server's back, the audit
// names it first, with blocks and without.
func TestDatabase(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address, 700)
		s.Do(book.AddEvidence{Evidence: ledger.Evidence{Hash: "sha256:" + strings.Repeat("ab", 32), Size: 100, Media: "application/pdf", Public: true}, File: "发票.pdf"},
			book.Erase{Of: first(t, s, func(f *ledger.Flow) bool { return f.Kind == ledger.Donation }) + 1, Seal: record.Public, Basis: "pipl-47"})
		s.anchor()
		audits := map[string]func() (*audit.Report, error){
			"against blocks": func() (*audit.Report, error) { return s.blocks(s.database()) },
			"by itself":      s.log,
		}
		for name, run := range audits {
			r, err := run()
			must(t, err)
			if r.Compared != "database" || !r.Tables || r.Lost != 0 || r.Flows < 500 || r.Head.Root != s.Head().Root || r.Head.Size != s.Size() || len(r.Statements) != 4 || (r.Blocks > 0) != (name == "against blocks") {
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
	paid := first(t, s, func(f *ledger.Flow) bool { return f.Kind == ledger.Expenditure })
	gift := first(t, s, func(f *ledger.Flow) bool { return f.Kind == ledger.Donation })
	swapped := fmt.Sprintf("UPDATE openings SET public = private, private = public WHERE idx = %d", gift)
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
		{"an organization's name", "UPDATE organizations SET name = 'X' WHERE idx = 1", "UPDATE organizations SET name = '甲慈善会' WHERE idx = 1", -1, "organizations.name"},
		{"a project's name", "UPDATE projects SET name = 'X' WHERE idx = 4", "UPDATE projects SET name = '项目0' WHERE idx = 4", -1, "projects.name"},
		{"a project's target", "UPDATE projects SET target = target + 7 WHERE idx = 8", "UPDATE projects SET target = target - 7 WHERE idx = 8", -1, "projects.target"},
		{"a project too many", "INSERT INTO projects SELECT 999999, organization, name, filing, kind, cause, place, status, frozen, starts, ends, plan, target_asset, target FROM projects WHERE idx = 4", "DELETE FROM projects WHERE idx = 999999", -1, "projects"},
		{"a pool's income", "UPDATE pools SET income = income + 1 WHERE id = 2", "UPDATE pools SET income = income - 1 WHERE id = 2", -1, "pools "},
		{"a pool's expenditure", "UPDATE pools SET spent = spent + 1 WHERE id = 2", "UPDATE pools SET spent = spent - 1 WHERE id = 2", -1, "pools "},
		{"a day of recording", "UPDATE totals SET recorded = recorded - 10000 WHERE pool = 2 AND line = 1", "UPDATE totals SET recorded = recorded + 10000 WHERE pool = 2 AND line = 1", -1, "totals"},
		{"a size", "UPDATE sizes SET units = units + 1", "UPDATE sizes SET units = units - 1", -1, "sizes.units"},
		{"a line's flows", "UPDATE lines SET flows = flows + 1", "UPDATE lines SET flows = flows - 1", -1, "lines.flows"},
		{"a party's units", "UPDATE parties SET units = units + 1", "UPDATE parties SET units = units - 1", -1, "parties.units"},
		{"a party's name", "UPDATE parties SET name = '某公司'", "UPDATE parties SET name = '某学校'", -1, "parties.name"},
		{"evidence", "UPDATE evidence SET public = NOT public", "UPDATE evidence SET public = NOT public", -1, "evidence.public"},
		{"a designation", "UPDATE designations SET name = 'X' WHERE project = 4 AND id = 'books'", "UPDATE designations SET name = '图书' WHERE project = 4 AND id = 'books'", -1, "designations.name"},
		{"an asset", "UPDATE assets SET scale = scale + 1", "UPDATE assets SET scale = scale - 1", -1, "assets.scale"},
		{"the amount beside a record", "UPDATE records SET amount = amount + 1 WHERE idx = 477", "UPDATE records SET amount = amount - 1 WHERE idx = 477", 477, "records.amount"},
		{"the day beside a record", "UPDATE records SET occurred = occurred + 1 WHERE idx = 477", "UPDATE records SET occurred = occurred - 1 WHERE idx = 477", 477, "records.occurred"},
		{"the line beside a record", "UPDATE records SET line = line + 1 WHERE idx = 477", "UPDATE records SET line = line - 1 WHERE idx = 477", 477, "records.line"},
		{"the project beside a record", "UPDATE records SET project = project + 1 WHERE idx = 477", "UPDATE records SET project = project - 1 WHERE idx = 477", 477, "records.project"},
		{"the party beside a record", "UPDATE records SET party = 'X' WHERE party = '某学校'", "UPDATE records SET party = '某学校' WHERE party = 'X'", first(t, s, func(f *ledger.Flow) bool { return f.Party.Key() != "" }), "records.party"},
		{"a run that was taken", fmt.Sprintf("UPDATE takes SET hi = hi + 1 WHERE idx = %d", paid), fmt.Sprintf("UPDATE takes SET hi = hi - 1 WHERE idx = %d", paid), paid, "takes"},
		{"the place of a run", fmt.Sprintf("UPDATE takes SET at = at + 1 WHERE idx = %d", paid), fmt.Sprintf("UPDATE takes SET at = at - 1 WHERE idx = %d", paid), paid, "takes"},
		{"an opening", swapped, swapped, gift, "openings."},
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
	kept := fmt.Sprintf("CREATE TABLE kept AS SELECT * FROM openings WHERE idx = %d; DELETE FROM openings WHERE idx = %[1]d", gift)
	anchortest.Forge(t, s.Address, strings.Split(kept, "; ")...)
	r, err := audits["by itself"]()
	if must(t, err); r.Lost != 2 || !strings.Contains(r.Text(false), "2 openings are not in the database") {
		t.Errorf("with an opening that is gone: %s", r.Text(false))
	}
	anchortest.Forge(t, s.Address, "INSERT INTO openings SELECT * FROM kept", "DROP TABLE kept")
	anchortest.Tamper(t, s.Address, 477)
	_, err = audits["against blocks"]()
	var d *audit.Difference
	if !errors.As(err, &d) || d.Index != 477 || d.What != "record" || !strings.Contains(d.Want, `"p1"`) || !strings.Contains(d.Book, `"p2"`) {
		t.Errorf("an edited record: got %v", err)
	}
	_, err = audits["by itself"]() // its tiles still hold the leaf of what was there
	wantDifference(t, "an edited record, by itself", err, 477, "leaf")
	anchortest.Untamper(t, s.Address, 477)
}

// first is the first flow that is one.
func first(t *testing.T, s *scene, is func(*ledger.Flow) bool) int64 {
	t.Helper()
	for i, data := range s.Records() {
		r, err := record.Parse(data)
		must(t, err)
		if f, ok := r.What.(*ledger.Flow); ok && is(f) {
			return int64(i)
		}
	}
	t.Fatal("there is no such flow")
	return 0
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
