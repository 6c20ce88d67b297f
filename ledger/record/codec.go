package record

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"mingzhang/ledger"
)

// codec walks the members of an object in the order of their keys, and either
// writes them or reads them. Each record type is described once, by one walk, so
// writing and reading cannot drift apart; and because a reader accepts only the key
// that a writer would put next, in the form it would give it, only canonical bytes
// are ever accepted. The first fault stays in err and ends the walk.
type codec struct {
	reading bool
	lines   bool   // text may be broken into lines: the text of a seal
	buf     []byte // what was written, or what is left to read
	last    string // the key before, in reading
	empty   bool   // no member yet
	err     error
}

// fail keeps the first fault; nil is none.
func (c *codec) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// refuse is for bytes that are no record: a fault of a program, not of a user.
func (c *codec) refuse(code, zh, en string, args ...any) {
	c.fail(ledger.Refuse(ledger.Corrupt, code, c.last, zh, en, args...))
}

// object walks a whole object: '{', the members, '}'.
func (c *codec) object(members func()) {
	outer := c.last
	c.punct('{')
	c.empty, c.last = true, ""
	members()
	if c.reading && c.err == nil && !bytes.HasPrefix(c.buf, []byte("}")) {
		c.unexpected("")
	}
	c.punct('}')
	c.empty, c.last = false, outer
}

// punct writes or reads one byte of punctuation.
func (c *codec) punct(b byte) {
	switch {
	case c.err != nil:
	case !c.reading:
		c.buf = append(c.buf, b)
	case len(c.buf) == 0 || c.buf[0] != b:
		c.refuse("json-form", "此处应为 %q", "%q is expected here", b)
	default:
		c.buf = c.buf[1:]
	}
}

// member begins the member of the key given and says whether it is there. present
// is asked in writing only; a member that is needed and not there is a fault.
func (c *codec) member(key string, present, needed bool) bool {
	if c.err != nil {
		return false
	}
	if !c.reading {
		if !present && !needed {
			return false
		}
		if !c.empty {
			c.buf = append(c.buf, ',')
		}
		c.buf = append(append(append(c.buf, '"'), key...), '"', ':')
		c.empty = false
		return true
	}
	rest, ok := c.buf, true
	if !c.empty {
		rest, ok = bytes.CutPrefix(rest, []byte{','})
	}
	if ok = ok && len(rest) > len(key)+3 && rest[0] == '"' && string(rest[1:len(key)+1]) == key && rest[len(key)+1] == '"' && rest[len(key)+2] == ':'; ok {
		c.buf, c.empty, c.last = rest[len(key)+3:], false, key
	} else if needed {
		c.unexpected(key)
	}
	return ok
}

// nextKey gives the key of the next member, if there is one.
func (c *codec) nextKey() (string, bool) {
	rest, quoted := bytes.CutPrefix(bytes.TrimPrefix(c.buf, []byte{','}), []byte{'"'})
	key, rest, ended := bytes.Cut(rest[:min(len(rest), 80)], []byte{'"'})
	return string(key), quoted && ended && bytes.HasPrefix(rest, []byte{':'})
}

// unexpected names what is wrong with the next member, where wanted, or the end of
// the object, should be.
func (c *codec) unexpected(wanted string) {
	key, found := c.nextKey()
	switch {
	case bytes.ContainsAny(c.buf[:min(len(c.buf), 2)], " \t\r\n"):
		c.refuse("json-space", "规范形式中不能有空白", "the canonical form has no white space")
	case found && key == c.last:
		c.refuse("key-twice", "键 %q 出现两次", "the key %q is there twice", key)
	case found && key < c.last:
		c.refuse("key-order", "键 %q 的次序不对", "the key %q is out of order", key)
	case found && (wanted == "" || key < wanted):
		c.refuse("key-unknown", "键 %q 不属于此处", "the key %q does not belong here", key)
	case found && key != wanted, bytes.HasPrefix(c.buf, []byte{'}'}):
		c.refuse("key-missing", "缺少键 %q", "the key %q is missing", wanted)
	default:
		c.refuse("json-form", "不是规范的 JSON", "this is not canonical JSON")
	}
}

