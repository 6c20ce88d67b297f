package explorer

import (
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// ask reads the filters of a list from its address. The first fault is kept, and a
// filter that no list has is one: what is misspelt must not be lost in silence.
type ask struct {
	visit
	known map[string]bool
	err   error
}

func (v visit) ask() *ask { return &ask{visit: v, known: map[string]bool{"lang": true}} }

func (a *ask) check(ok bool, name string) {
	if !ok && a.err == nil {
		a.err = badQuery(name)
	}
}

// done gives the first fault. No refusal repeats what a field was to be.
func (a *ask) done() error {
	if a.garbled && a.err == nil {
		a.err = refuse(ledger.Invalid, "query-garbled")
	}
	for _, name := range slices.Sorted(maps.Keys(a.query)) {
		if !a.known[name] && a.err == nil {
			a.err = inQuery("query-unknown", strings.ToValidUTF8(name[:min(len(name), 60)], ""))
		}
		a.check(len(a.query[name]) == 1, name)
	}
	return a.err
}

// maxText is the longest text of a filter, in bytes: 200 Chinese characters.
const maxText = 600

func (a *ask) text(name string) string {
	a.known[name] = true
	text := strings.TrimSpace(a.query.Get(name))
	ok := len(text) <= maxText && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == utf8.RuneError })
	if a.check(ok, name); !ok {
		return ""
	}
	return text
}

// list reads several values with commas between them.
func (a *ask) list(name string) []string {
	if text := a.text(name); text != "" {
		return strings.Split(text, ",")
	}
	return nil
}

// choose reads one of some words, "" where there is none.
func choose[T ~string](a *ask, name string, words []T) T {
	text := T(a.text(name))
	a.check(text == "" || slices.Contains(words, text), name)
	return text
}

func (a *ask) flag(name string) bool { return choose(a, name, []string{"true"}) == "true" }

func (a *ask) date(name string) ledger.Date {
	text := a.text(name)
	if text == "" {
		return ""
	}
	d, err := ledger.ParseDate(text)
	a.check(err == nil, name)
	return d
}

// index reads the index of a record, nil where there is none.
func (a *ask) index(name string) *int64 {
	text := a.text(name)
	if text == "" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	a.check(err == nil && n >= 0 && n <= ledger.MaxUnits, name)
	return &n
}

// region reads how the code of a place begins.
func (a *ask) region() string {
	code := a.text("place")
	a.check(len(code) <= 6 && strings.Trim(strings.ToUpper(code), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == "", "place")
	return code
}

// pool reads the address of a pool, nil where there is none.
func (a *ask) pool(name string) *ledger.Pool {
	text := a.text(name)
	if text == "" {
		return nil
	}
	p, err := ledger.ParsePool(text)
	a.check(err == nil, name)
	return &p
}

// place reads where a page of a sorted list begins, as [placed] writes it.
func (a *ask) place(name string) *view.Place {
	text := a.text(name)
	if text == "" {
		return nil
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(text)
	number, key, ok := strings.Cut(string(data), " ")
	index, bad := strconv.ParseInt(number, 10, 64)
	a.check(err == nil && ok && bad == nil && index >= 0 && utf8.ValidString(key) && !strings.Contains(key, "\x00"), name)
	return &view.Place{Key: key, Index: index}
}

// placed writes where the next page of a sorted list begins, "" at the end.
func placed(p *view.Place) string {
	if p == nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(p.Index, 10) + " " + p.Key))
}

// chip is a filter that was chosen, and the address of the list without it.
type chip struct {
	Word  string // of the catalogue: what is filtered
	Value string
	Link  string
}

// takeaway is a list as a file.
type takeaway struct{ Format, Link string }

// exports gives the addresses of a whole list as files, with the same filters.
func (v visit) exports(list string, filters url.Values) []takeaway {
	query := ""
	if len(filters) > 0 {
		query = "?" + filters.Encode()
	}
	var all []takeaway
	for _, format := range formats {
		all = append(all, takeaway{format, v.tongue.export(v.chosen, list+"."+format+query)})
	}
	return all
}

// kept gives the filters of the address that a file of the same list takes, too.
func (v visit) kept(names ...string) url.Values {
	out := url.Values{}
	for _, name := range names {
		if value := strings.TrimSpace(v.query.Get(name)); value != "" {
			out.Set(name, value)
		}
	}
	return out
}
