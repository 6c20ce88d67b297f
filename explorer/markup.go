package explorer

import (
	"html/template"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// markup is a part of a page while it is written: rows of tables and what stands in them,
// of which a page has hundreds. A template would call each of their cells by reflection
// and take most of the time of the page for them. Here, what is not escaped is a literal
// of the program, which the compiler sees to.
type markup struct{ b strings.Builder }

// sized makes room for about so many bytes.
func sized(bytes int) *markup {
	m := &markup{}
	m.b.Grow(bytes)
	return m
}

// literal is markup that stands in the program; a string that came from anywhere else is
// none.
type literal string

func (m *markup) raw(text literal) *markup {
	m.b.WriteString(string(text))
	return m
}

// text writes what is read, or the value of an attribute in quotes, escaped as
// template.HTMLEscapeString does it, without a copy of each.
func (m *markup) text(text string) *markup {
	done := 0
	for i := range len(text) {
		if instead := entities[text[i]]; instead != "" {
			m.b.WriteString(text[done:i])
			m.b.WriteString(instead)
			done = i + 1
		}
	}
	m.b.WriteString(text[done:])
	return m
}

// entities stand for the bytes that have a meaning in markup.
var entities = [256]string{0: "\uFFFD", '"': "&#34;", '\'': "&#39;", '&': "&amp;", '<': "&lt;", '>': "&gt;"}

func (m *markup) number(n int64) *markup {
	m.b.WriteString(text64(n))
	return m
}

// badge writes a word that stands out; its further class begins with a space.
func (m *markup) badge(class literal, word string) *markup {
	return m.raw(`<span class="badge`).raw(class).raw(`">`).text(word).raw(`</span>`)
}

// link opens a link to an address of this site or to a place on the page; of any other, one
// that leads nowhere.
func (m *markup) link(class literal, href string) *markup {
	m.raw("<a")
	if class != "" {
		m.raw(` class="`).raw(class).raw(`"`)
	}
	if !local(href) {
		href = "#"
	}
	return m.raw(` href="`).text(href).raw(`">`)
}

// local says whether an address is a path, and not the name of another server, or a place
// on the page.
func local(href string) bool {
	switch {
	case href == "" || href[0] == '#':
		return true
	case href[0] != '/':
		return false
	}
	return len(href) == 1 || href[1] != '/' && href[1] != '\\'
}

func (m *markup) html() template.HTML { return template.HTML(m.b.String()) }

// scribe writes markup in a language.
type scribe struct {
	*tongue
	assets *assets
	fixed  bool // links carry the language on
}

func (s scribe) address(path string, pairs ...any) string { return s.link(s.fixed, path, pairs...) }

// at gives the address of a record, flow, project or organization.
func (s scribe) at(kind string, index int64) string { return s.address(kind + text64(index)) }

// to writes a link to one of them by its name.
func (s scribe) to(kind string, index int64, name string) template.HTML {
	m := &markup{}
	return m.link("", s.at(kind, index)).text(name).raw("</a>").html()
}

func (s scribe) money(id ledger.AssetID, n int64) string { return s.assets.money(s.tongue)(id, n) }

// goods gives the name of what is no money, "" for what is.
func (s scribe) goods(id ledger.AssetID) string {
	if isMoney(id) {
		return ""
	}
	return s.assets.name(s.tongue)(id)
}

// record writes the link to a record, which every figure ends in.
func (s scribe) record(m *markup, index int64) {
	m.raw(`<a class="proof" href="`).text(s.at("/records/", index)).raw(`" title="`).text(s.say("record.link.title")).raw(`">№&#8239;`).number(index).raw(`</a>`)
}

// party writes a party as it may be shown: an organization by its name, a person by what
// they agreed to.
func (s scribe) party(m *markup, p party) {
	switch {
	case p.Name == "":
		m.text(s.term("party", p.Kind))
	case p.Link == "":
		m.text(p.Name)
	default:
		m.link("", s.address(p.Link)).text(p.Name).raw("</a>")
	}
	if p.Related {
		m.raw(" ").badge(" wrong", s.say("party.related"))
	}
}

// held writes what is held, and how much of it is neither income nor what is left of it:
// opening balances, transfers, conversions, refunds.
func (s scribe) held(h view.Holding, href string) template.HTML {
	note, rest := "", otherwise(h)
	switch {
	case rest > 0:
		note = s.say("money.held.more", "amount", s.money(yuan, rest))
	case rest < 0:
		note = s.say("money.held.less", "amount", s.money(yuan, -rest))
	}
	switch {
	case h.InTransit != 0 && note != "":
		note = s.sentences(s.say("money.held.note"), note)
	case h.InTransit != 0:
		note = s.say("money.held.note")
	}
	return s.figure("in", "money.held", h.Held, href, note)
}

// figure writes one of the figures in yuan that a page begins with; without an address it
// leads nowhere.
func (s scribe) figure(class, word string, n int64, href, note string) template.HTML {
	m := &markup{}
	m.raw(`<div class="key `).text(class).raw(`"><dt>`).text(s.say(word)).raw(`</dt><dd>`)
	if href != "" {
		m.link("", href)
	}
	m.b.WriteString(string(s.assets.big(s.tongue)(yuan, n)))
	if href != "" {
		m.raw("</a>")
	}
	m.raw("</dd>")
	if note != "" {
		m.raw(`<dd class="note">`).text(note).raw("</dd>")
	}
	return m.raw("</div>").html()
}
