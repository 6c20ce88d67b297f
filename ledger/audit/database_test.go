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
		{"a record beyond the end", "INSERT INTO records (idx, bytes, type, project, line, amount, occurred) SELECT 999999, bytes, type, project, line, amount, occurred FROM records WHERE idx = 477", "DELETE FROM records WHERE idx = 999999", -1, "records"},
		{"a record before the first", "INSERT INTO records (idx, bytes, type, project, line, amount, occurred) SELECT -5, bytes, type, project, line, amount, occurred FROM records WHERE idx = 477", "DELETE FROM records WHERE idx = -5", -1, "records"},
		{"a run of no record", "INSERT INTO takes VALUES (777, 1, 2, 999999, 0)", "DELETE FROM takes WHERE idx = 999999", -1, "takes"},
		{"an opening of no record", "INSERT INTO openings VALUES (999999, NULL, NULL)", "DELETE FROM openings WHERE idx = 999999", -1, "openings"},
		{"a pool of no project", "INSERT INTO pools (project, holder, designation, asset, laid, next, holed, income, incomes, spent, payments) VALUES (99999, 1, 'general', 'CNY', 5, 0, 0, 0, 0, 0, 0)", "DELETE FROM pools WHERE project = 99999", -1, "pools"},
		{"a hole too many", "INSERT INTO holes VALUES (2, 900000000000, 900000000001)", "DELETE FROM holes WHERE lo = 900000000000", -1, "holes"},
		{"a hole of no pool", "INSERT INTO holes VALUES (777, 1, 2)", "DELETE FROM holes WHERE pool = 777", -1, "holes"},
		{"a hole elsewhere", "UPDATE holes SET pool = pool + 1000", "UPDATE holes SET pool = pool - 1000", -1, "holes"},
		{"lost holes", "CREATE TABLE aside AS SELECT * FROM holes; DELETE FROM holes", "INSERT INTO holes SELECT * FROM aside; DROP TABLE aside", -1, "holes"},
		{"something undone", "UPDATE undone SET units = units + 1", "UPDATE undone SET units = units - 1", -1, "undone"},
		{"something undone too many", "INSERT INTO undone VALUES (1, 5)", "DELETE FROM undone WHERE idx = 1", -1, "undone"},
		{"nothing undone", "CREATE TABLE aside AS SELECT * FROM undone; DELETE FROM undone", "INSERT INTO undone SELECT * FROM aside; DROP TABLE aside", -1, "undone"},
		{"a number for nothing", "UPDATE records SET of = -1099511627776 WHERE idx = 2", "UPDATE records SET of = NULL WHERE idx = 2", 2, "records.of"},
		{"an empty party for none", "UPDATE records SET party = '' WHERE idx = 2", "UPDATE records SET party = NULL WHERE idx = 2", 2, "records.party"},
		{"a filing number for none", "UPDATE projects SET filing = '<nil>' WHERE idx = 4", "UPDATE projects SET filing = NULL WHERE idx = 4", -1, "projects.filing"},
		{"when the log ended", "UPDATE log_head SET recorded = recorded + 1000000000", "UPDATE log_head SET recorded = recorded - 1000000000", -1, "log_head.recorded"},
		{"a tile too many", "INSERT INTO tiles SELECT 0, 88888, hashes FROM tiles WHERE level = 0 AND number = 0", "DELETE FROM tiles WHERE number = 88888", -1, "tiles"},
		{"an index of no leaves", "INSERT INTO leaf_runs VALUES (5, NULL)", "DELETE FROM leaf_runs WHERE slot = 5", -1, "leaf_runs"},
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

