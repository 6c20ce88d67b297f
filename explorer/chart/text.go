package chart

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// escape writes text as content or as the value of an attribute. What no page should
// show, controls and marks that turn the direction of writing, becomes U+FFFD, so that
// it is seen that something was there.
func (s *sheet) escape(text string) *sheet {
	done := 0
	for i, r := range text {
		instead, width := "", 1
		switch {
		case r >= 0x2e80 && r < 0xd800: // Chinese, by far the most
		case r >= ' ' && r < 0x7f:
			instead = entities[r]
		default:
			instead, width = strange(text[i:], r)
		}
		if instead != "" {
			s.b = append(append(s.b, text[done:i]...), instead...)
			done = i + width
		}
	}
	s.b = append(s.b, text[done:]...)
	return s
}

// entities stand for the letters that have a meaning in markup.
var entities = [0x7f]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&#34;", '\'': "&#39;"}

// strange gives what stands for a letter beyond ASCII, with which text begins, and how many
// bytes it stands for; "" for the letter itself.
func strange(text string, r rune) (instead string, width int) {
	if r == utf8.RuneError { // perhaps of a byte that is no letter
		_, width = utf8.DecodeRuneInString(text)
		return "\uFFFD", width
	}
	if c := shown(r); c != r {
		return string(c), utf8.RuneLen(r)
	}
	return "", 0
}

// shown gives the letter that stands for r.
func shown(r rune) rune {
	switch {
	case r >= ' ' && r < 0x7f:
		return r
	case r == '\t' || r == '\n' || r == '\r' || r == 0x2028 || r == 0x2029:
		return ' '
	case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r&0xfffe == 0xfffe:
		return utf8.RuneError
	}
	return r
}

// letter gives the width of a letter in em: 1 for Chinese and all that is as wide in a
// Chinese font. It errs on the wide side.
func letter(r rune) float64 {
	switch {
	case r >= ' ' && r < 0x7f:
		return latin[r]
	case r >= 0x4e00 && r <= 0x9fff: // most of Chinese
		return 1
	}
	if r = shown(r); r == ' ' {
		return latin[r]
	}
	kind := width.LookupRune(r).Kind()
	switch {
	case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case kind == width.EastAsianAmbiguous:
		return 1
	}
	return 0.6
}

// latin has the widths of the letters of ASCII.
var latin = func() (widths [0x7f]float64) {
	for r := range widths {
		switch {
		case strings.ContainsRune("mwMW@%", rune(r)):
			widths[r] = 0.92
		case strings.ContainsRune(" ilj.,:;|!'", rune(r)):
			widths[r] = 0.3
		case r >= 'A' && r <= 'Z':
			widths[r] = 0.68
		default:
			widths[r] = 0.57
		}
	}
	return widths
}()

// measure gives the width of text in a font size.
func measure(text string, size float64) float64 {
	em := 0.0
	for _, r := range text {
		em += letter(r)
	}
	return em * size
}

// fit gives text, cut short with … where it is wider than the room for it; "" where not
// even one letter has room.
func fit(text string, size, room float64) string {
	if measure(text, size) <= room+0.01 { // a room made to measure may lack a rounding
		return text
	}
	left := room/size - letter('…')
	for i, r := range text {
		if left -= letter(r); left < 0 {
			if i == 0 {
				return ""
			}
			return strings.TrimRight(text[:i], " ·") + "…"
		}
	}
	return text
}

// wrap breaks text into at most n lines that fit the room, of about the same length; the
// last is cut short where all is too long. A Latin word is broken only where it is wider
// than the room: then the answer is not whole, nor is it where the text was cut short.
func wrap(text string, size, room float64, n int) (lines []string, whole bool) {
	text = strings.Trim(text, " ")
	lines, whole = fill(text, size, room, n)
	if len(lines) == 1 || cut(lines[len(lines)-1]) {
		return lines, whole
	}
	if at := strings.Index(text, "·") + len("·"); len(lines) == 2 && at > len("·") && measure(text[:at], size) <= room && measure(text[at:], size) <= room {
		return []string{text[:at], strings.TrimLeft(text[at:], " ")}, true
	}
	for r := measure(text, size) / float64(len(lines)); r < room; r += size / 2 {
		if even, ok := fill(text, size, r, len(lines)); ok {
			return even, true
		}
	}
	return lines, whole
}

// fill breaks text into lines as long as the room.
func fill(text string, size, room float64, n int) (lines []string, whole bool) {
	lines, whole = make([]string, 0, n), true
	for n > 1 && measure(text, size) > room {
		at, soft := breakAt(text, room/size)
		if at == 0 {
			break
		}
		lines, whole = append(lines, strings.TrimRight(text[:at], " ")), whole && soft
		text = strings.TrimLeft(text[at:], " ")
		n--
	}
	last := fit(text, size, room)
	return append(lines, last), whole && last == text
}

// breakAt gives how many bytes of text go on a line of so many em. The break is soft
// where a line may end; a word that is wider than a line is broken where the line is full.
func breakAt(text string, room float64) (at int, soft bool) {
	used, good := 0.0, 0
	var before rune
	for i, r := range text {
		if i > 0 && mayBreak(before, r) {
			good = i
		}
		if used += letter(r); used > room {
			if good == i || good > 0 && (measure(text[:good], 1) >= room/2 || unbroken(text[good:]) <= room) {
				return good, true
			}
			return i, r == ' '
		}
		before = r
	}
	return len(text), true
}

// unbroken is the width in em of what stands before the first place where a line may end.
func unbroken(text string) (em float64) {
	var before rune
	for i, r := range text {
		if i > 0 && mayBreak(before, r) {
			break
		}
		em += letter(r)
		before = r
	}
	return em
}

// mayBreak says whether a line may end between two letters: not before a sign that
// closes, not after one that opens, not within a Latin word or a number.
func mayBreak(before, after rune) bool {
	if strings.ContainsRune("，。、；：！？）》」』】”’…·%,.;:!?)]}", after) {
		return false
	}
	if strings.ContainsRune("（《「『【“‘([{", before) {
		return false
	}
	return before == ' ' || before > 0x2e80 || after > 0x2e80
}

// cut says whether a text was shortened.
func cut(text string) bool { return strings.HasSuffix(text, "…") }
