package anchor_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger/anchor/local"
)

// TestAgreed: an exception is agreed when both have said the same of a record, wherever
// in the ledger's list it stands, and not before.
func TestAgreed(t *testing.T) {
	s := newScene(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	l := s.loop(s.Store, s.ledger)
	leafOf := func(index int64) tlog.Hash { return tlog.Hash{1, byte(index)} }
	says := func(msp string, index int64, reason string) {
		t.Helper()
		_, err := s.ledger.Invoke(ctx, msp, "Except", fmt.Sprint(index), leafOf(index).String(), reason)
		must(t, err)
	}
	wants := func(index int64, agreed bool) {
		t.Helper()
		leaf, err := l.Agreed(ctx, index)
		if must(t, err); (leaf != nil) != agreed || agreed && *leaf != leafOf(index) {
			t.Errorf("of record %d: %v, want agreed %t", index, leaf, agreed)
		}
	}
	wants(7, false)
	for index := range int64(150) { // more than a page
		says(local.PlatformMSP, index, "误")
	}
	wants(149, false)
	says(local.RegulatorMSP, 149, "别的")
	wants(149, false)
	says(local.RegulatorMSP, 149, "误")
	wants(149, true)
	wants(148, false)
	says(local.RegulatorMSP, 0, "误")
	wants(0, true)
}
