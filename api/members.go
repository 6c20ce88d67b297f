package api

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// members looks through a JSON text that is known to be valid for what encoding/json
// does not tell: a name that an object has twice, and where the members of the
// outermost object stand, if that is wanted.
type members struct {
	text   string
	at     int
	placed bool // outer is wanted
	outer  []member
	twice  bool // an object has a name twice
	spoilt bool // a text holds U+FFFD
}

// member is a member of the outermost object.
type member struct {
	name       string
	from, upto int // with the comma behind it, if there is one
	value      int // where its value begins
}

// look goes through a text.
func look(text []byte) members {
	m := members{text: string(text)} // of which the names are parts
	m.value(0)
	return m
}

// outerOf gives the members of the outermost object of a text.
func outerOf(text []byte) []member {
	m := members{text: string(text), placed: true}
	m.value(0)
	return m.outer
}

// space passes white space and gives what comes next.
func (m *members) space() byte {
	for m.at < len(m.text) {
		switch c := m.text[m.at]; c {
		case ' ', '\t', '\r', '\n':
			m.at++
		default:
			return c
		}
	}
	return 0
}

// value passes a value.
func (m *members) value(depth int) {
	switch m.space() {
	case '{':
		m.object(depth)
	case '[':
		m.array(depth)
	case '"':
		m.quoted()
	default: // a number or a word
		for m.at < len(m.text) && strings.IndexByte(",]} \t\r\n", m.text[m.at]) < 0 {
			m.at++
		}
	}
}

func (m *members) array(depth int) {
	m.at++
	for c := m.space(); c != ']' && c != 0; c = m.space() {
		m.value(depth + 1)
		if m.space() == ',' {
			m.at++
		}
	}
	m.at++
}

func (m *members) object(depth int) {
	m.at++
	var seen names
	for c := m.space(); c != '}' && c != 0; c = m.space() {
		one := member{from: m.at}
		one.name = m.name()
		m.twice = seen.add(one.name) || m.twice
		m.space()
		m.at++ // the colon
		m.space()
		one.value = m.at
		m.value(depth + 1)
		if m.space() == ',' {
			m.at++
		}
		if one.upto = m.at; depth == 0 && m.placed {
			m.outer = append(m.outer, one)
		}
	}
	m.at++
}

// name reads the name of a member.
func (m *members) name() string {
	from := m.at
	m.quoted()
	text := m.text[from:min(m.at, len(m.text))]
	if name := text[1 : len(text)-1]; strings.IndexByte(name, '\\') < 0 {
		return name
	}
	var name string
	json.Unmarshal([]byte(text), &name)
	return name
}

// quoted passes a text in quotes.
func (m *members) quoted() {
	from, escaped := m.at, false
	for m.at++; m.at < len(m.text) && m.text[m.at] != '"'; m.at++ {
		if m.text[m.at] == '\\' {
			escaped = true
			m.at++
		}
	}
	m.at++
	text := m.text[from:min(m.at, len(m.text))]
	if escaped { // half a surrogate pair, for one, is seen only where it is read
		var read string
		json.Unmarshal([]byte(text), &read)
		text = read
	}
	m.spoilt = m.spoilt || strings.ContainsRune(text, utf8.RuneError)
}

// names are the names of an object's members, as package json tells them apart.
type names struct {
	few  [fewNames]string
	n    int
	many map[string]bool
}

// fewNames is up to how many names it is quicker to compare than to look up.
const fewNames = 16

// add adds a name, and says whether it is there already.
func (n *names) add(name string) bool {
	if n.n < fewNames {
		there := slices.ContainsFunc(n.few[:n.n], func(other string) bool { return strings.EqualFold(other, name) })
		n.few[n.n] = name
		n.n++
		return there
	}
	if n.many == nil {
		n.many = map[string]bool{}
		for _, other := range n.few {
			n.many[folded(other)] = true
		}
	}
	name = folded(name)
	there := n.many[name]
	n.many[name] = true
	return there
}
