package intake

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"mingzhang/ledger"
)

var (
	utf16le = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	utf16be = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
)

// encodingOf gives the encoding of a name: utf-8, gb18030, gbk, big5, utf-16le …
func encodingOf(name string) (encoding.Encoding, error) {
	switch name {
	case "utf-16", "utf-16le":
		return utf16le, nil
	case "utf-16be":
		return utf16be, nil
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, ledger.Refuse(ledger.Invalid, "encoding-unknown", "encoding", "没有名为 %.40q 的编码（utf-8、gb18030、utf-16le）", "there is no encoding %.40q: utf-8, gb18030, utf-16le", name)
	}
	return e, nil
}

// census counts what tells encodings apart, as a file goes through it.
type census struct {
	size, lines int64
	start       []byte
	nuls        [2]int64 // at even places and at odd ones
	wide        int64    // characters of several bytes in UTF-8
	broken      int64    // bytes that are no part of one
	tail        []byte   // the first bytes of a character
}

// Write implements io.Writer.
func (c *census) Write(p []byte) (int, error) {
	if len(c.start) < 3 {
		c.start = append(c.start, p[:min(3, len(p))]...)
	}
	for i, b := range p {
		switch b {
		case 0:
			c.nuls[(c.size+int64(i))%2]++
		case '\n':
			c.lines++
		}
	}
	c.size += int64(len(p))
	c.count(p)
	return len(p), nil
}

// count counts characters; the last may go on with the next write.
func (c *census) count(p []byte) {
	if len(c.tail) > 0 {
		p = append(c.tail, p...)
		c.tail = nil
	}
	for len(p) > 0 {
		if p[0] < utf8.RuneSelf {
			p = p[1:]
			continue
		}
		r, n := utf8.DecodeRune(p)
		switch {
		case r != utf8.RuneError || n > 1:
			c.wide++
		case !utf8.FullRune(p):
			c.tail = append([]byte(nil), p...)
			return
		default:
			c.broken++
		}
		p = p[n:]
	}
}

// encoding is what the counts speak for; nil if not for Unicode. Text in which few
// bytes are broken is damaged UTF-8: read as anything else all of it would be nonsense.
func (c *census) encoding() encoding.Encoding {
	few := max(3, c.size/20)
	switch {
	case strings.HasPrefix(string(c.start), "\xFF\xFE"), c.nuls[1] > few && c.nuls[0] <= c.nuls[1]/20:
		return utf16le
	case strings.HasPrefix(string(c.start), "\xFE\xFF"), c.nuls[0] > few && c.nuls[1] <= c.nuls[0]/20:
		return utf16be
	case (c.broken+int64(len(c.tail)))*3 <= c.wide:
		return unicode.UTF8
	}
	return nil
}

// chinese gives GB18030, which GBK and GB2312 are parts of, if the content is written
// in it, but for a few places.
func (f *file) chinese() (encoding.Encoding, error) {
	in, err := f.content()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	all, lost, err := decoded(simplifiedchinese.GB18030.NewDecoder().Reader(in))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.name, err)
	}
	if lost*100 > all {
		return nil, ledger.Refuse(ledger.Invalid, "encoding-unclear", "encoding",
			"看不出 %s 的编码：请用 --encoding 指明", "the encoding of %s is not clear: name it with --encoding", f.name)
	}
	return simplifiedchinese.GB18030, nil
}

// decoded counts the characters of a text and those that were lost.
func decoded(in io.Reader) (all, lost int64, err error) {
	buf := make([]byte, 0, 64<<10)
	for {
		n, err := in.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		at := 0
		for at < len(buf) && (utf8.FullRune(buf[at:]) || err != nil) {
			r, size := utf8.DecodeRune(buf[at:])
			if all++; r == utf8.RuneError {
				lost++
			}
			at += size
		}
		buf = buf[:copy(buf[:cap(buf)], buf[at:])]
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return all, lost, err
		}
	}
}
