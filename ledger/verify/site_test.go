package verify_test

import (
	"bytes"
	"context"
	"fmt"

	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
	"mingzhang/ledger/folder"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/sample"
	"mingzhang/ledger/sample/demo"
	"mingzhang/ledger/store"
	"mingzhang/ledger/verify"
)

// site is a server with the accounts of the made city. All tests read the same one.
type site struct {
	*httptest.Server
	dir     string
	city    *sample.City
	folder  *folder.Folder
	store   *store.Store
	book    *book.Book
	handler http.Handler
}

var (
	shared  *site
	trouble error
	once    sync.Once
)

func TestMain(m *testing.M) {
	code := m.Run()
	if shared != nil {
		shared.Server.Close()
		shared.book.Close()
		shared.store.Close()
		os.RemoveAll(shared.dir)
	}
	os.Exit(code)
}

func open(t testing.TB) *site {
	t.Helper()
	once.Do(func() { shared, trouble = build(context.Background()) })
	must(t, trouble)
	return shared
}

// noon is when the city's accounts end, and the time of its server: what is in them
// depends on it.
var noon = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)

func now() time.Time { return noon }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type anchors struct{ *anchor.Loop }

func (a anchors) Standing(ctx context.Context) (api.Standing, error) {
	s, err := a.Loop.Standing(ctx)
	return api.Standing(s), err
}

func build(ctx context.Context) (*site, error) {
	dir, err := os.MkdirTemp("", "verify")
	if err != nil {
		return nil, err
	}
	s, quiet := &site{dir: dir}, slog.New(slog.DiscardHandler)
	data := filepath.Join(dir, "data")
	if s.city, err = demo.Load(ctx, data, noon, quiet); err != nil {
		return nil, err
	}
	if s.folder, err = folder.Open(data, ""); err != nil {
		return nil, err
	}
	if s.store, err = store.Open(ctx, "sqlite:"+s.folder.Database()); err != nil {
		return nil, err
	}
	s.book, err = book.Open(ctx, book.Config{Store: s.store, Origin: s.folder.Origin, Secret: s.folder.Secret, Signer: s.folder.Signer,
		Verifier: s.folder.Verifier, Keeper: s.folder.Keeper(), Now: now, Log: quiet})
	if err != nil {
		return nil, err
	}
	files, err := evidence.Open(ctx, s.folder.Evidence())
	if err != nil {
		return nil, err
	}
	who, err := access.New(access.Config{Keys: s.store, Secret: s.folder.Secret, Now: now, Log: quiet})
	if err != nil {
		return nil, err
	}
	l, err := local.Open(ctx, s.folder.Ledger(), local.Config{Origin: s.folder.Origin, Log: quiet})
	if err != nil {
		return nil, err
	}
	loop := anchor.New(anchor.Config{Store: s.store, Ledger: l, Origin: s.folder.Origin, Now: now, Log: quiet})
	s.handler, err = api.New(api.Config{Book: s.book, Store: s.store, Evidence: files, Access: who, Anchors: anchors{loop},
		Limits: access.NewLimits(nil, now), Metrics: api.NewMetrics(), LogKey: s.folder.LogKey, URL: "https://mingzhang.example", Now: now, Log: quiet})
	if err != nil {
		return nil, err
	}
	s.Server = httptest.NewServer(s.handler)
	return s, nil
}

// trust is that of somebody who has the log's key alone.
func (s *site) trust(t testing.TB) verify.Trust {
	t.Helper()
	trust, err := verify.ParseTrust(s.folder.LogKey, nil, 0)
	must(t, err)
	return trust
}

// withLedger has the embedded ledger's blocks as well.
func (s *site) withLedger(t testing.TB) verify.Trust {
	trust := s.trust(t)
	trust.Ledger = &verify.Ledger{Blocks: local.Reader(s.folder.Ledger()), Name: "ledger"}
	return trust
}

// get reads from the server.
func (s *site) get(t testing.TB, path string, header ...string) []byte {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

// file keeps something in a file.
func file(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(path, data, 0o600))
	return path
}

// spoilt is the server with some of its answers changed on their way.
func (s *site) spoilt(t testing.TB, spoil func(path string, answer []byte) []byte) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Accept-Encoding")
		answer := httptest.NewRecorder()
		s.handler.ServeHTTP(answer, r)
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.Header().Del("Content-Length")
		w.WriteHeader(answer.Code)
		w.Write(spoil(r.URL.Path, answer.Body.Bytes()))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// handled is a server of one's own.
func (s *site) handled(t testing.TB, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// records are all of the log, with its latest checkpoint.
func (s *site) records(t testing.TB) [][]byte {
	t.Helper()
	head, err := s.store.Head(t.Context())
	must(t, err)
	all, err := s.store.Range(t.Context(), 0, head.Size)
	must(t, err)
	return all
}

// tiled writes a log into a folder as a mirror has it, signed by the log's key.
func (s *site) tiled(t testing.TB, records [][]byte) string {
	t.Helper()
	dir := t.TempDir()
	put := func(path string, data []byte) {
		name := filepath.Join(dir, filepath.FromSlash(path))
		must(t, os.MkdirAll(filepath.Dir(name), 0o700))
		must(t, os.WriteFile(name, data, 0o600))
	}
	var edge proof.Edge
	var leaves []tlog.Hash
	for _, data := range records {
		leaves = append(leaves, record.Hash(data))
	}
	for _, tile := range edge.Append(leaves) {
		put(tile.Path(), tile.Hashes)
	}
	for first := 0; first < len(records); first += proof.TileWidth {
		var bundle []byte
		part := records[first:min(first+proof.TileWidth, len(records))]
		for _, data := range part {
			var err error
			bundle, err = proof.AppendEntry(bundle, data)
			must(t, err)
		}
		put(proof.Tile{Level: proof.BundleLevel, Number: int64(first / proof.TileWidth), Width: len(part)}.Path(), bundle)
	}
	msg, err := proof.Sign(proof.Checkpoint{Origin: s.folder.Origin, Size: edge.Size(), Root: edge.Root()}, s.folder.Signer)
	must(t, err)
	put("checkpoint", msg)
	return dir
}

// said is a report as it is written.
func said(t testing.TB, r *verify.Report, language string) string {
	t.Helper()
	if r == nil {
		return ""
	}
	var b bytes.Buffer
	must(t, r.Write(&b, language))
	if strings.Contains(b.String(), "%!") {
		t.Errorf("a sentence is malformed: %s", b.String())
	}
	return b.String()
}

// wantSaid looks for sentences.
func wantSaid(t testing.TB, r *verify.Report, parts ...string) {
	t.Helper()
	text := said(t, r, "en") + said(t, r, "zh-Hans")
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("the report does not say %q:\n%s", part, text)
		}
	}
}

func at(format string, args ...any) string { return fmt.Sprintf(format, args...) }
