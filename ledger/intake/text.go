package intake

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"

	"mingzhang/ledger"
)

// text is rows of separated cells (RFC 4180, with any of the usual delimiters).
type text struct {
	source io.Closer
	csv    *csv.Reader
	leash  *leash
}

// newText reads a text in an encoding.
func newText(in io.ReadCloser, e encoding.Encoding, comma string) (*text, error) {
	var plain io.Reader = in
	if e != unicode.UTF8 { // which stays as it is, so that broken bytes are seen
		plain = e.NewDecoder().Reader(in)
	}
	peek := bufio.NewReaderSize(plain, 64<<10)
	start, err := peek.Peek(64 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, errors.Join(err, in.Close())
	}
	if strings.HasPrefix(string(start), "\uFEFF") {
		peek.Discard(len("\uFEFF"))
	}
	sign, err := delimiter(comma, string(start))
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	t := &text{source: in, leash: &leash{in: peek}}
	t.csv = csv.NewReader(t.leash)
	t.csv.Comma, t.csv.FieldsPerRecord, t.csv.TrimLeadingSpace = sign, -1, sign != '\t'
	return t, nil
}

func (t *text) close() error { return t.source.Close() }

func (t *text) next() (row, error) {
	cells, err := t.csv.Read()
	t.leash.end = t.csv.InputOffset()
	var broken *csv.ParseError
	if errors.As(err, &broken) {
		return row{line: broken.StartLine, fault: ledger.Refuse(ledger.Invalid, "row-unreadable", "",
			"第 %d 至 %d 行的引号不成对，这些行未读入", "the quotation marks in the lines %d to %d do not match; they were not read", broken.StartLine, broken.Line)}, nil
	}
	if err != nil {
		return row{}, err
	}
	line, _ := t.csv.FieldPos(0)
	return newRow(line, cells), nil
}

// leash bounds how far the reader of a row may read.
type leash struct {
	in   io.Reader
	read int64 // so far
	end  int64 // of the last row
}

func (l *leash) Read(p []byte) (int, error) {
	if l.read-l.end > maxRow {
		return 0, ledger.Refuse(ledger.Invalid, "row-endless", "",
			"有一行超过 %d 字节：引号没有结束，或不是表格", "a row is longer than %d bytes: a quotation mark does not end, or this is no table", maxRow)
	}
	n, err := l.in.Read(p)
	l.read += int64(n)
	return n, err
}

// delimiter gives the delimiter of a name, or the likeliest of a text: the one that is
// there most often outside quotation marks.
func delimiter(name, start string) (rune, error) {
	switch name {
	case "":
		return guessDelimiter(start), nil
	case "tab", "\\t", "\t":
		return '\t', nil
	case ",", ";", "|":
		return rune(name[0]), nil
	}
	return 0, ledger.Refuse(ledger.Invalid, "delimiter-unknown", "delimiter", "%.40q 不是分隔符：逗号、分号、竖线或 tab", "%.40q is no delimiter: a comma, a semicolon, a bar or tab", name)
}

func guessDelimiter(start string) rune {
	counts := map[rune]int{}
	quoted, lines := false, 0
	for _, c := range start {
		switch c {
		case '"':
			quoted = !quoted
		case '\n':
			if lines++; lines == 50 {
				return most(counts)
			}
		}
		if !quoted {
			counts[c]++
		}
	}
	return most(counts)
}

func most(counts map[rune]int) rune {
	best := ','
	for _, c := range []rune{',', '\t', ';', '|'} {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}
