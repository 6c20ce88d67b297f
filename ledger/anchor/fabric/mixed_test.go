package fabric_test

import (
	"errors"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/audit"
)

// TestMixed anchors 20,000 records of all kinds while they are written, reads the leaf of
// each of them back, and audits the book by the blocks alone. A record that is edited
// behind the server's back, the audit names.
func TestMixed(t *testing.T) {
	s := newScene(t)
	h := s.History(1)
	stop := s.run()
	h.Play(20_000)
	s.anchored()
	stop()
	s.wantOnce()
	report, err := s.audit()
	must(t, err)
	if report.Compared != "database" || report.Head.Size != s.Size() || report.Head.Breaches != 0 || len(report.Statements) != 4 {
		t.Errorf("the audit found %+v", report.Head)
	}
	t.Logf("%d records in %d batches", s.Size(), report.Batches)
	index := s.Size() / 2
	anchortest.Tamper(t, s.Address, index)
	_, err = s.audit()
	var d *audit.Difference
	if !errors.As(err, &d) || d.Index != index || ledger.KindOf(err) != ledger.Corrupt {
		t.Errorf("the audit finds %v, want record %d", err, index)
	}
}
