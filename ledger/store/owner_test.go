package store_test

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/store"
)

// TestClaim: a database is of one log and one secret, which are those of whoever opens it
// first; what has records already is claimed only by who has published them.
func TestClaim(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		found(t, openBook(t, s))
		first := store.Owner{Origin: origin, Mark: []byte{1, 2}}
		claim := func(name string, o store.Owner, published bool, code string) {
			t.Helper()
			if err := s.Claim(ctx, o, published); code == "" && err != nil || code != "" && !errors.Is(err, &ledger.Error{Code: code}) {
				t.Errorf("%s: got %v, want %q", name, err, code)
			}
		}
		claim("a new folder on an older database", first, false, "database-unclaimed")
		claim("the folder that published it", first, true, "")
		claim("the same again", first, false, "")
		claim("another secret", store.Owner{Origin: origin, Mark: []byte{1, 3}}, true, "database-other")
		claim("another log", store.Owner{Origin: "mingzhang.example/other", Mark: []byte{1, 2}}, true, "database-other")
		for _, text := range []string{"UPDATE log_owner SET origin = 'x'", "DELETE FROM log_owner", "INSERT INTO log_owner SELECT 2, origin, mark FROM log_owner"} {
			if err := s.Tamper(text); err == nil {
				t.Errorf("%s was done", text)
			}
		}
	})
}

// TestClaimTogether: of several folders that open an empty database at once one has it.
func TestClaimTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		had := make(chan byte, 6)
		var wg sync.WaitGroup
		for i := range byte(6) {
			wg.Go(func() {
				err := s.Claim(ctx, store.Owner{Origin: origin, Mark: []byte{i}}, false)
				if err == nil {
					had <- i
				} else if !errors.Is(err, &ledger.Error{Code: "database-other"}) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(had) != 1 {
			t.Fatalf("%d folders have the database", len(had))
		}
		must(t, s.Claim(ctx, store.Owner{Origin: origin, Mark: []byte{<-had}}, false))
	})
}

// TestEmpty: what has tables is not empty, and a file that is not there stays so.
func TestEmpty(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		must(t, store.Empty(ctx, address))
		openStore(t, address)
		if err := store.Empty(ctx, address); !errors.Is(err, &ledger.Error{Code: "database-taken"}) {
			t.Errorf("got %v, want database-taken", err)
		}
	})
	file := filepath.Join(t.TempDir(), "book.db")
	must(t, store.Empty(ctx, "sqlite:"+file))
	if store.There("sqlite:" + file) {
		t.Error("a file was made")
	}
}
