package explorer

import (
	"fmt"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// sentence is a message of a catalogue made ready to be said: of each plural form that it
// has, by the form's name in CLDR, what is written and what it takes in between.
type sentence map[string][]piece

// piece is text and the name of what follows it, "" at the end of a sentence.
type piece struct{ text, takes string }

// other is the plural form of everything that is not counted.
const other = "other"

// ready reads a message: {{.name}} stands for what it takes, and no other braces.
func ready(m *i18n.Message) (sentence, error) {
	s := sentence{}
	for form, text := range map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, other: m.Other} {
		if text == "" && form != other {
			continue
		}
		pieces, err := pieces(text)
		if err != nil {
			return nil, fmt.Errorf("%s (%s): %w", m.ID, form, err)
		}
		s[form] = pieces
	}
	return s, nil
}

func pieces(text string) (list []piece, err error) {
	for {
		before, rest, found := strings.Cut(text, "{{")
		inner, after, closed := strings.Cut(rest, "}}")
		name, named := strings.CutPrefix(strings.TrimSpace(inner), ".")
		switch {
		case !found:
			return append(list, piece{text: text}), nil
		case !closed || !named || name == "" || strings.ContainsAny(name, " .|(){}"):
			return nil, fmt.Errorf("%q is no placeholder", "{{"+rest)
		}
		list, text = append(list, piece{before, name}), after
	}
}

// plain gives the text of a sentence that takes nothing.
func (s sentence) plain() (text string, ok bool) {
	if whole := s[other]; len(s) == 1 && len(whole) == 1 {
		return whole[0].text, true
	}
	return "", false
}

// pluralForms adds the message of which the library picks the plural form of a number: each of its
// forms is the form's name.
func pluralForms(bundle *i18n.Bundle, tag language.Tag) error {
	return bundle.AddMessages(tag, &i18n.Message{ID: formName, Zero: "zero", One: "one", Two: "two", Few: "few", Many: "many", Other: other})
}

const formName = "plural form"

// form gives the pieces to say of what is taken: a whole number named n decides between
// singular and plural.
func (t *tongue) form(s sentence, pairs []any) []piece {
	if len(s) == 1 {
		return s[other]
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if _, whole := whole(pairs[i+1]); whole && pairs[i] == "n" {
			name, err := t.localizer.Localize(&i18n.LocalizeConfig{MessageID: formName, PluralCount: pairs[i+1]})
			if pieces, ok := s[name]; ok && err == nil {
				return pieces
			}
		}
	}
	return s[other]
}

// whole gives a whole number as one type.
func whole(v any) (int64, bool) {
	switch n := v.(type) {
	case int64:
		return n, true
	case int:
		return int64(n), true
	case *int64: // of what need not be there
		return *n, true
	}
	return 0, false
}

// say gives a sentence of the catalogue. What it takes follows in pairs; a whole number
// named n decides between singular and plural. A sentence that is not there shows its
// own name, and so does what it takes and is not given, which a test catches.
func (t *tongue) say(id string, pairs ...any) string {
	if text, ok := t.plain[id]; ok {
		return text
	}
	s, ok := t.sentence[id]
	if !ok {
		return "⟦" + id + "⟧"
	}
	var b strings.Builder
	for _, p := range t.form(s, pairs) {
		b.WriteString(p.text)
		if p.takes != "" {
			b.WriteString(t.taken(p.takes, pairs))
		}
	}
	return b.String()
}

// taken writes what a sentence takes by a name; of several with that name, the last.
func (t *tongue) taken(name string, pairs []any) string {
	for i := len(pairs)/2 - 1; i >= 0; i-- {
		if pairs[2*i] != name {
			continue
		}
		if n, ok := whole(pairs[2*i+1]); ok {
			return t.number(n)
		}
		return asText(pairs[2*i+1])
	}
	return "⟦" + name + "⟧"
}
