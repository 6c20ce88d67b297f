package explorer_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"mingzhang/api"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
)

// TestProject: every project's page has its statement to the fen, in each language.
func TestProject(t *testing.T) {
	t.Parallel()
	s := open()
	for _, index := range s.city.Projects {
		p, err := s.store.Project(ctx, index, account.Today(noon))
		check(err)
		st, err := s.store.Statement(ctx, account.Scope{Project: index}, "", "", 0)
		check(err)
		for _, language := range languages {
			t.Run(fmt.Sprint(p.Name, " ", language), func(t *testing.T) {
				path := projectPath(index)
				status, page := s.get(t, path, language)
				if status != 200 || page.Find("h1").Text() != p.Name {
					t.Fatalf("%d %q", status, page.Find("h1").Text())
				}
				headings(t, path, page)
				sameFigures(t, page, language, st)
				sameStatement(t, page, st)
				if got := page.Find("header .badge.wrong").Text(); strings.Contains(got, say(t, language, "project.frozen")) != p.Frozen {
					t.Errorf("frozen is %v, and the page says %q", p.Frozen, got)
				}
				if !strings.Contains(page.Find("header").Text(), say(t, language, "status."+string(p.Status))) {
					t.Errorf("the page does not say that the project is %s", p.Status)
				}
			})
		}
	}
}

// sameStatement holds the tables of a page against a statement: of each asset the lines
// and their double-ruled sum.
func sameStatement(t testing.TB, page *goquery.Document, st *account.Statement) {
	t.Helper()
	tables := page.Find("table.statement")
	if tables.Length() != len(st.Assets) {
		t.Fatalf("%d tables for %d assets", tables.Length(), len(st.Assets))
	}
	for i, a := range st.Assets {
		table := tables.Eq(i)
		if got := amountIn(t, table.Find("tr.sum td.n").Text()); got != max(a.Closing, -a.Closing) {
			t.Errorf("%s closes at %d, want %d", a.Asset, got, a.Closing)
		}
		income, spent := table.Find("tr.in td.n"), table.Find("tr.out td.n")
		if income.Length() != len(a.Income) || spent.Length() != len(a.Expenditure) {
			t.Fatalf("%s: %d incomes and %d categories, want %d and %d", a.Asset, income.Length(), spent.Length(), len(a.Income), len(a.Expenditure))
		}
		for j, k := range a.Income {
			if got := amountIn(t, income.Eq(j).Text()); got != k.Amount {
				t.Errorf("%s %s: %d, want %d", a.Asset, k.Kind, got, k.Amount)
			}
		}
		for j, c := range a.Expenditure {
			if got := amountIn(t, spent.Eq(j).Text()); got != c.Amount {
				t.Errorf("%s %s: %d, want %d", a.Asset, c.Category, got, c.Amount)
			}
		}
	}
}

// TestProjectRange: the statement is of the days and of the record that the address says.
func TestProjectRange(t *testing.T) {
	s := open()
	index := s.city.Showcase.Running
	head, err := s.store.Head(ctx)
	check(err)
	for _, c := range []struct {
		query      string
		from, upto ledger.Date
		at         int64
	}{
		{"from=2026-06-01&to=2026-09-30", "2026-06-01", "2026-09-30", 0},
		{"from=2026-10-01", "2026-10-01", "", 0},
		{fmt.Sprint("at=", head.Size/2), "", "", head.Size / 2},
	} {
		st, err := s.store.Statement(ctx, account.Scope{Project: index}, c.from, c.upto, c.at)
		check(err)
		sameStatement(t, s.there(t, projectPath(index)+"?"+c.query), st)
	}
}

// there asks for a page that must be there.
func (s *site) there(t testing.TB, path string) *goquery.Document {
	t.Helper()
	return s.status(t, path, 200)
}

// TestProjectLinks: every link of a running project, of a joint campaign and of the frozen
// one leads somewhere.
func TestProjectLinks(t *testing.T) {
	t.Parallel()
	s := open()
	for _, index := range []int64{s.city.Showcase.Running, s.city.Showcase.Joint, s.city.Showcase.Frozen} {
		s.alive(t, s.there(t, projectPath(index)+"?lang=en"))
	}
}

// TestProjectStates: what is frozen, overdue, not begun, or empty is said in words.
func TestProjectStates(t *testing.T) {
	s := open()
	show := s.city.Showcase
	for _, language := range languages {
		page := func(index int64) string {
			_, page := s.get(t, projectPath(index), language)
			return page.Find("main").Text()
		}
		if got := page(show.Frozen); !strings.Contains(got, say(t, language, "project.frozen.note")) || !strings.Contains(got, say(t, language, "freeze.title")) {
			t.Error("the frozen project does not say so")
		}
		if got := page(show.Overdue); !strings.Contains(got, say(t, language, "project.overdue")) {
			t.Error("the overdue project does not say so")
		}
		for _, index := range []int64{show.Running, show.Completed, show.NotStarted} {
			if got := page(index); strings.Contains(got, say(t, language, "project.overdue")) || strings.Contains(got, say(t, language, "project.frozen.note")) {
				t.Errorf("project %d is said to be overdue or frozen", index)
			}
		}
		if got := page(show.NotStarted); !strings.Contains(got, say(t, language, "project.gifts.none")) || !strings.Contains(got, say(t, language, "project.payments.none")) {
			t.Error("a project that has not begun does not say that there is nothing yet")
		}
	}
}

