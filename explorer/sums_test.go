package explorer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"mingzhang/explorer"
	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// line gives the texts of a table's row, each without the space around it.
func line(row *goquery.Selection) (cells []string) {
	row.Find("th, td").Each(func(_ int, cell *goquery.Selection) { cells = append(cells, strings.TrimSpace(cell.Text())) })
	return cells
}

// TestPictureLeads: what a project or partner spent on a category stands at the top of the
// list to which its band leads, also where both spent on the same.
func TestPictureLeads(t *testing.T) {
	t.Parallel()
	s, led := open(), 0
	for _, p := range s.city.Projects {
		s.there(t, projectPath(p)).Find(`.flowpicture tbody a[href*="category="]`).Each(func(_ int, a *goquery.Selection) {
			if strings.Contains(a.AttrOr("href", ""), "party=") || a.Closest("tr").Find("td").First().Text() == say(t, "zh-Hans", "picture.others") {
				return
			}
			var sum int64
			for _, top := range sums(s.there(t, a.AttrOr("href", ""))) {
				sum += amountIn(t, top)
			}
			if led++; sum != amountIn(t, a.Text()) {
				t.Errorf("%s leads to %s, which adds up to %d", a.Text(), a.AttrOr("href", ""), sum)
			}
		})
	}
	if led < 20 {
		t.Errorf("only %d bands", led)
	}
}

// TestProjectAddsUp: the first figures, the picture's sentence and the table of partners
// account for all that came in, also for what was neither given nor spent.
func TestProjectAddsUp(t *testing.T) {
	h := newHamlet(t)
	other := h.record(t, book.RegisterProject{Organization: code("51440100MADE00092"), Name: "村尾的路", Filing: "51440100MADE000114A25002", Kind: ledger.Campaign,
		Cause: "poverty-relief", Place: "440100", PlanFields: book.PlanFields{Starts: "2025-09-01", Ends: "2025-12-31"}})
	filed, err := h.store.Project(ctx, h.project, today)
	check(err)
	partner := book.PoolRef{Project: h.project, Holder: &h.partner}
	h.record(t, book.RegisterAsset{ID: "goods/stone", Class: ledger.Goods, Name: "条石", Unit: "块"})
	paid := h.pay(300_00)
	paid.PoolRef = partner
	h.records(t, []any{
		h.give(2000_00),
		book.Transfer{From: h.pool(), To: partner, Asset: "CNY", Amount: 1000_00, Occurred: today},
		paid,
		book.Transfer{From: partner, To: h.pool(), Asset: "CNY", Amount: 200_00, Occurred: today},
		book.Transfer{From: h.pool(), To: book.PoolRef{Project: other}, Asset: "CNY", Amount: 150_00, Occurred: today, Basis: filed.Plan},
		book.Convert{Pool: h.pool(), From: ledger.Sum{Asset: "CNY", Amount: 250_00}, To: ledger.Sum{Asset: "goods/stone", Amount: 5}, Occurred: today, Basis: "发票"},
	})
	page := h.there(t, projectPath(h.project))
	want := "资金来源合计 ¥2,000.00：已支出 ¥300.00（15.0%），转给其他项目 ¥150.00，换成物资或外币 ¥250.00，在途 ¥500.00，未动用 ¥800.00"
	if got := page.Find(".flowpicture figcaption").Text(); got != want {
		t.Errorf("the picture says\n%s, want\n%s", got, want)
	}
	if got := fmt.Sprint(line(page.Find("#partners tbody tr"))); got != "[小村服务社 一般用途 ¥1,000.00 ¥300.00 ¥200.00 ¥500.00]" {
		t.Errorf("the partner's line is %s", got)
	}
	if got := page.Find("#members h2").Text(); got != say(t, "zh-Hans", "project.passed") {
		t.Errorf("a project that is no joint campaign calls those it gave to %q", got)
	}
	if got := page.Find(".keys").Text(); !strings.Contains(got, "收支之外另减 ¥400.00") {
		t.Errorf("the first figures do not say what went otherwise: %s", got)
	}
	if got := line(page.Find("#goods tbody tr")); fmt.Sprint(got) != "[条石 0 块 0 块 5 块 0 块 5 块]" {
		t.Errorf("the goods are %s", got)
	}
	if got := h.there(t, projectPath(other)).Find(".keys").Text(); !strings.Contains(got, "收支之外另增 ¥150.00") {
		t.Errorf("the first figures do not say what came otherwise: %s", got)
	}
}

