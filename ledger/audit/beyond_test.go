package audit_test

import (
	"fmt"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/audit"
)

// TestAheadOfBlocks: what a database has behind the last block follows the rules, and its
// tables hold it.
func TestAheadOfBlocks(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address, 300)
		anchored := s.Size()
		s.Play(300)
		r, err := s.blocks(s.database())
		if must(t, err); r.Head.Size != anchored || r.Ahead != s.Size()-anchored || r.Ahead == 0 || !r.Tables || r.Statements[0].At != anchored || r.Batches != r.Rows.Same || r.Head.Key != s.Key {
			t.Fatalf("got %+v", r)
		}
		if text := r.Text(false); !strings.Contains(text, "they follow the rules as well") || strings.Contains(text, "Not checked: the tables") {
			t.Errorf("the report: %s", text)
		}
		paid := fmt.Sprintf("(SELECT max(idx) FROM records WHERE amount > 0 AND idx > %d)", anchored)
		for name, c := range map[string]struct{ change, back, what string }{
			"a total":              {"UPDATE totals SET units = units + 1 WHERE pool = 2 AND line = 1", "UPDATE totals SET units = units - 1 WHERE pool = 2 AND line = 1", "CNY income"},
			"a head":               {"UPDATE pools SET laid = laid + 1 WHERE id = 2", "UPDATE pools SET laid = laid - 1 WHERE id = 2", "pool"},
			"a name":               {"UPDATE organizations SET name = 'X' WHERE idx = 1", "UPDATE organizations SET name = '甲慈善会' WHERE idx = 1", "organizations.name"},
			"an amount beside one": {"UPDATE records SET amount = amount + 1 WHERE idx = " + paid, "UPDATE records SET amount = amount - 1 WHERE idx = " + paid, "records.amount"},
		} {
			anchortest.Forge(t, s.Address, c.change)
			index := int64(-1)
			_, err := s.blocks(s.database())
			if c.what == "records.amount" {
				index = find(t, err)
			}
			wantDifference(t, name, err, index, c.what)
			anchortest.Forge(t, s.Address, c.back)
		}
		at := s.Size() - 1
		anchortest.Tamper(t, s.Address, at)
		if _, err := s.blocks(s.database()); ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("a record behind the blocks: got %v", err)
		}
		anchortest.Untamper(t, s.Address, at)
		_, err = s.blocks(s.database())
		must(t, err)
	})
}

// find is the record at which a difference is.
func find(t *testing.T, err error) int64 {
	t.Helper()
	d, ok := err.(*audit.Difference)
	if !ok {
		t.Fatalf("got %v", err)
	}
	return d.Index
}
