package intake

import (
	"fmt"
	"io"
	"strings"

	"mingzhang/ledger"
)

// speaker writes sentences in the language of the terminal.
type speaker struct {
	out     io.Writer
	chinese bool
}

// say writes a line; both sentences take the same arguments.
func (s speaker) say(zh, en string, args ...any) {
	text := en
	if s.chinese {
		text = zh
	}
	fmt.Fprintf(s.out, text+"\n", args...)
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