// TestPictureOfMany: however many gave more, the largest payees stand by themselves.
func TestPictureOfMany(t *testing.T) {
	h := newHamlet(t)
	var all []any
	for i := range 250 {
		gift := h.give(1000_00)
		gift.Donor = &book.Party{Kind: ledger.Organized, Name: fmt.Sprintf("第%d商行", i)}
		all = append(all, gift)
	}
	h.records(t, append(all, h.pay(100)))
	if got := h.there(t, projectPath(h.project)).Find(".flowpicture table").Text(); !strings.Contains(got, "石料场") || strings.Contains(got, say(t, "zh-Hans", "picture.others")) {
		t.Errorf("the only payee is not in the picture: %s", got)
	}
}

// TestManyGoods: a project with hundreds of kinds of goods has a page that is read, and says
// where the rest is.
func TestManyGoods(t *testing.T) {
	h := newHamlet(t)
	const kinds = 120
	var all []any
	for i := range kinds {
		all = append(all, book.RegisterAsset{ID: ledger.AssetID(fmt.Sprintf("goods/kind-%03d", i)), Class: ledger.Goods, Name: fmt.Sprintf("第%d种物资", i), Unit: "箱"})
	}
	all = append(all, h.give(100))
	for i := range kinds {
		gift := h.give(3)
		gift.Asset = ledger.AssetID(fmt.Sprintf("goods/kind-%03d", i))
		all = append(all, gift)
	}
	h.records(t, all)
	for path, sheets := range map[string]int{projectPath(h.project): 1, fmt.Sprint("/organizations/", h.charity): 1, "/statistics": 0} {
		page := h.there(t, path)
		if n := page.Find("table.statement").Length(); n != sheets {
			t.Errorf("%s writes out %d statements", path, n)
		}
		if n := page.Find("#goods tbody tr, #assets tbody tr").Length(); n < 10 || n > 50 {
			t.Errorf("%s lists %d kinds", path, n)
		}
		if text := page.Find("main").Text(); !strings.Contains(text, "另有 80 种") && !strings.Contains(text, "另有 81 种") {
			t.Errorf("%s does not say how many more there are", path)
		}
	}
	if got := h.there(t, projectPath(h.project)).Find("#gifts tbody tr").First().Text(); !strings.Contains(got, "第119种物资") {
		t.Errorf("a gift of goods does not say which: %s", got)
	}
}

// TestShare: a share is rounded, is nothing only of nothing, and all only of all.
func TestShare(t *testing.T) {
	for _, c := range []struct {
		part, whole int64
		want        string
	}{
		{1568, 10000, "15.7%"}, {1564, 10000, "15.6%"}, {1565, 10000, "15.7%"}, {0, 7, "0.0%"}, {4, 10000, "<0.1%"}, {5, 10000, "0.1%"},
		{9999, 10000, "99.9%"}, {10000, 10000, "100.0%"}, {10006, 10000, "100.1%"}, {ledger.MaxUnits, ledger.MaxUnits, "100.0%"}, {ledger.MaxUnits, 1, "900719925474099100.0%"}, {3, 0, "–"}, {-3, 10, "0.0%"},
	} {
		if got := explorer.Share(c.part, c.whole); got != c.want {
			t.Errorf("%d of %d is %s, want %s", c.part, c.whole, got, c.want)
		}
	}
}
