package explorer

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"slices"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"
)

//go:embed languages/*.toml
var languageFiles embed.FS

// first is the language of who prefers none that there is.
var first = language.SimplifiedChinese

// tongues are the languages that there are: one for each catalogue.
type tongues struct {
	list    []*tongue // the first one first
	matcher language.Matcher
	version string // of templates, catalogues and files: a hash
}

// tongue is one language: its sentences, and the templates that speak it.
type tongue struct {
	tag       string                             // zh-Hans
	Name      string                             // in itself: 简体中文
	localizer *i18n.Localizer                    // tells plural forms apart
	plain     map[string]string                  // messages that take nothing
	sentence  map[string]sentence                // those that do
	scales    []scale                            // of headlines, the largest first
	open      func() (*template.Template, error) // made when somebody first asks
	fixed     func() (*template.Template, error) // whose links carry the language on
}

// speak reads all catalogues in files, and the templates.
func speak(languages fs.FS, assets *assets) (*tongues, error) {
	bundle := i18n.NewBundle(first)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	files, err := fs.Glob(languages, "languages/*.toml")
	if err != nil {
		return nil, err
	}
	all := &tongues{}
	for _, file := range files {
		messages, err := bundle.LoadMessageFileFS(languages, file)
		if err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", file, err)
		}
		if err := pluralForms(bundle, messages.Tag); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", file, err)
		}
		t := &tongue{tag: messages.Tag.String(), localizer: i18n.NewLocalizer(bundle, messages.Tag.String())}
		if err := t.learn(messages.Messages); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", file, err)
		}
		all.list = append(all.list, t)
	}
	slices.SortStableFunc(all.list, func(a, b *tongue) int { return order(a) - order(b) })
	var tags []language.Tag
	for _, t := range all.list {
		tags = append(tags, language.MustParse(t.tag))
		t.open = sync.OnceValues(func() (*template.Template, error) { return t.parse(assets, false) })
		t.fixed = sync.OnceValues(func() (*template.Template, error) { return t.parse(assets, true) })
	}
	all.matcher = language.NewMatcher(tags)
	all.version = versionOf(languages, templateFiles, staticFiles)
	return all, nil
}

// learn makes the messages of a catalogue ready.
func (t *tongue) learn(messages []*i18n.Message) error {
	t.plain, t.sentence = map[string]string{}, map[string]sentence{}
	for _, m := range messages {
		s, err := ready(m)
		if err != nil {
			return err
		}
		if text, ok := s.plain(); ok {
			t.plain[m.ID] = text
		} else {
			t.sentence[m.ID] = s
		}
	}
	t.Name, t.scales = t.plain["language.name"], scales(t.plain["format.scales"])
	return nil
}

func order(t *tongue) int {
	if t.tag == first.String() {
		return 0
	}
	return 1
}

// of gives the language that an address chooses, or that a browser prefers.
func (a *tongues) of(chosen, accept string) (t *tongue, fixed bool) {
	for _, t := range a.list {
		if t.tag == chosen {
			return t, true
		}
	}
	if len(accept) > 200 {
		accept = ""
	}
	_, i := language.MatchStrings(a.matcher, accept)
	return a.list[i], false
}

func (t *tongue) templates(fixed bool) (*template.Template, error) {
	if fixed {
		return t.fixed()
	}
	return t.open()
}

// has says whether there is a message with this name.
func (t *tongue) has(id string) bool {
	_, plain := t.plain[id]
	_, takes := t.sentence[id]
	return plain || takes
}

// term gives the word for a machine name of a family ("cause", "disaster-relief"), or
// the name itself where the catalogue has none: such names are not ours to list.
func (t *tongue) term(family string, name any) string {
	text := asText(name)
	if word, ok := t.plain[family+"."+text]; ok {
		return word
	}
	return text
}

// versionOf is a hash of embedded files.
func versionOf(all ...fs.FS) string {
	sum := sha256.New()
	for _, files := range all {
		contents := map[string][]byte{}
		fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				contents[name], err = fs.ReadFile(files, name)
			}
			return err
		})
		for _, name := range slices.Sorted(maps.Keys(contents)) {
			fmt.Fprintf(sum, "%s %d\n", name, len(contents[name]))
			sum.Write(contents[name])
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}
