package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
)

const origin = "mingzhang.example/test"

// log is a book, and what its witnesses signed.
type testLog struct {
	signer   note.Signer
	verifier note.Verifier
	store    *store.Store
	dir      string
	n        int
	patience time.Duration // of the next client
}

func newLog(t *testing.T) *testLog {
	t.Helper()
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{1}, 32)), origin)
	must(t, err)
	l := &testLog{dir: t.TempDir(), patience: time.Minute}
	l.signer, err = note.NewSigner(skey)
	must(t, err)
	l.verifier, err = note.NewVerifier(vkey)
	must(t, err)
	l.store, err = store.Open(t.Context(), "sqlite:"+filepath.Join(l.dir, "book.db"))
	must(t, err)
	t.Cleanup(func() { l.store.Close() })
	return l
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open opens the book with witnesses. They have all the time they need, unless a test
// says otherwise: on a busy machine a word may come late that nobody held back.
func (l *testLog) open(t *testing.T, quorum int, programs ...*program) (*book.Book, error) {
	t.Helper()
	var flags []string
	for _, p := range programs {
		flags = append(flags, p.flag())
	}
	ws, err := ParseAll(origin, flags)
	must(t, err)
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	c, err := Open(Config{Witnesses: ws, Quorum: quorum, Origin: origin, Log: l.verifier, Store: l.store, Dir: filepath.Join(l.dir, "witnesses"), Patience: l.patience, Pause: 10 * time.Millisecond, Logger: quiet})
	must(t, err)
	c.http.Timeout = time.Hour
	t.Cleanup(func() { c.Close() })
	b, err := book.Open(t.Context(), book.Config{Store: l.store, Origin: origin, Secret: bytes.Repeat([]byte{7}, 32), Signer: l.signer, Verifier: l.verifier,
		Keeper: book.File(filepath.Join(l.dir, "checkpoint")), Log: quiet, Cosign: c.Cosign})
	if err == nil {
		t.Cleanup(func() { b.Close() })
	}
	return b, err
}

func (l *testLog) mustOpen(t *testing.T, quorum int, programs ...*program) *book.Book {
	t.Helper()
	b, err := l.open(t, quorum, programs...)
	must(t, err)
	return b
}

// grow records so many assets more; the first record is the platform.
func (l *testLog) grow(t *testing.T, b *book.Book, n int) {
	t.Helper()
	for range n {
		what := any(book.RegisterAsset{ID: ledger.AssetID(fmt.Sprintf("goods/item-%d", l.n)), Class: ledger.Goods, Name: "物资", Unit: "件"})
		if l.n++; l.n == 1 {
			what = book.RegisterOrganization{Scheme: "US-EIN", Code: "12-3456789", Name: "某平台", Kind: ledger.Platform}
		}
		_, err := b.Submit(t.Context(), book.Request{By: ledger.Author{Org: 0, Key: "p1"}, What: what})
		must(t, err)
	}
}

// published waits until a checkpoint of the whole log is published with the signatures
// of just these witnesses.
func published(t *testing.T, l *testLog, b *book.Book, size int64, by ...*program) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	var others []note.Verifier
	var want []string
	for _, p := range by {
		w, err := Parse(p.flag())
		must(t, err)
		others, want = append(others, w), append(want, p.name)
	}
	slices.Sort(want)
	for {
		msg := b.Checkpoint()
		cp, n, err := proof.OpenCheckpoint(msg, origin, l.verifier, others...)
		if err == nil && cp.Size == size {
			var got []string
			for _, s := range n.Sigs[1:] {
				got = append(got, s.Name)
			}
			if slices.Sort(got); slices.Equal(got, want) && len(n.UnverifiedSigs) == 0 {
				return
			}
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("the published checkpoint is %q (%v), want %d records with the signatures of %v", msg, err, size, want)
		}
	}
}