// number walks an integer; one that is not needed is left out where it is zero.
func (c *codec) number(key string, v *int64, needed bool) {
	if !c.member(key, *v != 0, needed) {
		return
	}
	c.value(v)
	if c.reading && !needed && *v == 0 {
		c.refuse("zero-written", "键 %q 的值为零时应省略", "the key %q is left out where it is zero", key)
	}
}

// value walks the digits of an integer from 0 to 2^53−1.
func (c *codec) value(v *int64) {
	if !c.reading {
		if *v < 0 || *v > ledger.MaxUnits {
			c.refuse("number-range", "整数 %d 超出 0 至 2^53−1", "the integer %d is not within 0 and 2^53−1", *v)
		}
		c.buf = strconv.AppendInt(c.buf, *v, 10)
		return
	}
	n := 0
	for n < len(c.buf) && n < 17 && '0' <= c.buf[n] && c.buf[n] <= '9' {
		*v = *v*10 + int64(c.buf[n]-'0')
		n++
	}
	next := byte(',')
	if n < len(c.buf) {
		next = c.buf[n]
	}
	switch {
	case n == 17 || *v > ledger.MaxUnits:
		c.refuse("number-range", "键 %q 的整数超出 2^53−1", "the integer of the key %q is beyond 2^53−1", c.last)
	case n == 0 || n > 1 && c.buf[0] == '0' || strings.IndexByte(",}]", next) < 0:
		c.refuse("number-form", "键 %q 的值不是规范的整数", "the value of the key %q is not an integer in canonical form", c.last)
	}
	c.buf = c.buf[n:]
}

// flag walks a truth that is left out where it is false.
func (c *codec) flag(key string, v *bool) {
	if !c.member(key, *v, false) {
		return
	}
	if !c.reading {
		c.buf = append(c.buf, "true"...)
		return
	}
	rest, ok := bytes.CutPrefix(c.buf, []byte("true"))
	if !ok {
		c.refuse("flag-form", "键 %q 的值只能是 true", "the value of the key %q can only be true", key)
	}
	c.buf, *v = rest, true
}

// text walks a string; one that is not needed is left out where it is empty.
func text[T ~string](c *codec, key string, v *T, needed bool) {
	if !c.member(key, *v != "", needed) {
		return
	}
	s := string(*v)
	c.quoted(key, &s)
	if c.reading && s == "" {
		c.refuse("text-empty", "键 %q 没有内容", "the text of the key %q is empty", key)
	}
	*v = T(s)
}

// name walks a string in clear that people wrote: it must not hold a number that
// belongs to a person.
func (c *codec) name(key string, v *string, needed bool) {
	if !c.reading {
		c.fail(Guard(key, *v))
	}
	text(c, key, v, needed)
}

// parsed walks a string that stands for a value of another type, which appends to
// a buffer what needs no escapes.
func parsed[T any](c *codec, key string, v *T, present, needed bool, format func([]byte, T) []byte, parse func(string) (T, error)) {
	if !c.member(key, present, needed) {
		return
	}
	if !c.reading {
		c.buf = append(format(append(c.buf, '"'), *v), '"')
		return
	}
	var s string
	c.quoted(key, &s)
	if c.err == nil {
		var err error
		*v, err = parse(s)
		c.fail(err)
	}
}

