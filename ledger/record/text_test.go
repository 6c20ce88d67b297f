package record_test

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"mingzhang/ledger/record"
)

// TestEveryCharacter holds each character alone against the rule in Unicode's own words,
// however quickly the text of most records is let through.
func TestEveryCharacter(t *testing.T) {
	for c := rune(0); c <= unicode.MaxRune; c++ {
		if !utf8.ValidRune(c) {
			continue
		}
		direction := unicode.Is(unicode.Bidi_Control, c)
		joiner := c == '\u200C' || c == '\u200D'
		want := (unicode.IsGraphic(c) || unicode.Is(unicode.Co, c) || joiner) && !direction && c != '\u2028' && c != '\u2029' && c != '\uFEFF' &&
			norm.NFC.IsNormalString(string(c))
		if err := record.CheckText("note", string(c), false); (err == nil) != want {
			t.Errorf("%U: got %v, want it allowed: %v", c, err, want)
		}
	}
}

// TestChineseNeedsNoNormalizing: a text of characters that are let through quickly is in
// the form NFC, in whatever order they come: none is taken apart, none joins the one
// before it.
func TestChineseNeedsNoNormalizing(t *testing.T) {
	ranges := [][2]rune{{' ', '~'}, {'\u3001', '\u3002'}, {'\u4E00', '\u9FA5'}, {'\uFF01', '\uFF5E'}}
	for _, r := range ranges {
		for c := r[0]; c <= r[1]; c++ {
			if p := norm.NFC.PropertiesString(string(c)); p.Decomposition() != nil || !p.BoundaryBefore() || !unicode.IsGraphic(c) {
				t.Errorf("%U is taken apart, joins what is before it, or is not seen", c)
			}
		}
	}
}
