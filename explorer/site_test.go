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
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"
	"golang.org/x/mod/sumdb/note"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/explorer"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/sample"
	"mingzhang/ledger/store"
	"mingzhang/ledger/view"
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
	dir   string

	handler http.Handler
}

// folders are removed and loops are stopped when all tests are done: books outlive the
// test that made them.
var (
	leaving sync.Mutex
	folders []string
	stops   []context.CancelFunc
)

// leave notes a folder and what stops its user.
func leave(dir string, stop context.CancelFunc) {
	leaving.Lock()
	defer leaving.Unlock()
	folders, stops = append(folders, dir), append(stops, stop)
}

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
	s.claim()
	s.settle()
	return s
})

// uncounted looks for a gift however often.
func uncounted(_ *gin.Context, look func() error) error { return look() }

// unguarded does what costs much at once.
func unguarded(c *gin.Context, do func(context.Context) error) error { return do(c.Request.Context()) }

// settle waits until the book is published and anchored to its end: from then on its
// pages stay as they are.
func (s *site) settle() {
	pace := time.NewTicker(5 * time.Millisecond)
	defer pace.Stop()
	for {
		standing, err := s.loop.Standing(ctx)
		check(err)
		if standing.Alarm != "" {
			panic(standing.Alarm)
		}
		if standing.Lag == 0 {
			return
		}
		<-pace.C
	}
}

// claim publishes totals of the relief project that others are meant to have published:
// one that agrees, and one that does not.
func (s *site) claim() {
	relief := s.city.Showcase.Relief
	moments, err := s.store.Series(ctx, view.SeriesFilter{Project: &relief, Every: view.Day})
	check(err)
	i := slices.IndexFunc(moments, func(m view.Moment) bool { return m.Asset == "CNY" && m.Line == account.LineDonation })
	first := moments[i]
	for _, d := range []book.Disclose{
		{Period: first.Period, Kind: ledger.Claim, Title: "第一号公告", Text: "当日收到 CNY " + ledger.FormatAmount(first.Units, 2) + "\n累计收到 CNY " + ledger.FormatAmount(first.Units, 2)},
		{Period: "2026-11-01", Kind: ledger.Claim, Title: "第二号公告", Text: "当日收到 CNY 1.00\n当日收到 CNY 7 笔\n累计收到 CNY 100000.00\n累计收到（wechat） CNY 5.00\n累计支出 CNY 8.00"},
		{Period: "2026-11-02", Kind: ledger.Finding, Title: "收入清单中未能记入的行", Text: "清单共 3 行，已记入 2 行，未能记入 1 行。"},
	} {
		d.Project = relief
		_, err := s.book.Submit(ctx, book.Request{By: ledger.Author{Org: s.city.Platform, Key: "k1"}, What: d})
		check(err)
	}
}

// fresh gives the pages of an empty book.
func fresh() *site {
	dir, err := os.MkdirTemp("", "explorer")
	check(err)
	s := &site{dir: dir, clock: sample.NewClock(noon)}
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
	s.Site, err = explorer.New(explorer.Config{Book: shown{s.store, s.book}, Anchors: anchored{s.loop}, Origin: origin, LogKey: vkey, URL: s.url, Lists: api.Dictionary(), Now: s.clock.Now})
	check(err)
	who, err := access.New(access.Config{Keys: s.store, Secret: bytes.Repeat([]byte{7}, 32)})
	check(err)
	server.Config.Handler, err = api.New(api.Config{Book: s.book, Store: s.store, Evidence: s.files, Access: who, Metrics: api.NewMetrics(), Pages: s.Site, Anchors: onLedger{s.loop},
		Limits: access.NewLimits(unlimited(), time.Now), LogKey: vkey, URL: s.url, Now: s.clock.Now, Log: slog.New(slog.DiscardHandler)})
	check(err)
	s.handler = server.Config.Handler
	server.Start()
	running, stop := context.WithCancel(ctx)
	leave(s.dir, stop)
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

// plain takes answers as they are: to pack and unpack each of thousands takes a good part
// of the time under the race detector, and has tests of its own.
var plain = &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 4}}

// fetch asks for a page as a browser does.
func (s *site) fetch(t testing.TB, path, language string) (int, []byte) {
	t.Helper()
	r, err := http.NewRequest("GET", s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html,*/*;q=0.8")
	r.Header.Set("Accept-Language", language)
	answer, err := plain.Do(r)
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

// onLedger shows a loop to the interface.
type onLedger struct{ *anchor.Loop }

func (a onLedger) Standing(ctx context.Context) (api.Standing, error) {
	st, err := a.Loop.Standing(ctx)
	return api.Standing(st), err
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
