package explorer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// TestHoldings: the pools of a page add up to the balance that it shows, which is the one
// that leads to it, and each leads to the flows that fill and empty it.
func TestHoldings(t *testing.T) {
	t.Parallel()
	s := open()
	show := s.city.Showcase
	project, err := s.store.Project(ctx, show.Relief, account.Today(noon))
	check(err)
	for path, f := range map[string]view.PoolFilter{
		"/holdings": {}, fmt.Sprint("/holdings?project=", show.Relief): {Project: &show.Relief}, fmt.Sprint("/holdings?owner=", s.city.Charities[0]): {Owner: &s.city.Charities[0]},
		"/holdings?transit=true": {Transit: true}, "/holdings?cause=education": {Cause: "education"}, "/holdings?place=44&asset=USD": {Place: "44", Asset: "USD"},
		fmt.Sprint("/holdings?holder=", s.city.Partners[2]): {Holder: &s.city.Partners[2]},
	} {
		asset := f.Asset
		if asset == "" {
			asset = "CNY"
		}
		f.Asset = ""
		var want view.Holding
		others := 0
		all, err := s.store.Holdings(ctx, f)
		check(err)
		for _, h := range all {
			switch {
			case h.Asset == asset:
				want = h
			case h.Held+h.Agency != 0:
				others++
			}
		}
		page := s.there(t, path)
		headings(t, path, page)
		if got := amountIn(t, page.Find("dl.sums .figure").First().Text()); got != want.Held {
			t.Errorf("%s: %d is held, want %d", path, got, want.Held)
		}
		if got := page.Find("main section table tr").Length(); got != others {
			t.Errorf("%s: %d other assets, want %d", path, got, others)
		}
		if got := s.poolsOn(t, page); got != want.Held+want.Agency {
			t.Errorf("%s: the pools hold %d, want %d", path, got, want.Held+want.Agency)
		}
		var inFile int64
		for _, row := range s.below(t, page, "main", "pools") {
			if inFile += integer(row["held"]); row["asset"] != string(asset) {
				t.Errorf("%s: the file has a pool of %s", path, row["asset"])
			}
		}
		if inFile != want.Held+want.Agency {
			t.Errorf("%s: the pools of the file hold %d, want %d", path, inFile, want.Held+want.Agency)
		}
		s.alive(t, page)
	}
	page := s.there(t, projectPath(show.Relief))
	for _, of := range []string{"", "&transit=true"} {
		if page.Find(fmt.Sprintf(`dl.keys a[href="/holdings?project=%d%s"]`, show.Relief, of)).Length() != 1 && of == "" {
			t.Errorf("the balance of the project does not lead to its pools%s", of)
		}
	}
	if got := s.there(t, fmt.Sprint("/holdings?project=", show.Relief)).Find(".chips").Text(); !strings.Contains(got, project.Name) {
		t.Errorf("%q does not name the project", got)
	}
}

// poolsOn adds up the pools of a list, page by page, and holds each against what its own
// list says is left.
func (s *site) poolsOn(t *testing.T, page *goquery.Document) (sum int64) {
	t.Helper()
	for {
		page.Find("table.rows tbody tr").Each(func(_ int, row *goquery.Selection) {
			a := row.Find("td.n a")
			held := amountIn(t, a.Text())
			sum += held
			tops := sums(s.there(t, a.AttrOr("href", "")))
			if len(tops) == 0 || amountIn(t, tops[len(tops)-1]) != held {
				t.Errorf("%s: %d is held, its flows leave %v", a.AttrOr("href", ""), held, tops)
			}
		})
		next, more := page.Find(`a[rel=next]`).Attr("href")
		if !more {
			return sum
		}
		page = s.there(t, next)
	}
}

// TestHoldingsRefused: what no list has is refused, what is not there is not found, and
// where nothing is held the page says so.
func TestHoldingsRefused(t *testing.T) {
	t.Parallel()
	s, empty := open(), fresh()
	for _, query := range []string{"project=x", "owner=-1", "holder=x", "asset=yuan", "place=%25", "transit=yes", "after=x", "kind=donation", "owner=1&owner=2"} {
		s.status(t, "/holdings?"+query, 400)
	}
	for _, query := range []string{"project=999999", fmt.Sprint("owner=", s.city.Projects[0]), fmt.Sprint("holder=", s.city.Projects[0])} {
		s.status(t, "/holdings?"+query, 404)
	}
	for _, language := range languages {
		for path, of := range map[string]*site{"/holdings": empty, "/holdings?cause=nothing": s} {
			if _, page := of.get(t, path, language); !strings.Contains(page.Find(".notice").Text(), say(t, language, "holdings.none")) {
				t.Errorf("%s in %s: %s", path, language, page.Find("main").Text())
			}
		}
	}
	h := wickedBook(t)
	harmless(t, "/holdings", h.there(t, "/holdings"), "慈善会", "项目")
}

// TestBefore: the day before one is in the month, the year or the leap year before.
func TestBefore(t *testing.T) {
	for day, want := range map[ledger.Date]ledger.Date{"2026-11-20": "2026-11-19", "2026-11-01": "2026-10-31", "2026-01-01": "2025-12-31", "2024-03-01": "2024-02-29"} {
		if got := day.Before(); got != want {
			t.Errorf("before %s is %s, want %s", day, got, want)
		}
	}
}
