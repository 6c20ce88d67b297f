package folder

import (
	"testing"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
)

// TestRotate: the next key stands beside the log's until a checkpoint bears both, and
// then takes its place.
func TestRotate(t *testing.T) {
	dir := t.TempDir()
	open := func() *Folder {
		f, err := Open(dir, "mingzhang.example/a")
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := open()
	if _, err := f.Finish(); ledger.KindOf(err) != ledger.Conflict || f.Next != nil {
		t.Errorf("without a next key: %v", err)
	}
	key, err := f.Rotate()
	again, err2 := open().Rotate()
	if err != nil || err2 != nil || key != again || key == f.LogKey {
		t.Fatalf("the next key is %q and then %q (%v, %v)", key, again, err, err2)
	}
	f = open()
	cp := proof.Checkpoint{Origin: f.Origin, Size: 0}
	publish := func(signers ...note.Signer) {
		msg, err := proof.Sign(cp, signers...)
		if err == nil {
			err = f.Keeper().Save(msg)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	publish(f.Signer)
	if _, err := f.Finish(); ledger.KindOf(err) != ledger.Conflict {
		t.Errorf("before a checkpoint bears both: %v", err)
	}
	publish(f.Signer, f.Next)
	if done, err := f.Finish(); err != nil || done != key {
		t.Fatalf("it ends with %q: %v", done, err)
	}
	if f = open(); f.LogKey != key || f.Next != nil || f.Signer.KeyHash() != f.Verifier.KeyHash() {
		t.Errorf("the log's key is %q, want %q", f.LogKey, key)
	}
}