func TestParse(t *testing.T) {
	l := newLog(t)
	p := start(t, "w.example", l.verifier)
	vkey, _, _ := strings.Cut(p.flag(), " ")
	for _, good := range []string{vkey + " https://w.example", vkey + " http://127.0.0.1:7380/w/", "  " + vkey + "   https://w.example/ "} {
		if w, err := Parse(good); err != nil || strings.HasSuffix(w.URL, "/") || w.Name() != "w.example" {
			t.Errorf("%q: %+v, %v", good, w, err)
		}
	}
	for _, bad := range []string{"", vkey, "https://w.example " + vkey, vkey + " w.example", vkey + " ftp://w.example", vkey + " https://", vkey + " https://w.example/?a=b", "x" + vkey + " https://w.example"} {
		if _, err := Parse(bad); ledger.KindOf(err) != ledger.Invalid {
			t.Errorf("%q: got %v", bad, err)
		}
	}
	if _, err := ParseAll(origin, []string{p.flag(), p.flag()}); !errors.Is(err, &ledger.Error{Code: "witness-twice"}) {
		t.Errorf("a witness twice: %v", err)
	}
	own := start(t, origin, l.verifier)
	if _, err := ParseAll(origin, []string{own.flag()}); !errors.Is(err, &ledger.Error{Code: "witness-twice"}) {
		t.Errorf("a witness with the log's name: %v", err)
	}
	if _, err := Open(Config{Quorum: 1, Dir: t.TempDir()}); !errors.Is(err, &ledger.Error{Code: "quorum-range"}) {
		t.Errorf("a quorum of none: %v", err)
	}
}

// TestCosign: every checkpoint is published with the signatures of all witnesses, also
// after a restart, which begins where they are.
func TestCosign(t *testing.T) {
	l := newLog(t)
	w1, w2 := start(t, "w1.example", l.verifier), start(t, "w2.example", l.verifier)
	b := l.mustOpen(t, 0, w1, w2)
	for _, size := range []int64{1, 5, 300} {
		l.grow(t, b, int(size)-l.n)
		published(t, l, b, size, w1, w2)
	}
	must(t, b.Close())
	b = l.mustOpen(t, 0, w1, w2)
	published(t, l, b, 300, w1, w2)
	asked := w1.requests()
	if last := asked[len(asked)-1]; last != "old 300" {
		t.Errorf("after a restart the witness was asked from %q, want from 300", last)
	}
	l.grow(t, b, 1)
	published(t, l, b, 301, w1, w2)
	for _, w := range []*program{w1, w2} {
		if asked := w.requests(); asked[0] != "old 0" || slices.Contains(asked[1:], "old 0") {
			t.Errorf("%s was asked %v, want from the beginning once", w.name, asked)
		}
	}
}

// TestLostMemory: what a witness signed last is found out from itself.
func TestLostMemory(t *testing.T) {
	l := newLog(t)
	w := start(t, "w.example", l.verifier)
	b := l.mustOpen(t, 0, w)
	l.grow(t, b, 10)
	published(t, l, b, 10, w)
	must(t, b.Close())
	file := book.File(filepath.Join(l.dir, "witnesses", fmt.Sprintf("%08x", w.KeyHash())))
	must(t, file.Save([]byte(proof.Checkpoint{Origin: origin, Size: 99}.Text()+"\n— "+origin+" AAAA\n")))
	b = l.mustOpen(t, 0, w)
	l.grow(t, b, 1)
	published(t, l, b, 11, w)
	if !slices.Contains(w.requests(), "old 0") || w.size() != 11 {
		t.Errorf("asked %v, the witness is at %d", w.requests(), w.size())
	}
}

