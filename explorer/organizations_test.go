package explorer_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
	"mingzhang/ledger/view"
)

func organizationPath(index int64) string { return fmt.Sprint("/organizations/", index) }

// leads asks for an address and gives where it leads, "" for nowhere else.
func (s *site) leads(t testing.TB, path string) string {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(s.url + path)
	check(err)
	answer.Body.Close()
	if to := answer.Header.Get("Location"); answer.StatusCode == http.StatusSeeOther && to != "" {
		return to
	}
	return ""
}

// TestOrganizations: all organizations, with what their projects add up to; narrowed by
// kind, qualification and text.
func TestOrganizations(t *testing.T) {
	s := open()
	all := len(s.city.Charities) + len(s.city.Partners) + 3
	for _, language := range languages {
		status, page := s.get(t, "/organizations", language)
		if rows := page.Find("table.rows tbody tr"); status != 200 || rows.Length() != all {
			t.Fatalf("%s: %d, %d rows, want %d", language, status, rows.Length(), all)
		}
		headings(t, "/organizations", page)
		page.Find("table.rows tbody tr").Each(func(i int, row *goquery.Selection) {
			st, err := s.store.Statement(ctx, account.Scope{Organization: ptr(int64(i))}, "", "", 0)
			check(err)
			if income, spent, held, _ := sumsOf(st); len(st.Assets) > 0 {
				for selector, want := range map[string]int64{"td.in": income, "td.out": spent, "td:nth-child(6)": held} {
					if got := amountIn(t, row.Find(selector).Text()); got != want {
						t.Errorf("%s %s: %d, want %d", row.Find("th").Text(), selector, got, want)
					}
				}
			}
		})
		s.alive(t, page)
	}
	for query, want := range map[string]int{"kind=charity": len(s.city.Charities), "kind=partner": len(s.city.Partners), "kind=regulator": 1, "fundraising=true": len(s.city.Charities),
		"q=" + url.QueryEscape("南珠市慈善会"): 1, "q=51440100made000114": 1, "kind=partner&fundraising=true": 0} {
		page := s.there(t, "/organizations?"+query)
		if got := page.Find("table.rows tbody tr").Length(); got != want {
			t.Errorf("%s: %d organizations, want %d", query, got, want)
		}
		if want == 0 && page.Find(`.notice a[href="/organizations"]`).Length() != 1 {
			t.Errorf("%s: nothing fits, and the page does not say what to do", query)
		}
	}
	for _, query := range []string{"kind=bank", "fundraising=yes", "after=x", "code=123", "page=2"} {
		s.status(t, "/organizations?"+query, 400)
	}
}

func ptr[T any](v T) *T { return &v }

// TestOrganizationCode: a code leads to whose it is, or to the flows of who is not
// registered; the language goes with it.
func TestOrganizationCode(t *testing.T) {
	s := open()
	society, err := s.store.Organization(ctx, s.city.Charities[0])
	check(err)
	stranger := s.stranger(t)
	for path, want := range map[string]string{
		"/organizations?code=" + society.Code:                  organizationPath(society.Index),
		"/organizations?code=" + strings.ToLower(society.Code): organizationPath(society.Index),
		"/organizations?lang=en&code=" + society.Code:          organizationPath(society.Index) + "?lang=en",
		"/organizations?code=" + stranger.Key:                  "/flows?party=" + stranger.Key,
		"/organizations?lang=en&code=" + stranger.Key:          "/flows?lang=en&party=" + stranger.Key,
	} {
		if got := s.leads(t, path); got != want {
			t.Errorf("%s leads to %q, want %q", path, got, want)
		}
	}
	page := s.there(t, "/flows?party="+stranger.Key)
	if !strings.Contains(page.Find(".chips").Text(), stranger.Name) || page.Find("table.flows tbody tr").Length() == 0 {
		t.Errorf("the flows of %s: %q", stranger.Name, page.Find(".chips").Text())
	}
}

