package anchortest

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger/anchor"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
)

// Quiet writes nothing.
var Quiet = slog.New(slog.DiscardHandler)

// Must ends the test where there is an error.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// patience is how long a condition may take: it ends a hang, on a slow and busy machine too.
const patience = 5 * time.Minute

// Eventually waits for a condition.
func Eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	pace := time.NewTicker(5 * time.Millisecond)
	defer pace.Stop()
	for deadline := time.Now().Add(patience); !is(); <-pace.C {
		if time.Now().After(deadline) {
			t.Fatalf("not in %s: %s", patience, what)
		}
	}
}

// Scene is a book on a database.
type Scene struct {
	testing.TB
	Address string // of the database
	Key     string // the log's verifier key
	Store   *store.Store
	Config  book.Config
	Book    *book.Book
}

// Key makes a key of a log; the same seed makes the same one.
func Key(t testing.TB, origin string, seed byte) (note.Signer, note.Verifier, string) {
	t.Helper()
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 32)), origin)
	Must(t, err)
	signer, err := note.NewSigner(skey)
	Must(t, err)
	verifier, err := note.NewVerifier(vkey)
	Must(t, err)
	return signer, verifier, vkey
}

// Open opens the book of a log on a database; its checkpoint is kept in a folder.
func Open(t testing.TB, address, dir, origin string) *Scene {
	t.Helper()
	s := &Scene{TB: t, Address: address, Store: OpenStore(t, address)}
	s.Config = book.Config{Store: s.Store, Origin: origin, Secret: bytes.Repeat([]byte{7}, 32), Keeper: book.File(filepath.Join(dir, "checkpoint")), Log: Quiet}
	s.Config.Signer, s.Config.Verifier, s.Key = Key(t, origin, 1)
	s.OpenBook()
	return s
}

// OpenStore opens a database until the test ends.
func OpenStore(t testing.TB, address string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), address)
	Must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// OpenBook opens the book, also anew after it was closed.
func (s *Scene) OpenBook() {
	s.Helper()
	b, err := book.Open(context.Background(), s.Config)
	Must(s, err)
	s.Cleanup(func() { b.Close() })
	s.Book = b
}

// Loop is what a loop over a ledger is made of.
func (s *Scene) Loop(l anchor.Ledger) anchor.Config {
	return anchor.Config{Store: s.Store, Ledger: l, Origin: s.Config.Origin, Verifier: s.Config.Verifier, Checkpoint: s.Book.Checkpoint,
		Sign: s.Book.Sign, Patience: 20 * time.Second, Log: Quiet}
}

// Head is the end of the log.
func (s *Scene) Head() book.Head {
	s.Helper()
	head, err := s.Store.Head(context.Background())
	Must(s, err)
	return head
}

// Size is how many records the log has.
func (s *Scene) Size() int64 {
	s.Helper()
	return s.Head().Size
}

// Records are all of them.
func (s *Scene) Records() [][]byte {
	s.Helper()
	records, err := s.Store.Range(context.Background(), 0, s.Size())
	Must(s, err)
	return records
}

// Published waits until everything recorded is in the published checkpoint.
func (s *Scene) Published() {
	s.Helper()
	Eventually(s, "everything is published", func() bool {
		msg := s.Book.Checkpoint()
		if msg == nil {
			return false
		}
		cp, _, err := proof.OpenCheckpoint(msg, s.Config.Origin, s.Config.Verifier)
		Must(s, err)
		return cp.Size == s.Size()
	})
}
