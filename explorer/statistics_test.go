package explorer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// column adds up a column of a table, without its sum.
func column(t testing.TB, table *goquery.Selection, selector string) (sum int64) {
	t.Helper()
	table.Find("tbody tr").Not(".sum").Find(selector).Each(func(_ int, td *goquery.Selection) { sum += amountIn(t, td.Text()) })
	return sum
}

// TestStatistics: every table adds up to the same whole, which is the book's.
func TestStatistics(t *testing.T) {
	t.Parallel()
	s := open()
	groups, err := s.store.Groups(ctx, view.ByAsset)
	check(err)
	var money view.Holding
	for _, h := range groups[0].Holdings {
		if h.Asset == "CNY" {
			money = h
		}
	}
	sizes, err := s.store.Sizes(ctx, nil, nil)
	check(err)
	var gifts int64
	for _, size := range sizes {
		if size.Asset == "CNY" {
			gifts += size.Flows
		}
	}
	for _, language := range languages {
		t.Run(language, func(t *testing.T) {
			status, page := s.get(t, "/statistics", language)
			if status != 200 {
				t.Fatal(status)
			}
			headings(t, "/statistics", page)
			if got := keyFigures(t, page)[say(t, language, "money.income")]; got != money.Income.Units {
				t.Errorf("income is %d, want %d", got, money.Income.Units)
			}
			months := page.Find("table.months")
			if in, out := column(t, months, "td.in"), column(t, months, "td.out"); in != money.Income.Units || out != money.Spent.Units {
				t.Errorf("the months add up to %d and %d, want %d and %d", in, out, money.Income.Units, money.Spent.Units)
			}
			tables := page.Find("section details table")
			if tables.Length() != 4 {
				t.Fatalf("%d tables behind pictures", tables.Length())
			}
			for i := range 3 { // cause, place, organization
				if in, projects := column(t, tables.Eq(i), "td.in"), column(t, tables.Eq(i), "td.n:nth-child(2)"); in != money.Income.Units || projects != int64(len(s.city.Projects)) {
					t.Errorf("%s: %d and %d projects, want %d", tables.Eq(i).Find("caption").Text(), in, projects, money.Income.Units)
				}
			}
			if n := column(t, tables.Eq(3), "td.n:nth-child(2)"); n != gifts {
				t.Errorf("the sizes have %d gifts, want %d", n, gifts)
			}
			if n := page.Find("#assets tbody tr").Length(); n != len(groups[0].Holdings) {
				t.Errorf("%d assets, want %d", n, len(groups[0].Holdings))
			}
			if n := page.Find("figure svg.chart.wide").Length(); n != 5 {
				t.Errorf("%d pictures", n)
			}
			s.alive(t, page)
		})
	}
}

// TestStatisticsRange: the months are those of the days that were asked for, and a month
// that is cut leads to its part.
func TestStatisticsRange(t *testing.T) {
	s := open()
	moments, err := s.store.Series(ctx, view.SeriesFilter{From: "2026-02-10", Upto: "2026-05-20", Every: view.Year})
	check(err)
	var want int64
	for _, m := range moments {
		if m.Asset == "CNY" && m.Line.Income() {
			want += m.Units
		}
	}
	page := s.there(t, "/statistics?from=2026-02-10&to=2026-05-20")
	months := page.Find("table.months")
	if got := column(t, months, "td.in"); got != want || months.Find("tbody tr").Length() != 4 {
		t.Errorf("%d in %d months, want %d", got, months.Find("tbody tr").Length(), want)
	}
	if first := months.Find("tbody tr").First().Find("td.in a").AttrOr("href", ""); !strings.Contains(first, "from=2026-02-10") || !strings.Contains(first, "to=2026-02-28") {
		t.Errorf("the first month leads to %s", first)
	}
	if last := months.Find("tbody tr").Last().Find("td.out a").AttrOr("href", ""); !strings.Contains(last, "to=2026-05-20") {
		t.Errorf("the last month leads to %s", last)
	}
	for _, query := range []string{"from=x", "to=2026-02-30", "from=2026-02-02&to=2026-02-01", "by=day"} {
		s.status(t, "/statistics?"+query, 400)
	}
	if page := s.there(t, "/statistics?from=1999-01-01&to=1999-12-31"); !strings.Contains(page.Find("#months").Text(), say(t, "zh-Hans", "statement.none")) {
		t.Error("days without flows are not said to be")
	}
}

