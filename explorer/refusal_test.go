package explorer_test

import (
	"fmt"
	"go/ast"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"mingzhang/api/access"
	"mingzhang/ledger"
)

// TestRefusalsKnown: whatever the pages themselves refuse, the catalogues have the
// sentence; TestWords looks whether they do.
func TestRefusalsKnown(t *testing.T) {
	seen := 0
	for name, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			at, ok := map[string]int{"refuse": 1, "inQuery": 0}[fmt.Sprint(call.Fun)]
			if !ok {
				return true
			}
			if code, literal := text(call.Args[at]); literal {
				if seen++; !slices.Contains(refusals, code) {
					t.Errorf("%s refuses as %q, which is not among the refusals that TestWords knows", name, code)
				}
			}
			return true
		})
	}
	if seen < 8 {
		t.Errorf("only %d refusals were found", seen)
	}
}

// TestRefusalsSaid: a refusal that the catalogues know is told in their words whatever it
// brings with it, and what they do not know in its own.
func TestRefusalsSaid(t *testing.T) {
	s := open()
	said := func(language string, e *ledger.Error) string {
		w := httptest.NewRecorder()
		c, _ := gin.CreateTestContext(w)
		c.Request = httptest.NewRequest("GET", "/flows?lang="+language, nil)
		s.Refuse(c, 404, e)
		page, err := goquery.NewDocumentFromReader(w.Body)
		check(err)
		return page.Find(".refusal p").First().Text()
	}
	for _, language := range languages {
		for _, code := range refusals {
			if got := said(language, ledger.Refuse(ledger.NotFound, code, "from", "核心的话", "the core's words")); strings.Contains(got, "核心") || strings.Contains(got, "core") || strings.Contains(got, "⟦") || got == "" {
				t.Errorf("%s in %s: %q", code, language, got)
			}
		}
		if got := said(language, access.TooMany(41500*time.Millisecond)); !strings.Contains(got, "42") {
			t.Errorf("too often in %s: %q does not say for how long to wait", language, got)
		}
		if got, want := said(language, ledger.Refuse(ledger.Unavailable, "of-the-core", "", "核心的话", "the core's words")), map[string]string{"zh-Hans": "核心的话", "en": "the core's words"}[language]; got != want {
			t.Errorf("what no catalogue knows, in %s: %q, want %q", language, got, want)
		}
	}
}

// TestRefusedByWord: a field of the address is called by the word that stands beside it
// on the page, and a record by its index.
func TestRefusedByWord(t *testing.T) {
	s := open()
	show := s.city.Showcase
	for _, path := range []string{"/flows", "/projects", "/organizations", "/statistics", projectPath(show.Running), organizationPath(s.city.Charities[0]), "/receipts/" + show.Receipt + "/certificate"} {
		for _, language := range languages {
			_, page := s.get(t, path, language)
			fields := page.Find("main form label [name]")
			if fields.Length() == 0 {
				t.Errorf("%s has no form", path)
			}
			fields.Each(func(_ int, field *goquery.Selection) {
				label := field.Closest("label").Clone()
				label.Find("small, select").Remove()
				name, word := field.AttrOr("name", ""), strings.TrimSpace(label.Text())
				status, refused := s.get(t, path+"?"+name+"=%00", language)
				if got := refused.Find(".refusal p").First().Text(); status != 400 || !strings.Contains(got, "“"+word+"”") {
					t.Errorf("%s?%s in %s answers %d %q, which does not name %q", path, name, language, status, got, word)
				}
			})
		}
	}
	for path, want := range map[string]string{"/flows?project=999999": "999999", "/records/999999": "999999", fmt.Sprint("/organizations/", show.Gift): key(show.Gift),
		"/projects?porject=" + url.QueryEscape(wicked): "“porject”"} {
		_, page := s.get(t, path, "zh-Hans")
		if got := page.Find(".refusal p").First().Text(); !strings.Contains(got, want) || strings.Contains(got, "script") {
			t.Errorf("%s: %q does not name %s", path, got, want)
		}
	}
}
