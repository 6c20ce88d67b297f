package book

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger/proof"
)

// TestKeeper: of many that save at once, the longest log is kept.
func TestKeeper(t *testing.T) {
	file := File(filepath.Join(t.TempDir(), "checkpoint"))
	if msg, err := file.Load(); msg != nil || err != nil {
		t.Fatalf("nothing saved: got %q, %v", msg, err)
	}
	checkpoint := func(size int64) []byte {
		return fmt.Appendf(nil, "%s\n— a b\n", proof.Checkpoint{Origin: "example.org/log", Size: size, Root: tlog.Hash{byte(size)}}.Text())
	}
	var wg sync.WaitGroup
	for size := range int64(50) {
		wg.Go(func() {
			if err := file.Save(checkpoint(size)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	msg, err := file.Load()
	if err != nil || sizeOf(msg) != 49 {
		t.Errorf("kept %d records, want 49 (%v)", sizeOf(msg), err)
	}
}
