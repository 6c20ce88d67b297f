package explorer_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/pelletier/go-toml/v2"

	"mingzhang/api"
	"mingzhang/ledger"
	"mingzhang/ledger/intake"
	"mingzhang/ledger/record"
	"mingzhang/ledger/trace"
	"mingzhang/ledger/view"
)

// catalogue is a language's file: each key with its forms, of which a plain sentence has
// the one named other.
type catalogue map[string]map[string]string

// catalogues reads all of them by the name of their language.
func catalogues(t testing.TB) map[string]catalogue {
	t.Helper()
	files, err := filepath.Glob("languages/*.toml")
	check(err)
	all := map[string]catalogue{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		check(err)
		raw := map[string]any{}
		if err := toml.Unmarshal(data, &raw); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		read := catalogue{}
		for key, value := range raw {
			switch v := value.(type) {
			case string:
				read[key] = map[string]string{"other": v}
			case map[string]any:
				read[key] = map[string]string{}
				for form, text := range v {
					if form != "one" && form != "other" {
						t.Errorf("%s: %s has %q, which is no plural form: is it a key that stands below a table?", file, key, form)
					}
					read[key][form] = fmt.Sprint(text)
				}
			default:
				t.Errorf("%s: %s is neither a sentence nor its plural forms", file, key)
			}
			if read[key]["other"] == "" {
				t.Errorf("%s: %s says nothing", file, key)
			}
		}
		all[strings.TrimSuffix(filepath.Base(file), ".toml")] = read
	}
	return all
}

var placeholder = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)

