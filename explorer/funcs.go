package explorer

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"mingzhang/explorer/chart"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// funcs are what templates of a language can call.
func (t *tongue) funcs(assets *assets, fixed bool) template.FuncMap {
	s := scribe{t, assets, fixed}
	return template.FuncMap{
		// words
		"t": t.say, "sentences": t.sentences, "term": t.term, "language": func() string { return t.tag },
		// numbers
		"num": t.number, "amount": assets.amount, "money": assets.money(t), "big": assets.big(t), "unit": assets.unit(t), "assetName": assets.name(t),
		"share": share, "date": t.date, "period": t.period, "time": t.time,
		// places
		"link": s.address, "to": s.to, "static": staticPath, "file": evidencePath,
		// parts that are written in Go, see markup
		"record": part(s.record), "party": part(s.party), "figure": s.figure, "held": s.held, "goods": s.goods, "first": firstHoldings, "beyond": beyondHoldings, "otherwise": otherwise, "leading": leading, "restOf": restOf, "flows": s.flows, "months": s.months, "bands": s.bands, "ascent": s.ascent, "sheet": s.sheet, "budget": s.budget, "files": s.files, "take": s.take, "seriesFiles": s.seriesFiles,
		// values
		"dict": dict, "list": func(v ...any) []any { return v }, "short": short, "add": func(a, b int64) int64 { return a + b }, "minus": func(n int64) int64 { return -n },
		"len64": func(n int) int64 { return int64(n) }, "place": t.place, "incomes": func() string { return incomes }, "movements": func() string { return movements },
		"target": target, "designation": t.designation,
		// pictures
		"qr": chart.QR, "progress": assets.progress(t),
	}
}

// part makes a function of templates of one that writes markup.
func part[T any](write func(*markup, T)) func(T) template.HTML {
	return func(what T) template.HTML {
		m := &markup{}
		write(m, what)
		return m.html()
	}
}

// asText writes a value of a template as fmt would: most are texts of some kind.
func asText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case ledger.FlowKind:
		return string(v)
	case ledger.Category:
		return string(v)
	case ledger.AssetID:
		return string(v)
	case ledger.Date:
		return string(v)
	}
	return fmt.Sprint(v)
}

// text gives a named text of an opening, "" where it is not there.
func text(texts []record.Text, name string) string {
	for _, t := range texts {
		if t.Name == name {
			return t.Value
		}
	}
	return ""
}

// dict makes a map of pairs, for a part that takes several values.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: %d values are no pairs", len(pairs))
	}
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return m, nil
}

// short gives the first digits of a hash.
func short(hash string) string {
	hash = strings.TrimPrefix(hash, "sha256:")
	return hash[:min(len(hash), 12)]
}

// date writes a day as it is read.
func (t *tongue) date(d ledger.Date) string {
	day, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return day.Format(t.say("format.date"))
}

func (t *tongue) period(p ledger.Period) string {
	if p.First == p.Last {
		return t.date(p.Last)
	}
	return t.say("format.period", "from", t.date(p.First), "upto", t.date(p.Last))
}

// china is the time that clocks show where the book is kept.
var china = time.FixedZone("", 8*60*60)

// time writes a moment, in China's time.
func (t *tongue) time(at time.Time) string { return at.In(china).Format(t.say("format.time")) }

// stretch writes a month that is named 2026-11, or a year.
func (t *tongue) stretch(name string) string {
	if month, err := time.Parse("2006-01", name); err == nil {
		return month.Format(t.say("format.month"))
	}
	if year, err := time.Parse("2006", name); err == nil {
		return year.Format(t.say("format.year"))
	}
	return name
}

// sentences sets one after another: in Chinese there is no space between them.
func (t *tongue) sentences(a, b string) string { return t.say("format.sentences", "a", a, "b", b) }

// place gives the name of a place: of a province for a code of six digits.
func (t *tongue) place(code string) string {
	if len(code) == 6 {
		return t.term("place", code[:2])
	}
	return t.term("place", code)
}

// incomes are the kinds of flows that are income, as a filter.
var incomes = strings.Join([]string{string(ledger.Donation), string(ledger.Membership), string(ledger.Service), string(ledger.Grant), string(ledger.Sale),
	string(ledger.Investment), string(ledger.Allocation), string(ledger.Other)}, ",")

// movements are the kinds of flows that change what is held and are neither income nor
// spending, as a filter.
var movements = strings.Join([]string{string(ledger.Opening), string(ledger.Return), string(ledger.Transfer), string(ledger.Conversion), string(ledger.Refund)}, ",")

// target is what a project wants to raise, in fen; 0 where it has none in yuan.
func target(p *view.Project) int64 {
	if p.Target == nil || p.Target.Asset != yuan {
		return 0
	}
	return p.Target.Amount
}

// mostGoods are as many assets as a table lists; a book of relief goods has thousands.
const mostGoods = 40

func firstHoldings(list []view.Holding) []view.Holding { return list[:min(len(list), mostGoods)] }

// beyondHoldings is how many of a list are not listed.
func beyondHoldings(list []view.Holding) int64 { return int64(max(0, len(list)-mostGoods)) }

// otherwise is what came to be held, or ceased to be, other than as income and spending.
func otherwise(h view.Holding) int64 { return h.Held - h.Income.Units + h.Spent.Units }

// mostSheets are as many statements as a page writes out, each of one asset.
const mostSheets = 6

// leading are the assets of a statement that are written out, restOf those in one table.
func leading(all []account.AssetStatement) []account.AssetStatement {
	if len(all) <= mostSheets {
		return all
	}
	n := 0
	for n < len(all) && n < mostSheets && isMoney(all[n].Asset) {
		n++
	}
	return all[:max(n, 1)]
}

func restOf(all []account.AssetStatement) int64 { return int64(len(all) - len(leading(all))) }

func isMoney(id ledger.AssetID) bool {
	_, ok := ledger.Currency(id)
	return ok
}

// designation gives the name of a project's designation.
func (t *tongue) designation(p *projectPage, id string) string {
	for _, d := range p.Designations {
		if d.ID == id {
			return d.Name
		}
	}
	return t.term("designation", id)
}

func text64(n int64) string { return strconv.FormatInt(n, 10) }
