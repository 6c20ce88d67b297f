package explorer_test

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"
	"golang.org/x/net/html"

	"mingzhang/api"
	"mingzhang/explorer"
	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// speaking serves the pages of a site with other catalogues.
func (s *site) speaking(t testing.TB, languages map[string]string) *site {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range languages {
		files["languages/"+name+".toml"] = &fstest.MapFile{Data: []byte(text)}
	}
	other := *s
	server := httptest.NewUnstartedServer(nil)
	other.url = "http://" + server.Listener.Addr().String()
	var err error
	other.Site, err = explorer.New(explorer.Config{Book: shown{s.store, s.book}, Anchors: anchored{s.loop}, Origin: origin, LogKey: s.key(), URL: other.url, Now: s.clock.Now, Lists: api.Dictionary(), Languages: files})
	if err != nil {
		t.Fatal(err)
	}
	engine := gin.New()
	pass := func(c *gin.Context) {}
	other.Routes(engine, pass, pass, uncounted, unguarded)
	engine.NoRoute(other.Missing)
	server.Config.Handler = engine
	server.Start()
	t.Cleanup(server.Close)
	return &other
}

// key is the verifier key of the log.
func (s *site) key() string {
	answer, err := http.Get(s.url + "/log.pub")
	check(err)
	defer answer.Body.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(answer.Body)
	check(err)
	return strings.TrimSpace(b.String())
}

// rewritten gives the first catalogue with every sentence put through a mapping, but for
// what is between braces and what tells how dates are written.
func rewritten(t testing.TB, mapping func(string) string) string {
	t.Helper()
	var out strings.Builder
	first := catalogues(t)["zh-Hans"]
	for _, key := range slices.Sorted(maps.Keys(first)) {
		text := first[key]["other"]
		if !strings.HasPrefix(key, "format.date") && !strings.HasPrefix(key, "format.time") && !strings.HasPrefix(key, "format.month") && key != "format.year" {
			var whole strings.Builder
			rest := text
			for _, at := range placeholder.FindAllStringIndex(text, -1) {
				from := len(text) - len(rest)
				whole.WriteString(mapping(text[from:at[0]]) + text[at[0]:at[1]])
				rest = text[at[1]:]
			}
			text = whole.String() + mapping(rest)
		}
		fmt.Fprintf(&out, "%q = %q\n", key, text)
	}
	return out.String()
}

// masked stands for every letter of a sentence.
const masked = '▒'

// refused are addresses at which there is no page, each for another reason, with what they
// answer.
func (s *site) refused() map[string]int {
	show := s.city.Showcase
	return map[string]int{"/nothing-here": 404, "/projects/x": 404, "/projects/999999": 404, "/projects/999999/reconciliation": 404, "/organizations/999999": 404, "/flows/999999": 404, "/records/999999": 404,
		"/flows?project=999999": 404, "/flows?organization=999999": 404, "/receipts/" + strings.Repeat("0", 24): 404,
		"/receipts/" + s.book.ReceiptCode(show.Refunded) + "/certificate": 404, "/receipts/" + s.book.ReceiptCode(show.Payment) + "/certificate": 404,
		"/flows?from=x": 400, fmt.Sprintf("/projects/%d?at=x", show.Running): 400, "/projects?99=1": 400, "/projects?q=%zz": 400, "/search?q=%00": 400, "/log?batches=x": 400}
}