// TestProjectMissing: what is no project has no page, and a query that means nothing is
// refused by its name.
func TestProjectMissing(t *testing.T) {
	s := open()
	for _, path := range []string{"/projects/0", "/projects/999999", "/projects/x", "/projects/-1", "/projects/007", fmt.Sprint("/projects/", s.city.Showcase.Gift)} {
		s.status(t, path, 404)
	}
	for _, query := range []string{"from=yesterday", "to=2026-13-01", "at=-1", "at=x"} {
		name, _, _ := strings.Cut(query, "=")
		word := map[string]string{"from": "起", "to": "止", "at": "截至第几条记录"}[name]
		if page := s.status(t, projectPath(s.city.Showcase.Running)+"?"+query, 400); !strings.Contains(page.Find(".refusal").Text(), "“"+word+"”") {
			t.Errorf("%s: the refusal does not name the field: %q", query, page.Find(".refusal").Text())
		}
	}
}

// TestProjectHostile: everything that anybody can write about a project is text.
func TestProjectHostile(t *testing.T) {
	h := wickedBook(t)
	path := projectPath(h.project)
	harmless(t, path, h.site.status(t, path, 200), "项目", "慈善会", "目的", "联系", "用途", "李", "留言", "石料场", "用于", "服务社", "大米", "进展", "正文", "文号", "原因")
}

// TestProjectNew: a project without plan, money or anything else has a page.
func TestProjectNew(t *testing.T) {
	h := newHamlet(t)
	index := h.record(t, book.RegisterProject{Organization: code("51440100MADE00092"), Name: "统筹", Kind: ledger.GeneralFund, Cause: "other", Place: "440100"})
	for _, language := range languages {
		status, page := h.get(t, projectPath(index), language)
		if status != 200 || page.Find("figure.flowpicture, figure.series").Length() != 0 || !strings.Contains(page.Find("main").Text(), say(t, language, "statement.none")) {
			t.Errorf("%s: %d %s", language, status, page.Find("main").Text())
		}
	}
}

// TestBudgetOfRange: a budget is for all of a project, so what was spent before the first
// day of a range counts, too, as the interface has it; the links lead to the same.
func TestBudgetOfRange(t *testing.T) {
	t.Parallel()
	s := open()
	found := 0
	for _, project := range s.city.Projects {
		path := fmt.Sprintf("?from=%s&to=%s", "2026-03-01", "2026-06-30")
		var st struct{ Budget *api.Budget }
		s.json(t, fmt.Sprintf("/v1/projects/%d/statement%s", project, path), &st)
		_, page := s.get(t, projectPath(project)+path, "en")
		cells := page.Find(`td[data-label="Spent"]`).Not("#goods td")
		if st.Budget == nil {
			if cells.Length() > 0 {
				t.Errorf("%d has no budget, and the page shows one", project)
			}
			continue
		}
		var sum int64
		cells.Each(func(_ int, c *goquery.Selection) {
			sum += amountIn(t, c.Text())
			if href := c.Find("a").AttrOr("href", ""); strings.Contains(href, "from=") {
				t.Errorf("%d: the spending leads to %s", project, href)
			}
		})
		if found++; sum != st.Budget.Actual || cells.Length() != len(st.Budget.Lines) {
			t.Errorf("%d: the page says that %d was spent in %d lines, the interface %d in %d", project, sum, cells.Length(), st.Budget.Actual, len(st.Budget.Lines))
		}
	}
	if found == 0 {
		t.Error("no project has a budget")
	}
}

// TestPictureAgency: what was given for named beneficiaries is in the picture and not in the
// first figures; the page says how much that is, so that both can be held against each other.
func TestPictureAgency(t *testing.T) {
	t.Parallel()
	s := open()
	page := s.there(t, projectPath(s.city.Showcase.Fund))
	said := regexp.MustCompile(`¥([0-9,.]+)，已支出 ¥([0-9,.]+)。`).FindStringSubmatch(page.Find(".flowpicture .note.agency").Text())
	if said == nil {
		t.Fatalf("the picture says %q", page.Find(".flowpicture .note.agency").Text())
	}
	var spent int64
	page.Find(".flowpicture tbody tr").Each(func(_ int, row *goquery.Selection) {
		if link := row.Find("a").AttrOr("href", ""); strings.Contains(link, "category=") && !strings.Contains(link, "party=") && row.Find("th").Text() == page.Find("h1").Text() {
			spent += amountIn(t, row.Find("td.n").Text())
		}
	})
	if figure := keyFigures(t, page)["支出"]; figure+amountIn(t, said[2]) != spent {
		t.Errorf("%d at the top and %s for named beneficiaries are not the %d of the picture", figure, said[2], spent)
	}
	if note := s.there(t, projectPath(s.city.Showcase.Running)).Find(".flowpicture .note.agency"); note.Length() != 0 {
		t.Errorf("a project without any says %q", note.Text())
	}
}

// TestPlanInOrder: the record of a plan has its texts in the order of the project's page.
func TestPlanInOrder(t *testing.T) {
	t.Parallel()
	s := open()
	names := func(path, selector string) (list []string) {
		s.there(t, path).Find(selector).Each(func(_ int, name *goquery.Selection) { list = append(list, name.Text()) })
		return list
	}
	got := names(fmt.Sprint("/records/", s.city.Showcase.PlanChange), "article.record > dl.facts dt")
	all := names(projectPath(s.city.Showcase.Running), "dl.facts dt")
	want := slices.DeleteFunc(all, func(name string) bool { return !slices.Contains(got, name) })
	if len(got) < 5 || !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
