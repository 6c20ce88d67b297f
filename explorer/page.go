package explorer

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"sync"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
)

// visit is a request for a page.
type visit struct {
	all     []*tongue
	tongue  *tongue
	chosen  bool // the language is in the address, and goes on in links
	path    string
	query   url.Values
	garbled bool  // the query cannot be read whole
	plain   bool  // nothing but a language is in the query
	id      int64 // in the path
	gift    int64 // whose code is in the path
	today   ledger.Date
	head    book.Head // of the moment that the page is filled from
}

// page is what every template gets.
type page struct {
	visit visit
	Name  string // of the template
	Title string
	Head  book.Head // as of which the page is
	Data  any
	Wide  bool
	// Standing is nil where nothing is anchored.
	Standing *Standing
	Origin   string
	Here     string // the address of this page for the public
}

// filler reads what a page shows, from one moment of the book.
type filler func(ctx context.Context, v visit, r Reads) (*page, error)

// visit reads who asks for what. A path without a number has the id −1.
func (s *Site) visit(c *gin.Context) visit {
	t, chosen := s.tongues.of(c.Query("lang"), c.GetHeader("Accept-Language"))
	query, err := url.ParseQuery(c.Request.URL.RawQuery)
	v := visit{all: s.tongues.list, tongue: t, chosen: chosen, path: c.Request.URL.Path, query: query, garbled: err != nil, id: -1, today: account.Today(s.Now())}
	v.plain = c.Request.URL.RawQuery == "" || chosen && c.Request.URL.RawQuery == "lang="+t.tag
	if n, err := strconv.ParseInt(c.Param("id"), 10, 64); err == nil && n >= 0 && n <= ledger.MaxUnits && strconv.FormatInt(n, 10) == c.Param("id") {
		v.id = n
	}
	return v
}

// make fills a page and writes it.
func (s *Site) make(c *gin.Context, v visit, fill filler) {
	var p *page
	read := func(ctx context.Context) error {
		return s.Book.At(ctx, func(r Reads) error {
			head, err := r.Head(ctx)
			if v.head = head; err == nil {
				err = s.assets.learn(ctx, r, head.Size)
			}
			if err == nil {
				p, err = fill(ctx, v, r)
			}
			if err == nil {
				p.Head = head
			}
			return err
		})
	}
	var err error
	if v.costly() {
		err = s.costly(c, read)
	} else {
		err = read(c.Request.Context())
	}
	if err == nil {
		err = s.write(c, http.StatusOK, v, p)
	}
	if err != nil {
		s.fail(c, err)
	}
}

// costly says that a page adds up much of the book for one visitor: a range of days, or
// the log as it once stood; and the sums of the whole book where something else than a
// language is in the address. Without, one page is made for all.
func (v visit) costly() bool {
	switch {
	case v.ranged():
		return true
	case v.path == "/", v.path == "/statistics":
		return !v.plain
	case v.path == "/flows":
		return !v.plain && len(v.kept("project", "organization", "pool")) == 0
	case v.path == "/holdings":
		return !v.plain && len(v.kept("project", "owner", "holder")) == 0
	}
	return false
}

// buffers hold pages while they are made.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// write writes a page, whole or not at all.
func (s *Site) write(c *gin.Context, status int, v visit, p *page) error {
	p.visit, p.Origin, p.Here = v, s.Origin, s.URL+v.path
	if s.Anchors != nil && p.Standing == nil {
		if standing, err := s.Anchors.Standing(c.Request.Context()); err == nil {
			p.Standing = &standing
		}
	}
	templates, err := v.tongue.templates(v.chosen)
	if err != nil {
		return err
	}
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if err := templates.ExecuteTemplate(b, "layout/"+p.Name, p); err != nil {
		return err
	}
	c.Header("Content-Language", v.tongue.tag)
	c.Data(status, "text/html; charset=utf-8", b.Bytes())
	return nil
}

// statuses answers each kind of refusal.
var statuses = map[ledger.Kind]int{ledger.NotFound: http.StatusNotFound, ledger.Invalid: http.StatusBadRequest, ledger.Unavailable: http.StatusServiceUnavailable}

// moved is what a page answers that lies at another address.
type moved string

func (m moved) Error() string { return "see " + string(m) }

// fail shows a refusal. What no visitor can mend is told in a neutral sentence and
// logged once, with the request's name.
func (s *Site) fail(c *gin.Context, err error) {
	if gone := c.Request.Context().Err(); gone != nil {
		c.Abort()
		return
	}
	var elsewhere moved
	if errors.As(err, &elsewhere) {
		c.Writer.Header().Del("ETag")
		c.Redirect(http.StatusSeeOther, string(elsewhere))
		return
	}
	var e *ledger.Error
	if !errors.As(err, &e) || statuses[e.Kind] == 0 {
		s.Log.ErrorContext(c, "a page failed", "request", c.GetString("request"), "route", c.FullPath(), "error", err)
		e = refuse(ledger.Corrupt, "internal")
	}
	status := statuses[e.Kind]
	switch {
	case e.Code == "too-many-requests":
		status = http.StatusTooManyRequests
	case status == 0:
		status = http.StatusInternalServerError
	}
	s.Refuse(c, status, e)
}

// Refuse shows a refusal as a page.
func (s *Site) Refuse(c *gin.Context, status int, e *ledger.Error) {
	v := s.visit(c)
	v.query.Del("q") // what is searched for may be a giver's
	h := c.Writer.Header()
	h.Del("ETag")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy)
	head, _ := s.Book.Head(c.Request.Context())
	p := &page{Name: "refusal", Title: v.tongue.say("refusal.title." + strconv.Itoa(status)), Head: head,
		Data: refusal{status, v.why(e), c.GetString("request")}}
	if err := s.write(c, status, v, p); err != nil {
		s.Log.ErrorContext(c, "a page failed", "request", c.GetString("request"), "error", err)
		c.AbortWithStatus(http.StatusInternalServerError)
	}
	c.Abort()
}
