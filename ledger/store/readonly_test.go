package store_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/store"
)

// TestOpenRead: who opens a database to read it can write nothing to it.
func TestOpenRead(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		found(t, openBook(t, s))
		r, err := store.OpenRead(ctx, address)
		must(t, err)
		defer r.Close()
		want, err := s.Head(ctx)
		must(t, err)
		if have, err := r.Head(ctx); err != nil || have != want {
			t.Errorf("got %v %v, want %v", have, err, want)
		}
		if _, err := r.Begin(ctx); err == nil {
			t.Error("a transaction began")
		}
		if err := r.AddAPIKey(ctx, store.APIKey{ID: "x"}); err == nil {
			t.Error("a key was added")
		}
		for _, text := range []string{"INSERT INTO versions VALUES (7)", "CREATE TABLE x (y integer)"} {
			if err := r.DB().Exec(text).Error; err == nil || !strings.Contains(strings.ToLower(err.Error()), "read") {
				t.Errorf("%s: got %v", text, err)
			}
		}
		must(t, r.Close())
		must(t, r.Close())
	})
}

// TestChangedWhileRead: of a file that nobody had open, SQLite's locks do not tell that it is
// written to meanwhile; Close does. Who writes in a log beside it changes nothing of it.
func TestChangedWhileRead(t *testing.T) {
	address := "sqlite:" + t.TempDir() + "/book.db"
	path := strings.TrimPrefix(address, "sqlite:")
	s := openStore(t, address)
	found(t, openBook(t, s))
	must(t, s.Close())
	read := func(meanwhile func()) error {
		r, err := store.OpenRead(ctx, address)
		must(t, err)
		before, err := r.Head(ctx)
		must(t, err)
		meanwhile()
		if after, err := r.Head(ctx); err != nil || before != after {
			t.Errorf("the head was %v and is %v %v", before, after, err)
		}
		return r.Close()
	}
	must(t, read(func() {}))
	for _, ending := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(path + ending); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("there is a file %s: %v", ending, err)
		}
	}
	must(t, read(func() {
		s = openStore(t, address)
		do(t, openBook(t, s), gift(east, 100))
	}))
	must(t, s.Close())
	info, err := os.Stat(path)
	must(t, err)
	err = read(func() { must(t, os.Chtimes(path, time.Time{}, info.ModTime().Add(time.Second))) })
	if !errors.Is(err, &ledger.Error{Code: "database-changed"}) || ledger.KindOf(err) != ledger.Unavailable {
		t.Errorf("a file that was changed: got %v", err)
	}
}
