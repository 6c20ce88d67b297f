// Package api is the HTTP interface of the book: what charities' systems, fundraising
// platforms and regulators' tools write, and what anyone may read.
//
// # Conventions
//
// Amounts are whole numbers of the smallest unit with the asset beside them. Times
// are RFC 3339 in UTC, dates are dates, a period is an ISO 8601 interval. Every write
// takes an Idempotency-Key; its repetition gets the first answer again and says so in
// Idempotency-Replayed. Lists are paged by key: next is what cursor is for the page
// after. Public reads carry an ETag that changes with every record of the log.
//
// Every error is an application/problem+json (RFC 9457) with a stable type, a
// sentence in the caller's language (Accept-Language: zh-Hans by default, en), the
// field at fault where there is one, and the data needed to act on it.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"mingzhang/api/access"
	"mingzhang/api/fresh"
	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
	"mingzhang/ledger/witness"
)

// Config is what the API is made of.
type Config struct {
	Book      *book.Book
	Store     *store.Store
	Evidence  *evidence.Store
	Access    *access.Access
	Limits    *access.Limits
	Metrics   *Metrics
	Anchors   Anchors          // nil where nothing is anchored
	Witnesses *witness.Client  // nil where none are asked
	Pages     Pages            // the public pages beside the interface, nil for none
	Writable  func() error     // tries to write where checkpoints are kept; nil where nobody asks
	LogKey    string           // the verifier key of the log, as served at /log.pub
	URL       string           // where the public reaches this server, without a slash at its end
	Proxies   []string         // addresses or networks of proxies whose X-Forwarded-For is believed
	Now       func() time.Time // time.Now if nil
	Log       *slog.Logger     // slog.Default if nil
}

// Pages are the public pages, which are served behind the same door.
type Pages interface {
	// Routes adds their routes. The middlewares keep a visitor from asking too often: for
	// pages, and for what costs more. guess looks for a gift, and costly does what adds up
	// much of the book; both give its error, or the refusal of who has to wait.
	Routes(r gin.IRouter, read, search gin.HandlerFunc, guess func(c *gin.Context, look func() error) error, costly func(c *gin.Context, do func(ctx context.Context) error) error)
	// Refuse shows a refusal to who asked for a page.
	Refuse(c *gin.Context, status int, e *ledger.Error)
}

// ofPages marks a request whose refusal is a page.
const ofPages = "page"

// Anchors tells where the permissioned ledger stands.
type Anchors interface {
	// Of gives the anchor of a record, nil while it has none.
	Of(ctx context.Context, index int64) (*proof.Anchor, error)
	// Standing says how far the ledger is.
	Standing(ctx context.Context) (Standing, error)
}

// Standing is how far the permissioned ledger is behind the log.
type Standing struct {
	Backend string    `json:"backend" example:"fabric"` // fabric, local, or none
	Upto    int64     `json:"upto" example:"228481"`    // records [0, upto) are anchored
	Lag     int64     `json:"lag" example:"12"`         // records of the log that are not
	Seconds int64     `json:"seconds" example:"1"`      // how long the oldest of them waits
	Since   time.Time `json:"-"`
	Alarm   string    `json:"alarm,omitempty"` // why anchoring stopped
}

// server is the handlers' common ground.
type server struct {
	Config
	owners    owners
	recent    recent
	answers   *fresh.Answers
	exporting *access.Places
	workbooks *access.Places
	adding    *access.Places // costly reads
	trying    trial
}

// room is for kept answers, in bytes.
const room = 64 << 20

// New builds the handler of the API. Other handlers may be put beside it.
func New(c Config) (http.Handler, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	if err := engine.SetTrustedProxies(c.Proxies); err != nil {
		return nil, err
	}
	s := &server{Config: c, answers: fresh.New(room), exporting: access.NewPlaces(mostExports, exportsEach), workbooks: access.NewPlaces(mostWorkbooks, workbooksEach), adding: access.NewPlaces(mostCostly, costlyEach)}
	s.routes(engine)
	s.Metrics.watch(s)
	return engine, nil
}
