package record

import (
	"encoding/base64"
	"fmt"
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
	buf     []byte // what was written
	all     string // what is read: its texts are parts of this one copy
	at      int    // how far it was read
	last    string // the key before, in reading
	empty   bool   // no member yet
	err     error
}

// reader walks bytes that are read.
func reader(data []byte) *codec { return &codec{reading: true, all: string(data)} }

// rest is what is left to read.
func (c *codec) rest() string { return c.all[c.at:] }

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
	if c.reading && c.err == nil && !strings.HasPrefix(c.rest(), "}") {
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
	case c.at == len(c.all) || c.all[c.at] != b:
		c.refuse("json-form", "此处应为 %q", "%q is expected here", b)
	default:
		c.at++
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
	n := c.next(key)
	if n > 0 {
		c.at, c.empty, c.last = c.at+n, false, key
	} else if needed {
		c.unexpected(key)
	}
	return n > 0
}

// next says how many bytes the key takes, if the next member has it. Most keys that
// are tried are not there, which their ends show sooner than their letters.
func (c *codec) next(key string) int {
	rest, n := c.all[c.at:], len(key)+3
	if !c.empty {
		if len(rest) == 0 || rest[0] != ',' {
			return 0
		}
		rest = rest[1:]
	}
	if len(rest) <= n || rest[0] != '"' || rest[n-2] != '"' || rest[n-1] != ':' || rest[1:n-2] != key {
		return 0
	}
	return len(c.all) - c.at - len(rest) + n
}

// nextKey gives the key of the next member, if there is one.
func (c *codec) nextKey() (string, bool) {
	rest, quoted := strings.CutPrefix(strings.TrimPrefix(c.rest(), ","), `"`)
	key, rest, ended := strings.Cut(rest[:min(len(rest), 80)], `"`)
	return key, quoted && ended && strings.HasPrefix(rest, ":")
}

// unexpected names what is wrong with the next member, where wanted, or the end of
// the object, should be.
func (c *codec) unexpected(wanted string) {
	key, found := c.nextKey()
	switch {
	case strings.ContainsAny(c.all[c.at:min(len(c.all), c.at+2)], " \t\r\n"):
		c.refuse("json-space", "规范形式中不能有空白", "the canonical form has no white space")
	case found && key == c.last:
		c.refuse("key-twice", "键 %q 出现两次", "the key %q is there twice", key)
	case found && key < c.last:
		c.refuse("key-order", "键 %q 的次序不对", "the key %q is out of order", key)
	case found && (wanted == "" || key < wanted):
		c.refuse("key-unknown", "键 %q 不属于此处", "the key %q does not belong here", key)
	case found && key != wanted, strings.HasPrefix(c.rest(), "}"):
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
	rest, n := c.rest(), 0
	for n < len(rest) && n < 17 && '0' <= rest[n] && rest[n] <= '9' {
		*v = *v*10 + int64(rest[n]-'0')
		n++
	}
	next := byte(',')
	if n < len(rest) {
		next = rest[n]
	}
	switch {
	case n == 17 || *v > ledger.MaxUnits:
		c.refuse("number-range", "键 %q 的整数超出 2^53−1", "the integer of the key %q is beyond 2^53−1", c.last)
	case n == 0 || n > 1 && rest[0] == '0' || strings.IndexByte(",}]", next) < 0:
		c.refuse("number-form", "键 %q 的值不是规范的整数", "the value of the key %q is not an integer in canonical form", c.last)
	}
	c.at += n
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
	if !strings.HasPrefix(c.rest(), "true") {
		c.refuse("flag-form", "键 %q 的值只能是 true", "the value of the key %q can only be true", key)
		return
	}
	c.at, *v = c.at+len("true"), true
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
	text := c.rest()
	end := endOfText(text)
	if c.err != nil || end == len(text) {
		c.refuse("json-form", "键 %q 的文字没有结束", "the text of the key %q does not end", field)
		return
	}
	if text[end] == '"' {
		*v = text[:end]
		c.at += end + 1
	} else {
		*v = c.unescape(end)
	}
	if c.lines && strings.IndexByte(text[:len(text)-len(c.rest())], '\n') >= 0 {
		c.refuse("escape-form", "文字中的换行须写作 \\n", "a line break in a text is written as \\n")
	}
	c.fail(CheckText(field, *v, c.lines))
}

// endOfText finds the quote or the backslash that ends the plain part of a text.
func endOfText(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] == '"' || s[i] == '\\' {
			return i
		}
	}
	return len(s)
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
	rest := c.rest()
	s := append([]byte{}, rest[:i]...)
	for b := rest[i:]; len(b) > 0; b = b[1:] {
		switch {
		case b[0] == '"':
			c.at = len(c.all) - len(b) + 1
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
			if d, ok := readDigest(s); ok && T(d) != none {
				return T(d), nil
			}
			return d, ledger.Refuse(ledger.Corrupt, "digest-form", key,
				"键 %q 的值不是 32 字节的 base64", "the value of the key %q is not 32 bytes in base64", key)
		})
}

