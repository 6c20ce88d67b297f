package store_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
)

// TestPrivateFile: the database holds what the seals hide, and so do the files beside
// it: only their owner reads them.
func TestPrivateFile(t *testing.T) {
	dir := t.TempDir()
	found(t, openBook(t, openStore(t, "sqlite:"+filepath.Join(dir, "book.db"))))
	files, err := filepath.Glob(filepath.Join(dir, "book.db*"))
	must(t, err)
	if len(files) < 2 {
		t.Fatalf("files %v, want the database and its log", files)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		must(t, err)
		if mode := info.Mode().Perm(); mode != fs.FileMode(0o600) {
			t.Errorf("%s has mode %o, want 600", filepath.Base(file), mode)
		}
	}
}

// TestOpenTogether: programs that start at once on a new database migrate it once.
func TestOpenTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				s, err := store.Open(ctx, address)
				if err != nil {
					t.Error(err)
					return
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}

// TestNewerDatabase: a program does not touch what a newer one has migrated.
func TestNewerDatabase(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		must(t, s.Tamper("INSERT INTO versions VALUES (1000)"))
		must(t, s.Close())
		if _, err := store.Open(ctx, address); err == nil || !strings.Contains(err.Error(), "use a newer program") {
			t.Errorf("a newer database: got %v, want a refusal", err)
		}
	})
}

// TestOrganizationInTheSameList: what one line registers, the next may use, however the
// lines are grouped; and a refused list leaves nothing of it behind.
func TestOrganizationInTheSameList(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		do(t, b, gift(east, 100))
		holder := checkLog(t, s)
		list := func(amount int64) []book.Request {
			return []book.Request{
				ask(book.RegisterOrganization{USCC: uscc(50), Name: "丁服务站", Kind: ledger.Partner}, ""),
				ask(book.Transfer{From: book.PoolRef{Project: east}, To: book.PoolRef{Project: east, Holder: &holder}, Asset: "CNY", Amount: amount, Occurred: "2026-11-20"}, ""),
			}
		}
		results, err := b.SubmitAll(ctx, list(101), true)
		must(t, err)
		wantCode(t, "an atomic list that spends too much", results[1].Err, "pool-shortfall")
		_, err = b.Submit(ctx, list(1)[1])
		wantCode(t, "a holder of the refused list", err, "no-such-organization")
		results, err = b.SubmitAll(ctx, list(60), false)
		must(t, err)
		for i, r := range results {
			if r.Err != nil {
				t.Errorf("line %d: %v", i, r.Err)
			}
		}
		audit(t, s)
	})
}
