package explorer_test

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// listed gives the flows that a list has on all its pages, by their indices, in order.
func (s *site) listed(t testing.TB, path string) []int64 { return s.firstListed(t, path, 1000) }

// firstListed gives those of so many pages.
func (s *site) firstListed(t testing.TB, path string, most int) (indices []int64) {
	t.Helper()
	for pages := 0; path != "" && pages < most; pages++ {
		page := s.there(t, path)
		page.Find("table.flows tbody td:nth-child(2) a").Each(func(_ int, a *goquery.Selection) {
			at, _, _ := strings.Cut(strings.TrimPrefix(a.AttrOr("href", ""), "/flows/"), "?")
			indices = append(indices, amountIn(t, at))
		})
		path = page.Find("nav.next a[rel=next]").AttrOr("href", "")
	}
	return indices
}

// sums gives the sums at the top of a list, as they are shown: of its headings, of their
// parts, and of other assets.
func sums(page *goquery.Document) (shown []string) {
	page.Find("dl.sums > .key > dd > .figure, dl.sums + details td.n").Each(func(_ int, s *goquery.Selection) { shown = append(shown, strings.TrimSpace(s.Text())) })
	return shown
}

// counts are how many flows stand beside the sums at the top of a list.
func counts(page *goquery.Document) (shown []string) {
	page.Find("dl.sums > .key > dd.note").Each(func(_ int, s *goquery.Selection) { shown = append(shown, strings.TrimSpace(s.Text())) })
	return shown
}

// TestFlows: lists have the flows of the store, whatever filter is in the address, and
// say in words what they are of.
func TestFlows(t *testing.T) {
	t.Parallel()
	s := open()
	show := s.city.Showcase
	first, err := s.store.Project(ctx, show.Relief, account.Today(noon))
	check(err)
	stranger := s.stranger(t)
	pool := ledger.Pool{Project: show.Relief, Holder: s.city.Partners[2], Designation: ledger.General, Asset: "CNY"}
	for _, c := range []struct {
		query string
		f     view.FlowFilter
		chips []string // what the chosen filters say
	}{
		{"", view.FlowFilter{}, nil},
		{"order=oldest", view.FlowFilter{Oldest: true}, nil},
		{fmt.Sprint("project=", show.Relief), view.FlowFilter{Project: &show.Relief}, []string{first.Name}},
		{fmt.Sprint("organization=", s.city.Partners[0]), view.FlowFilter{Organization: &s.city.Partners[0]}, nil},
		{"kind=transfer,refund", view.FlowFilter{Kinds: []ledger.FlowKind{ledger.Transfer, ledger.Refund}}, []string{"划转、退还捐赠"}},
		{"kind=reversal", view.FlowFilter{Kinds: []ledger.FlowKind{ledger.Reversal}}, []string{"冲销"}},
		{"cause=education&kind=expenditure", view.FlowFilter{Cause: "education", Kinds: []ledger.FlowKind{ledger.Expenditure}}, []string{"教育", "支出"}},
		{"place=44&asset=USD", view.FlowFilter{Place: "44", Asset: "USD"}, []string{"广东", "美元"}},
		{"pool=" + pool.String(), view.FlowFilter{Pool: &pool}, []string{first.Name}},
		{fmt.Sprintf("project=%d&transit=true", show.Relief), view.FlowFilter{Project: &show.Relief, Transit: true}, []string{"只看执行机构"}},
		{"category=5301,5401", view.FlowFilter{Categories: []ledger.Category{"5301", "5401"}}, []string{"管理费用、筹资费用"}},
		{"asset=USD", view.FlowFilter{Asset: "USD"}, []string{"美元"}},
		{"from=2026-06-01&to=2026-06-30", view.FlowFilter{From: "2026-06-01", Upto: "2026-06-30"}, []string{"2026-06-01 至 2026-06-30"}},
		{"from=2026-06-01", view.FlowFilter{From: "2026-06-01"}, []string{"2026-06-01 起"}},
		{"min=1,000.50&max=2000", view.FlowFilter{Asset: "CNY", Least: 100050, Most: 200000}, []string{"¥1,000.50", "¥2,000.00"}},
		{"asset=goods/quilt&min=100", view.FlowFilter{Asset: "goods/quilt", Least: 100}, []string{"应急棉被", "100 床"}},
		{"party=" + stranger.Key, view.FlowFilter{Party: stranger.Key}, []string{stranger.Name}},
		{fmt.Sprintf("project=%d&organization=%d&kind=expenditure", show.Relief, s.city.Partners[2]), view.FlowFilter{Project: &show.Relief, Organization: &s.city.Partners[2], Kinds: []ledger.FlowKind{ledger.Expenditure}}, []string{first.Name, "支出"}},
	} {
		t.Run(c.query, func(t *testing.T) {
			var want []int64
			for c.f.Limit = 500; ; {
				list, err := s.store.Flows(ctx, c.f)
				check(err)
				for _, row := range list.Rows {
					want = append(want, row.Record.Index)
				}
				if c.f.After = list.Next; list.Next == nil {
					break
				}
			}
			const pages = 6
			got := s.firstListed(t, "/flows?"+c.query, pages)
			if len(want) > len(got) && len(got) >= pages*20 {
				want = want[:len(got)] // the rest is on further pages
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d flows, want %d", len(got), len(want))
			}
			page := s.there(t, "/flows?"+c.query)
			headings(t, c.query, page)
			for _, words := range c.chips {
				if !strings.Contains(page.Find(".chips").Text(), words) {
					t.Errorf("%q is not said of the list: %q", words, page.Find(".chips").Text())
				}
			}
			page.Find(".chips a").Each(func(_ int, a *goquery.Selection) { s.there(t, a.AttrOr("href", "")) })
		})
	}
}

