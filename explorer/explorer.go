// Package explorer is the public pages: what came in and went out of each project, what
// became of a gift, and how anyone can check it.
//
// A page is a struct, a template and a test. Its struct is filled from one moment of the
// book, so that its numbers add up whatever is recorded meanwhile, and says as of which
// record it is. Pages are made on the server, work without scripts, and are kept under an
// entity tag until the book has moved on.
//
// Every string that a visitor reads is in the catalogues in languages/, one file for each
// language; a further language is a further file and nothing else.
package explorer

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"mingzhang/api/export"
	"mingzhang/api/fresh"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/trace"
	"mingzhang/ledger/view"
)

// Book is what the pages are read from.
type Book interface {
	// At shows the book as it is at one moment to do.
	At(ctx context.Context, do func(Reads) error) error
	// Head gives the head of the log. It is asked for each page, so it must be cheap.
	Head(ctx context.Context) (book.Head, error)
	// Checkpoint gives the latest signed checkpoint, nil while there is none.
	Checkpoint() []byte
	// Tiles gives the stored hashes of the log.
	Tiles() proof.TileReader
	// Receipt gives the record of a receipt's code; every code that is none is a
	// ledger.NotFound.
	Receipt(code string) (int64, error)
	// Code gives the code of a record's receipt.
	Code(index int64) string
	// Paid gives the gift of a payment, if channel, serial number and amount are all
	// right; every miss is a ledger.NotFound.
	Paid(ctx context.Context, channel, serial string, amount int64) (int64, error)
}

// Reads are the questions that pages ask. Absent is a ledger.NotFound.
type Reads interface {
	Head(ctx context.Context) (book.Head, error)
	Assets(ctx context.Context) ([]ledger.Asset, error)
	Organization(ctx context.Context, index int64) (*view.Organization, error)
	OrganizationByCode(ctx context.Context, scheme, code string) (int64, error)
	Organizations(ctx context.Context, f view.OrganizationFilter) ([]view.Organization, error)
	Project(ctx context.Context, index int64, today ledger.Date) (*view.Project, error)
	Projects(ctx context.Context, f view.ProjectFilter) ([]view.Project, *view.Place, error)
	Members(ctx context.Context, project int64, asset ledger.AssetID, today ledger.Date) ([]view.Member, error)
	Facets(ctx context.Context, f view.ProjectFilter) (*view.Facets, error)
	Designations(ctx context.Context, project int64) ([]ledger.Designation, error)
	Pools(ctx context.Context, project, holder *int64) ([]view.Pool, error)
	Parties(ctx context.Context, f view.PartyFilter) ([]view.Party, error)
	Statement(ctx context.Context, scope account.Scope, from, upto ledger.Date, at int64) (*account.Statement, error)
	Monthly(ctx context.Context, scope account.Scope) ([]view.Pool, []account.MonthSum, error)
	Series(ctx context.Context, f view.SeriesFilter) ([]view.Moment, error)
	Groups(ctx context.Context, by view.By) ([]view.Group, error)
	Sizes(ctx context.Context, project, organization *int64) ([]view.Size, error)
	Flow(ctx context.Context, index int64) (*view.Flow, error)
	Flows(ctx context.Context, f view.FlowFilter) (*view.Flows, error)
	FlowLists(ctx context.Context, filters ...view.FlowFilter) ([]view.Flows, error)
	Several(ctx context.Context, indices []int64) (map[int64]view.Flow, error)
	Record(ctx context.Context, index int64) (*view.Record, error)
	About(ctx context.Context, project int64, types []string, before int64, limit int) ([]view.Record, error)
	Latest(ctx context.Context, before int64, limit int) ([]view.Record, error)
	Openings(ctx context.Context, index int64) (public, private []byte, err error)
	Evidence(ctx context.Context, hash string) (int64, *ledger.Evidence, error)
	Search(ctx context.Context, text string, limit int) ([]view.Hit, error)
	Names(ctx context.Context, indices []int64) (map[int64]string, error)
	LastAbout(ctx context.Context, projects []int64, of string) ([]view.Record, error)
	Largest(ctx context.Context, organization int64, asset ledger.AssetID, lines []account.Line, limit int) ([]view.Party, error)
	SumsWithin(ctx context.Context, scope account.Scope, from, upto ledger.Date, at int64) ([]account.PoolSum, error)
	EachPool(ctx context.Context, f view.PoolFilter, do func(view.Pool) error) error
	Keeping(ctx context.Context, f view.PoolFilter, after *view.Place, limit int) ([]view.Pool, *view.Place, error)
	Holdings(ctx context.Context, f view.PoolFilter) ([]view.Holding, error)
	Trace() trace.Reader
}

// Anchors tells where the permissioned ledger stands.
type Anchors interface {
	// Of gives the anchor of a record, nil while it has none.
	Of(ctx context.Context, index int64) (*proof.Anchor, error)
	// Standing says how far the ledger is.
	Standing(ctx context.Context) (Standing, error)
	// Latest gives the last batches that were anchored before a record, 0 for all.
	Latest(ctx context.Context, before int64, limit int) ([]Batch, error)
}

