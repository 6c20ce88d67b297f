package explorer_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"
	"golang.org/x/mod/sumdb/note"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/explorer"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/sample"
	"mingzhang/ledger/store"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
)

const origin = "mingzhang.example/nanzhu"

// site is a book with its pages on a server.
type site struct {
	*explorer.Site
	book  *book.Book
	store *store.Store
	files *evidence.Store
	clock *sample.Clock
	loop  *anchor.Loop
	city  *sample.City // nil of an empty book
	url   string

	handler http.Handler
}

// folders are removed and loops are stopped when all tests are done: books outlive the
// test that made them.
var (
	folders []string
	stops   []context.CancelFunc
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	code := m.Run()
	for _, stop := range stops {
		stop()
	}
	for _, dir := range folders {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// open gives the pages of the sample city. All tests share it: who writes opens a book
// of their own with fresh.
var open = sync.OnceValue(func() *site {
	s := fresh()
	city, err := sample.Fill(ctx, s.book, s.files, s.clock, 1)
	check(err)
	s.city = city
	return s
})

// fresh gives the pages of an empty book.
func fresh() *site {
	dir, err := os.MkdirTemp("", "explorer")
	check(err)
	folders = append(folders, dir)
	s := &site{clock: sample.NewClock(noon)}
	s.store, err = store.Open(ctx, "sqlite:"+filepath.Join(dir, "book.db"))
	check(err)
	s.files, err = evidence.Open(ctx, filepath.Join(dir, "evidence"))
	check(err)
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{1}, 32)), origin)
	check(err)
	signer, err := note.NewSigner(skey)
	check(err)
	verifier, err := note.NewVerifier(vkey)
	check(err)
	salts := rand.NewChaCha8([32]byte{})
	s.book, err = book.Open(ctx, book.Config{Store: s.store, Origin: origin, Secret: bytes.Repeat([]byte{7}, 32), Signer: signer, Verifier: verifier,
		Keeper: book.File(filepath.Join(dir, "checkpoint")), Now: s.clock.Now, Random: func(p []byte) { salts.Read(p) }})
	check(err)
	ledger, err := local.Open(ctx, filepath.Join(dir, "ledger"), local.Config{Origin: origin})
	check(err)
	check(ledger.Register(ctx, vkey))
	s.loop = anchor.New(anchor.Config{Store: s.store, Ledger: ledger, Origin: origin, Verifier: verifier, Checkpoint: s.book.Checkpoint,
		Sign: func(cp proof.Checkpoint) ([]byte, error) { return proof.Sign(cp, signer) }})
	s.serve(vkey)
	return s
}

// serve serves the pages beside the interface, as the program does.
func (s *site) serve(vkey string) {
	server := httptest.NewUnstartedServer(nil)
	s.url = "http://" + server.Listener.Addr().String()
	var err error
	s.Site, err = explorer.New(explorer.Config{Book: shown{s.store, s.book}, Anchors: anchored{s.loop}, Origin: origin, LogKey: vkey, URL: s.url, Now: s.clock.Now})
	check(err)
	who, err := access.New(access.Config{Keys: s.store, Secret: bytes.Repeat([]byte{7}, 32)})
	check(err)
	server.Config.Handler, err = api.New(api.Config{Book: s.book, Store: s.store, Evidence: s.files, Access: who, Metrics: api.NewMetrics(), Pages: s.Site,
		Limits: access.NewLimits(unlimited(), time.Now), LogKey: vkey, URL: s.url, Now: s.clock.Now, Log: slog.New(slog.DiscardHandler)})
	check(err)
	s.handler = server.Config.Handler
	server.Start()
	running, stop := context.WithCancel(ctx)
	stops = append(stops, stop)
	go s.loop.Run(running)
}

// unlimited are rates that no test meets.
func unlimited() map[access.Class]access.Rates {
	rates := access.DefaultRates()
	for class, r := range rates {
		r.Key, r.Address = access.Rate{Count: 1e6, Per: time.Second, Burst: 1e6}, access.Rate{Count: 1e6, Per: time.Second, Burst: 1e6}
		rates[class] = r
	}
	return rates
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// get asks for a page in a language.
func (s *site) get(t testing.TB, path, language string) (int, *goquery.Document) {
	t.Helper()
	status, body := s.fetch(t, path, language)
	page, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return status, page
}

// fetch asks for a page as a browser does.
func (s *site) fetch(t testing.TB, path, language string) (int, []byte) {
	t.Helper()
	r, err := http.NewRequest("GET", s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html,*/*;q=0.8")
	r.Header.Set("Accept-Language", language)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, body
}

// shown shows a book to the pages.
type shown struct {
	store *store.Store
	book  *book.Book
}

func (s shown) At(ctx context.Context, do func(explorer.Reads) error) error {
	return s.store.At(ctx, func(s *store.Store) error { return do(s) })
}
func (s shown) Head(ctx context.Context) (book.Head, error) { return s.store.Head(ctx) }
func (s shown) Checkpoint() []byte                          { return s.book.Checkpoint() }
func (s shown) Tiles() proof.TileReader                     { return s.store }
func (s shown) Receipt(code string) (int64, error)          { return s.book.ReceiptIndex(code) }
func (s shown) Code(index int64) string                     { return s.book.ReceiptCode(index) }
func (s shown) Paid(ctx context.Context, channel, serial string, amount int64) (int64, error) {
	return s.store.Paid(ctx, s.book.PaymentKey(channel, serial), amount)
}

// anchored shows a loop to the pages.
type anchored struct{ *anchor.Loop }

func (a anchored) Standing(ctx context.Context) (explorer.Standing, error) {
	st, err := a.Loop.Standing(ctx)
	return explorer.Standing{Backend: st.Backend, Upto: st.Upto, Lag: st.Lag, Seconds: st.Seconds, Alarm: st.Alarm}, err
}

func (a anchored) Latest(ctx context.Context, before int64, limit int) ([]explorer.Batch, error) {
	list, err := a.Loop.Latest(ctx, before, limit)
	batches := make([]explorer.Batch, len(list))
	for i, b := range list {
		batches[i] = explorer.Batch(b)
	}
	return batches, err
}
