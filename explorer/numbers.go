package explorer

import (
	"context"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"sync"

	"mingzhang/ledger"
)

// assets knows what each asset is called and how it is counted.
type assets struct {
	mu   sync.RWMutex
	size int64 // of the log, as of which it knows them
	all  map[ledger.AssetID]ledger.Asset
}

// learn reads the assets that were registered since.
func (a *assets) learn(ctx context.Context, r Reads, size int64) error {
	a.mu.RLock()
	known := a.size == size
	a.mu.RUnlock()
	if known {
		return nil
	}
	list, err := r.Assets(ctx)
	if err != nil {
		return err
	}
	all := map[ledger.AssetID]ledger.Asset{}
	for _, x := range list {
		all[x.ID] = x
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.size, a.all = size, all
	return nil
}

// of gives an asset; one that is not known is counted in whole units and called by its id.
func (a *assets) of(id ledger.AssetID) ledger.Asset {
	if c, ok := ledger.Currency(id); ok {
		return c
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	if x, ok := a.all[id]; ok {
		return x
	}
	return ledger.Asset{ID: id, Name: string(id)}
}

// name is what an asset is called: a currency by the catalogue's word, all else as in the
// book.
func (a *assets) name(t *tongue) func(ledger.AssetID) string {
	return func(id ledger.AssetID) string {
		if word := t.plain["asset."+string(id)]; word != "" {
			return word
		}
		return a.of(id).Name
	}
}

// amount writes units of an asset for a column that says the unit once: 1,234.56,
// and what is below nothing in parentheses, as accountants do.
func (a *assets) amount(id ledger.AssetID, n int64) string {
	text := grouped(ledger.FormatAmount(max(n, -n), a.of(id).Scale))
	if n < 0 {
		return "(" + text + ")"
	}
	return text
}

// money writes units of an asset so that they stand by themselves: ¥1,234.56, 300 箱.
func (a *assets) money(t *tongue) func(ledger.AssetID, int64) string {
	return func(id ledger.AssetID, n int64) string {
		if sign, ok := signs[id]; ok {
			if n < 0 {
				return "(" + sign + a.amount(id, -n) + ")"
			}
			return sign + a.amount(id, n)
		}
		return a.amount(id, n) + " " + a.unit(t)(id)
	}
}

// signs are those of the currencies that readers know by them.
var signs = map[ledger.AssetID]string{"CNY": "¥", "USD": "US$", "EUR": "€", "HKD": "HK$", "MOP": "MOP$"}

// unit is what one whole of an asset is called. The currency's own word is in the
// catalogue, that of goods in the book.
func (a *assets) unit(t *tongue) func(ledger.AssetID) string {
	return func(id ledger.AssetID) string {
		if word := t.plain["unit."+string(id)]; word != "" {
			return word
		}
		return a.of(id).Unit
	}
}

// brief writes money short, where the exact amount stands elsewhere: ¥12.35万.
func (a *assets) brief(t *tongue, id ledger.AssetID, n int64) string {
	if short := t.headline(a.of(id), n, signs[id]); short != "" {
		return short
	}
	return a.money(t)(id, n)
}

// big writes money for a headline, in 万 and 亿 or in thousands and millions, with the
// exact amount for whoever points at it, prints it, or has it read out.
func (a *assets) big(t *tongue) func(ledger.AssetID, int64) template.HTML {
	return func(id ledger.AssetID, n int64) template.HTML {
		exact := a.money(t)(id, n)
		short := t.headline(a.of(id), n, signs[id])
		if short == "" {
			return template.HTML(`<span class="figure">` + template.HTMLEscapeString(exact) + `</span>`)
		}
		return template.HTML(`<span class="figure" title="` + template.HTMLEscapeString(exact) + `"><span class="rounded" aria-hidden="true">` +
			template.HTMLEscapeString(short) + `</span><span class="exact">` + template.HTMLEscapeString(exact) + `</span></span>`)
	}
}

// scale is a word for large numbers.
type scale struct {
	word       string
	size, from int64 // what one of it is, and from which amount on it is used
}

// scales reads the catalogue's words for large numbers, of which it has the largest first,
// each with its size and, where it begins later, from which amount on it is used
// ("亿 100000000; 万 10000", "k 1000 10000").
func scales(text string) (list []scale) {
	for line := range strings.SplitSeq(text, ";") {
		var s scale
		if read, _ := fmt.Sscanf(strings.TrimSpace(line), "%s %d %d", &s.word, &s.size, &s.from); read < 2 {
			continue
		}
		s.word, s.from = strings.ReplaceAll(s.word, "_", " "), max(s.size, s.from)
		list = append(list, s)
	}
	return list
}

// headline writes an amount in a word for large numbers; "" for an amount too small for any.
func (t *tongue) headline(x ledger.Asset, n int64, sign string) string {
	whole := max(n, -n)
	for range x.Scale {
		whole /= 10
	}
	for _, s := range t.scales {
		if whole < s.from {
			continue
		}
		text := sign + rounded(whole, s.size) + s.word
		if n < 0 {
			text = "(" + text + ")"
		}
		return text
	}
	return ""
}

// rounded writes n in so many, with as many decimals as a headline needs: half is rounded up.
func rounded(n, size int64) string {
	nearest := func(step int64) int64 { return (n + step/2) / step }
	switch {
	case nearest(size/10) >= 10_000:
		return grouped(strconv.FormatInt(nearest(size), 10))
	case nearest(size/100) >= 10_000:
		return ledger.FormatAmount(nearest(size/10), 1)
	}
	return ledger.FormatAmount(nearest(size/100), 2)
}

// number writes a count.
func (t *tongue) number(n int64) string { return grouped(strconv.FormatInt(n, 10)) }

// grouped puts commas between groups of three digits before the point.
func grouped(text string) string {
	var room [32]byte
	sign := len(text) - len(strings.TrimPrefix(text, "-"))
	point := strings.IndexByte(text, '.')
	if point < 0 {
		point = len(text)
	}
	b := append(room[:0], text[:sign]...)
	for i := sign; i < point; i++ {
		if i > sign && (point-i)%3 == 0 {
			b = append(b, ',')
		}
		b = append(b, text[i])
	}
	return string(append(b, text[point:]...))
}

// share writes a part of a whole in percent: 12.3%, half rounded up. A part that is there
// is never 0.0%, and what is not all of it never 100.0%.
func share(part, whole int64) string {
	if whole <= 0 {
		return "–"
	}
	part = max(part, 0)
	tenths := ledger.MulDiv(part, 1000, whole)
	rounded := tenths
	if tenths <= 1_000_000 { // twice as much fits in the quotient, too
		rounded = (ledger.MulDiv(part, 2000, whole) + 1) / 2
	}
	switch {
	case part > 0 && rounded == 0:
		return "<0.1%"
	case part >= whole || rounded < 1000:
		tenths = rounded
	}
	return ledger.FormatAmount(tenths, 1) + "%"
}
