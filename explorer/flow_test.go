package explorer_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"

	"mingzhang/explorer"
)

// flow gives the page of a flow.
func (s *site) flow(t testing.TB, index int64, language string) *goquery.Document {
	t.Helper()
	status, page := s.get(t, fmt.Sprint("/flows/", index), language)
	if status != 200 {
		t.Fatalf("flow %d: %d %s", index, status, said(page, "main"))
	}
	return page
}

// TestFlowGift: a gift's public page says what became of it, and nothing that is private.
func TestFlowGift(t *testing.T) {
	s := open()
	show := s.city.Showcase
	for language, want := range map[string][]string{
		"zh": {"捐赠收入 ¥2,000.00", "这笔 ¥2,000.00：已支出 ¥1,200.00，在途 ¥800.00", "卢**"},
		"en": {"Gift ¥2,000.00", "This ¥2,000.00: ¥1,200.00 spent, ¥800.00 in transit", "卢**"},
	} {
		page := s.flow(t, show.Gift, language)
		for i, selector := range []string{"h1", ".lead", "dl.facts"} {
			if got := said(page, selector); !strings.Contains(got, want[i]) {
				t.Errorf("%s: %s is %q, want %q", language, selector, got, want[i])
			}
		}
		for _, selector := range []string{".woven svg", fmt.Sprintf(`#parts a[href="/flows/%d#papers"]`, show.Payment), fmt.Sprintf(`dl.facts a.proof[href="/records/%d"]`, show.Gift), `.take a[href="/receipts"]`} {
			if page.Find(selector).Length() == 0 {
				t.Errorf("%s: there is no %s", language, selector)
			}
		}
	}
}

// TestFlowPrivate: of gifts and payments all over the city, no private text is on the
// public page.
func TestFlowPrivate(t *testing.T) {
	t.Parallel()
	s := open()
	list, err := s.store.Flows(ctx, view.FlowFilter{Limit: 5000})
	check(err)
	indices, texts := []int64{s.city.Showcase.Gift, s.city.Showcase.Payment}, 0
	for i := 0; i < len(list.Rows); i += 41 {
		indices = append(indices, list.Rows[i].Record.Index)
	}
	for _, index := range indices {
		f, err := s.store.Flow(ctx, index)
		check(err)
		_, private, err := s.store.Openings(ctx, index)
		check(err)
		if private == nil {
			continue
		}
		o, err := record.Open(f.Record.Private, private)
		check(err)
		_, body := s.fetch(t, fmt.Sprint("/flows/", index), "zh")
		for _, text := range o.Texts {
			texts++
			if strings.Contains(string(body), text.Value) {
				t.Errorf("flow %d: its page has the private %s", index, text.Name)
			}
		}
	}
	if texts < 50 {
		t.Errorf("only %d private texts were looked for", texts)
	}
}

// TestFlowPayment: a payment's page says who paid it, in parts that add up to it, who
// signed for it, and what shows it.
func TestFlowPayment(t *testing.T) {
	s := open()
	show := s.city.Showcase
	payment, err := s.store.Flow(ctx, show.Payment)
	check(err)
	page := s.flow(t, show.Payment, "zh")
	sum, rows := s.pages(t, fmt.Sprint("/flows/", show.Payment), "#sources", "zh")
	if sum != payment.Flow.Amount {
		t.Errorf("sources of %d add up to %d", payment.Flow.Amount, sum)
	}
	if got, want := said(page, ".lead"), fmt.Sprintf("来自 %d 笔捐赠", len(rows)); !strings.Contains(got, want) {
		t.Errorf("it says %q, want %q", got, want)
	}
	if !slices.ContainsFunc(rows, func(row string) bool {
		return strings.Contains(row, "卢**") && strings.Contains(row, fmt.Sprint("№\u202f", show.Gift))
	}) {
		t.Error("the gift of the showcase is not among them")
	}
	var givers int64
	page.Find("table.givers tbody td.in").Each(func(_ int, cell *goquery.Selection) { givers += fenIn(t, cell.Text()) })
	if givers != payment.Flow.Amount {
		t.Errorf("the givers add up to %d, want %d", givers, payment.Flow.Amount)
	}
	if signed := page.Find("#signed tbody th").First().Text(); fenIn(t, signed) > payment.Flow.Amount {
		t.Errorf("signed for: %s", signed)
	}
	if href, _ := page.Find("#papers li a").First().Attr("href"); !strings.HasPrefix(href, "/v1/evidence/sha256:") {
		t.Errorf("the evidence is at %q", href)
	}
	if got := said(page, "#signed .papers .badge"); got != "已遮盖个人信息" {
		t.Errorf("the signatures are %q", got)
	}
}