// strictBase64 has one text for each value.
var strictBase64 = base64.StdEncoding.Strict()

func readDigest(s string) (d [32]byte, ok bool) {
	var text [44]byte
	var data [33]byte // what 44 characters could be
	if copy(text[:], s) != len(s) {
		return d, false
	}
	n, err := strictBase64.Decode(data[:], text[:len(s)])
	return [32]byte(data[:]), err == nil && n == len(d)
}

// moment walks a time in UTC to the second.
func (c *codec) moment(key string, v *time.Time) {
	parsed(c, key, v, true, true,
		func(b []byte, t time.Time) []byte { return t.AppendFormat(b, "2006-01-02T15:04:05Z") },
		func(s string) (time.Time, error) {
			t, ok := readMoment(s)
			if !ok {
				return t, ledger.Refuse(ledger.Corrupt, "time-form", key,
					"键 %q 的值不是到秒的 UTC 时间", "the value of the key %q is not a time in UTC to the second", key)
			}
			return t, nil
		})
}

// readMoment is time.Parse for this one form, at a tenth of the cost: every record has
// a moment in it. time.Parse alone would also accept an hour of one digit and a
// fraction of zeros.
func readMoment(s string) (t time.Time, ok bool) {
	const form = "0000-00-00T00:00:00Z"
	if len(s) != len(form) {
		return t, false
	}
	for i := range len(form) {
		if digit := '0' <= s[i] && s[i] <= '9'; digit != (form[i] == '0') || !digit && s[i] != form[i] {
			return t, false
		}
	}
	two := func(i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
	year, month, day, hour, minute, second := two(0)*100+two(2), two(5), two(8), two(11), two(14), two(17)
	t = time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	y, m, d := t.Date() // another day than was written, where there is none like that
	return t, y == year && int(m) == month && d == day && hour < 24 && minute < 60 && second < 60
}

// nested walks an object inside; one that is not needed is left out where it is nil.
func nested[T any](c *codec, key string, v **T, needed bool, members func(*T)) {
	if !c.member(key, *v != nil, needed) {
		return
	}
	if *v == nil {
		*v = new(T)
	}
	before := c.err
	c.object(func() { members(*v) })
	c.within(key, before)
}

// within names the object that a value was in, of which the writer refused one.
func (c *codec) within(place string, before error) {
	if !c.reading && before == nil {
		c.err = ledger.Within(place, c.err)
	}
}

// list walks an array, which is left out where it is empty.
func list[T any](c *codec, key string, v *[]T, item func(*T)) {
	if !c.member(key, len(*v) > 0, false) {
		return
	}
	c.punct('[')
	for i := 0; c.err == nil && (c.reading || i < len(*v)); i++ {
		if c.reading {
			if i > 0 && strings.HasPrefix(c.rest(), "]") {
				break
			}
			*v = append(*v, *new(T))
		}
		if i > 0 {
			c.punct(',')
		}
		before := c.err
		item(&(*v)[i])
		if c.err != nil {
			c.within(fmt.Sprintf("%s[%d]", key, i), before)
		}
	}
	c.punct(']')
}
