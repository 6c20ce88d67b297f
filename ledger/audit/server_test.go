package audit_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/proof"
)

// TestServer: an honest server is proven, by itself and against the blocks, also while
// it goes on; and one that asks to be asked more slowly is.
func TestServer(t *testing.T) {
	s := newScene(t, file(t), 700)
	var busy atomic.Int64
	slowed := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if busy.Add(1)%7 == 0 {
				w.Header().Set("Retry-After", "0")
				http.Error(w, "later", http.StatusTooManyRequests)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
	alone := s.server(slowed)
	must(t, alone.Keep())
	r, err := audit.Log(ctx, alone, s.trust())
	must(t, err)
	if r.Compared != "server" || r.Signed != s.Size() || r.Head.Size != s.Size() || r.Head.Root != s.Head().Root || r.Word != audit.ByAuditor {
		t.Errorf("by itself: %+v", r)
	}
	s.Play(400) // more than a tile
	s.Published()
	r, err = s.blocks(s.server(slowed))
	must(t, err)
	if r.Compared != "server" || r.Signed != s.Size() || r.Ahead != s.Size()-r.Head.Size || r.Ahead < 300 {
		t.Errorf("against blocks: %+v", r)
	}
}

// answers changes what a server answers to requests whose path begins with a prefix.
func answers(prefix string, change func(body []byte) []byte) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasPrefix(r.URL.Path, prefix) {
				h.ServeHTTP(w, r)
				return
			}
			r.Header.Del("Accept-Encoding") // what is packed is not so easily changed
			answer := httptest.NewRecorder()
			h.ServeHTTP(answer, r)
			w.WriteHeader(answer.Code)
			w.Write(change(answer.Body.Bytes()))
		})
	}
}

// swap exchanges text that is there.
func swap(t *testing.T, old, new string) func([]byte) []byte {
	return func(body []byte) []byte {
		if !bytes.Contains(body, []byte(old)) {
			t.Errorf("the answer has no %q", old)
		}
		return bytes.Replace(body, []byte(old), []byte(new), 1)
	}
}

// TestLyingServer: whatever a server changes in what it shows, the audit finds, and says
// what it is.
func TestLyingServer(t *testing.T) {
	s := newScene(t, file(t), 700)
	flip := func(at int) func([]byte) []byte {
		return func(body []byte) []byte { body[at] ^= 1; return body }
	}
	for _, c := range []struct {
		name   string
		around func(http.Handler) http.Handler
		index  int64 // against the blocks
		what   string
	}{
		{"a record", answers("/tile/entries/001", swap(t, `"key":"p1"`, `"key":"p2"`)), 256, "record"},
		{"a leaf", answers("/tile/0/001", flip(5*proof.TileWidth/8)), 256 + 5, "leaf"},
		{"a hash of the tree", answers("/tile/1/000", flip(40)), 256, "tree"},
		{"a short tile", answers("/tile/0/000", func(b []byte) []byte { return b[:len(b)-32] }), 255, "leaf"},
		{"a total", answers("/v1/projects/8/statement", swap(t, `"transfers_in":`, `"transfers_in":1`)), -1, "CNY transfers_in"},
		{"a total too many", answers("/v1/projects/8/statement", swap(t, `"assets":[`, `"assets":[{"asset":"USD","opening":5},`)), -1, "USD opening"},
		{"a project that it hides", gone("/v1/projects/12/statement"), -1, "CNY"},
	} {
		_, err := s.blocks(s.server(c.around))
		wantDifference(t, c.name, err, c.index, c.what)
		alone := s.server(c.around)
		must(t, alone.Keep())
		if _, err := audit.Log(ctx, alone, s.trust()); ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("%s, by itself: got %v", c.name, err)
		}
	}
}

func gone(path string) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == path {
				http.NotFound(w, r)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
}

// TestForkedServer: a server with another log of the same name and key, a checkpoint that
// nobody signed, one that the tiles do not reach, and a log that is shorter than the
// ledger's.
func TestForkedServer(t *testing.T) {
	s := newScene(t, file(t), 300)
	checkpoint := func(cp proof.Checkpoint) func(http.Handler) http.Handler {
		msg, err := s.Book.Sign(cp)
		must(t, err)
		return answers("/checkpoint", func([]byte) []byte { return msg })
	}
	head := s.Head()
	for name, around := range map[string]func(http.Handler) http.Handler{
		"another root": checkpoint(proof.Checkpoint{Origin: origin, Size: head.Size, Root: [32]byte{1}}),
		"shorter":      checkpoint(proof.Checkpoint{Origin: origin, Size: head.Size - 1, Root: head.Root}),
		"unsigned":     answers("/checkpoint", swap(t, "— ", "— x")),
		"another's":    answers("/checkpoint", swap(t, origin, "other.example/log")),
	} {
		if _, err := s.blocks(s.server(around)); ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("%s: got %v", name, err)
		}
	}
	longer := s.server(checkpoint(proof.Checkpoint{Origin: origin, Size: head.Size + 1000, Root: head.Root}))
	if _, err := s.blocks(longer); err == nil {
		t.Error("a checkpoint beyond the tiles is accepted")
	}
}