// TestFlowKinds: every other kind of flow has what its reader asks for.
func TestFlowKinds(t *testing.T) {
	s := open()
	show := s.city.Showcase
	refund := s.only(t, show.Refunded)
	for _, c := range []struct {
		name     string
		index    int64
		selector string
		text     string
	}{
		{"bounced", show.Bounced, "#later tbody", "银行退回"},
		{"bounced, the part", show.Bounced, "#parts tbody .badge", "结余"},
		{"bounced, the badge", show.Bounced, ".badge.wrong", "¥640.00"},
		{"reversed", show.Reversed, "#later tbody", "金额录错"},
		{"corrected", show.Corrected, "#corrections del", "（46 班）"},
		{"corrected, the new words", show.Corrected, "#corrections ins", "（4–6 班）"},
		{"corrected, in the facts", show.Corrected, "dl.facts ins", "（4–6 班）"},
		{"late", show.Late, ".flow > p", "募捐结束后收到"},
		{"withdrawn", show.Withdrawn, "dl.facts i.muted", "撤回"},
		{"refunded", show.Refunded, "#later tbody", "重复付款"},
		{"refund", refund, "#sources tbody", "¥500.00"},
		{"refund, of", refund, fmt.Sprintf(`dl.facts a[href="/flows/%d"]`, show.Refunded), "¥500.00"},
		{"misposted", show.Misposted, "#later tbody", "误记入本项目"},
		{"exchange", show.Exchange, "dl.facts .figure", "→ ¥"},
		{"exchange, back", show.Exchange, "#sources tbody", "Nanzhu Alumni"},
		{"exchange, forward", show.Exchange, "#parts tfoot", "合计"},
		{"expired", show.Expired, ".flow > p", "资产减值·过期"},
		{"goods", show.Goods, "dl.facts", "¥98,400.00 按公允价值"},
	} {
		if got := said(s.flow(t, c.index, "zh"), c.selector); !strings.Contains(got, c.text) {
			t.Errorf("%s: %s is %q, want %q", c.name, c.selector, got, c.text)
		}
	}
}

// only gives the record that a flow's page lists as a later one.
func (s *site) only(t testing.TB, index int64) (later int64) {
	t.Helper()
	link, _ := s.flow(t, index, "zh").Find("#later tbody a.proof").Attr("href")
	if _, err := fmt.Sscanf(link, "/records/%d", &later); err != nil {
		t.Fatalf("flow %d has no later record", index)
	}
	return later
}

// TestFlowTransfer: a transfer's page follows its units both ways.
func TestFlowTransfer(t *testing.T) {
	t.Parallel()
	s := open()
	list, err := s.store.Flows(ctx, view.FlowFilter{Kinds: []ledger.FlowKind{ledger.Transfer}, Limit: 100})
	check(err)
	for i, f := range list.Rows {
		language, path := []string{"zh", "en"}[i%2], fmt.Sprint("/flows/", f.Record.Index)
		parts, _ := s.pages(t, path, "#parts", language)
		sources, _ := s.pages(t, path, "#sources", language)
		if parts != f.Flow.Amount || sources != f.Flow.Amount {
			t.Errorf("transfer %d of %d, %s: the parts add up to %d, the sources to %d", f.Record.Index, f.Flow.Amount, language, parts, sources)
		}
	}
}

