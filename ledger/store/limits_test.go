package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLimitsWrittenOut: no question has a value where it says how many rows it wants,
// because SQLite plans such a statement anew each time.
func TestLimitsWrittenOut(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources: %v", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, bound := range []string{"LIMIT " + "?", "LIMIT " + "@"} {
			if strings.Contains(string(text), bound) {
				t.Errorf("%s has %s", name, bound)
			}
		}
	}
}