// TestHostileServer: a server that sends without an end, nothing at all, nonsense, or in
// circles, is one that cannot be checked, and costs neither memory nor for ever.
func TestHostileServer(t *testing.T) {
	s := newScene(t, file(t), 50)
	handle := func(prefix string, f http.HandlerFunc) func(http.Handler) http.Handler {
		return func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, prefix) {
					f(w, r)
					return
				}
				h.ServeHTTP(w, r)
			})
		}
	}
	endless := func(w http.ResponseWriter, r *http.Request) {
		for zeros := make([]byte, 1<<20); ; {
			if _, err := w.Write(zeros); err != nil {
				return
			}
		}
	}
	for name, around := range map[string]func(http.Handler) http.Handler{
		"an endless bundle":     handle("/tile/entries", endless),
		"an endless tile":       handle("/tile/0", endless),
		"an endless statement":  handle("/v1/projects", endless),
		"an endless checkpoint": handle("/checkpoint", endless),
		"a statement's depth": handle("/v1/projects", func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, strings.Repeat(`{"assets":[`, 1_000_000))
		}),
		"another's statement": answers("/v1/projects/8/", swap(t, `"project":8`, `"project":4`)),
		"in circles":          handle("/tile", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }),
		"a fault":             handle("/tile/0", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }),
	} {
		if _, err := s.blocks(s.server(around)); err == nil {
			t.Errorf("%s: nothing is found", name)
		}
	}
	limited, cancel := context.WithCancel(ctx)
	defer cancel()
	silent := handle("/tile", func(_ http.ResponseWriter, r *http.Request) {
		cancel() // nobody waits for ever
		<-r.Context().Done()
	})
	server, err := audit.OpenServer(limited, s.serve(silent))
	must(t, err)
	if _, err := audit.Log(limited, server, s.trust()); !errors.Is(err, context.Canceled) {
		t.Errorf("a silent server: got %v", err)
	}
}

// TestRun: what cannot even be begun, and the key that a server names.
func TestRun(t *testing.T) {
	s := newScene(t, file(t), 50)
	url := s.serve(nil)
	r, err := audit.Run(ctx, audit.Config{URL: url})
	must(t, err)
	if r.Word != audit.ByServer || r.Origin != origin || !strings.Contains(r.Text(false), "--log-key") || !strings.Contains(r.Text(true), "服务器") {
		t.Errorf("with the key that the server names: %s", r.Text(false))
	}
	r, err = audit.Run(ctx, audit.Config{Origin: origin, Blocks: s.dir, URL: url})
	if must(t, err); r.Word != audit.ByLedger || r.Compared != "server" || r.Blocks == 0 {
		t.Errorf("against the blocks: %s", r.Text(false))
	}
	r, err = audit.Run(ctx, audit.Config{Origin: origin, Database: s.Address})
	if must(t, err); r.Word != "" || r.Signed != 0 || !strings.Contains(r.Text(false), "no signed checkpoint") {
		t.Errorf("a database alone: %s", r.Text(false))
	}
	key := filepath.Join(t.TempDir(), "log.pub")
	must(t, os.WriteFile(key, []byte(s.Key+"\n"), 0o600))
	r, err = audit.Run(ctx, audit.Config{LogKey: key, URL: url})
	if must(t, err); r.Word != audit.ByAuditor || r.Origin != origin {
		t.Errorf("with the key in a file: %s", r.Text(false))
	}
	empty := t.TempDir()
	if _, err = audit.Run(ctx, audit.Config{LogKey: s.Key, Blocks: empty}); err == nil || !strings.Contains(err.Error(), "there are no blocks of a ledger in "+empty) {
		t.Errorf("a folder without blocks: %v", err)
	}
	missing := filepath.Join(t.TempDir(), "missing")
	_, _, other := anchortest.Key(t, "other.example/log", 1)
	for name, c := range map[string]audit.Config{
		"nothing":              {Origin: origin},
		"no log":               {Database: s.Address},
		"two books":            {Origin: origin, Database: s.Address, URL: url},
		"two ledgers":          {Origin: origin, Blocks: s.dir, Fabric: missing},
		"no such folder":       {Origin: origin, Blocks: missing},
		"no such file":         {Origin: origin, Database: "sqlite:" + missing},
		"no such profile":      {Origin: origin, Fabric: missing},
		"no address":           {Origin: origin, URL: "localhost:1"},
		"nobody there":         {Origin: origin, URL: "http://127.0.0.1:1"},
		"no key":               {LogKey: "x", Database: s.Address},
		"another log's key":    {Origin: origin, LogKey: other, Database: s.Address},
		"no checkpoint":        {LogKey: s.Key, Database: s.Address, Checkpoint: missing},
		"no checkpoint at all": {LogKey: s.Key, Database: s.Address, Checkpoint: filepath.Join(s.dir, "state.db")},
		"an unchecked one":     {Origin: origin, Database: s.Address, Checkpoint: filepath.Join(s.dir, "checkpoint")},
		"an empty folder":      {Origin: origin, Blocks: t.TempDir()},
	} {
		if _, err := audit.Run(ctx, c); err == nil || ledger.KindOf(err) == ledger.Corrupt {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