// TestFlowRefused: addresses that lead nowhere, and queries that say nothing.
func TestFlowRefused(t *testing.T) {
	s := open()
	show := s.city.Showcase
	for path, want := range map[string]int{
		"/flows/x": 404, "/flows/-1": 404, "/flows/007": 404, "/flows/99999999": 404, fmt.Sprint("/flows/", show.Running): 404,
		fmt.Sprint("/flows/", show.Gift, "?after=x"): 400, fmt.Sprint("/flows/", show.Gift, "?after=-1"): 400, fmt.Sprint("/flows/", show.Gift, "?after=200000"): 400,
		fmt.Sprint("/flows/", show.Payment, "?sources=9999999999"): 400, fmt.Sprint("/flows/", show.Payment, "?sources=0.x"): 400, fmt.Sprint("/flows/", show.Payment, "?sources=0.0"): 200, fmt.Sprint("/flows/", show.Gift, "?after=199999"): 200,
	} {
		for _, language := range []string{"zh", "en"} {
			if status, page := s.get(t, path, language); status != want || page.Find("h1").Length() != 1 {
				t.Errorf("%s, %s: %d, want %d", path, language, status, want)
			}
		}
	}
	if status, _ := fresh().get(t, "/flows/0", "zh"); status != 404 {
		t.Errorf("an empty book: %d", status)
	}
}

// TestLongTrace: a gift that went into hundreds of payments, and a payment of hundreds of
// gifts, are told page by page; every page has the totals of all.
func TestLongTrace(t *testing.T) {
	t.Parallel()
	h := newHamlet(t)
	const n = 620
	large := h.record(t, h.give(n*100))
	var pays, gives []any
	for i := range n {
		pays, gives = append(pays, h.pay(int64(100-i%2))), append(gives, h.give(3))
	}
	h.records(t, pays)
	h.records(t, gives)
	bill := h.record(t, h.pay(n/2+3*n-1)) // what is left of the large gift, and nearly all small ones
	// Each walk in one language: the figures are the same in all.
	if parts, _ := h.pages(t, fmt.Sprint("/flows/", large), "#parts", "zh"); parts != n*100 {
		t.Errorf("the parts add up to %d, want %d", parts, n*100)
	}
	if sources, rows := h.pages(t, fmt.Sprint("/flows/", bill), "#sources", "en"); sources != n/2+3*n-1 || len(rows) != n+1 {
		t.Errorf("%d sources add up to %d", len(rows), sources)
	}
	if own, rows := h.pages(t, "/receipts/"+h.book.ReceiptCode(large), "#parts", "zh"); own != n*100 || len(rows) != n+1 {
		t.Errorf("the giver sees %d in %d parts", own, len(rows))
	}
	page := h.flow(t, large, "zh")
	if got, want := said(page, ".lead"), "这笔 ¥620.00 已全部支出"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if got := said(page, "#parts tfoot"); !strings.Contains(got, "共 621 段") {
		t.Errorf("the foot says %q", got)
	}
	if segments := page.Find(".woven svg.wide .bar").Length(); segments == 0 || segments > 400 {
		t.Errorf("the picture has %d pieces", segments)
	}
}

// pages walks the pages of a trace by their links, adds up what they show and gives the
// texts of their rows. The foot of each has the total of all.
func (s *site) pages(t testing.TB, path, section, language string) (sum int64, rows []string) {
	t.Helper()
	for next := path; next != ""; {
		status, page := s.get(t, next, language)
		table := page.Find(section + " table.parts")
		some, foot := addUp(t, table)
		if sum += some; status != 200 || foot < sum {
			t.Errorf("%s: %d, %d of %d", next, status, sum, foot)
		}
		table.Find("tbody tr").Each(func(_ int, row *goquery.Selection) { rows = append(rows, row.Text()) })
		next = following(page, section)
	}
	return sum, rows
}

// following is the address of the next page, "" at the end.
func following(page *goquery.Document, section string) string {
	u, err := url.Parse(page.Find(section+" a[rel=next]").AttrOr("href", ""))
	check(err)
	u.Fragment = ""
	return u.String()
}

