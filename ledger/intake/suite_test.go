package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

var ctx = context.Background()

var noon = time.Date(2026, 11, 20, 4, 0, 0, 0, time.UTC)

// scene is a book with a charity and a project, ready for lists.
type scene struct {
	t       testing.TB
	address string
	store   *store.Store
	config  book.Config
	folder  string
	project int64
	said    bytes.Buffer
}

func newScene(t testing.TB, address string) *scene {
	t.Helper()
	s := &scene{t: t, folder: t.TempDir()}
	s.open(address)
	b, err := book.Open(ctx, s.config)
	must(t, err)
	for _, what := range []any{
		book.RegisterOrganization{USCC: "51440100000000001B", Name: "某平台", Kind: ledger.Platform},
		book.RegisterOrganization{USCC: "531100006684027126", Name: "某慈善会", Kind: ledger.Charity, PublicFundraising: true},
		book.RegisterProject{Organization: "531100006684027126", Name: "某项目", Filing: "531100006684027126A20001", Kind: ledger.Campaign, Cause: "relief", Place: "420100"},
	} {
		a, err := b.Submit(ctx, book.Request{By: author, What: what})
		must(t, err)
		s.project = a.Index
	}
	must(t, b.Close())
	return s
}

// open opens the database of a scene.
func (s *scene) open(address string) {
	s.t.Helper()
	var err error
	s.address = address
	s.store, err = store.Open(ctx, address)
	must(s.t, err)
	s.t.Cleanup(func() { s.store.Close() })
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{1}, 32)), "mingzhang.example/test")
	must(s.t, err)
	signer, err := note.NewSigner(skey)
	must(s.t, err)
	verifier, err := note.NewVerifier(vkey)
	must(s.t, err)
	s.config = book.Config{Store: s.store, Origin: "mingzhang.example/test", Secret: bytes.Repeat([]byte{7}, 32), Signer: signer, Verifier: verifier,
		Keeper: book.File(filepath.Join(s.folder, "checkpoint")), Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler)}
}

func onSQLite(t testing.TB) *scene {
	t.Helper()
	return newScene(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
}

func onPostgres(t testing.TB) *scene {
	t.Helper()
	return newScene(t, pgtest.DSN(t))
}

func (s *scene) parts(out io.Writer) Parts {
	return Parts{Book: s.config, Store: s.store, Profiles: filepath.Join(s.folder, "profiles"), Out: out}
}

// take imports, and gives what came of it and what was said.
func (s *scene) take(kind Kind, flags Flags) (*Summary, string, error) {
	s.t.Helper()
	var out bytes.Buffer
	flags.Project = s.project
	summary, err := Import(ctx, kind, flags, s.parts(&out))
	return summary, out.String(), err
}

// want imports and checks the counts: rows, added, present, refused, empty.
func (s *scene) want(kind Kind, flags Flags, counts ...int64) *Summary {
	s.t.Helper()
	got, said, err := s.take(kind, flags)
	if got == nil {
		s.t.Fatal(err)
		return nil
	}
	if refused := errors.Is(err, &ledger.Error{Code: "rows-refused"}); err != nil && !refused || refused != (counts[3] > 0) {
		s.t.Fatalf("%v\n%s", err, said)
	}
	if g := []int64{got.Rows, got.Added, got.Present, got.Refused, got.Empty}; fmt.Sprint(g) != fmt.Sprint(counts) {
		s.t.Fatalf("got %v, want %v\n%s", g, counts, said)
	}
	return got
}

// size is how many records the log has.
func (s *scene) size() int64 {
	s.t.Helper()
	head, err := s.store.Head(ctx)
	must(s.t, err)
	return head.Size
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func writeFile(path, content string) error { return os.WriteFile(path, []byte(content), 0o600) }

// write puts a file into the scene's folder.
func (s *scene) write(name, content string) string {
	s.t.Helper()
	path := filepath.Join(s.folder, name)
	must(s.t, writeFile(path, content))
	return path
}

// lines makes the text of a file of lines.
func lines(rows ...string) string { return strings.Join(rows, "\n") + "\n" }

// first is the first record after those that a scene begins with.
func (s *scene) first() int64 {
	head := s.project + 3 // the project, its plan and its status
	return head
}

// after is told of commits and does something when they have added so many records.
func (s *scene) after(n int, do func()) func(int, time.Duration, error) {
	sum := 0
	return func(records int, _ time.Duration, _ error) {
		if sum += records; sum >= n {
			do()
		}
	}
}

// gifts makes up a list of n gifts, each of another amount.
func gifts(n int) string {
	var out strings.Builder
	out.WriteString("date,amount,donor_display,serial\n")
	for i := range n {
		fmt.Fprintf(&out, "2020-01-%02d,%d.%02d,某*,T%012d\n", 1+i%28, 1+i/100, i%100, i)
	}
	return out.String()
}
