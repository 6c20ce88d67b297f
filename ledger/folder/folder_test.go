package folder

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"mingzhang/ledger"
)

const origin = "mingzhang.example/test"

func TestOpen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if _, err := Open(dir, ""); !errors.Is(err, &ledger.Error{Code: "origin-missing"}) {
		t.Errorf("a new folder without a name: got %v", err)
	}
	first, err := Open(dir, origin)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Open(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if again.LogKey != first.LogKey || string(again.Secret) != string(first.Secret) || again.Origin != origin {
		t.Error("a folder that is opened again has other keys")
	}
	if _, err := Open(dir, "mingzhang.example/other"); !errors.Is(err, &ledger.Error{Code: "origin-other"}) {
		t.Errorf("another name: got %v", err)
	}
}

// TestName: what cannot be the name of a log makes no folder.
func TestName(t *testing.T) {
	for _, name := range []string{"bad origin with space", "a+b", "tab\there", "line\nbreak", "\u3000", "bad\xffbytes"} {
		dir := filepath.Join(t.TempDir(), "data")
		if _, err := Open(dir, name); !errors.Is(err, &ledger.Error{Code: "origin-unreadable"}) {
			t.Errorf("%q: got %v, want origin-unreadable", name, err)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%q: something was written", name)
		}
		if _, err := Open(dir, origin); err != nil {
			t.Errorf("a good name after %q: %v", name, err)
		}
	}
}

// TestLost: a folder without one of its files is refused, not made anew.
func TestLost(t *testing.T) {
	for _, c := range []struct {
		name, code string
		harm       func(dir string) error
	}{
		{"no secret", "folder-broken", func(dir string) error { return os.Remove(filepath.Join(dir, secretFile)) }},
		{"no signing key", "folder-broken", func(dir string) error { return os.Remove(filepath.Join(dir, signerFile)) }},
		{"a cut signing key", "folder-broken", func(dir string) error { return os.Truncate(filepath.Join(dir, signerFile), 30) }},
		{"an empty secret", "folder-broken", func(dir string) error { return os.Truncate(filepath.Join(dir, secretFile), 0) }},
		{"a secret that others read", "folder-open", func(dir string) error { return os.Chmod(filepath.Join(dir, secretFile), 0o640) }},
	} {
		dir := t.TempDir()
		if _, err := Open(dir, origin); err != nil {
			t.Fatal(err)
		}
		if err := c.harm(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, origin); !errors.Is(err, &ledger.Error{Code: c.code}) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.code)
		}
	}
}

// TestTogether: programs that make the same folder at once end with the same keys.
func TestTogether(t *testing.T) {
	dir := t.TempDir()
	folders := make([]*Folder, 16)
	var wg sync.WaitGroup
	for i := range folders {
		wg.Go(func() {
			f, err := Open(dir, origin)
			if err != nil {
				t.Error(err)
			}
			folders[i] = f
		})
	}
	wg.Wait()
	for _, f := range folders {
		if f == nil || f.LogKey != folders[0].LogKey || string(f.Secret) != string(folders[0].Secret) {
			t.Fatal("two programs have different keys")
		}
	}
}