// TestManyGiftsForOneUnit: one thing that hundreds of gifts paid for has a page like any
// other, whether or not its gifts are added up; the rest are on the pages that follow.
func TestManyGiftsForOneUnit(t *testing.T) {
	const n = 620
	for _, added := range []int{10_000, 400} {
		t.Run(fmt.Sprint(added), func(t *testing.T) {
			h := newHamlet(t)
			given := h.ambulance(t, n)
			defer explorer.Bound(50, added)()
			seen, pages := map[string]bool{}, 0
			for next := fmt.Sprint("/flows/", given); next != ""; pages++ {
				status, page := h.get(t, next, "zh")
				rows := page.Find("#sources table.parts tbody tr")
				if status != 200 || rows.Length() > 50 || rows.Length() == 0 {
					t.Fatalf("%s: %d, %d rows", next, status, rows.Length())
				}
				rows.Each(func(_ int, row *goquery.Selection) { seen[row.Find("td.where a").AttrOr("href", "")] = true })
				if foot := page.Find("#sources tfoot").Text(); strings.Contains(foot, "620") != (added > n) {
					t.Errorf("%s: the foot is %q", next, foot)
				}
				if stands := said(page, "#sources p.muted"); !strings.Contains(stands, "0 辆 至 1 辆") || strings.Contains(stands, "第一页") != (pages > 0) {
					t.Errorf("%s stands at %q", next, stands)
				}
				next = following(page, "#sources")
			}
			if len(seen) != n || pages != (n+49)/50 {
				t.Errorf("%d gifts on %d pages", len(seen), pages)
			}
			if status, body := h.fetch(t, fmt.Sprint("/flows/", given), "zh"); status != 200 || len(body) > 100_000 {
				t.Errorf("%d, %d bytes", status, len(body))
			}
		})
	}
}

// ambulance is handed out after n gifts of 3 fen bought it.
func (h *hamlet) ambulance(t testing.TB, n int64) (given int64) {
	t.Helper()
	var gives []any
	for range n {
		gives = append(gives, h.give(3))
	}
	h.records(t, gives)
	h.record(t, book.RegisterAsset{ID: "goods/ambulance", Class: ledger.Goods, Name: "救护车", Unit: "辆"})
	h.record(t, book.Convert{Pool: h.pool(), From: ledger.Sum{Asset: "CNY", Amount: 3 * n}, To: ledger.Sum{Asset: "goods/ambulance", Amount: 1}, Occurred: today, Basis: "合同"})
	bill := h.pay(1)
	bill.Asset = "goods/ambulance"
	return h.record(t, bill)
}

// TestTooLongTrace: of a trace that is too long to add up for a page, each page is still
// right, and no total is made up.
func TestTooLongTrace(t *testing.T) {
	h := newHamlet(t)
	gift := h.record(t, h.give(1000))
	var pays []any
	for range 60 {
		pays = append(pays, h.pay(10))
	}
	h.records(t, pays)
	defer explorer.Bound(20, 50)()
	var sum int64
	for next := fmt.Sprint("/flows/", gift); next != ""; {
		_, page := h.get(t, next, "zh")
		rows := page.Find("#parts tbody th")
		for i := range rows.Length() {
			sum += fenIn(t, rows.Eq(i).Text())
		}
		if page.Find("#parts tfoot, .woven").Length() > 0 || !strings.Contains(said(page, ".lead"), "分页列出") {
			t.Errorf("%s has a total: %q", next, said(page, ".lead"))
		}
		next = following(page, "#parts")
	}
	if sum != 1000 {
		t.Errorf("the pages add up to %d, want 1000", sum)
	}
}

// TestFlowPartner: what a partner holds is in transit, and says with whom.
func TestFlowPartner(t *testing.T) {
	h := newHamlet(t)
	gift := h.record(t, h.give(1000))
	h.record(t, book.Transfer{From: h.pool(), To: book.PoolRef{Project: h.project, Holder: &h.partner}, Asset: "CNY", Amount: 600, Occurred: today, Purpose: "拨付石料款"})
	page := h.flow(t, gift, "zh")
	if got, want := said(page, ".lead"), "这笔 ¥10.00：在途 ¥6.00，结余 ¥4.00"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	if got := said(page, "#parts tr.transit"); !strings.Contains(got, "小村服务社") {
		t.Errorf("the part is %q", got)
	}
}
