package explorer_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
	"mingzhang/ledger/view"
)

// cards gives the projects that a page shows as cards, by their addresses.
func cards(page *goquery.Document) (paths []string) {
	page.Find(".cards .card h3 a").Each(func(_ int, a *goquery.Selection) {
		path, _, _ := strings.Cut(a.AttrOr("href", ""), "?")
		paths = append(paths, path)
	})
	return paths
}

// TestProjects: the list has all projects, says how many, and offers every choice with
// what it leaves.
func TestProjects(t *testing.T) {
	s := open()
	for _, language := range languages {
		t.Run(language, func(t *testing.T) {
			status, page := s.get(t, "/projects", language)
			if status != 200 || len(cards(page)) != len(s.city.Projects) || !strings.Contains(page.Find("#found").Text(), fmt.Sprint(len(s.city.Projects))) {
				t.Fatalf("%d: %d cards, %q", status, len(cards(page)), page.Find("#found").Text())
			}
			headings(t, "/projects", page)
			if page.Find(".cards .card svg.chart").Length() < 10 {
				t.Error("cards have no progress")
			}
			for _, name := range []string{"status", "cause", "kind", "place", "year", "organization"} {
				if !strings.Contains(page.Find(".facets").Text(), say(t, language, "filter."+name)) {
					t.Errorf("there is no choice of %s", name)
				}
			}
			s.alive(t, page)
		})
	}
}

// TestProjectFacets: each choice leads to a list of as many projects as it says, in which
// it is set and its link takes it away again.
func TestProjectFacets(t *testing.T) {
	s := open()
	page := s.there(t, "/projects?sort=name")
	seen := 0
	page.Find(".facets li a").Each(func(_ int, a *goquery.Selection) {
		seen++
		want := amountIn(t, a.Find("small").Text())
		chosen := s.there(t, a.AttrOr("href", ""))
		if got := len(cards(chosen)); int64(got) != want {
			t.Errorf("%s: %d projects, want %d", a.AttrOr("href", ""), got, want)
		}
		if n := chosen.Find(".chips li").Length(); n != 1 {
			t.Errorf("%s: %d filters are shown as chosen", a.AttrOr("href", ""), n)
		}
		for _, selector := range []string{".chips li a", ".facets a[aria-current]"} {
			if back := chosen.Find(selector); back.Length() != 1 || back.AttrOr("href", "") != "/projects?sort=name" {
				t.Errorf("%s: %s leads to %q", a.AttrOr("href", ""), selector, back.AttrOr("href", ""))
			}
		}
		if got := chosen.Find(`input[type=hidden][name=sort]`).AttrOr("value", ""); got != "name" {
			t.Errorf("%s: a search would lose the order", a.AttrOr("href", ""))
		}
	})
	if seen < 20 {
		t.Errorf("only %d choices", seen)
	}
}

// TestProjectSorts: each order is the store's.
func TestProjectSorts(t *testing.T) {
	s := open()
	for _, sort := range view.Sorts() {
		list, _, err := s.store.Projects(ctx, view.ProjectFilter{Sort: sort, Today: account.Today(noon), Limit: 100})
		check(err)
		var want []string
		for _, p := range list {
			want = append(want, projectPath(p.Index))
		}
		page := s.there(t, "/projects?sort="+string(sort))
		if got := cards(page); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %v\nwant %v", sort, got, want)
		}
		if here := page.Find(".found nav [aria-current]"); here.Length() != 1 || !strings.Contains(here.AttrOr("href", ""), "sort="+string(sort)) {
			t.Errorf("%s is not shown as chosen", sort)
		}
	}
}

