package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
	"mingzhang/ledger/witness"
)

// willing is a witness that signs whatever it is shown, as the flag names it.
func willing(t *testing.T, name string, seed byte) string {
	t.Helper()
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 32)), name)
	check(t, err)
	signer, err := note.NewSigner(skey)
	check(t, err)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, msg, _ := strings.Cut(string(body), "\n\n")
		text, _, _ := strings.Cut(msg, "\n\n")
		signed, err := note.Sign(&note.Note{Text: text + "\n"}, signer)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_, line, _ := strings.Cut(string(signed), "\n\n")
		io.WriteString(w, line)
	}))
	t.Cleanup(s.Close)
	return vkey + " " + s.URL
}

// TestWitnesses: the log says which witnesses are asked, what each of them signed last,
// and how many of their signatures the published checkpoint has; where none are asked it
// says nothing of them.
func TestWitnesses(t *testing.T) {
	l := newLibrary(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	if log := l.log(t, l.URL); log.Witnesses != nil {
		t.Errorf("without witnesses: %+v", log.Witnesses)
	}
	const origin = "mingzhang.example/witnessed"
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{1}, 32)), origin)
	check(t, err)
	signer, err := note.NewSigner(skey)
	check(t, err)
	verifier, err := note.NewVerifier(vkey)
	check(t, err)
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	check(t, err)
	t.Cleanup(func() { s.Close() })
	absent, _, _ := strings.Cut(willing(t, "absent.example", 4), " ")
	all, err := witness.ParseAll(origin, []string{willing(t, "one.example", 2), willing(t, "two.example", 3), absent + " http://127.0.0.1:1"})
	check(t, err)
	quiet, dir := slog.New(slog.DiscardHandler), t.TempDir()
	c, err := witness.Open(witness.Config{Witnesses: all, Quorum: 2, Origin: origin, Log: verifier, Store: s, Dir: filepath.Join(dir, "witnesses"), Logger: quiet})
	check(t, err)
	t.Cleanup(func() { c.Close() })
	b, err := book.Open(t.Context(), book.Config{Store: s, Origin: origin, Secret: make([]byte, 32), Signer: signer, Verifier: verifier,
		Keeper: book.File(filepath.Join(dir, "checkpoint")), Log: quiet, Cosign: c.Cosign})
	check(t, err)
	t.Cleanup(func() { b.Close() })
	h, err := api.New(api.Config{Book: b, Store: s, Access: l.access, Limits: access.NewLimits(nil, time.Now), Metrics: api.NewMetrics(), Witnesses: c, LogKey: vkey, Log: quiet})
	check(t, err)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	began := time.Now().Add(-time.Second).Truncate(time.Second)
	_, err = b.Submit(t.Context(), book.Request{By: ledger.Author{Org: 0, Key: "p1"}, What: book.RegisterOrganization{Scheme: "US-EIN", Code: "12-3456789", Name: "某平台", Kind: ledger.Platform}})
	check(t, err)
	pace := time.NewTicker(5 * time.Millisecond)
	defer pace.Stop()
	var w api.Witnesses
	for deadline := time.Now().Add(patience); w.Signed < 2 && time.Now().Before(deadline); <-pace.C {
		if b.Checkpoint() != nil {
			w = *l.log(t, server.URL).Witnesses
		}
	}
	if w.Quorum != 2 || w.Signed != 2 || len(w.Asked) != 3 || w.Last.Before(began) {
		t.Fatalf("the witnesses are %+v", w)
	}
	for i, name := range []string{"one.example", "two.example", "absent.example"} {
		size := int64(1)
		if i == 2 {
			size = 0
		}
		if a := w.Asked[i]; a.Name != name || a.Size != size || a.Last.IsZero() != (size == 0) {
			t.Errorf("witness %s is %+v", name, a)
		}
	}
	resp, err := http.Get(server.URL + "/metrics")
	check(t, err)
	defer resp.Body.Close()
	figures, err := io.ReadAll(resp.Body)
	check(t, err)
	for _, line := range []string{"mingzhang_witness_signatures 2", "mingzhang_witness_quorum 2"} {
		if !strings.Contains(string(figures), line+"\n") {
			t.Errorf("the figures do not have %s", line)
		}
	}
}

// log is what a server says of its log.
func (l *library) log(t *testing.T, url string) (log api.Log) {
	t.Helper()
	resp, err := http.Get(url + "/v1/log")
	check(t, err)
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&log); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(fmt.Errorf("status %d: %w", resp.StatusCode, err))
	}
	return log
}
