package explorer

import (
	"maps"
	"slices"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"
)

// TestSentences: every message of every catalogue is said as the library says it, for each
// number that some language may have a form for.
func TestSentences(t *testing.T) {
	all, err := speak(languageFiles, &assets{})
	if err != nil {
		t.Fatal(err)
	}
	for _, spoken := range all.list {
		bundle := i18n.NewBundle(language.MustParse(spoken.tag))
		bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
		file, err := bundle.LoadMessageFileFS(languageFiles, "languages/"+spoken.tag+".toml")
		if err != nil {
			t.Fatal(err)
		}
		localizer := i18n.NewLocalizer(bundle, spoken.tag)
		for _, m := range file.Messages {
			for _, n := range []int64{0, 1, 2, 3, 5, 11, 21, 100, 101, 1000, 1_000_000, 12_345_678} {
				pairs, data := spoken.filled(m.ID, n)
				want, err := localizer.Localize(&i18n.LocalizeConfig{MessageID: m.ID, TemplateData: data, PluralCount: n})
				if want == "" {
					t.Fatalf("%s: %v", m.ID, err)
				}
				if got := spoken.say(m.ID, pairs...); got != want {
					t.Errorf("%s %s of %d: %q, want %q", spoken.tag, m.ID, n, got, want)
				}
			}
		}
	}
}

// filled gives everything that a message takes, in pairs and as the library has it.
func (t *tongue) filled(id string, n int64) (pairs []any, data map[string]any) {
	data = map[string]any{}
	for _, form := range slices.Sorted(maps.Keys(t.sentence[id])) {
		for _, p := range t.sentence[id][form] {
			if p.takes != "" {
				data[p.takes] = "〈" + p.takes + "&〉"
			}
		}
	}
	for name, text := range data {
		if name != "n" {
			pairs = append(pairs, name, text)
		}
	}
	data["n"] = t.number(n)
	return append(pairs, "n", n), data
}

// TestUnready: a message with braces that are no placeholder is found when it is read.
func TestUnready(t *testing.T) {
	for _, text := range []string{"{{name}}", "{{.name", "{{.a.b}}", "{{}}", "{{ . }}", "{{.a | b}}", "{{if .a}}x{{end}}"} {
		if _, err := ready(&i18n.Message{ID: "x", Other: text}); err == nil {
			t.Errorf("%s is taken for a sentence", text)
		}
	}
	if s, err := ready(&i18n.Message{ID: "x", Other: "a {{ .b }} c"}); err != nil || len(s[other]) != 2 {
		t.Errorf("%v %v", s, err)
	}
}

// TestUntold: a sentence that is not there, and what is not given to one, is seen.
func TestUntold(t *testing.T) {
	all, err := speak(languageFiles, &assets{})
	if err != nil {
		t.Fatal(err)
	}
	for _, spoken := range all.list {
		if got := spoken.say("no.such.sentence"); got != "⟦no.such.sentence⟧" {
			t.Errorf("%q", got)
		}
		if got := spoken.say("format.period", "from", "a"); got != spoken.say("format.period", "from", "a", "upto", "⟦upto⟧") {
			t.Errorf("%q", got)
		}
	}
}
