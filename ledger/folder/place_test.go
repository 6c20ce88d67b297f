package folder

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if !errors.Is(err, &ledger.Error{Code: code}) {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

// databases are an address of each kind, empty.
func databases(t *testing.T) map[string]string {
	return map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "book.db"), "postgres": pgtest.DSN(t)}
}

// opened makes a book at a place, and opens it once.
func opened(t *testing.T, p Place) *Folder {
	t.Helper()
	o, err := p.Make(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := book.Open(t.Context(), o.Config(nil))
	if err == nil {
		err = errors.Join(b.Close(), o.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return o.Folder
}

// publish has a folder know a log of some records.
func publish(t *testing.T, f *Folder, size int64) {
	t.Helper()
	msg, err := proof.Sign(proof.Checkpoint{Origin: f.Origin, Size: size}, f.Signer)
	if err == nil {
		err = f.Published().Save(msg)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoBook: what opens a book makes none, whatever name it is given.
func TestNoBook(t *testing.T) {
	empty, none := t.TempDir(), filepath.Join(t.TempDir(), "tpyo")
	for _, dir := range []string{empty, none} {
		p := Place{Data: dir, Origin: origin, Database: "sqlite:" + filepath.Join(empty, "book.db")}
		_, err := p.Open(t.Context())
		wantCode(t, "open", err, "no-book")
		_, err = p.Behind(t.Context())
		wantCode(t, "open what is behind", err, "no-book")
	}
	if left, _ := os.ReadDir(empty); len(left) > 0 {
		t.Errorf("in the empty folder lie %v", left)
	}
	if _, err := os.Stat(none); err == nil {
		t.Error("a folder was made")
	}
}

// TestForgotten: a folder that has published records is not opened with a database that
// lacks them, and where there is none no file is made.
func TestForgotten(t *testing.T) {
	for kind, address := range databases(t) {
		t.Run(kind, func(t *testing.T) {
			p := Place{Data: filepath.Join(t.TempDir(), "data"), Origin: origin, Database: address}
			f := opened(t, p)
			publish(t, f, 32)
			forgotten := Place{Data: p.Data}
			for _, at := range []Place{p, forgotten} {
				_, err := at.Open(t.Context())
				wantCode(t, "open", err, "store-behind")
				_, err = at.Make(t.Context())
				wantCode(t, "make", err, "store-behind")
			}
			if _, err := os.Stat(f.Database()); err == nil {
				t.Error("a database was made")
			}
			empty := pgtest.DSN(t)
			_, err := Place{Data: p.Data, Database: empty}.Open(t.Context())
			wantCode(t, "open on an empty database", err, "store-behind")
			if err := store.Empty(t.Context(), empty); err != nil {
				t.Errorf("a backup cannot be restored any more: %v", err)
			}
			o, err := p.Behind(t.Context())
			if err != nil {
				t.Fatalf("for who brings records back: %v", err)
			}
			if err := o.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestTwoFolders: a database is that of one folder, and another one is told so.
func TestTwoFolders(t *testing.T) {
	for kind, address := range databases(t) {
		t.Run(kind, func(t *testing.T) {
			p := Place{Data: filepath.Join(t.TempDir(), "data"), Origin: origin, Database: address}
			opened(t, p)
			for _, name := range []string{origin, "mingzhang.example/other"} {
				other := Place{Data: filepath.Join(t.TempDir(), "data"), Origin: name, Database: address}
				_, err := other.Make(t.Context())
				wantCode(t, name, err, "database-other")
				_, err = other.Open(t.Context())
				wantCode(t, name, err, "database-other")
			}
			opened(t, p)
		})
	}
}