// stranger gives a party of flows that is not registered and has a code.
func (s *site) stranger(t testing.TB) view.Party {
	t.Helper()
	list, err := s.store.Parties(ctx, view.PartyFilter{Limit: 100})
	check(err)
	for _, p := range list {
		_, err := s.store.OrganizationByCode(ctx, "uscc", p.Key)
		if _, _, bad := ledger.ParseUSCC(p.Key); bad == nil && ledger.KindOf(err) == ledger.NotFound {
			return p
		}
	}
	t.Fatal("all parties are registered")
	return view.Party{}
}

// TestOrganization: every charity's page has the statement of all its projects, its
// projects, what they published, its partners, and who gave and got most.
func TestOrganization(t *testing.T) {
	t.Parallel()
	s := open()
	for _, index := range s.city.Charities {
		o, err := s.store.Organization(ctx, index)
		check(err)
		st, err := s.store.Statement(ctx, account.Scope{Organization: &index}, "", "", 0)
		check(err)
		for _, language := range languages {
			t.Run(fmt.Sprint(o.Name, " ", language), func(t *testing.T) {
				path := organizationPath(index)
				status, page := s.get(t, path, language)
				if status != 200 || page.Find("h1").Text() != o.Name || !strings.Contains(page.Find("header").Text(), o.Code) {
					t.Fatalf("%d %q", status, page.Find("h1").Text())
				}
				headings(t, path, page)
				sameFigures(t, page, language, st)
				sameStatement(t, page, st)
				if got := page.Find("#projects .card").Length(); int64(got) != o.Projects {
					t.Errorf("%d cards, want %d", got, o.Projects)
				}
				if got := page.Find("#published tbody tr").Length(); int64(got) != o.Projects {
					t.Errorf("%d projects with what they published, want %d", got, o.Projects)
				}
				s.sameLargest(t, page, index)
			})
		}
	}
	s.alive(t, s.there(t, organizationPath(s.city.Charities[0])+"?lang=en"))
}

// sameLargest holds the first table of givers and the first of payees against the sums of
// all parties.
func (s *site) sameLargest(t testing.TB, page *goquery.Document, index int64) {
	t.Helper()
	most := map[bool]int64{}
	sums := map[string]int64{}
	list, err := s.store.Parties(ctx, view.PartyFilter{Organization: &index, Limit: 5000})
	check(err)
	for _, p := range list {
		if p.Asset == "CNY" && (p.Line.Income() || p.Line.Spent()) {
			k := fmt.Sprint(p.Line.Income(), p.Key)
			sums[k] += p.Units
			most[p.Line.Income()] = max(most[p.Line.Income()], sums[k])
		}
	}
	for income, selector := range map[bool]string{true: ".columns td.in", false: ".columns td.out"} {
		if most[income] == 0 {
			continue
		}
		if got := amountIn(t, page.Find(selector).First().Text()); got != most[income] {
			t.Errorf("the first in %s has %d, the largest %d", selector, got, most[income])
		}
	}
}

// TestOrganizationOverdue: who has an overdue project is said to, and which it is.
func TestOrganizationOverdue(t *testing.T) {
	s := open()
	p, err := s.store.Project(ctx, s.city.Showcase.Overdue, account.Today(noon))
	check(err)
	for _, language := range languages {
		_, page := s.get(t, organizationPath(p.Organization), language)
		late := page.Find("#published .badge.wrong").Closest("tr")
		if late.Length() == 0 || !strings.Contains(late.Text(), p.Name) || page.Find("header .badge.wrong").Length() != 1 {
			t.Errorf("%s: overdue is %q", language, late.Text())
		}
		if first := page.Find("#published tbody tr").First(); first.Find(".badge.wrong").Length() != 1 {
			t.Errorf("%s: what is overdue does not come first: %q", language, first.Text())
		}
	}
}

