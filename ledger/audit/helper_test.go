package audit_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/evidence"
	"mingzhang/ledger/store/pgtest"
)

const origin = "mingzhang.example/test"

var (
	ctx  = context.Background()
	must = anchortest.Must
)

// onBoth runs a test on each kind of database, side by side.
func onBoth(t *testing.T, test func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, file(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, pgtest.DSN(t))
	})
}

func file(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "book.db") }

// scene is a book, and an embedded ledger that has its records.
type scene struct {
	*anchortest.History
	dir    string // of the ledger
	ledger *local.Ledger
}

// newScene anchors a history.
func newScene(t testing.TB, address string, flows int) *scene {
	t.Helper()
	dir := t.TempDir()
	s := &scene{dir: dir, History: anchortest.Open(t, address, dir, origin).History(9)}
	var err error
	s.ledger, err = local.Open(ctx, dir, local.Config{Origin: origin, Log: anchortest.Quiet})
	must(t, err)
	t.Cleanup(func() { s.ledger.Close() })
	must(t, s.ledger.Register(ctx, s.Key))
	s.Play(flows)
	s.anchor()
	return s
}

// anchor carries everything that is recorded to the ledger.
func (s *scene) anchor() {
	s.Helper()
	s.Published()
	c := s.Loop(s.ledger)
	c.MaxRecords = max(300, s.Size()/20)
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { anchor.New(c).Run(ctx); close(done) }()
	anchortest.Eventually(s, "everything is anchored", func() bool {
		upto, err := s.Store.AnchoredUpto(ctx, s.ledger.Chain())
		return err == nil && upto == s.Size()
	})
	stop()
	<-done
}

func (s *scene) trust() audit.Trust { return audit.Trust{Origin: origin, Key: s.Key} }

func (s *scene) database() audit.Database { return audit.Database{Store: s.Store} }

// blocks audits the ledger's blocks, and a book against them unless it is nil.
func (s *scene) blocks(against audit.Book) (*audit.Report, error) {
	return audit.Blocks(ctx, local.Reader(s.dir), s.trust(), against)
}

// log audits the database by itself.
func (s *scene) log() (*audit.Report, error) {
	return audit.Log(ctx, s.database(), s.trust())
}

// serve serves the book's API; around, unless it is nil, may change what it answers.
func (s *scene) serve(around func(http.Handler) http.Handler) (address string) {
	s.Helper()
	dir := s.TempDir()
	files, err := evidence.Open(ctx, dir)
	must(s, err)
	s.Cleanup(func() { files.Close() })
	who, err := access.New(access.Config{Keys: s.Store, Secret: s.Config.Secret, Log: anchortest.Quiet})
	must(s, err)
	h, err := api.New(api.Config{Book: s.Book, Store: s.Store, Evidence: files, Access: who, Limits: access.NewLimits(nil, time.Now),
		Metrics: api.NewMetrics(), LogKey: s.Key, URL: "https://mingzhang.example", Log: anchortest.Quiet})
	must(s, err)
	if around != nil {
		h = around(h)
	}
	server := httptest.NewServer(h)
	s.Cleanup(server.Close)
	return server.URL
}

// server is the served book, for an audit.
func (s *scene) server(around func(http.Handler) http.Handler) *audit.Server {
	s.Helper()
	server, err := audit.OpenServer(ctx, s.serve(around))
	must(s, err)
	s.Cleanup(func() { server.Close() })
	return server
}

// wantDifference makes sure that an audit found it first.
func wantDifference(t testing.TB, name string, err error, index int64, what string) {
	t.Helper()
	var d *audit.Difference
	if !errors.As(err, &d) || d.Index != index || !strings.HasPrefix(d.What, what) || ledger.KindOf(err) != ledger.Corrupt {
		t.Errorf("%s: got %.300v, want a difference in %q at %d", name, err, what, index)
	}
}