// shownPages are addresses of every page, with lists in many states.
func (s *site) shownPages() []string {
	show := s.city.Showcase
	list := slices.DeleteFunc(s.everyPage(), func(path string) bool { return path == "/nothing-here" })
	for _, p := range s.city.Projects {
		list = append(list, fmt.Sprint("/projects/", p), fmt.Sprint("/flows?project=", p), fmt.Sprintf("/projects/%d?from=2026-01-01&to=2026-06-30", p))
	}
	for o := range int64(12) {
		list = append(list, fmt.Sprint("/organizations/", o), fmt.Sprint("/flows?organization=", o))
	}
	return append(list, "/projects?cause=education&status=executing&kind=fund&place=44&year=2026&organization=4&frozen=true&q=9&sort=raised", "/organizations?kind=charity&fundraising=true",
		"/flows", "/flows?order=oldest&min=10&max=99.99&kind=donation", "/flows?kind=reversal", "/flows?from=2026-01-01", "/flows?to=2026-01-01&at=2000&kind=expenditure&category=5301,5401", "/flows?party=0",
		"/statistics?from=2026-01-01&to=2026-03-31", "/search", "/search?q=99999", "/search?q=42000012345678901234", fmt.Sprint("/records/", show.Withdrawn), fmt.Sprint("/flows/", show.Reversed))
}

// TestMasked: where every letter of the catalogue is masked, what letters the pages still
// have are the book's: names, codes, and texts of public seals. So nothing that a visitor
// reads is made in code or in a template.
func TestMasked(t *testing.T) {
	t.Parallel()
	s := open()
	other := s.speaking(t, map[string]string{"zh-Hans": rewritten(t, func(text string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) {
				return masked
			}
			return r
		}, text)
	})})
	corpus, refused := s.corpus(), other.refused()
	for _, path := range slices.Concat(some(other.shownPages()), slices.Sorted(maps.Keys(refused))) {
		status, page := other.get(t, path, "")
		if want := cmp.Or(refused[path], 200); status != want {
			t.Errorf("%s answers %d, want %d", path, status, want)
			continue
		}
		if strings.Contains(page.Text(), "⟦") {
			t.Errorf("%s asks for a sentence that is not there: %s", path, regexp.MustCompile(`⟦[^⟧]*⟧`).FindString(page.Text()))
		}
		for _, word := range wordsOf(page) {
			if !corpus.has(word) {
				t.Errorf("%s shows %q, which is neither in the catalogue nor in the book", path, word)
			}
		}
	}
}

// corpus is all that the book itself has to show: text, and in Latin letters whole words.
type corpus struct {
	text  string
	words map[string]bool
}

// signs are what currencies, standards, files of this server, and a ledger's own words are
// called everywhere.
var signs = strings.Fields("US HK MOP RFC c2sp org tlog proof checkpoint cosignature tiles log pub VALID PlatformMSP")

func (c corpus) has(word string) bool {
	if strings.ContainsFunc(word, func(r rune) bool { return r > unicode.MaxASCII }) {
		return strings.Contains(c.text, word)
	}
	return c.words[word] || slices.Contains(signs, word)
}

var (
	hashes     = regexp.MustCompile(`\b[0-9a-f]{8,64}\b`)
	webAddress = regexp.MustCompile(`https?://[\w:./?=&%-]+`)
)

var latin = regexp.MustCompile(`[A-Za-z0-9]+`)

// corpus gathers names, codes and public texts from the records and their openings.
func (s *site) corpus() corpus {
	var text strings.Builder
	say := func(words ...string) { text.WriteString(strings.Join(words, "\n") + "\n") }
	for _, r := range s.records() {
		switch w := r.What.(type) {
		case *ledger.Organization:
			say(w.Name, w.Code)
		case *ledger.Project:
			say(w.Name, w.Filing)
		case *ledger.Asset:
			say(w.Name, w.Unit, string(w.ID))
		case *ledger.Designation:
			say(w.Name)
		case *ledger.Freeze:
			say(w.Order)
		case *ledger.Evidence:
			say(w.Hash, w.Media)
		case *ledger.Key:
			say(w.ID, w.Verifier)
		case *ledger.Flow:
			if w.Party != nil {
				say(w.Party.Name, string(w.Party.USCC))
			}
		}
		public, private, err := s.store.Openings(ctx, r.Index)
		check(err)
		for _, o := range []struct {
			c     record.Commitment
			bytes []byte
		}{{r.Public, public}, {r.Private, private}} {
			if o.bytes != nil {
				opening, err := record.Open(o.c, o.bytes)
				check(err)
				for _, text := range opening.Texts {
					say(text.Value)
				}
			}
		}
	}
	for _, list := range api.Dictionary() { // the headings of files are theirs
		for _, c := range list.Columns {
			say(c.Zh, c.En)
		}
	}
	say(origin, s.url, s.city.Showcase.Receipt)
	all := corpus{text: text.String(), words: map[string]bool{}}
	for _, word := range latin.FindAllString(all.text, -1) {
		all.words[word] = true
	}
	return all
}