// TestOrganizationRange: the statement is of the days that the address says, and the key
// figures stay those of all time.
func TestOrganizationRange(t *testing.T) {
	s := open()
	index := s.city.Charities[0]
	scope := account.Scope{Organization: &index}
	all, err := s.store.Statement(ctx, scope, "", "", 0)
	check(err)
	some, err := s.store.Statement(ctx, scope, "2026-03-01", "2026-05-31", 0)
	check(err)
	page := s.there(t, organizationPath(index)+"?from=2026-03-01&to=2026-05-31")
	sameStatement(t, page, some)
	sameFigures(t, page, "zh-Hans", all)
	if got := page.Find(`.downloads a[href*="statement.csv"]`).AttrOr("href", ""); got != fmt.Sprintf("/v1/exports/statement.csv?from=2026-03-01&organization=%d&to=2026-05-31", index) {
		t.Errorf("the statement's file is %q", got)
	}
	for _, query := range []string{"from=x", "to=2026-02-30", "at=-1", "from=2026-05-01&to=2026-04-01", "x=1"} {
		s.status(t, organizationPath(index)+"?"+query, 400)
	}
	for _, path := range []string{"/organizations/999999", "/organizations/x", organizationPath(s.city.Projects[0])} {
		s.status(t, path, 404)
	}
}

// TestOrganizationShares: management and fundraising stand beside the limits that the
// record tells, and add up to the statement of the year.
func TestOrganizationShares(t *testing.T) {
	t.Parallel()
	s := open()
	for i, index := range s.city.Charities {
		o, err := s.store.Organization(ctx, index)
		check(err)
		limits, known := ledger.YearlyLimits(o.Organization)
		if !known {
			t.Fatalf("the limits of %s are not known", o.Name)
		}
		page := s.there(t, organizationPath(index))
		if text := page.Find("#shares p").First().Text(); !strings.Contains(text, fmt.Sprintf("%d%%", limits.Management)) || !strings.Contains(text, fmt.Sprintf("%d%%", limits.Spending)) {
			t.Errorf("%s: %q, want %+v", o.Name, text, limits)
		}
		st, err := s.store.Statement(ctx, account.Scope{Organization: &index}, "2026-01-01", "2026-12-31", 0)
		check(err)
		var management int64
		for _, c := range st.Assets[0].Expenditure {
			if c.Category.Account() == "5301" {
				management += c.Amount
			}
		}
		_, spent, _, _ := sumsOf(st)
		row := page.Find("#shares tbody tr").First()
		if st.Assets[0].Asset != "CNY" || amountIn(t, row.Find("td").First().Text()) != spent || amountIn(t, row.Find("td").Eq(1).Find("a").Text()) != management {
			t.Errorf("%s (%d): %q, want %d and %d", o.Name, i, strings.Join(strings.Fields(row.Text()), " "), spent, management)
		}
	}
	h := newHamlet(t)
	other := code("53440100MADE00095")
	foundation := h.record(t, book.RegisterOrganization{USCC: other, Name: "未获资格基金会", Kind: ledger.Charity})
	project := h.record(t, book.RegisterProject{Organization: other, Name: "小项目", Kind: ledger.Fund, Cause: "other", Place: "440100"})
	gift := h.give(1000_00)
	gift.PoolRef = book.PoolRef{Project: project}
	h.author.Org = foundation
	h.record(t, gift)
	pay := h.pay(100_00)
	pay.PoolRef, pay.Category = book.PoolRef{Project: project}, "5301"
	h.record(t, pay)
	for _, language := range languages {
		_, page := h.get(t, organizationPath(foundation), language)
		if text := page.Find("#shares p").First().Text(); !strings.Contains(text, say(t, language, "shares.unknown")) || page.Find("#shares .badge.wrong").Length() > 0 {
			t.Errorf("%s: without the qualification the page says %q", language, text)
		}
	}
}