// Standing is how far the permissioned ledger is behind the log.
type Standing struct {
	Backend string // fabric or local
	Upto    int64  // records [0, Upto) are anchored
	Lag     int64  // records of the log that are not
	Seconds int64  // how long the oldest of them waits
	Alarm   string // why anchoring stopped
}

// Batch is records that one transaction of the permissioned ledger holds.
type Batch struct {
	First, Upto int64
	proof.Anchor
}

// Config is what the pages are made of.
type Config struct {
	Book      Book
	Anchors   Anchors          // nil where nothing is anchored
	Origin    string           // the log's name
	LogKey    string           // the verifier key of the log
	URL       string           // where the public reaches this server, without a slash at its end
	Now       func() time.Time // time.Now if nil
	Log       *slog.Logger     // slog.Default if nil
	Lists     []export.List    // those that can be taken away, for the data dictionary
	Languages fs.FS            // the catalogues, languages/*.toml; those in the program if nil
}

// Site is the public pages. It may be used from any number of goroutines.
type Site struct {
	Config
	tongues *tongues
	assets  *assets
	kept    *fresh.Answers
	files   *fresh.Answers
	guess   guessFunc
	costly  costlyFunc
	believed
}

// room is for kept pages, in bytes.
const room = 64 << 20

// New makes the pages. Templates and catalogues that do not fit are found here.
func New(c Config) (*Site, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Languages == nil {
		c.Languages = languageFiles
	}
	known := &assets{}
	t, err := speak(c.Languages, known)
	if err != nil {
		return nil, err
	}
	return &Site{Config: c, tongues: t, assets: known, kept: fresh.New(room), files: fresh.New(room)}, nil
}

// guessFunc looks for a gift, and gives the look's error, or the refusal of a visitor who
// has missed too often.
type guessFunc = func(c *gin.Context, look func() error) error

// costlyFunc does what costs the book much, and gives its error, or the refusal of a visitor who
// has to wait.
type costlyFunc = func(c *gin.Context, do func(ctx context.Context) error) error

// Routes puts the pages on a router. The two middlewares keep a visitor from asking too
// often: for pages, and for what costs more. guess guards the look for a gift, costly the
// making of pages that add up much of the book.
func (s *Site) Routes(r gin.IRouter, read, search gin.HandlerFunc, guess guessFunc, costly costlyFunc) {
	s.guess, s.costly = guess, costly
	r = r.Group("", guard)
	get(r, "/static/*file", s.serveStatic)
	s.pages(r.Group("", read))
	get(r.Group("", search), "/search", s.page(s.search))
	get(r.Group("", read, private), "/receipts", s.form)
	s.gifts(r.Group("", search, private))
}

// pages are those that change with the book alone.
func (s *Site) pages(read gin.IRouter) {
	get(read, "/", s.page(s.home))
	get(read, "/projects", s.page(s.projects))
	get(read, "/projects/:id", s.page(s.project))
	get(read, "/projects/:id/reconciliation", s.page(s.reconciliation))
	get(read, "/projects/:id/reconciliation.csv", s.reconciliationFile)
	get(read, "/projects/:id/reconciliation.json", s.reconciliationFile)
	get(read, "/organizations", s.page(s.organizations))
	get(read, "/organizations/:id", s.page(s.organization))
	get(read, "/holdings", s.page(s.holdings))
	get(read, "/flows", s.page(s.flows))
	get(read, "/flows/:id", s.page(s.flow))
	get(read, "/records/:id", s.anchoredPage(s.record))
	get(read, "/statistics", s.page(s.statistics))
	get(read, "/log", s.anchoredPage(s.log))
	get(read, "/open-data", s.page(s.openData))
	get(read, "/rules", s.page(s.rules))
}

// gifts are what only a giver knows how to ask for: kept nowhere.
func (s *Site) gifts(search gin.IRouter) {
	search.POST("/receipts", s.find)
	get(search, "/receipts/:code", s.secret(s.receipt))
	get(search, "/receipts/:code/certificate", s.secret(s.certificate))
}

// get answers HEAD as GET.
func get(r gin.IRouter, path string, h gin.HandlerFunc) {
	r.GET(path, h)
	r.HEAD(path, h)
}

// guard sets the policy on every answer, also on one that says that nothing has changed:
// a browser takes its headers for those of the page that it has.
func guard(c *gin.Context) {
	c.Header("Content-Security-Policy", policy)
	c.Next()
}

// policy is what a browser may do with the pages: nothing but what they themselves are.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// private keeps what a giver sees out of every cache and every search engine.
func private(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	c.Header("X-Robots-Tag", "noindex")
	c.Next()
}

// Missing is the page for an address at which there is nothing.
func (s *Site) Missing(c *gin.Context) {
	s.Refuse(c, http.StatusNotFound, missing())
}