// wordsOf gives the runs of letters that a page shows or has read out, but for what is
// to be typed or compared letter by letter: code, hashes and addresses.
func wordsOf(page *goquery.Document) (words []string) {
	add := func(text string) {
		text = hashes.ReplaceAllString(webAddress.ReplaceAllString(text, ""), "")
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if strings.ContainsFunc(word, unicode.IsLetter) {
				words = append(words, word)
			}
		}
	}
	page.Find("head, code, pre, script, noscript, .hash").Remove()
	for n := range page.Nodes[0].Descendants() {
		if n.Type == html.TextNode {
			add(n.Data)
		}
		for _, a := range n.Attr {
			if shownAttributes[a.Key] {
				add(a.Val)
			}
		}
	}
	return words
}

// TestThirdLanguage: another catalogue beside the two is a language everywhere, and
// nothing else is to be done for it.
func TestThirdLanguage(t *testing.T) {
	t.Parallel()
	s := open()
	traditional := strings.NewReplacer("项", "項", "组织", "組織", "统计", "統計", "账", "帳", "记录", "記錄", "捐赠", "捐贈", "简体中文", "繁體中文", "搜索", "搜尋", "国", "國", "页", "頁", "这", "這", "们", "們")
	files := map[string]string{"zh-Hant": rewritten(t, traditional.Replace)}
	for _, language := range []string{"zh-Hans", "en"} {
		data, err := os.ReadFile("languages/" + language + ".toml")
		check(err)
		files[language] = string(data)
	}
	other := s.speaking(t, files)
	for _, path := range some(other.shownPages()) {
		if _, page := other.get(t, path, ""); page.Find(`.languages a[lang="zh-Hant"]`).Text() != "繁體中文" {
			t.Errorf("%s does not offer the third language", path)
		}
		status, page := other.get(t, path, "zh-TW,zh;q=0.9")
		if status != 200 || page.Find("html").AttrOr("lang", "") != "zh-Hant" || page.Find(`.languages [aria-current]`).Text() != "繁體中文" {
			t.Errorf("%s answers a browser in Taiwan %d in %s", path, status, page.Find("html").AttrOr("lang", ""))
		}
		if nav := page.Find("header nav").Text(); !strings.Contains(nav, "項目") || strings.Contains(nav, "项目") {
			t.Errorf("%s: the navigation says %q", path, nav)
		}
	}
	for path, want := range other.refused() {
		status, page := other.get(t, path, "zh-TW,zh;q=0.9")
		if said := page.Find(".refusal").Text(); status != want || said == "" || said != traditional.Replace(said) {
			t.Errorf("%s answers %d, want %d, and says %q", path, status, want, said)
		}
	}
	if _, page := other.get(t, "/?lang=zh-Hant", "en"); page.Find("html").AttrOr("lang", "") != "zh-Hant" || page.Find("h1").Text() == "" {
		t.Error("the third language cannot be chosen in the address")
	}
	if _, page := other.get(t, "/projects?lang=zh-Hant", "en"); page.Find(`.downloads a[href$=".csv?lang=zh-Hans"]`).Length() != 1 {
		t.Error("of the third language, files are not in the nearest that there is")
	}
	if _, page := other.get(t, "/", "zh-CN"); page.Find("html").AttrOr("lang", "") != "zh-Hans" {
		t.Error("a browser in Beijing gets the third language")
	}
}