// TestDown: a witness that does not answer holds up nobody, and signs what is the
// latest when it is back.
func TestDown(t *testing.T) {
	for name, fault := range map[string]func(http.ResponseWriter, *http.Request, int) bool{
		"breaks off": func(http.ResponseWriter, *http.Request, int) bool { panic(http.ErrAbortHandler) },
		"is silent":  func(_ http.ResponseWriter, r *http.Request, _ int) bool { <-r.Context().Done(); return true },
		"is broken":  func(w http.ResponseWriter, _ *http.Request, _ int) bool { w.WriteHeader(500); return true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLog(t)
			l.patience = 100 * time.Millisecond // what a checkpoint waits for it, whose silence has no end
			good, bad := start(t, "good.example", l.verifier), start(t, "bad.example", l.verifier)
			bad.breaks(fault)
			b := l.mustOpen(t, 2, good, bad)
			for size := int64(1); size <= 3; size++ {
				l.grow(t, b, 1)
				published(t, l, b, size, good)
			}
			bad.breaks(nil)
			bad.CloseClientConnections()
			published(t, l, b, 3, good, bad)
		})
	}
}

// TestQuorum: a slow witness is not waited for where the others suffice, and its
// signature is added when it comes.
func TestQuorum(t *testing.T) {
	l := newLog(t)
	quick, slow := start(t, "quick.example", l.verifier), start(t, "slow.example", l.verifier)
	b := l.mustOpen(t, 1, quick, slow)
	l.grow(t, b, 1)
	published(t, l, b, 1, quick, slow)
	gate := make(chan struct{})
	slow.breaks(func(http.ResponseWriter, *http.Request, int) bool { <-gate; return false })
	l.grow(t, b, 1)
	published(t, l, b, 2, quick)
	close(gate)
	published(t, l, b, 2, quick, slow)
}

// TestContradiction: a book does not open against the word of a witness that knows more,
// or other records, and goes on where the word comes later.
func TestContradiction(t *testing.T) {
	grown := func(t *testing.T) (*testLog, *program) {
		l := newLog(t)
		w := start(t, "w.example", l.verifier)
		b := l.mustOpen(t, 0, w)
		l.grow(t, b, 10)
		published(t, l, b, 10, w)
		must(t, b.Close())
		return l, w
	}
	// older is a log with the same first records, as an old backup is.
	older := func(t *testing.T) *testLog {
		l := newLog(t)
		b := l.mustOpen(t, 0)
		l.grow(t, b, 4)
		must(t, b.Close())
		return l
	}
	t.Run("the witness has seen more", func(t *testing.T) {
		_, w := grown(t)
		_, err := older(t).open(t, 0, w)
		wantCode(t, err, "witness-ahead")
	})
	t.Run("it was seen to, and the witness is gone", func(t *testing.T) {
		l, w := grown(t)
		old := older(t)
		w.Close()
		l.store = old.store
		must(t, l.removeCheckpoint())
		_, err := l.open(t, 0, w)
		wantCode(t, err, "witness-ahead")
	})
	t.Run("the witness has seen other records", func(t *testing.T) {
		l, w := grown(t)
		w.forget(proof.Checkpoint{Origin: origin, Size: 7, Root: tlog.Hash{1}})
		_, err := l.open(t, 0, w)
		wantCode(t, err, "witness-fork")
		w.forget(proof.Checkpoint{Origin: origin, Size: 10, Root: tlog.Hash{1}})
		_, err = l.open(t, 0, w)
		wantCode(t, err, "witness-fork")
	})
	t.Run("the word comes later", func(t *testing.T) {
		l, w := grown(t)
		other := start(t, "other.example", l.verifier)
		b := l.mustOpen(t, 0, w, other)
		published(t, l, b, 10, w, other)
		w.forget(proof.Checkpoint{Origin: origin, Size: 99, Root: tlog.Hash{1}})
		l.grow(t, b, 1)
		published(t, l, b, 11, other)
	})
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if !errors.Is(err, &ledger.Error{Code: code}) {
		t.Errorf("got %v, want %s", err, code)
	}
}