// TestOrganizationYears: a year that is over is judged, one that runs is not, and what
// needs years before it waits for them.
func TestOrganizationYears(t *testing.T) {
	h := newHamlet(t)
	for i, year := range []string{"2022", "2023", "2024"} {
		gift, pay, management, raising := h.give(1_000_000_00), h.pay(500_000_00), h.pay(250_000_00+int64(i)), h.pay(40_000_00)
		for _, day := range []*string{&gift.Occurred, &pay.Occurred, &management.Occurred, &raising.Occurred} {
			*day = year + "-01-15"
		}
		management.Category, raising.Category = "5301", "5401"
		h.records(t, []any{gift, pay, management, raising})
	}
	page := h.there(t, organizationPath(h.charity))
	rows := page.Find("#shares tbody tr")
	if rows.Length() != 3 {
		t.Fatalf("%d years", rows.Length())
	}
	text := func(row, column int) string {
		return strings.Join(strings.Fields(rows.Eq(row).Find("td").Eq(column).Text()), " ")
	}
	over, short := say(t, "zh-Hans", "shares.over"), say(t, "zh-Hans", "shares.short")
	for _, c := range []struct {
		name        string
		row, column int
		want        []string
	}{
		{"2024 is over: management", 0, 1, []string{"31.6%", over}},
		{"2024: fundraising against three years' donations", 0, 2, []string{"4.0%", say(t, "zh-Hans", "shares.average"), over}},
		{"2024: charitable spending against the year before", 0, 3, []string{"50.0%", say(t, "zh-Hans", "shares.before"), short}},
		{"2023: two years are no average", 1, 2, []string{"4.0%", say(t, "zh-Hans", "shares.donations")}},
		{"2022: nothing before it", 2, 3, []string{say(t, "zh-Hans", "shares.spent")}},
	} {
		for _, want := range c.want {
			if !strings.Contains(text(c.row, c.column), want) {
				t.Errorf("%s: %q lacks %q", c.name, text(c.row, c.column), want)
			}
		}
	}
	if got := text(1, 2); strings.Contains(got, over) {
		t.Errorf("fundraising is judged without three years: %q", got)
	}
}

// TestOrganizationRoles: partners, the regulator, the auditor and the platform have pages
// of what there is for them.
func TestOrganizationRoles(t *testing.T) {
	s := open()
	for _, language := range languages {
		for _, index := range s.city.Partners {
			_, page := s.get(t, organizationPath(index), language)
			pools, err := s.store.Pools(ctx, nil, &index)
			check(err)
			var want, got int64
			for _, p := range pools {
				want += p.Balance()
			}
			page.Find("#held td.transit").Each(func(_ int, td *goquery.Selection) { got += amountIn(t, td.Text()) })
			if got != want || page.Find("#held tbody tr").Length() == 0 || page.Find("dl.keys, #statement").Length() > 0 {
				t.Errorf("%s: partner %d holds %d, want %d", language, index, got, want)
			}
		}
		_, page := s.get(t, organizationPath(s.city.Regulator), language)
		if got := cards(page); len(got) != 1 || got[0] != projectPath(s.city.Showcase.Frozen) {
			t.Errorf("%s: the regulator's page has %v", language, got)
		}
		for _, index := range []int64{s.city.Auditor, s.city.Platform} {
			status, page := s.get(t, organizationPath(index), language)
			if status != 200 || page.Find("article header p.muted").Text() == "" {
				t.Errorf("%s: organization %d: %d", language, index, status)
			}
			headings(t, organizationPath(index), page)
		}
	}
}

// TestOrganizationsEmpty: a book of nothing has an empty list.
func TestOrganizationsEmpty(t *testing.T) {
	s := fresh()
	for _, language := range languages {
		status, page := s.get(t, "/organizations", language)
		if status != 200 || !strings.Contains(page.Find("main").Text(), say(t, language, "organizations.none")) {
			t.Errorf("%s: %d %s", language, status, page.Find("main").Text())
		}
	}
}

// TestOrganizationsHostile: names are text.
func TestOrganizationsHostile(t *testing.T) {
	h := wickedBook(t)
	harmless(t, "/organizations", h.there(t, "/organizations"), "慈善会", "服务社", "平台")
	harmless(t, "the charity", h.there(t, organizationPath(h.charity)), "慈善会", "项目", "服务社", "石料场", "大米", "进展")
	harmless(t, "the partner", h.there(t, organizationPath(h.partner)), "服务社", "项目")
	harmless(t, "a search", h.there(t, "/organizations?q="+url.QueryEscape(wicked)), "慈善会")
}