// placeholders are what a sentence takes.
func placeholders(text string) (names []string) {
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestCatalogues: all languages have the same keys, and their sentences take the same.
// A singular may leave out what it says in a word.
func TestCatalogues(t *testing.T) {
	all := catalogues(t)
	first := all["zh-Hans"]
	if len(first) < 100 || len(all) < 2 {
		t.Fatalf("%d sentences in %d languages", len(first), len(all))
	}
	for language, c := range all {
		for key := range first {
			if _, ok := c[key]; !ok {
				t.Errorf("%s lacks %s", language, key)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(c)) {
			want, ok := first[key]
			if !ok {
				t.Errorf("%s has %s, and zh-Hans has not", language, key)
				continue
			}
			takes := placeholders(want["other"])
			if got := placeholders(c[key]["other"]); !slices.Equal(got, takes) {
				t.Errorf("%s: %s takes %v, and zh-Hans %v", language, key, got, takes)
			}
			if one := c[key]["one"]; slices.ContainsFunc(placeholders(one), func(name string) bool { return !slices.Contains(takes, name) }) {
				t.Errorf("%s: the singular of %s takes what the plural does not: %q", language, key, one)
			}
			for form, text := range c[key] {
				if rest := placeholder.ReplaceAllString(text, ""); strings.ContainsAny(rest, "{}") {
					t.Errorf("%s: %s (%s) has a brace that is no placeholder: %q", language, key, form, text)
				}
			}
		}
	}
}

// names are texts for tables.
func names[T ~string](list ...T) (all []string) {
	for _, v := range list {
		all = append(all, string(v))
	}
	return all
}

// lists are what can be taken away.
func lists() (all []string) {
	for _, l := range api.Dictionary() {
		all = append(all, l.Name)
	}
	return all
}

// families are the words for machine names: after each prefix of a key, what may follow.
// A family of which the book's own kinds decide is complete here; of others, what the
// sample city has.
func families(s *site) map[string][]string {
	f := map[string][]string{
		"kind":            names(kinds...),
		"category":        names(ledger.Categories()...),
		"status":          names(ledger.Draft, ledger.Filed, ledger.Fundraising, ledger.Closed, ledger.Executing, ledger.Completed),
		"project":         names(ledger.Campaign, ledger.Undertaking, ledger.Joint, ledger.Fund, ledger.GeneralFund),
		"class":           names(ledger.Unrestricted, ledger.Restricted, ledger.Agency),
		"party":           names(ledger.Person, ledger.Organized, ledger.Group, ledger.Anonymous, ledger.Distribution),
		"origins.who":     names(ledger.Person, ledger.Group, ledger.Anonymous, ledger.Distribution),
		"state":           names(trace.Held, trace.InTransit, trace.Converted, trace.Spent, trace.Refunded),
		"sort":            names(view.Sorts()...),
		"order":           {"newest", "oldest"},
		"organization":    names(ledger.Charity, ledger.Platform, ledger.Partner, ledger.Regulator, ledger.Auditor),
		"form":            {"11", "12", "51", "52", "53", "91"},
		"type":            record.Types(),
		"unit":            currencies,
		"asset":           currencies,
		"designation":     {ledger.General},
		"backend":         {"local", "fabric"},
		"anchor.code":     {"VALID"},
		"reconcile.fell":  {intake.StepDiffers, intake.StepUnrecorded},
		"reconcile.found": {intake.DayDiffers, intake.FlowsDiffer, intake.CumulativeDiffers, intake.StepDiffers, intake.StepUnrecorded},
		"measure":         names(intake.Received, intake.Spent),
		"value":           {"document", "fair", "nominal"},
		"plan.text":       {"purpose", "use", "area", "beneficiaries", "selection", "remaining", "contact", "reason"},
		"trace.move":      {"return", "reversal", "conversion"},
		"flowtext":        {"note", "purpose", "reason", "basis", "display"},

		"filter":            {"status", "cause", "kind", "place", "year", "organization", "q", "frozen"},
		"download":          {"csv", "xlsx", "json", "flows", "statement", "projects"},
		"organization.role": names(ledger.Charity, ledger.Platform, ledger.Partner, ledger.Regulator, ledger.Auditor),
		"footer.anchored":   {"local", "fabric"},
		"home.anchored":     {"local", "fabric"},
		"log.batches":       {"local", "fabric"},
		"record.anchor":     {"local", "fabric"},
		"receipt.anchor":    {"local", "fabric"},
		"record.seal":       {"public", "private"},
		"refusal":           refusals,
		"refusal.title":     {"400", "403", "404", "405", "409", "422", "429", "500", "503"},
		"left":              {"refund", "conversion", "transfer"},
		"picture.finding":   {"refund", "conversion", "transfer"},
		"line":              {"opening", "return", "conversion", "transfer"},
		"statistics":        {"causes", "places", "organizations"},
		"channel":           s.seen(func(f *ledger.Flow) string { return f.Channel }),
		"cause":             s.causes(),
		"disclosure":        s.disclosures(),
		"field":             s.corrected(),
		"course.part":       {"spent", "spent.goods", "lost", "lost.goods", "in_transit", "converted", "held", "refunded", "reversed"},
		"course.all":        {"spent", "spent.goods", "lost", "lost.goods", "in_transit", "converted", "held", "refunded", "reversed"},
		"course.state":      {"spent", "spent.goods", "lost", "lost.goods", "in_transit", "converted", "held", "refunded", "reversed"},
		"sealed":            {"name", "contact", "account", "serial", "time", "invoice", "note"},
		"open.list":         lists(),
		"follow.find":       {"wechat", "alipay", "bank", "unionpay", "other"},
		"follow.where":      {"wechat", "alipay", "bank", "unionpay", "other"},
		"check":             {"bytes", "leaf", "path", "signature", "opening", "proven", "refuted", "unchecked", "old", "offline"},
		"check.fault":       {"outside", "length", "proof", "hash", "checkpoint", "key", "keyhash", "base64", "number", "other", "log", "unreadable"},
		"word":              {"organization", "project", "asset", "designation", "pool", "flow", "span", "record", "log", "checkpoint", "receipt", "anchor"},
		"meaning":           {"organization", "project", "asset", "designation", "pool", "flow", "span", "record", "log", "checkpoint", "receipt", "anchor"},
		"rules":             {"address", "order", "refused", "named", "transfer", "change", "mistake", "sealed", "checked"},
		"rules.law":         {"charity79", "charity42", "charity58", "order81", "partner", "pipl"},
		"place":             provinces,
	}
	for _, id := range currencies {
		if _, ok := ledger.Currency(ledger.AssetID(id)); !ok {
			panic(id + " is no currency of the book's")
		}
	}
	for _, kind := range kinds {
		if kind.Account() != "" {
			f["line"] = append(f["line"], string(kind))
		}
	}
	return f
}

// refusals are the codes of all refusals that a visitor can meet: of the pages, of the
// book, and of the interface that lets visitors in.
var refusals = strings.Fields("query query-unknown query-garbled form no-such-page pool-unknown receipt-unknown no-certificate given-back internal " +
	"no-such-project no-such-organization no-such-flow no-such-record no-such-route too-many-requests sums-busy timeout closing")

var kinds = []ledger.FlowKind{ledger.Donation, ledger.Membership, ledger.Service, ledger.Grant, ledger.Sale, ledger.Investment, ledger.Allocation, ledger.Other, ledger.Opening,
	ledger.Return, ledger.Transfer, ledger.Conversion, ledger.Expenditure, ledger.Refund, ledger.Reversal}

// currencies are those that the book knows without their being registered.
var currencies = strings.Fields("CNY USD HKD MOP TWD EUR GBP JPY KRW SGD AUD CAD CHF THB MYR RUB")

// provinces are the first two digits of places (GB/T 2260).
var provinces = strings.Fields("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82")

// seen gives what the sample's flows have in a field.
func (s *site) seen(field func(*ledger.Flow) string) []string {
	values := map[string]bool{}
	for _, r := range s.records() {
		if f, ok := r.What.(*ledger.Flow); ok && field(f) != "" {
			values[field(f)] = true
		}
	}
	return slices.Sorted(maps.Keys(values))
}

func (s *site) causes() (list []string) {
	for _, r := range s.records() {
		if p, ok := r.What.(*ledger.Project); ok {
			list = append(list, p.Cause)
		}
	}
	return list
}

func (s *site) disclosures() (list []string) {
	for _, r := range s.records() {
		if d, ok := r.What.(*ledger.Disclosure); ok {
			list = append(list, d.Kind)
		}
	}
	return list
}

func (s *site) corrected() (list []string) {
	for _, r := range s.records() {
		if c, ok := r.What.(*ledger.Correction); ok {
			list = append(list, c.Field)
		}
	}
	return list
}

// records gives all records of the book.
func (s *site) records() (list []*record.Record) {
	head, err := s.store.Head(ctx)
	check(err)
	for i := range head.Size {
		data, err := s.store.Stored(ctx, i)
		check(err)
		r, err := record.Parse(data)
		check(err)
		list = append(list, r)
	}
	return list
}

// TestWords: every sentence that templates and code ask for is there, and every word for
// a machine name; and nothing is there that nobody asks for.
func TestWords(t *testing.T) {
	t.Parallel()
	used := usedWords(t)
	known := families(open())
	for language, c := range catalogues(t) {
		for _, key := range slices.Sorted(maps.Keys(used.keys)) {
			if _, ok := c[key]; !ok {
				t.Errorf("%s lacks %s, which %s says", language, key, used.keys[key])
			}
		}
		for _, prefix := range slices.Sorted(maps.Keys(used.families)) {
			values, ok := known[prefix]
			if !ok {
				t.Errorf("%s asks for words of the family %q, which this test does not know: name what may follow in families", used.families[prefix], prefix)
			}
			for _, value := range values {
				if _, ok := c[prefix+"."+value]; !ok {
					t.Errorf("%s lacks %s.%s", language, prefix, value)
				}
			}
		}
	}
	for key := range catalogues(t)["zh-Hans"] {
		if _, ok := used.keys[key]; !ok && !used.mayAsk(key) {
			t.Errorf("nobody asks for %s", key)
		}
	}
}

// TestNegotiation: the address decides on the language, else what the browser prefers,
// else Chinese. A language that somebody chose goes on in every link.
func TestNegotiation(t *testing.T) {
	s := open()
	for _, c := range []struct {
		name, path, accept, want string
		fixed                    bool
	}{
		{"nothing said", "/", "", "zh-Hans", false},
		{"English preferred", "/", "en-GB,en;q=0.8", "en", false},
		{"Chinese of Taiwan", "/", "zh-TW", "zh-Hans", false},
		{"a language there is not", "/", "fr-FR", "zh-Hans", false},
		{"weights", "/", "en;q=0.1, zh-CN;q=0.9", "zh-Hans", false},
		{"nonsense", "/", "%%%;q=x", "zh-Hans", false},
		{"too long to be read", "/", "en," + strings.Repeat("x", 300), "zh-Hans", false},
		{"chosen against the browser", "/projects?lang=en", "zh-CN", "en", true},
		{"Chinese chosen", "/projects?lang=zh-Hans", "en", "zh-Hans", true},
		{"a choice there is not", "/projects?lang=tlh", "en", "en", false},
		{"an empty choice", "/projects?lang=", "en", "en", false},
		{"an attack", "/projects?lang=%22%3E%3Cscript%3E", "", "zh-Hans", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := http.NewRequest("GET", s.url+c.path, nil)
			check(err)
			r.Header.Set("Accept-Language", c.accept)
			answer, err := plain.Do(r)
			check(err)
			answer.Body.Close()
			status, page := s.get(t, c.path, c.accept)
			if got := page.Find("html").AttrOr("lang", ""); got != c.want || status != 200 || answer.Header.Get("Content-Language") != c.want {
				t.Fatalf("got %s, %s (%d), want %s", got, answer.Header.Get("Content-Language"), status, c.want)
			}
			if !strings.Contains(answer.Header.Get("Vary"), "Accept-Language") {
				t.Errorf("Vary: %q", answer.Header.Get("Vary"))
			}
			for _, link := range links(page) {
				if page.Find(`.languages a[href="`+link+`"]`).Length() > 0 || strings.HasPrefix(link, "/static/") || strings.HasPrefix(link, "/v1/") && !strings.HasPrefix(link, "/v1/exports/") || link == "/docs/" || link == "/checkpoint" {
					continue
				}
				if carries := strings.Contains(link, "lang="+c.want); carries != c.fixed {
					t.Errorf("%s carries the language: %v", link, carries)
				}
			}
		})
	}
}

// TestDownloadsNegotiated: a file is in the language of the page that leads to it: of a
// chosen one by its address, else as the browser prefers.
func TestDownloadsNegotiated(t *testing.T) {
	s := open()
	show := s.city.Showcase
	for _, page := range []string{"/flows?project=" + key(show.Running), "/projects", "/organizations", projectPath(show.Running), organizationPath(s.city.Charities[0]), "/open-data"} {
		for _, c := range []struct{ choose, accept, want string }{{"en", "zh-CN", "en"}, {"zh-Hans", "en", "zh-Hans"}, {"", "en", "en"}, {"", "zh-CN", "zh-Hans"}} {
			path := page
			if c.choose != "" {
				path = in(page, c.choose)
			}
			_, shown := s.get(t, path, c.accept)
			files := 0
			for _, link := range links(shown) {
				if !strings.HasPrefix(link, "/v1/exports/") {
					continue
				}
				files++
				if carries := strings.Contains(link, "lang="+c.want); carries != (c.choose != "") {
					t.Errorf("%s: %s carries the language: %v", path, link, carries)
				}
				status, file := s.fetch(t, link, c.accept)
				if status != 200 {
					t.Errorf("%s: %s answers %d", path, link, status)
				}
				if first, _, _ := strings.Cut(string(file), "\n"); strings.Contains(link, ".csv") && strings.ContainsFunc(first, func(r rune) bool { return unicode.Is(unicode.Han, r) }) != (c.want == "zh-Hans") {
					t.Errorf("%s asked for by a browser in %s begins with %s", link, c.accept, first)
				}
			}
			if files == 0 {
				t.Errorf("%s offers no files", path)
			}
		}
	}
}
