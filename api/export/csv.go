package export

import (
	"encoding/hex"
	"io"
	"strconv"
	"strings"
	"time"

	"mingzhang/ledger"
)

// bom tells spreadsheet programs that the text is UTF-8.
const bom = "\ufeff"

// CSV writes a table as RFC 4180 has it: commas, CRLF, and quotes where they are
// needed. It appends to a buffer of its own: encoding/csv takes texts only, so that
// each number would be one first, and writes a line feed within a text as two
// characters where lines end with two.
type CSV struct {
	w     io.Writer
	buf   []byte
	cells int // of the row so far
	err   error
}

// flushed is how many bytes are written at once.
const flushed = 64 << 10

// NewCSV begins a table with its headings.
func NewCSV(w io.Writer, headings []string) *CSV {
	c := &CSV{w: w, buf: append(make([]byte, 0, flushed+flushed/4), bom...)}
	for _, h := range headings {
		c.Text(h)
	}
	c.err = c.End()
	return c
}

func (c *CSV) cell() {
	if c.cells++; c.cells > 1 {
		c.buf = append(c.buf, ',')
	}
}

// Text writes a text, and an apostrophe before one that looks like a formula.
func (c *CSV) Text(s string) {
	c.cell()
	mark := marked(s)
	if !quoting(s) {
		if mark {
			c.buf = append(c.buf, '\'')
		}
		c.buf = append(c.buf, s...)
		return
	}
	c.buf = append(c.buf, '"')
	if mark {
		c.buf = append(c.buf, '\'')
	}
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			break
		}
		c.buf = append(append(c.buf, s[:i]...), `""`...)
		s = s[i+1:]
	}
	c.buf = append(append(c.buf, s...), '"')
}

// quoting says whether a text needs quotes. Where another character than the comma
// parts cells, programs that guess must not cut the text in two; spaces at an end are
// trimmed by some.
func quoting(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case '"', ',', ';', '\t', '\r', '\n':
			return true
		}
	}
	return s != "" && (s[0] == ' ' || s[len(s)-1] == ' ')
}

func (c *CSV) Number(n int64) {
	c.cell()
	c.buf = strconv.AppendInt(c.buf, n, 10)
}

func (c *CSV) Amount(units int64, scale int) {
	c.cell()
	c.buf = ledger.AppendAmount(c.buf, units, scale)
}

func (c *CSV) Moment(t time.Time) {
	c.cell()
	c.buf = t.AppendFormat(c.buf, time.RFC3339)
}

func (c *CSV) Hash(sum [32]byte) {
	c.cell()
	c.buf = hex.AppendEncode(append(c.buf, hashed...), sum[:])
}

// hashed is before every hash.
const hashed = "sha256:"

func (c *CSV) Flag(b bool) {
	c.cell()
	c.buf = strconv.AppendBool(c.buf, b)
}

func (c *CSV) Blank() { c.cell() }

func (c *CSV) End() error {
	c.buf = append(c.buf, "\r\n"...)
	c.cells = 0
	if len(c.buf) >= flushed {
		c.flush()
	}
	return c.err
}

func (c *CSV) flush() {
	if c.err == nil {
		_, c.err = c.w.Write(c.buf)
	}
	c.buf = c.buf[:0]
}

func (c *CSV) Close() error {
	c.flush()
	return c.err
}

func (c *CSV) Discard() {}