// TestMistyped: SQLite keeps a text as bytes, or a word among numbers, where it is told
// so. Nobody finds such a row any more, and a key may stand there twice.
func TestMistyped(t *testing.T) {
	s := newScene(t, file(t), 300)
	for _, c := range []struct{ name, change, back string }{
		{"an asset", "UPDATE assets SET id = CAST(id AS BLOB)", "UPDATE assets SET id = CAST(id AS TEXT)"},
		{"an asset twice", "INSERT INTO assets SELECT CAST(id AS BLOB), class, name, unit, scale FROM assets", "DELETE FROM assets WHERE typeof(id) = 'blob'"},
		{"a designation twice for a lost one", "CREATE TABLE aside AS SELECT * FROM designations WHERE id = 'books' AND project = 4; DELETE FROM designations WHERE id = 'books' AND project = 4; " +
			"INSERT INTO designations SELECT project, CAST(id AS BLOB), name, class FROM designations WHERE project = 8 AND id = 'books'",
			"DELETE FROM designations WHERE typeof(id) = 'blob'; INSERT INTO designations SELECT * FROM aside; DROP TABLE aside"},
		{"an organization's code", "UPDATE organizations SET code = CAST(code AS BLOB) WHERE idx = 1", "UPDATE organizations SET code = CAST(code AS TEXT) WHERE idx = 1"},
		{"an amount", "UPDATE records SET amount = CAST(amount AS BLOB) WHERE line = 1", "UPDATE records SET amount = CAST(CAST(amount AS TEXT) AS INTEGER) WHERE line = 1"},
		{"a scale", "UPDATE assets SET scale = 'abc' || scale", "UPDATE assets SET scale = CAST(substr(scale, 4) AS INTEGER)"},
		{"a truth of 2", "UPDATE organizations SET fundraising = 2 WHERE fundraising", "UPDATE organizations SET fundraising = 1 WHERE fundraising"},
		{"the bytes of records", "UPDATE records SET bytes = CAST(bytes AS TEXT)", "UPDATE records SET bytes = CAST(bytes AS BLOB)"},
		{"a pool", "UPDATE pools SET designation = CAST(designation AS BLOB) WHERE id = 2", "UPDATE pools SET designation = CAST(designation AS TEXT) WHERE id = 2"},
		{"parties", "UPDATE records SET party = CAST(party AS BLOB)", "UPDATE records SET party = CAST(party AS TEXT)"},
		{"openings", "UPDATE openings SET public = CAST(public AS TEXT)", "UPDATE openings SET public = CAST(public AS BLOB)"},
	} {
		anchortest.Forge(t, s.Address, strings.Split(c.change, "; ")...)
		for name, run := range map[string]func() (*audit.Report, error){"by itself": s.log, "against blocks": func() (*audit.Report, error) { return s.blocks(s.database()) }} {
			if _, err := run(); ledger.KindOf(err) != ledger.Corrupt {
				t.Errorf("%s, %s: got %v", c.name, name, err)
			}
		}
		anchortest.Forge(t, s.Address, strings.Split(c.back, "; ")...)
		if _, err := s.log(); err != nil {
			t.Fatalf("%s, put back: %v", c.name, err)
		}
	}
}

// TestErasedAgain: an opening that a record erased, and that somebody put back, is found.
func TestErasedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address, 50)
		gift := first(t, s, func(f *ledger.Flow) bool { return f.Kind == ledger.Donation })
		anchortest.Forge(t, s.Address, fmt.Sprintf("CREATE TABLE aside AS SELECT * FROM openings WHERE idx = %d", gift))
		for _, seal := range []record.Seal{record.Public, record.Private} {
			s.Do(book.Erase{Of: gift, Seal: seal, Basis: "pipl-47"})
			r, err := s.log()
			if must(t, err); r.Lost != 0 {
				t.Errorf("%d openings are lost", r.Lost)
			}
			anchortest.Forge(t, s.Address, fmt.Sprintf("UPDATE openings SET %[1]s = (SELECT %[1]s FROM aside) WHERE idx = %[2]d", seal, gift))
			_, err = s.log()
			wantDifference(t, string(seal), err, gift, "openings")
			anchortest.Forge(t, s.Address, fmt.Sprintf("UPDATE openings SET %s = NULL WHERE idx = %d", seal, gift))
		}
	})
}

// TestWhileRunning: a database that is written to meanwhile is audited up to one moment,
// with all its tables.
func TestWhileRunning(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address, 300)
		stop, done := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			for {
				select {
				case <-stop:
					return
				default:
					_, err := s.Book.Submit(ctx, book.Request{By: anchortest.Platform, What: book.Income{PoolRef: book.PoolRef{Project: 4}, Asset: "CNY", Amount: 3, Occurred: anchortest.Day,
						Donor: &book.Party{Kind: ledger.Organized, Name: "某公司"}}})
					if err != nil {
						t.Error(err)
						return
					}
				}
			}
		}()
		for range 5 {
			before := s.Size()
			r, err := s.log()
			if err != nil || !r.Tables || r.Head.Size < before || r.Ahead != 0 {
				t.Errorf("got %+v %v", r, err)
			}
		}
		close(stop)
		<-done
	})
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
