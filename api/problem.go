package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"mingzhang/api/access"
	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/trace"
)

// Problem is the body of every error (RFC 9457).
type Problem struct {
	Type     string `json:"type" example:"/problems/pool-shortfall"` // stable: names the rule
	Title    string `json:"title" example:"Conflict"`
	Status   int    `json:"status" example:"409"`
	Detail   string `json:"detail" example:"资金池 4/1/general/CNY 可用 5.00 元，不足 20.00 元"` // for the user
	Instance string `json:"instance" example:"urn:request:01f0…"`                      // names the request in the log
	Field    string `json:"field,omitempty" example:"amount"`                          // at fault
	Line     int    `json:"line,omitempty" example:"3"`                                // of a batch
	Data     any    `json:"data,omitempty" swaggertype:"object"`                       // what the caller needs to act
}

// statuses say what each kind of refusal is in HTTP.
var statuses = map[ledger.Kind]int{
	ledger.Invalid:     http.StatusUnprocessableEntity,
	ledger.NotFound:    http.StatusNotFound,
	ledger.Conflict:    http.StatusConflict,
	ledger.Shortfall:   http.StatusConflict,
	ledger.Frozen:      http.StatusConflict,
	ledger.Forbidden:   http.StatusForbidden,
	ledger.Corrupt:     http.StatusInternalServerError,
	ledger.Unavailable: http.StatusServiceUnavailable,
}

// codes have a status of their own.
var codes = map[string]int{
	"json-unreadable": http.StatusBadRequest, "body-unreadable": http.StatusBadRequest, "query-unreadable": http.StatusBadRequest,
	"body-too-large": http.StatusRequestEntityTooLarge, "evidence-too-large": http.StatusRequestEntityTooLarge, "media-type": http.StatusUnsupportedMediaType,
	"too-many-requests": http.StatusTooManyRequests, "no-such-route": http.StatusNotFound, "method-not-allowed": http.StatusMethodNotAllowed,
}

// fail answers with the problem that an error is.
func (s *server) fail(c *gin.Context, err error) {
	if s.Pages != nil && c.GetBool(ofPages) {
		refusal, status := s.judge(c, err)
		s.Pages.Refuse(c, status, refusal)
		return
	}
	s.show(c, s.problem(c, err))
}

// show answers with a problem.
func (s *server) show(c *gin.Context, p *Problem) {
	switch p.Status {
	case http.StatusTooManyRequests:
		if wait, ok := p.Data.(access.Wait); ok {
			c.Header("Retry-After", strconv.Itoa(wait.Seconds))
		}
	case http.StatusUnauthorized:
		c.Header("WWW-Authenticate", `Bearer realm="mingzhang"`)
	case http.StatusServiceUnavailable:
		c.Header("Retry-After", "1")
	}
	body, _ := json.Marshal(p)
	c.Header("Cache-Control", "no-store")
	c.Writer.Header().Del("ETag") // of the answer that this is not
	c.Data(p.Status, "application/problem+json; charset=utf-8", body)
	c.Abort()
}

// problem says what is wrong, in the caller's language.
func (s *server) problem(c *gin.Context, err error) *Problem {
	refusal, status := s.judge(c, err)
	return &Problem{
		Type: "/problems/" + refusal.Code, Title: http.StatusText(status), Status: status, Detail: refusal.In(languageOf(c)),
		Instance: "urn:request:" + requestID(c), Field: refusal.Field, Data: dataOf(refusal.Data),
	}
}

// judge gives the refusal in an error, and its status. What no user can mend is told in
// a neutral sentence and logged once, with the request's name.
func (s *server) judge(c *gin.Context, err error) (refusal *ledger.Error, status int) {
	if !errors.As(err, &refusal) {
		if gone := context.Cause(c.Request.Context()); gone != nil {
			err = errors.Join(gone, err) // a database may call it an interruption
		}
		if !errors.As(err, &refusal) { // which says why the time was over
			refusal = refusalOf(err)
		}
	}
	status = statuses[refusal.Kind]
	if own := codes[refusal.Code]; own != 0 {
		status = own
	}
	if refusal.Kind == ledger.Forbidden && strings.HasPrefix(refusal.Code, "key-") {
		status = http.StatusUnauthorized
	}
	if status >= 500 {
		s.Log.ErrorContext(c, "a request failed", "request", requestID(c), "code", refusal.Code, "error", err)
	}
	return refusal, status
}

// shortage is what a pool, or a gift in it, has left.
type shortage struct {
	Of    int64  `json:"of,omitempty"` // the gift
	Pool  string `json:"pool"`
	Left  int64  `json:"left"`
	Asked int64  `json:"asked"`
	Rest  []rest `json:"rest,omitempty"` // where the rest of the gift is
}

// rest is units of a gift that are elsewhere.
type rest struct {
	State  trace.State `json:"state"`
	Pool   string      `json:"pool"`
	Amount int64       `json:"amount"`
	Via    int64       `json:"via,omitempty"` // the last record that moved them
}

// dataOf writes what a caller needs with pools as they are written everywhere else.
func dataOf(data any) any {
	switch d := data.(type) {
	case ledger.Shortage:
		return shortage{Pool: d.Pool.String(), Left: d.Left, Asked: d.Asked}
	case trace.Elsewhere:
		out := shortage{Of: d.Of, Pool: d.Pool.String(), Left: d.Left, Asked: d.Asked}
		for _, r := range d.Rest {
			out.Rest = append(out.Rest, rest{r.State, r.Pool.String(), r.Amount, r.Via})
		}
		return out
	}
	return data
}

// refusalOf turns an error that is no refusal into one.
func refusalOf(err error) *ledger.Error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return ledger.Refuse(ledger.Unavailable, "timeout", "", "请求超时，请用同一幂等键重试", "the request took too long: try again with the same idempotency key")
	}
	if errors.Is(err, book.ErrClosed) {
		return ledger.Refuse(ledger.Unavailable, "closing", "", "服务正在停止，请稍后重试", "the server is shutting down: try again later")
	}
	return ledger.Refuse(ledger.Corrupt, "internal", "", "服务器内部错误，已记录", "something went wrong on the server, and was noted")
}

// chosenLanguage is where a request keeps the language that its address names.
const chosenLanguage = "language"

// languageOf gives the language that the caller chose or else prefers: "zh-Hans" or "en".
func languageOf(c *gin.Context) string {
	if chosen := c.GetString(chosenLanguage); chosen != "" {
		return chosen
	}
	accept := c.GetHeader("Accept-Language")
	if len(accept) > 200 {
		accept = ""
	}
	return export.Nearest(accept)
}
