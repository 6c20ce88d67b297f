package intake

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"mingzhang/ledger"
)

// speaker writes sentences in the language of the terminal.
type speaker struct {
	out     io.Writer
	chinese bool
}

// say writes a line; both sentences take the same arguments. What a list says must not
// command the terminal.
func (s speaker) say(zh, en string, args ...any) {
	text := en
	if s.chinese {
		text = zh
	}
	fmt.Fprintln(s.out, strings.Map(harmless, fmt.Sprintf(text, args...)))
}

// harmless gives a mark for a character that does something instead of being shown.
func harmless(c rune) rune {
	if unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) {
		return unicode.ReplacementChar
	}
	return c
}

// of gives a refusal in the language.
func (s speaker) of(e *ledger.Error) string {
	if s.chinese {
		return e.Zh
	}
	return e.En
}

// money writes an amount with its currency: 1,234.56 CNY.
func money(n int64, id ledger.AssetID) string {
	a, _ := ledger.Currency(id)
	return grouped(ledger.FormatAmount(n, a.Scale)) + " " + string(id)
}

// grouped puts commas between thousands.
func grouped(number string) string {
	sign := ""
	if rest, ok := strings.CutPrefix(number, "-"); ok {
		sign, number = "-", rest
	}
	whole, frac, point := strings.Cut(number, ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if point {
		whole += "." + frac
	}
	return sign + whole
}