// netted is a book as its records alone tell it.
type netted struct {
	*site
	records []*record.Record
	undone  map[int64]bool // by a reversal
	agency  map[string]bool
}

func (s *site) netted() *netted {
	n := &netted{site: s, records: s.records(), undone: map[int64]bool{}, agency: map[string]bool{}}
	for _, r := range n.records {
		switch w := r.What.(type) {
		case *ledger.Flow:
			if w.Kind == ledger.Reversal {
				n.undone[w.Of] = true
			}
		case *ledger.Designation:
			n.agency[fmt.Sprint(w.Project, w.ID)] = w.Class == ledger.Agency
		}
	}
	return n
}

// sum adds flows up as a statement does: those that a reversal undid count for nothing,
// and what is held for named beneficiaries is left out.
func (n *netted) sum(indices []int64, asset ledger.AssetID) (sum int64) {
	for _, index := range indices {
		f := n.records[index].What.(*ledger.Flow)
		pool := f.Entered()
		if f.Out != nil {
			pool = f.Out.Pool
		}
		if !n.undone[index] && pool.Asset == asset && !n.agency[fmt.Sprint(pool.Project, pool.Designation)] {
			sum += f.Amount
		}
	}
	return sum
}

// TestFlowSums: what stands at the top of a list is what its rows add up to, and what the
// statement has.
func TestFlowSums(t *testing.T) {
	t.Parallel()
	s := open().netted()
	seen := 0
	for _, project := range some(s.city.Projects) {
		st, err := s.store.Statement(ctx, account.Scope{Project: project}, "2026-02-01", "2026-09-30", 0)
		check(err)
		for _, a := range st.Assets {
			of := fmt.Sprintf("/flows?project=%d&asset=%s&from=2026-02-01&to=2026-09-30", project, a.Asset)
			for _, k := range a.Income {
				seen++
				s.sameSum(t, of+"&kind="+string(k.Kind), a.Asset, k.Amount)
			}
			for _, c := range a.Expenditure {
				seen++
				s.sameSum(t, of+"&kind=expenditure&category="+string(c.Category), a.Asset, c.Amount)
			}
		}
	}
	if seen < len(some(make([]int, 60))) {
		t.Errorf("only %d lists", seen)
	}
}

func (s *netted) sameSum(t testing.TB, path string, asset ledger.AssetID, want int64) {
	t.Helper()
	shown := sums(s.there(t, path))
	if len(shown) == 0 || amountIn(t, shown[0]) != want {
		t.Errorf("%s: %v stands at the top, the statement has %d", path, shown, want)
	}
	if got := s.sum(s.listed(t, path), asset); got != want {
		t.Errorf("%s: the rows add up to %d, the statement has %d", path, got, want)
	}
}