// quoted walks a string between its quotes (RFC 8785, 3.2.2.2): only the quote, the
// backslash and, where lines are allowed, the line break are escaped.
func (c *codec) quoted(field string, v *string) {
	if !c.reading {
		c.fail(CheckText(field, *v, c.lines))
		c.buf = appendQuoted(c.buf, *v)
		return
	}
	c.punct('"')
	all := c.buf
	end := bytes.IndexAny(c.buf, `"\`)
	if c.err != nil || end < 0 {
		c.refuse("json-form", "键 %q 的文字没有结束", "the text of the key %q does not end", field)
		return
	}
	if c.buf[end] == '"' {
		*v, c.buf = string(c.buf[:end]), c.buf[end+1:]
	} else {
		*v = c.unescape(end)
	}
	if c.lines && bytes.IndexByte(all[:len(all)-len(c.buf)], '\n') >= 0 {
		c.refuse("escape-form", "文字中的换行须写作 \\n", "a line break in a text is written as \\n")
	}
	c.fail(CheckText(field, *v, c.lines))
}

func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == '"' || c == '\\' || c == '\n' {
			b = append(append(b, s[from:i]...), '\\', c)
			if c == '\n' {
				b[len(b)-1] = 'n'
			}
			from = i + 1
		}
	}
	return append(append(b, s[from:]...), '"')
}

// unescape reads the rest of a string whose first escape is at i.
func (c *codec) unescape(i int) string {
	s := append([]byte{}, c.buf[:i]...)
	for b := c.buf[i:]; len(b) > 0; b = b[1:] {
		switch {
		case b[0] == '"':
			c.buf = b[1:]
			return string(s)
		case b[0] != '\\':
			s = append(s, b[0])
		case len(b) > 1 && (b[1] == '"' || b[1] == '\\'):
			s, b = append(s, b[1]), b[1:]
		case len(b) > 1 && b[1] == 'n' && c.lines:
			s, b = append(s, '\n'), b[1:]
		default:
			c.refuse("escape-form", "文字中的转义不是规范形式", "an escape in the text is not in canonical form")
			return ""
		}
	}
	c.refuse("json-form", "文字没有结束", "the text does not end")
	return ""
}

// digest walks 32 bytes in base64; one that is not needed is left out where it is
// zero.
func digest[T ~[32]byte](c *codec, key string, v *T, needed bool) {
	var none T
	if !c.reading && needed && *v == none {
		c.fail(ledger.Refuse(ledger.Invalid, "digest-missing", key, "缺少 %s", "%s is missing", key))
	}
	parsed(c, key, v, *v != none, needed,
		func(b []byte, d T) []byte { return base64.StdEncoding.AppendEncode(b, d[:]) },
		func(s string) (d T, err error) {
			b, err := base64.StdEncoding.Strict().DecodeString(s)
			if err != nil || len(b) != 32 || T(b) == none {
				return d, ledger.Refuse(ledger.Corrupt, "digest-form", key,
					"键 %q 的值不是 32 字节的 base64", "the value of the key %q is not 32 bytes in base64", key)
			}
			return T(b), nil
		})
}

// moment walks a time in UTC to the second. time.Parse alone would also accept an
// hour of one digit and a fraction of zeros.
func (c *codec) moment(key string, v *time.Time) {
	parsed(c, key, v, true, true,
		func(b []byte, t time.Time) []byte { return t.AppendFormat(b, "2006-01-02T15:04:05Z") },
		func(s string) (time.Time, error) {
			t, err := time.Parse("2006-01-02T15:04:05Z", s)
			if err != nil || t.Format("2006-01-02T15:04:05Z") != s {
				err = ledger.Refuse(ledger.Corrupt, "time-form", key,
					"键 %q 的值不是到秒的 UTC 时间", "the value of the key %q is not a time in UTC to the second", key)
			}
			return t, err
		})
}

// nested walks an object inside; one that is not needed is left out where it is nil.
func nested[T any](c *codec, key string, v **T, needed bool, members func(*T)) {
	if !c.member(key, *v != nil, needed) {
		return
	}
	if *v == nil {
		*v = new(T)
	}
	c.object(func() { members(*v) })
}

// list walks an array, which is left out where it is empty.
func list[T any](c *codec, key string, v *[]T, item func(*T)) {
	if !c.member(key, len(*v) > 0, false) {
		return
	}
	c.punct('[')
	for i := 0; c.err == nil && (c.reading || i < len(*v)); i++ {
		if c.reading {
			if i > 0 && bytes.HasPrefix(c.buf, []byte{']'}) {
				break
			}
			*v = append(*v, *new(T))
		}
		if i > 0 {
			c.punct(',')
		}
		item(&(*v)[i])
	}
	c.punct(']')
}
