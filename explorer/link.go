package explorer

import (
	"net/url"
	"slices"
	"strings"

	"mingzhang/api/export"
)

// term is a part of an address's query.
type term struct{ name, text string } // "kind", "kind=donation"

// link gives an address with its query, sorted by name, in which empty values are left
// out and a later one replaces what the path has. Of a language that somebody chose,
// links go on in it. A page has hundreds of them.
func (t *tongue) link(fixed bool, path string, pairs ...any) string {
	if !fixed && len(pairs) == 0 {
		return path
	}
	path, fragment, marked := strings.Cut(path, "#")
	path, query, _ := strings.Cut(path, "?")
	terms := make([]term, 0, 12)
	for part := range strings.SplitSeq(query, "&") {
		name, _, named := strings.Cut(part, "=")
		if i := find(terms, name); named && i >= 0 { // our own, as it should be
			terms[i].text += "&" + part
		} else if named {
			terms = append(terms, term{name, part})
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := asText(pairs[i+1]); v != "" {
			terms = with(terms, asText(pairs[i]), url.QueryEscape(v))
		}
	}
	if fixed && find(terms, "lang") < 0 {
		terms = with(terms, "lang", t.tag)
	}
	slices.SortFunc(terms, func(a, b term) int { return strings.Compare(a.name, b.name) })
	return address(path, terms, fragment, marked)
}

// export gives the address of a list as a file. Of a language that somebody chose, the
// file is in the nearest one that files have.
func (t *tongue) export(fixed bool, file string) string {
	path := "/v1/exports/" + file
	if !fixed {
		return path
	}
	return t.link(true, path, "lang", export.Nearest(t.tag))
}

// find gives the place of a name, −1 where it is not there.
func find(terms []term, name string) int {
	return slices.IndexFunc(terms, func(t term) bool { return t.name == name })
}

// with sets the value of a name.
func with(terms []term, name, value string) []term {
	if i := find(terms, name); i >= 0 {
		terms[i].text = name + "=" + value
		return terms
	}
	return append(terms, term{name, name + "=" + value})
}

func address(path string, terms []term, fragment string, marked bool) string {
	var b strings.Builder
	b.Grow(160)
	b.WriteString(path)
	for i, t := range terms {
		b.WriteByte("?&"[min(i, 1)])
		b.WriteString(t.text)
	}
	if marked {
		b.WriteByte('#')
		b.WriteString(fragment)
	}
	return b.String()
}