// TestFiguresLead: every figure of the other pages that leads to a list of flows stands
// at the top of that list, the same to the fen.
func TestFiguresLead(t *testing.T) {
	t.Parallel()
	s := open()
	paths := []string{"/", "/statistics", "/statistics?from=2026-03-10&to=2026-08-20", "/organizations"}
	for _, p := range s.city.Projects {
		paths = append(paths, projectPath(p), projectPath(p)+"?from=2026-01-01&to=2026-08-31", projectPath(p)+"?at=2500")
	}
	for _, o := range append(slices.Clone(s.city.Charities), s.city.Partners...) {
		paths = append(paths, organizationPath(o), organizationPath(o)+"?from=2026-01-01&to=2026-08-31&at=3000")
	}
	tops, led := map[string][]string{}, 0
	for _, path := range some(paths) {
		page := s.there(t, path)
		page.Find(`a[href^="/flows?"], a[href^="/holdings"]`).Each(func(_ int, a *goquery.Selection) {
			to := a.AttrOr("href", "")
			figure := a.Find(".exact")
			if figure.Length() == 0 {
				figure = a
			}
			text := strings.TrimSpace(figure.First().Text())
			cell := a.Closest("td.n, dd, .card p")
			if cell.Length() == 0 || strings.Contains(to, "kind=opening") || !strings.ContainsAny(text, "0123456789") || a.Closest("svg, .flowpicture, table.brief").Length() > 0 {
				return // a word, or the picture's bands, which tables of their own test
			}
			if tops[to] == nil {
				list := s.there(t, to)
				tops[to] = append(append(sums(list), counts(list)...), "")
			}
			led++
			want := amountIn(t, text)
			if want != 0 && !slices.ContainsFunc(tops[to], func(top string) bool { return top != "" && amountIn(t, top) == want }) {
				t.Errorf("%s: %q leads to %s, which says %q", path, text, to, tops[to])
			}
		})
	}
	if led < len(some(make([]int, 600))) {
		t.Errorf("only %d figures lead to lists", led)
	}
}

// TestFlowParts: the parts of a heading add up to it and lead to lists of their own.
func TestFlowParts(t *testing.T) {
	s := open()
	page := s.there(t, fmt.Sprintf("/flows?organization=%d&kind=expenditure&asset=CNY", s.city.Charities[0]))
	var sum int64
	parts := page.Find("dl.sums details tr")
	parts.Each(func(_ int, row *goquery.Selection) {
		n := amountIn(t, row.Find("td.n").Text())
		sum += n
		top := sums(s.there(t, row.Find("a").AttrOr("href", "")))
		if len(top) != 1 || amountIn(t, top[0]) != n {
			t.Errorf("%s has %d, its own list %v", row.Find("th").Text(), n, top)
		}
	})
	if parts.Length() < 5 || amountIn(t, sums(page)[0]) != sum {
		t.Errorf("%d parts add up to %d, the heading has %v", parts.Length(), sum, sums(page))
	}
}

// TestFlowAt: the list as the log stood at a record has the records before it, in either
// order.
func TestFlowAt(t *testing.T) {
	t.Parallel()
	s := open()
	at := int64(1800)
	project := s.city.Showcase.Relief
	now := s.listed(t, fmt.Sprint("/flows?project=", project))
	var want []int64
	for _, index := range now {
		if index < at {
			want = append(want, index)
		}
	}
	if len(want) == 0 || len(want) == len(now) {
		t.Fatalf("%d of %d flows are before record %d: the test tells nothing", len(want), len(now), at)
	}
	if got := s.listed(t, fmt.Sprintf("/flows?project=%d&at=%d", project, at)); !slices.Equal(got, want) {
		t.Errorf("%d flows, want %d", len(got), len(want))
	}
	slices.Reverse(want)
	if got := s.listed(t, fmt.Sprintf("/flows?project=%d&at=%d&order=oldest", project, at)); !slices.Equal(got, want) {
		t.Errorf("the oldest first: %d flows, want %d", len(got), len(want))
	}
}