// TestProjectSearch: by a part of a name, by the organization, by a filing number, and
// together with a filter; what nothing fits says what to do.
func TestProjectSearch(t *testing.T) {
	s := open()
	first, err := s.store.Project(ctx, s.city.Showcase.Relief, account.Today(noon))
	check(err)
	name := []rune(first.Name)
	for _, c := range []struct {
		query string
		want  int
	}{
		{"q=" + url.QueryEscape(string(name[1:4])), 1},
		{"q=" + url.QueryEscape(first.Filing), 1},
		{"q=" + url.QueryEscape(first.Filing) + "&cause=" + first.Cause, 1},
		{"q=" + url.QueryEscape(first.Filing) + "&kind=fund", 0},
		{"frozen=true", 1},
		{"q=%25", 0},
	} {
		page := s.there(t, "/projects?"+c.query)
		if got := len(cards(page)); got != c.want {
			t.Errorf("%s: %d projects, want %d", c.query, got, c.want)
		}
		if c.want == 0 && (page.Find(".notice").Length() != 1 || page.Find(`.notice a[href="/projects"]`).Length() != 1) {
			t.Errorf("%s: nothing fits, and the page does not say what to do", c.query)
		}
	}
	page := s.there(t, "/projects?q="+url.QueryEscape(first.Filing)+"&cause="+first.Cause+"&lang=en")
	files := page.Find(".downloads a[download]")
	if want := "/v1/exports/projects.csv?cause=" + first.Cause + "&lang=en&q=" + first.Filing; files.Length() != 3 || files.First().AttrOr("href", "") != want {
		t.Errorf("the files are %q, want %q", files.First().AttrOr("href", ""), want)
	}
	s.alive(t, page)
}

// TestProjectPages: page after page has every project once, in each order.
func TestProjectPages(t *testing.T) {
	h := newHamlet(t)
	var want []string
	for i := range 60 {
		want = append(want, projectPath(h.record(t, book.RegisterProject{Organization: code("51440100MADE00092"), Name: fmt.Sprintf("项目 %02d", i/2), Kind: ledger.Fund, Cause: "other", Place: "440100"})))
	}
	want = append(want, projectPath(h.project))
	slices.Sort(want)
	for _, sort := range view.Sorts() {
		var got []string
		path := "/projects?sort=" + string(sort)
		for pages := 0; path != ""; pages++ {
			page := h.there(t, path)
			got = append(got, cards(page)...)
			if first := page.Find("nav.next a").First(); pages > 0 && first.AttrOr("href", "") != "/projects?sort="+string(sort) {
				t.Errorf("%s: no way back to the first page: %q", path, first.AttrOr("href", ""))
			}
			path = page.Find("nav.next a[rel=next]").AttrOr("href", "")
			if pages > 5 {
				t.Fatal("the pages do not end")
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d projects on all pages, want %d", sort, len(got), len(want))
		}
	}
}

// TestProjectsRefused: an address that means nothing is refused, naming the filter and
// repeating no value.
func TestProjectsRefused(t *testing.T) {
	s := open()
	for _, query := range []string{"sort=best", "status=open", "kind=x", "year=2k", "organization=x", "frozen=1", "after=%21", "after=MQ", "place=" + strings.Repeat("4", 7), "place=%E5%B9%BF", "q=a&q=b", "unknown=1", "q=%00", "q=%ff"} {
		name, value, _ := strings.Cut(query, "=")
		page := s.status(t, "/projects?"+query, 400)
		sentence := page.Find(".refusal p").First().Text()
		word := map[string]string{"sort": "排序", "status": "状态", "kind": "类型", "year": "募捐开始年份", "organization": "组织", "frozen": "冻结", "after": "翻页", "place": "地区",
			"q": "项目或组织名称、备案编号", "unknown": "unknown"}[name]
		if !strings.Contains(sentence, "“"+word+"”") || len(value) > 2 && strings.Contains(sentence, value) {
			t.Errorf("%s: %q", query, sentence)
		}
	}
	s.status(t, "/projects?q=%zz", 400)
	s.status(t, "/projects?q="+strings.Repeat("x", 601), 400)
	s.status(t, "/projects?q=&cause=&sort=", 200)
}

// TestProjectsEmpty: a book without projects says so.
func TestProjectsEmpty(t *testing.T) {
	s := fresh()
	for _, language := range languages {
		status, page := s.get(t, "/projects", language)
		if status != 200 || !strings.Contains(page.Find("main").Text(), say(t, language, "projects.none")) || page.Find(".downloads").Length() > 0 {
			t.Errorf("%s: %d %s", language, status, page.Find("main").Text())
		}
	}
}

// TestProjectsHostile: names and what was searched for are text.
func TestProjectsHostile(t *testing.T) {
	h := wickedBook(t)
	harmless(t, "/projects", h.there(t, "/projects"), "项目", "慈善会")
	path := "/projects?q=" + url.QueryEscape(wicked)
	page := h.there(t, path)
	harmless(t, path, page, "项目")
	if got := page.Find(`main input[name=q]`).AttrOr("value", ""); got != wicked {
		t.Errorf("the search shows %q", got)
	}
	harmless(t, "/projects?cause=", h.there(t, "/projects?cause="+url.QueryEscape(wicked)))
}