// TestStatisticsSizes: each size leads to the gifts that it counts.
func TestStatisticsSizes(t *testing.T) {
	t.Parallel()
	s := open().netted()
	page := s.there(t, "/statistics")
	rows := page.Find("#sizes tbody tr").Not(".sum")
	rows.Each(func(_ int, row *goquery.Selection) {
		want := amountIn(t, row.Find("td").First().Text())
		if want > 2*mostPages {
			return // with the race detector
		}
		got := int64(0)
		for _, index := range s.listed(t, row.Find("th a").AttrOr("href", "")) {
			if f, ok := s.records[index].What.(*ledger.Flow); ok && !s.undone[index] && f.Kind == ledger.Donation {
				got++
			}
		}
		if got != want {
			t.Errorf("%s: %d gifts, the list has %d", row.Find("th").Text(), want, got)
		}
	})
	if rows.Length() < 4 {
		t.Errorf("only %d sizes", rows.Length())
	}
}

// TestStatisticsNothing: a book without records has a page without pictures.
func TestStatisticsNothing(t *testing.T) {
	s := fresh()
	for _, language := range languages {
		status, page := s.get(t, "/statistics", language)
		if status != 200 || page.Find("svg.chart").Length() > 0 || !strings.Contains(page.Find("main").Text(), say(t, language, "home.empty")) {
			t.Errorf("%s: %d %s", language, status, page.Find("main").Text())
		}
	}
}

// TestStatisticsLong: more than three years are listed by year, and nothing is left out.
func TestStatisticsLong(t *testing.T) {
	h := newHamlet(t)
	var gifts []any
	for i := range 40 {
		gift := h.give(100)
		gift.Occurred = fmt.Sprintf("%d-%02d-05", 2022+i/12, 1+i%12)
		gifts = append(gifts, gift)
	}
	h.records(t, gifts)
	for _, path := range []string{"/statistics", "/", projectPath(h.project), fmt.Sprint("/organizations/", h.charity)} {
		page := h.there(t, path)
		if n := page.Find("table.months tbody tr").Length(); n != 4 {
			t.Errorf("%s has %d years", path, n)
		}
		if got := page.Find("figure.series figcaption").Text(); got != "4 年共收入 ¥40.00，支出 ¥0.00；2022 年收入最多" {
			t.Errorf("%s says %q", path, got)
		}
		row := page.Find("table.months tbody tr").First()
		if got := fmt.Sprint(line(row)); got != "[2022 12.00 12 0.00 0]" {
			t.Errorf("%s: the first year is %s", path, got)
		}
		if link := row.Find("a").First().AttrOr("href", ""); !strings.Contains(link, "from=2022-01-01") || !strings.Contains(link, "to=2022-12-31") {
			t.Errorf("%s: the first year leads to %s", path, link)
		}
	}
	page := h.there(t, "/statistics")
	if !strings.Contains(page.Find("#months").Text(), say(t, "zh-Hans", "statistics.years")) {
		t.Error("the page does not say how to see months")
	}
	page = h.there(t, "/statistics?to=2022-12-31")
	if n := page.Find("table.months tbody tr").Length(); n != 12 || strings.Contains(page.Find("#months").Text(), say(t, "zh-Hans", "statistics.years")) {
		t.Errorf("%d months of the first year", n)
	}
}

// TestStatisticsHostile: names are text.
func TestStatisticsHostile(t *testing.T) {
	h := wickedBook(t)
	harmless(t, "/statistics", h.there(t, "/statistics"), "慈善会", "大米")
}