// TestFlowFiles: the files have the same filters, with amounts in smallest units as the
// interface reads them.
func TestFlowFiles(t *testing.T) {
	s := open()
	query := "kind=donation&min=100.50&max=200&from=2026-01-01&order=oldest&lang=en"
	page := s.there(t, "/flows?"+query)
	files := page.Find(".downloads a[download]")
	u, err := url.Parse(files.First().AttrOr("href", ""))
	check(err)
	want := url.Values{"kind": {"donation"}, "min": {"10050"}, "max": {"20000"}, "from": {"2026-01-01"}, "asset": {"CNY"}, "lang": {"en"}}
	if got := u.Query(); files.Length() != 3 || !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("the file has %v, want %v", got, want)
	}
	for field, value := range map[string]string{"min": "100.50", "max": "200", "from": "2026-01-01"} {
		if got := page.Find(`form.filter input[name=`+field+`]`).Last().AttrOr("value", ""); got != value {
			t.Errorf("the form has %q for %s", got, field)
		}
	}
	for field, value := range map[string]string{"kind": "donation", "order": "oldest"} {
		if got := page.Find(`select[name=` + field + `] option[selected]`); got.Length() != 1 || got.AttrOr("value", "") != value {
			t.Errorf("the form has %q chosen for %s", got.Text(), field)
		}
	}
	s.alive(t, page)
}

// TestFlowsOfPool: what moved between the pools of one project is not said to be another
// project's; amounts are in units of what the pool holds, and its file has the same flows.
func TestFlowsOfPool(t *testing.T) {
	s := open()
	pools, err := s.store.Pools(context.Background(), &s.city.Showcase.Relief, nil)
	check(err)
	project, err := s.store.Project(context.Background(), s.city.Showcase.Relief, account.Today(noon))
	check(err)
	seen := 0
	for _, p := range pools {
		sent, got := "flows.pool_out", "flows.pool_in"
		if p.Pool.Holder != project.Organization {
			sent, got = "flows.returned", "flows.handed"
		}
		moved, want := map[account.Line]string{account.LineInternalOut: sent, account.LineInternalIn: got, account.LineTransferOut: "statement.transfers_out", account.LineTransferIn: "statement.transfers_in"}, map[string]int64{}
		sums, err := s.store.SumsWithin(context.Background(), account.Scope{Project: s.city.Showcase.Relief}, "", "", 0)
		check(err)
		for _, sum := range sums {
			if word := moved[sum.Line]; sum.Pool == p.Pool && word != "" {
				want[say(t, "zh-Hans", word)] += sum.Units
			}
		}
		keys := s.there(t, "/flows?pool="+p.Pool.String()).Find("main dl.sums .key")
		for word, units := range want {
			key := keys.FilterFunction(func(_ int, k *goquery.Selection) bool {
				return strings.HasPrefix(strings.TrimSpace(k.Find("dt").Text()), word)
			})
			if seen++; key.Length() != 1 || amountIn(t, key.Find(".figure").Text()) != units {
				t.Errorf("%s says %q, want %s %d", p.Pool, keys.Text(), word, units)
			}
		}
	}
	if seen < 4 {
		t.Errorf("only %d transfers", seen)
	}
	page := s.there(t, fmt.Sprintf("/flows?pool=%d/%d/general/goods/drinking-water&min=1000", project.Index, project.Organization))
	if rows := s.below(t, page, "main", "flows"); len(rows) == 0 || len(rows) != page.Find("table.flows tbody tr").Length() || integer(rows[0]["amount"]) < 1000 {
		t.Errorf("%d rows of at least 1000 boxes, %d in the file", page.Find("table.flows tbody tr").Length(), len(rows))
	}
	if unit := page.Find("form.filter label:has(input[name=min]) small").Text(); unit != "箱" {
		t.Errorf("the least amount is asked for in %s", unit)
	}
}

// TestFlowTransfersNamed: a transfer says from whom to whom, and in a list of several
// projects each row says which.
func TestFlowTransfersNamed(t *testing.T) {
	s := open()
	page := s.there(t, "/flows?kind=transfer")
	rows := page.Find("table.flows tbody tr")
	arrows := rows.Find("td:nth-child(3)").FilterFunction(func(_ int, td *goquery.Selection) bool { return strings.Contains(td.Text(), " → ") })
	if rows.Length() == 0 || arrows.Length() < rows.Length()*9/10 || rows.Find("a.where").Length() != rows.Length() {
		t.Errorf("%d transfers, %d say from whom to whom, %d of which project", rows.Length(), arrows.Length(), rows.Find("a.where").Length())
	}
	if n := s.there(t, fmt.Sprint("/flows?kind=transfer&project=", s.city.Showcase.Joint)).Find("a.where").Length(); n != 0 {
		t.Errorf("in the list of one project %d rows name it", n)
	}
}

