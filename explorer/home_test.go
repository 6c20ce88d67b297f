package explorer_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// TestHome: the first page has what came in and went out of the whole book to the fen,
// the newest flows, what raises money now, and where it all is.
func TestHome(t *testing.T) {
	s := open()
	groups, err := s.store.Groups(ctx, view.ByAsset)
	check(err)
	var money view.Holding
	for _, h := range groups[0].Holdings {
		if h.Asset == "CNY" {
			money = h
		}
	}
	gifts, err := s.store.Flows(ctx, view.FlowFilter{Kinds: []ledger.FlowKind{ledger.Donation}, Limit: 8})
	check(err)
	for _, language := range languages {
		t.Run(language, func(t *testing.T) {
			status, page := s.get(t, "/", language)
			if status != 200 || page.Find("h1").Text() != say(t, language, "home.title") {
				t.Fatalf("%d %q", status, page.Find("h1").Text())
			}
			headings(t, "/", page)
			figures := keyFigures(t, page)
			for key, want := range map[string]int64{"money.income": money.Income.Units, "money.spent": money.Spent.Units, "money.transit": money.InTransit, "money.held": money.Held} {
				if got := figures[say(t, language, key)]; got != want {
					t.Errorf("%s: %d fen, want %d", key, got, want)
				}
			}
			var shown []string
			page.Find("table.brief").First().Find("tr td.n").Each(func(_ int, td *goquery.Selection) { shown = append(shown, td.Find("a").AttrOr("href", "")) })
			for i, row := range gifts.Rows {
				if want := "/flows/" + key(row.Record.Index); i >= len(shown) || shown[i] != want {
					t.Errorf("newest gifts: %v, want %s at %d", shown, want, i)
				}
			}
			page.Find("section .card").Each(func(_ int, card *goquery.Selection) {
				if card.Find(".badge.fundraising").Length() != 1 {
					t.Errorf("%q does not raise money", card.Find("h3").Text())
				}
			})
			if frozen := page.Find(".card .badge.wrong"); frozen.Length() != 1 || frozen.Text() != say(t, language, "project.frozen") {
				t.Errorf("frozen cards: %q", frozen.Text())
			}
			var in int64
			page.Find("table.months td.in").Each(func(_ int, td *goquery.Selection) { in += amountIn(t, td.Text()) })
			if in != money.Income.Units {
				t.Errorf("the months add up to %d, want %d", in, money.Income.Units)
			}
			s.alive(t, page)
		})
	}
}

// TestHomeEmpty: a book without records says so and has no figures to link.
func TestHomeEmpty(t *testing.T) {
	s := fresh()
	for _, language := range languages {
		status, page := s.get(t, "/", language)
		if status != 200 || !strings.Contains(page.Find("main").Text(), say(t, language, "home.empty")) {
			t.Errorf("%s: %d %q", language, status, page.Find("main").Text())
		}
		if n := page.Find("table.brief tr, .card, svg").Length(); n != 0 {
			t.Errorf("%s: %d rows of nothing", language, n)
		}
	}
}

// TestHomeHostile: names and notes are text.
func TestHomeHostile(t *testing.T) {
	h := wickedBook(t)
	harmless(t, "/", h.site.status(t, "/", 200), "项目", "李", "留言", "石料场", "用于")
}
