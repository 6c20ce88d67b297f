package fabric_test

import (
	"database/sql"
	"errors"
	"fmt"
	"testing"

	_ "github.com/glebarez/go-sqlite"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
)

// TestMixed anchors 20,000 records of all kinds while they are written, reads each of
// them back, and audits the book by the blocks alone. A record that is edited behind
// the server's back, the audit names.
func TestMixed(t *testing.T) {
	s := newScene(t)
	h := s.history(1)
	stop := s.run()
	h.play(20_000)
	s.anchored()
	stop()
	s.wantOnce()
	trust := anchor.Trust{Origin: s.origin, Key: s.key}
	report, err := anchor.Audit(ctx, s.Client, trust, s.store)
	must(t, err)
	if !report.Compared || report.Head.Size != s.size() || report.Head.Breaches != 0 || len(report.Statements) != 4 {
		t.Errorf("the audit found %+v", report.Head)
	}
	t.Logf("%d records in %d batches", s.size(), report.Batches)
	index := s.size() / 2
	s.tamper(index)
	_, err = anchor.Audit(ctx, s.Client, trust, s.store)
	var d *anchor.Difference
	if !errors.As(err, &d) || d.Index != index || ledger.KindOf(err) != ledger.Corrupt {
		t.Errorf("the audit finds %v, want record %d", err, index)
	}
}

// tamper edits a record as somebody would who has the database in their hands.
func (s *scene) tamper(index int64) {
	s.Helper()
	db, err := sql.Open("sqlite", "file:"+s.file+"?_pragma=busy_timeout(10000)")
	must(s, err)
	defer db.Close()
	var triggers []string
	rows, err := db.Query("SELECT name FROM sqlite_master WHERE type = 'trigger'")
	must(s, err)
	for rows.Next() {
		var name string
		must(s, rows.Scan(&name))
		triggers = append(triggers, "DROP TRIGGER "+name)
	}
	must(s, rows.Close())
	forgery := fmt.Sprintf(`UPDATE records SET bytes = CAST(replace(CAST(bytes AS TEXT), '"key":"p1"', '"key":"p2"') AS BLOB) WHERE idx = %d`, index)
	for _, text := range append(triggers, forgery) {
		_, err := db.Exec(text)
		must(s, err)
	}
}
