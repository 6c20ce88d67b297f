package explorer

import (
	"fmt"
	"html/template"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingzhang/explorer/chart"
	"mingzhang/ledger"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// funcs are what templates of a language can call.
func (t *tongue) funcs(assets *assets, fixed bool) template.FuncMap {
	link := func(path string, pairs ...any) string { return t.link(fixed, path, pairs...) }
	return template.FuncMap{
		// words
		"t": t.say, "sentences": t.sentences, "term": t.term, "language": func() string { return t.tag },
		// numbers
		"num": t.number, "amount": assets.amount, "money": assets.money(t), "big": assets.big(t), "unit": assets.unit(t), "assetName": assets.name(t), "asset": func(id string) ledger.AssetID { return ledger.AssetID(id) },
		"share": share, "date": t.date, "period": func(p ledger.Period) string { return t.period(p) }, "time": t.time,
		// places
		"link": link, "static": staticPath, "file": func(hash string) string { return "/v1/evidence/" + url.PathEscape(hash) },
		// texts of a public seal
		"text": text, "dict": dict, "list": func(v ...any) []any { return v }, "short": short, "add": func(a, b int64) int64 { return a + b }, "minus": func(n int64) int64 { return -n },
		"len64": func(n int) int64 { return int64(n) }, "place": t.place, "incomes": func() string { return incomes },
		"target": target, "designation": t.designation,
		// pictures
		"qr": chart.QR, "progress": assets.progress(t),
	}
}

// link gives an address with its query, sorted by name, in which empty values are left
// out and a later one replaces what the path has. Of a language that somebody chose,
// links go on in it. A page has hundreds of them.
func (t *tongue) link(fixed bool, path string, pairs ...any) string {
	if !fixed && len(pairs) == 0 {
		return path
	}
	path, fragment, marked := strings.Cut(path, "#")
	path, query, _ := strings.Cut(path, "?")
	terms := map[string]string{}
	for term := range strings.SplitSeq(query, "&") {
		if name, _, named := strings.Cut(term, "="); named { // our own, as it should be
			terms[name] = strings.TrimPrefix(terms[name]+"&"+term, "&")
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := fmt.Sprint(pairs[i+1]); v != "" {
			name := fmt.Sprint(pairs[i])
			terms[name] = name + "=" + url.QueryEscape(v)
		}
	}
	if _, has := terms["lang"]; fixed && !has {
		terms["lang"] = "lang=" + t.tag
	}
	mark := "?"
	for _, name := range slices.Sorted(maps.Keys(terms)) {
		path, mark = path+mark+terms[name], "&"
	}
	if marked {
		path += "#" + fragment
	}
	return path
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
func (t *tongue) date(d any) string {
	day, err := time.Parse(time.DateOnly, fmt.Sprint(d))
	if err != nil {
		return fmt.Sprint(d)
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

// month writes a month that is named 2026-11.
func (t *tongue) month(name string) string {
	month, err := time.Parse("2006-01", name)
	if err != nil {
		return name
	}
	return month.Format(t.say("format.month"))
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

// target is what a project wants to raise, in fen; 0 where it has none in yuan.
func target(p *view.Project) int64 {
	if p.Target == nil || p.Target.Asset != yuan {
		return 0
	}
	return p.Target.Amount
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
