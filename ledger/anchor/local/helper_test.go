package local

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

const origin = "mingzhang.example/test"

var (
	ctx   = context.Background()
	noon  = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)
	quiet = slog.New(slog.DiscardHandler)
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t testing.TB, what string, err error, code string) {
	t.Helper()
	e := &ledger.Error{Code: code}
	if err == nil || !errorsIs(err, e) {
		t.Errorf("%s: got %v, want a refusal %q", what, err, code)
	}
}

// scribe writes a log whose records are organizations, to be anchored.
type scribe struct {
	testing.TB
	signer  note.Signer
	key     string
	edge    proof.Edge
	records [][]byte
	size    int64 // that is anchored
}

func newScribe(t testing.TB) *scribe {
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{1}, 32)), origin)
	must(t, err)
	s := &scribe{TB: t, key: vkey}
	s.signer, err = note.NewSigner(skey)
	must(t, err)
	return s
}

// write adds records to the log.
func (s *scribe) write(n int) {
	for range n {
		s.add(&ledger.Organization{Scheme: "US-EIN", Code: fmt.Sprint("00-", len(s.records)), Name: "组织", Kind: ledger.Charity})
	}
}

// add adds a record to the log.
func (s *scribe) add(what any) {
	data, err := record.Format(&record.Record{Index: int64(len(s.records)), Recorded: noon, By: ledger.Author{Org: 0, Key: "k"}, What: what})
	must(s, err)
	s.records = append(s.records, data)
	s.edge.Append([]tlog.Hash{record.Hash(data)})
}

// batch is all that was written since.
func (s *scribe) batch() []byte {
	cp, err := proof.Sign(proof.Checkpoint{Origin: origin, Size: s.edge.Size(), Root: s.edge.Root()}, s.signer)
	must(s, err)
	data, err := (&contract.Batch{First: s.size, Records: s.records[s.size:], Checkpoint: cp}).Marshal()
	must(s, err)
	return data
}

// anchor writes n records and anchors them.
func (s *scribe) anchor(l *Ledger, n int) *anchor.Committed {
	s.Helper()
	s.write(n)
	c, err := l.Submit(ctx, s.batch())
	must(s, err)
	s.size = int64(len(s.records))
	return c
}

func open(t testing.TB, dir string) *Ledger {
	t.Helper()
	l, err := Open(ctx, dir, Config{Origin: origin, Log: quiet})
	must(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

// begun is a ledger with a few blocks.
func begun(t testing.TB, batches int) (dir string, l *Ledger, s *scribe) {
	t.Helper()
	dir, s = t.TempDir(), newScribe(t)
	l = open(t, dir)
	must(t, l.Register(ctx, s.key))
	for range batches {
		s.anchor(l, 3)
	}
	return dir, l, s
}

// readAll gives how many blocks a folder has.
func readAll(dir string) (n int64, err error) {
	for b, err := range Reader(dir).Blocks(ctx, 0) {
		if err != nil {
			return n, err
		}
		if b.Number != n {
			return n, fmt.Errorf("block %d stands where %d should", b.Number, n)
		}
		n++
	}
	return n, nil
}

// copyDir copies a ledger's folder, without its state if so told.
func copyDir(t testing.TB, from string, state bool) string {
	t.Helper()
	to := t.TempDir()
	must(t, os.CopyFS(filepath.Join(to, "blocks"), os.DirFS(filepath.Join(from, "blocks"))))
	must(t, os.CopyFS(filepath.Join(to, "keys"), os.DirFS(filepath.Join(from, "keys"))))
	for _, name := range []string{"state.db", "state.db-wal"} {
		if data, err := os.ReadFile(filepath.Join(from, name)); err == nil && state {
			must(t, os.WriteFile(filepath.Join(to, name), data, 0o600))
		}
	}
	return to
}
