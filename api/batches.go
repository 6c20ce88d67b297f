package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"mingzhang/api/access"
	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

const (
	maxBatch = 64 << 20 // bytes of a batch
	maxLines = 20_000
)

// Result is what became of one line of a batch.
type Result struct {
	Line     int      `json:"line" example:"1"`
	Status   int      `json:"status" example:"201"` // as if it had been sent alone
	Replayed bool     `json:"replayed,omitempty"`
	Answer   *Answer  `json:"answer,omitempty"`
	Problem  *Problem `json:"problem,omitempty"`
}

// line is a request of a batch.
type line struct {
	request book.Request
	err     error
}

// postBatch records many requests.
//
//	@Summary		Record many requests, one a line
//	@Description	NDJSON: each line is the body of a request with its "type" (donation, income, expenditure, transfer, conversion, refund, return, reversal, delivery, disclosure, correction, organization, project, asset, freeze, key, exception, erasure). The answer has a line for each. With atomic=true all are recorded next to each other, or none; then the answer of a refused batch is the problem of the line at fault. An Idempotency-Key covers each line by its number.
//	@Tags			flows
//	@Security		key
//	@Accept			application/x-ndjson
//	@Produce		application/x-ndjson
//	@Param			Idempotency-Key	header		string	false	"any; the same key and line give the first answer again"
//	@Param			atomic			query		bool	false	"all or none"
//	@Success		200				{object}	Result	"one a line"
//	@Failure		400,401,403,409,413,415,422,503	{object}	Problem
//	@Router			/v1/batches [post]
func (s *server) postBatch(c *gin.Context) {
	lines, atomic, err := s.batch(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	results, err := s.submit(c, lines, atomic)
	if err != nil {
		s.fail(c, err)
		return
	}
	if p := fault(results); atomic && p != nil {
		s.show(c, p)
		return
	}
	if len(results) > 0 && !slices.ContainsFunc(results, func(r Result) bool { return !r.Replayed }) {
		c.Header("Idempotency-Replayed", "true")
	}
	c.Header("Content-Type", "application/x-ndjson; charset=utf-8")
	c.Header("Cache-Control", "no-store")
	c.Status(http.StatusOK)
	out := json.NewEncoder(c.Writer)
	out.SetEscapeHTML(false)
	for _, r := range results {
		if out.Encode(r) != nil {
			return // the caller is gone, and asks again with its key
		}
	}
}

// batch reads the lines of a batch.
func (s *server) batch(c *gin.Context) (lines []line, atomic bool, err error) {
	q := s.query(c)
	atomic = q.flag("atomic")
	if err := q.done(); err != nil {
		return nil, false, err
	}
	if err := access.Allow(callerOf(c), access.Batch, access.Target{}); err != nil {
		return nil, false, err
	}
	if err := inMedia(c, "application/x-ndjson"); err != nil {
		return nil, false, err
	}
	key, err := idempotencyKey(c)
	if err != nil {
		return nil, false, err
	}
	in := bufio.NewReaderSize(http.MaxBytesReader(c.Writer, c.Request.Body, maxBatch), 64<<10)
	for {
		text, end, err := nextLine(in)
		if err != nil {
			return nil, false, err
		}
		if len(bytes.TrimSpace(text)) > 0 {
			lines = append(lines, s.line(c, text, key, len(lines)+1))
		} else if !end {
			lines = append(lines, line{err: ledger.Refuse(ledger.Invalid, "json-unreadable", "", "空行", "an empty line")})
		}
		if len(lines) > maxLines {
			return nil, false, ledger.Refuse(ledger.Invalid, "body-too-large", "", "每批最多 %d 行", "a batch has at most %d lines", maxLines)
		}
		if end {
			return lines, atomic, nil
		}
	}
}

// nextLine reads up to the end of a line; end says that it was the last.
func nextLine(in *bufio.Reader) (text []byte, end bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if text = append(text, part...); len(text) > maxBody {
			return nil, false, ledger.Refuse(ledger.Invalid, "body-too-large", "", "一行超过 %d 字节", "a line has more than %d bytes", maxBody)
		}
		switch {
		case err == nil:
			return text, false, nil
		case errors.Is(err, io.EOF):
			return text, true, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, false, unread(err)
		}
	}
}

// line reads one request.
func (s *server) line(c *gin.Context, text []byte, key string, number int) line {
	name, rest, err := takeType(text)
	if err != nil {
		return line{err: err}
	}
	read := readings[name]
	if read == nil {
		return line{err: ledger.Refuse(ledger.Invalid, "word-unknown", "type", "没有名为 “%.40s” 的请求", "there is no request of the type %.40q", name)}
	}
	what, err := read(rest)
	if err == nil {
		what, err = s.admitted(c, what)
	}
	if key != "" {
		key = fmt.Sprintf("%s#%d", key, number)
	}
	return line{book.Request{By: callerOf(c).Author(), Key: key, What: what}, err}
}

// takeType takes the member "type" out of an object and gives its value and the rest.
func takeType(text []byte) (name string, rest []byte, err error) {
	text = bytes.TrimSpace(text)
	if err := isObject(text); err != nil {
		return "", nil, err
	}
	if !json.Valid(text) {
		return "", nil, noObject()
	}
	outer := outerOf(text)
	i := slices.IndexFunc(outer, func(one member) bool { return one.name == "type" })
	if i < 0 || json.NewDecoder(bytes.NewReader(text[outer[i].value:])).Decode(&name) != nil {
		return "", nil, ledger.Refuse(ledger.Invalid, "field-missing", "type", "每行须写明 type", "each line names its type")
	}
	from := outer[i].from
	if last := len(outer) - 1; i == last && i > 0 {
		from = outer[i-1].upto - 1 // no comma follows the last: the one before it goes
	}
	return name, slices.Concat(text[:from], text[outer[i].upto:]), nil
}

// submit hands the readable lines to the book, in their order.
func (s *server) submit(c *gin.Context, lines []line, atomic bool) ([]Result, error) {
	results := make([]Result, len(lines))
	var requests []book.Request
	var places []int
	for i, l := range lines {
		results[i].Line = i + 1
		if l.err != nil {
			results[i].refuse(s.problem(c, l.err))
			continue
		}
		requests, places = append(requests, l.request), append(places, i)
	}
	if atomic && len(requests) < len(lines) {
		return results, nil
	}
	answers, err := s.Book.SubmitAll(c.Request.Context(), requests, atomic)
	if err != nil && len(answers) == 0 {
		return nil, err
	}
	for k, i := range places {
		switch {
		case k >= len(answers):
			results[i].refuse(s.problem(c, err))
		case answers[k].Err != nil:
			results[i].refuse(s.problem(c, answers[k].Err))
		default:
			results[i].Status, results[i].Replayed, results[i].Answer = http.StatusCreated, answers[k].Answer.Replayed, s.answer(answers[k].Answer)
		}
	}
	return results, nil
}

func (r *Result) refuse(p *Problem) {
	p.Line = r.Line
	r.Status, r.Problem = p.Status, p
}

// fault finds the line that an atomic batch failed by: all others say only that they
// were not recorded because of it.
func fault(results []Result) *Problem {
	for _, r := range results {
		if r.Problem != nil && r.Problem.Type != "/problems/batch-refused" {
			return r.Problem
		}
	}
	return nil
}
