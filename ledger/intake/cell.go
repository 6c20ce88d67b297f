package intake

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"mingzhang/ledger"
)

// tidy gives a cell's text as it counts: without what programs put around it, in
// Unicode's form NFC, with one space where there were several. Two cells that are tidied
// alike say the same. What a cell means is not changed: control characters inside it
// stay, and the book refuses them.
func tidy(cell string) string {
	if tidied(cell) {
		return cell
	}
	cell = unwrap(strings.TrimFunc(cell, around))
	if !norm.NFC.IsNormalString(cell) {
		cell = norm.NFC.String(cell)
	}
	return squeeze(cell)
}

// tidied says of most cells, quickly, that nothing is to be done.
func tidied(s string) bool {
	if s == "" {
		return true
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '!' || s[i] > '~' || s[i] == '`' || s[i] == '\'' || s[i] == '=' {
			return false
		}
	}
	return true
}

// around says whether a character may be cut off a cell's ends: white space, and what
// copying leaves there unseen, byte order marks and marks of direction.
func around(c rune) bool {
	return unicode.IsSpace(c) || c == '\uFEFF' || '\u200B' <= c && c <= '\u200F' ||
		'\u202A' <= c && c <= '\u202E' || '\u2066' <= c && c <= '\u2069'
}

// unwrap takes off what is put around a number so that a spreadsheet keeps all its
// digits: ="0042", `0042 (payment platforms) and '0042. An apostrophe also comes before
// what would be a formula.
func unwrap(s string) string {
	if rest, ok := strings.CutPrefix(s, `="`); ok && strings.HasSuffix(rest, `"`) {
		return rest[:len(rest)-1]
	}
	if len(s) > 1 && (s[0] == '`' || s[0] == '\'') {
		if c, _ := utf8.DecodeRuneInString(s[1:]); unicode.IsDigit(c) || s[0] == '`' && unicode.IsLetter(c) || formula(s[1:]) {
			return s[1:]
		}
	}
	return s
}

// formula says whether a spreadsheet may take a text for a formula.
func formula(s string) bool {
	c, _ := utf8.DecodeRuneInString(strings.TrimFunc(s, around))
	return strings.ContainsRune("=+-@＝＋－＠", c)
}

// guarded is a cell for a file that is opened in a spreadsheet; tidy takes the
// apostrophe off again.
func guarded(s string) string {
	if formula(s) {
		return "'" + s
	}
	return s
}

// squeeze makes one space of several, and keeps the ends of lines.
func squeeze(s string) string {
	var out strings.Builder
	space := false
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		bytes := s[i : i+size]
		i += size
		if c == '\r' && strings.HasPrefix(s[i:], "\n") {
			continue
		}
		if c != '\n' && unicode.IsSpace(c) {
			space = true
			continue
		}
		if space && c != '\n' && !strings.HasSuffix(out.String(), "\n") {
			out.WriteByte(' ')
		}
		space = false
		out.WriteString(bytes) // an invalid byte stays what it is
	}
	return out.String()
}

// line makes one line of a cell, for what is a name or a number.
func line(s string) string {
	if !strings.Contains(s, "\n") {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

// fold gives a text in the form in which headers and words are compared: full-width
// characters as ASCII, lower case, no spaces.
func fold(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(narrow(s)), ""))
}

// narrow gives full-width digits, letters and signs their ASCII form (NFKC).
func narrow(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return strings.ReplaceAll(norm.NFKC.String(s), "\u2212", "-")
		}
	}
	return s
}

// readable refuses a row with a character that was lost: a name with a hole in it must
// not be published for good.
func readable(cells []string) error {
	for _, c := range cells {
		if strings.ContainsRune(c, utf8.RuneError) { // which an invalid byte counts as
			return ledger.Refuse(ledger.Invalid, "text-undecodable", "",
				"这一行有无法解读的字符：请核对文件编码（--encoding）", "the row has characters that cannot be read: check the encoding of the file (--encoding)")
		}
	}
	return nil
}
