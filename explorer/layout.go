package explorer

import (
	"strings"
)

// choice is a language that a page is offered in.
type choice struct {
	Tag, Name, Link string
	Here            bool
}

// Languages are those that the page is offered in, this one among them. The address
// stays, with its query.
func (p *page) Languages() []choice {
	var list []choice
	for _, t := range p.visit.all {
		q := p.visit.query
		pairs := []any{}
		for name, values := range q {
			if name != "lang" && len(values) > 0 {
				pairs = append(pairs, name, values[0])
			}
		}
		list = append(list, choice{Tag: t.tag, Name: t.Name, Here: t == p.visit.tongue, Link: t.link(true, p.visit.path, pairs...)})
	}
	return list
}

// Lang is the language for the hidden field of a form, "" where none was chosen.
func (p *page) Lang() string {
	if p.visit.chosen {
		return p.visit.tongue.tag
	}
	return ""
}

// In says whether the page lies under an address of the navigation.
func (p *page) In(place string) bool {
	return p.visit.path == place || strings.HasPrefix(p.visit.path, place+"/")
}

// ID is the index in the address of the page.
func (p *page) ID() int64 { return p.visit.id }

// Path is the page's own address, and Query what it says of something.
func (p *page) Path() string             { return p.visit.path }
func (p *page) Query(name string) string { return p.visit.query.Get(name) }

// link gives an address in the visit's language.
func (v visit) link(path string, pairs ...any) string { return v.tongue.link(v.chosen, path, pairs...) }

// with gives the address of the same list with some of its filters changed; an empty
// value takes one away.
func (v visit) with(pairs ...string) string {
	all := []any{}
	changed := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		changed[pairs[i]] = pairs[i+1]
	}
	for name, values := range v.query {
		if _, ok := changed[name]; !ok && len(values) > 0 {
			all = append(all, name, values[0])
		}
	}
	for name, value := range changed {
		all = append(all, name, value)
	}
	return v.link(v.path, all...)
}