// TestHostile: nothing that a witness answers spoils the checkpoint.
func TestHostile(t *testing.T) {
	l := newLog(t)
	stranger := start(t, "stranger.example", l.verifier)
	checkpoint := func(r *http.Request) proof.Checkpoint {
		body, _ := io.ReadAll(r.Body)
		_, msg, _ := bytes.Cut(body, []byte("\n\n"))
		cp, _, _ := proof.OpenCheckpoint(msg, origin, l.verifier)
		return cp
	}
	var evil *program
	says := func(text func(cp proof.Checkpoint) string) func(http.ResponseWriter, *http.Request, int) bool {
		return func(w http.ResponseWriter, r *http.Request, _ int) bool {
			io.WriteString(w, text(checkpoint(r)))
			return true
		}
	}
	conflict := func(media, body string) func(http.ResponseWriter, *http.Request, int) bool {
		return func(w http.ResponseWriter, r *http.Request, _ int) bool {
			w.Header().Set("Content-Type", media)
			w.WriteHeader(http.StatusConflict)
			io.WriteString(w, body)
			return true
		}
	}
	evil, good := start(t, "evil.example", l.verifier), start(t, "good.example", l.verifier)
	b := l.mustOpen(t, 2, evil, good)
	for _, c := range []struct {
		name  string
		fault func(http.ResponseWriter, *http.Request, int) bool
	}{
		{"nothing", says(func(proof.Checkpoint) string { return "" })},
		{"a stranger's signature alone", says(func(cp proof.Checkpoint) string { return stranger.line(cp) })},
		{"its signature of another text", says(func(cp proof.Checkpoint) string { cp.Root[0] ^= 1; return evil.line(cp) })},
		{"another text before its signature", says(func(cp proof.Checkpoint) string {
			return "x\n\n" + evil.line(cp)
		})},
		{"no end", says(func(cp proof.Checkpoint) string { return strings.Repeat(stranger.line(cp), 2000) })},
		{"no note", says(func(proof.Checkpoint) string { return "\x00\xff" })},
		{"a redirect", func(w http.ResponseWriter, r *http.Request, _ int) bool {
			http.Redirect(w, r, stranger.URL+"/add-checkpoint", http.StatusTemporaryRedirect)
			return true
		}},
		{"a size that is none", conflict("text/x.tlog.size", "-1\n")},
		{"a size of another kind", conflict("text/plain", "1\n")},
		{"a size as it was said", func(w http.ResponseWriter, r *http.Request, n int) bool {
			line, _, _ := strings.Cut(evil.requests()[n-1], "\n")
			return conflict("text/x.tlog.size", strings.TrimPrefix(line, "old ")+"\n")(w, r, n)
		}},
		{"another size each time", func(w http.ResponseWriter, r *http.Request, n int) bool {
			return conflict("text/x.tlog.size", fmt.Sprintln(n%2))(w, r, n)
		}},
		{"gone", func(w http.ResponseWriter, r *http.Request, _ int) bool { w.WriteHeader(404); return true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			evil.breaks(c.fault)
			before := len(evil.requests())
			l.grow(t, b, 1)
			published(t, l, b, int64(l.n), good)
			for len(evil.requests()) < before+2 && t.Context().Err() == nil { // asked again after its answer was read
				time.Sleep(time.Millisecond)
			}
			published(t, l, b, int64(l.n), good)
			evil.breaks(nil)
			published(t, l, b, int64(l.n), good, evil)
		})
	}
	if len(stranger.requests()) > 0 {
		t.Errorf("a redirect was followed: %v", stranger.requests())
	}
	evil.breaks(says(func(cp proof.Checkpoint) string { return stranger.line(cp) + evil.line(cp) + stranger.line(cp) }))
	l.grow(t, b, 1)
	published(t, l, b, int64(l.n), good, evil)
}

// removeCheckpoint loses what was kept of the published log.
func (l *testLog) removeCheckpoint() error { return os.Remove(filepath.Join(l.dir, "checkpoint")) }