// TestFlowsRefused: what no list has is refused, and what is not there is not found.
func TestFlowsRefused(t *testing.T) {
	s := open()
	for _, query := range []string{"kind=gift", "kind=donation,", "category=9999", "asset=yuan", "project=x", "organization=-1", "from=2026-02-30", "to=x", "from=2026-02-02&to=2026-02-01",
		"min=1.234", "min=-1", "max=0", "max=1e3", "min=10&max=9", "order=size", "after=x", "at=x", "pool=1/2", "place=%25", "transit=yes", "limit=5", "cursor=MQ"} {
		name := strings.Split(query[strings.LastIndex(query, "&")+1:], "=")[0]
		word := map[string]string{"kind": "类别", "category": "支出类别", "asset": "资产", "project": "项目", "organization": "组织", "from": "起", "to": "止", "min": "不少于", "max": "不多于",
			"order": "排序", "after": "翻页", "pool": "资金池", "place": "地区", "transit": "在途", "at": "截至第几条记录", "limit": "limit", "cursor": "cursor"}[name]
		if page := s.status(t, "/flows?"+query, 400); !strings.Contains(page.Find(".refusal p").First().Text(), "“"+word+"”") {
			t.Errorf("%s: %q does not name %s", query, page.Find(".refusal p").First().Text(), word)
		}
	}
	for _, pool := range []string{"999999/1/general/CNY", fmt.Sprint(s.city.Showcase.Relief, "/999999/general/CNY"), fmt.Sprint(s.city.Showcase.Relief, "/1/nothing/CNY")} {
		if page := s.status(t, "/flows?pool="+pool, 404); !strings.Contains(page.Find(".refusal p").First().Text(), "没有这个资金池") {
			t.Errorf("%s: %q", pool, page.Find(".refusal p").First().Text())
		}
	}
	for _, query := range []string{"project=999999", "organization=999999", fmt.Sprint("project=", s.city.Charities[0]), fmt.Sprint("organization=", s.city.Projects[0])} {
		s.status(t, "/flows?"+query, 404)
	}
}

// TestFlowsNothing: an empty book, no match, and a list whose end was passed say so.
func TestFlowsNothing(t *testing.T) {
	empty, s := fresh(), open()
	for _, language := range languages {
		for path, want := range map[string]string{"/flows": "flows.none", "/flows?kind=donation": "flows.nomatch"} {
			if _, page := empty.get(t, path, language); !strings.Contains(page.Find("main").Text(), say(t, language, want)) {
				t.Errorf("%s in %s: %s", path, language, page.Find("main").Text())
			}
		}
		if _, page := s.get(t, "/flows?party=nobody", language); !strings.Contains(page.Find(".notice").Text(), say(t, language, "flows.nomatch")) || page.Find(`.notice a[href="/flows"]`).Length() != 1 {
			t.Errorf("%s: %s", language, page.Find("main").Text())
		}
		if _, page := s.get(t, "/flows?after=0", language); !strings.Contains(page.Find("main").Text(), say(t, language, "list.end")) || page.Find(`nav.next a[href="/flows"]`).Length() != 1 {
			t.Errorf("%s: past the end: %s", language, page.Find("main").Text())
		}
		if _, page := s.get(t, "/flows?party=nobody&from=2026-01-01", language); !strings.Contains(page.Find("main").Text(), say(t, language, "flows.nosum")) {
			t.Errorf("%s: a list without a sum does not say so", language)
		}
	}
}

// TestFlowsHostile: names, notes and what was asked for are text.
func TestFlowsHostile(t *testing.T) {
	h := wickedBook(t)
	harmless(t, "/flows", h.there(t, "/flows"), "李", "留言", "石料场", "用于", "拨款", "项目")
	party := "石料场" + wicked
	path := "/flows?party=" + url.QueryEscape(party) + "&project=" + fmt.Sprint(h.project)
	page := h.there(t, path)
	harmless(t, path, page, "石料场", "项目")
	if got := page.Find(`input[name=party]`).AttrOr("value", ""); got != party {
		t.Errorf("the form has %q", got)
	}
	harmless(t, "goods", h.there(t, "/flows?asset=goods/rice"), "大米", "粮店")
}
