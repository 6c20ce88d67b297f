package api

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/trace"
)

// query reads the parameters of a request. The first fault is kept, and a parameter
// that nobody asked for is one: a filter that is misspelt must not be lost in silence.
type query struct {
	request *gin.Context
	values  url.Values
	read    map[string]bool
	err     error
}

func (s *server) query(c *gin.Context) *query {
	values, err := url.ParseQuery(c.Request.URL.RawQuery)
	q := &query{request: c, values: values, read: map[string]bool{}}
	if err != nil {
		q.fail("", "查询参数无法解析", "the query cannot be read")
	}
	return q
}

func (q *query) fail(field, zh, en string, args ...any) {
	if q.err == nil {
		q.err = ledger.Refuse(ledger.Invalid, "query-unreadable", field, zh, en, args...)
	}
}

// check refuses a value that is none of those known.
func (q *query) check(ok bool, name, value string) {
	if !ok {
		q.fail(name, "参数 %s 的值 “%.60s” 不可用", "the parameter %s cannot be %.60q", name, value)
	}
}

// done gives the first fault.
func (q *query) done() error {
	for _, name := range slices.Sorted(maps.Keys(q.values)) {
		switch {
		case !q.read[name]:
			short := fmt.Sprintf("%.60s", name) // it is the caller's
			q.fail(short, "没有名为 %s 的参数", "there is no parameter %s", short)
		case len(q.values[name]) > 1:
			q.fail(name, "参数 %s 出现多次", "the parameter %s is there more than once", name)
		}
	}
	return q.err
}

// maxText is the longest text of a parameter, in bytes.
const maxText = 400

func (q *query) text(name string) string {
	q.read[name] = true
	v := strings.TrimSpace(q.values.Get(name))
	if len(v) > maxText || strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0xFFFD }) {
		q.fail(name, "参数 %s 过长或含有不可用的字符", "the parameter %s is too long, or holds characters that no text has", name)
		return ""
	}
	return v
}

func (q *query) list(name string) []string {
	v := q.text(name)
	if v == "" {
		return nil
	}
	return strings.Split(v, ",")
}

// choice gives one of some words, the first where none is given.
func (q *query) choice(name string, words ...string) string {
	v := q.text(name)
	for _, w := range words {
		if v == w {
			return v
		}
	}
	q.check(v == "", name, v)
	return words[0]
}

func (q *query) number(name string, low, high int64) *int64 {
	v := q.text(name)
	if v == "" {
		return nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < low || n > high {
		q.fail(name, "参数 %s 应为 %d 至 %d 的整数", "the parameter %s is an integer from %d to %d", name, low, high)
		return nil
	}
	return &n
}

func (q *query) index(name string) *int64 { return q.number(name, 0, ledger.MaxUnits) }

func (q *query) amount(name string) int64 {
	if n := q.number(name, 0, ledger.MaxUnits); n != nil {
		return *n
	}
	return 0
}

func (q *query) flag(name string) bool { return q.choice(name, "false", "true") == "true" }

func (q *query) pool(name string) *ledger.Pool {
	v := q.text(name)
	if v == "" {
		return nil
	}
	p, err := ledger.ParsePool(v)
	q.check(err == nil, name, v)
	return &p
}

func (q *query) date(name string) ledger.Date {
	v := q.text(name)
	if v == "" {
		return ""
	}
	d, err := ledger.ParseDate(v)
	q.check(err == nil, name, v)
	return d
}

const (
	usualPage = 50
	maxPage   = 500
)

func (q *query) limit() int {
	if n := q.number("limit", 1, maxPage); n != nil {
		return int(*n)
	}
	return usualPage
}

// cursor reads where a page begins: what next was on the page before.
func (q *query) cursor() string {
	v := q.text("cursor")
	data, err := base64.RawURLEncoding.Strict().DecodeString(v)
	if err != nil || !utf8.Valid(data) || bytes.ContainsRune(data, 0) {
		q.check(false, "cursor", v)
		return ""
	}
	return string(data)
}

// after reads a cursor that is an index.
func (q *query) after() *int64 {
	v := q.cursor()
	if v == "" {
		return nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 0 || n > ledger.MaxUnits {
		q.check(false, "cursor", v)
		return nil
	}
	return &n
}

// mark reads a cursor that is a place among sources.
func (q *query) mark() trace.Mark {
	v := q.cursor()
	if v == "" {
		return nil
	}
	m, ok := trace.ParseMark(v)
	q.check(ok, "cursor", v)
	return m
}

// next gives the cursor of the next page, and links it.
func (s *server) next(c *gin.Context, place any) string {
	cursor := base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprint(place)))
	u := *c.Request.URL
	values := u.Query()
	values.Set("cursor", cursor)
	u.RawQuery = values.Encode()
	c.Header("Link", "<"+u.RequestURI()+`>; rel="next"`)
	return cursor
}

// pageOf gives a page of a list that is short enough to be read whole: it begins behind
// the entry that the cursor names.
func pageOf[T any](s *server, c *gin.Context, all []T, cursor string, limit int, name func(T) string) (page []T, next string, err error) {
	from := 0
	if cursor != "" {
		if from = 1 + slices.IndexFunc(all, func(v T) bool { return name(v) == cursor }); from == 0 {
			q := &query{}
			q.check(false, "cursor", cursor)
			return nil, "", q.err
		}
	}
	page = all[from:]
	if len(page) > limit {
		page = page[:limit]
		next = s.next(c, name(page[limit-1]))
	}
	return page, next, nil
}
