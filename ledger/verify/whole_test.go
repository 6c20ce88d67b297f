package verify_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/verify"
)

// TestWhole: a whole log is proven on its server and from a copy, with and without the
// permissioned ledger.
func TestWhole(t *testing.T) {
	s := open(t)
	copied := s.tiled(t, s.records(t))
	for name, place := range map[string]string{"server": s.URL + "/", "copy": copied} {
		for ledgerIs, trust := range map[string]verify.Trust{"alone": s.trust(t), "with the ledger": s.withLedger(t)} {
			t.Run(name+" "+ledgerIs, func(t *testing.T) {
				r, err := verify.Run(t.Context(), place, verify.Options{}, trust)
				must(t, err)
				wantSaid(t, r, at("%d records", len(s.records(t))), "从头至尾符合规则", "no witness is given")
			})
		}
	}
}

// TestWholeRefuted changes one byte of a copy, in its turn everywhere.
func TestWholeRefuted(t *testing.T) {
	s := open(t)
	records := s.records(t)
	copied := s.tiled(t, records)
	harm := func(name string, at int) func(t *testing.T) {
		return func(t *testing.T) {
			path := filepath.Join(copied, filepath.FromSlash(name))
			good, err := os.ReadFile(path)
			must(t, err)
			bad := append([]byte(nil), good...)
			bad[at] ^= 1
			must(t, os.WriteFile(path, bad, 0o600))
			defer os.WriteFile(path, good, 0o600)
			for _, trust := range []verify.Trust{s.trust(t), s.withLedger(t)} {
				if _, err := verify.Run(t.Context(), copied, verify.Options{}, trust); ledger.KindOf(err) != ledger.Corrupt {
					t.Errorf("got %v, want a refutation", err)
				}
			}
		}
	}
	t.Run("a record", harm("tile/entries/003", 400))
	t.Run("the last record", harm(lastFile(t, copied, "tile/entries"), 30))
	t.Run("a length", harm("tile/entries/000", 1))
	t.Run("a leaf", harm("tile/0/002", 77))
	t.Run("a root", harm(lastFile(t, copied, "tile/1"), 5))
	t.Run("the signed root", harm("checkpoint", len(s.folder.Origin)+8))
	t.Run("missing", func(t *testing.T) {
		must(t, os.Remove(filepath.Join(copied, "tile", "entries", "001")))
		if _, err := verify.Run(t.Context(), copied, verify.Options{}, s.trust(t)); err == nil || ledger.KindOf(err) == ledger.Corrupt {
			t.Errorf("got %v, want that it could not be checked", err)
		}
	})
}

// lastFile is the partial tile of a level.
func lastFile(t *testing.T, dir, level string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, level, "*.p", "*"))
	must(t, err)
	if len(found) != 1 {
		t.Fatalf("%s has the partial tiles %v", level, found)
	}
	return strings.TrimPrefix(found[0], dir+"/")
}
