package explorer_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
)

// Helpers that the tests of several pages share.

var languages = []string{"zh-Hans", "en"}

// sentences are the catalogues, read once.
var sentences map[string]catalogue

// say gives a sentence of a catalogue that takes nothing.
func say(t testing.TB, language, key string) string {
	t.Helper()
	if sentences == nil {
		sentences = catalogues(t)
	}
	text := sentences[language][key]["other"]
	if text == "" {
		t.Fatalf("%s has no %s", language, key)
	}
	return text
}

// amountIn reads an amount as pages show it, in smallest units whatever the asset: ¥1,234.56
// and (1,234.56) are 123456, 300 箱 is 300.
func amountIn(t testing.TB, shown string) int64 {
	t.Helper()
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, strings.Split(shown, " ")[0])
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		t.Fatalf("%q is no amount", shown)
	}
	return n
}

// exact gives the amount of a headline to the fen, which a rounded one has beside it.
func exact(t testing.TB, figure *goquery.Selection) int64 {
	t.Helper()
	if exact := figure.Find(".exact"); exact.Length() > 0 {
		return amountIn(t, exact.First().Text())
	}
	return amountIn(t, figure.Text())
}

// keyFigures gives the figures that a page begins with, by their words.
func keyFigures(t testing.TB, page *goquery.Document) map[string]int64 {
	t.Helper()
	figures := map[string]int64{}
	page.Find("dl.keys .key").Each(func(_ int, key *goquery.Selection) {
		if f := key.Find("dd .figure"); f.Length() > 0 {
			figures[key.Find("dt").Text()] = exact(t, f.First())
		}
	})
	return figures
}

// sumsOf gives income, spending, what is held and what is in transit of a statement in yuan.
func sumsOf(st *account.Statement) (income, spent, held, transit int64) {
	for _, a := range st.Assets {
		if a.Asset != "CNY" {
			continue
		}
		for _, k := range a.Income {
			income += k.Amount
		}
		for _, c := range a.Expenditure {
			spent += c.Amount
		}
		held, transit = a.Closing, a.InTransit
	}
	return income, spent, held, transit
}

// sameFigures holds a page's key figures against a statement.
func sameFigures(t testing.TB, page *goquery.Document, language string, st *account.Statement) {
	t.Helper()
	figures := keyFigures(t, page)
	income, spent, held, transit := sumsOf(st)
	for key, want := range map[string]int64{"money.income": income, "money.spent": spent, "money.held": held, "money.transit": transit} {
		if got, ok := figures[say(t, language, key)]; !ok || got != want {
			t.Errorf("%s: the page has %d fen (%v), the statement %d", key, got, ok, want)
		}
	}
}

// some gives all of a list, or every sixth where the race detector makes each page cost
// twenty times as much.
func some[T any](list []T) (part []T) {
	step := 1
	if mostPages < 1000 {
		step = 6
	}
	for i := 0; i < len(list); i += step {
		part = append(part, list[i])
	}
	return part
}

// answered has the links that some test has asked for already.
var answered sync.Map

// alive asks for every link of a page on this server.
func (s *site) alive(t testing.TB, page *goquery.Document) {
	t.Helper()
	asked := map[string]bool{}
	for _, link := range some(links(page)) {
		asked[link] = true
		if _, before := answered.LoadOrStore(s.url+link, true); before {
			continue
		}
		answer, err := plain.Get(s.url + link)
		check(err)
		answer.Body.Close()
		if answer.StatusCode >= 400 {
			t.Errorf("%s answers %s", link, answer.Status)
		}
	}
	if len(asked) < len(some(make([]int, 15))) {
		t.Errorf("the page leads to no more than %d places", len(asked))
	}
}

// json reads what the interface answers.
func (s *site) json(t testing.TB, path string, v any) {
	t.Helper()
	status, body := s.fetch(t, path, "en")
	if err := json.Unmarshal(body, v); err != nil || status != 200 {
		t.Fatalf("%s answers %d %v: %.200s", path, status, err, body)
	}
}

// titles gives the headings of a page, with their levels; they must begin with one h1 and
// leave no level out.
func headings(t testing.TB, path string, page *goquery.Document) {
	t.Helper()
	if n := page.Find("h1").Length(); n != 1 {
		t.Errorf("%s has %d h1", path, n)
	}
	level := 0
	page.Find("h1, h2, h3, h4").Each(func(_ int, h *goquery.Selection) {
		n := int(goquery.NodeName(h)[1] - '0')
		if n > level+1 {
			t.Errorf("%s: the heading %q is an h%d after an h%d", path, h.Text(), n, level)
		}
		level = n
	})
}

// wicked is text that a page must show as it is.
const wicked = `<script>alert(1)</script><img src=x onerror=alert(2)>"'&amp;<b>`

// wickedBook is a book in which everything that anybody can write is wicked.
func wickedBook(t testing.TB) *hamlet {
	t.Helper()
	h := &hamlet{site: fresh(), author: ledger.Author{Key: "k1"}}
	charity := code("51440100MADE00092")
	h.record(t, book.RegisterOrganization{USCC: code("51440100MADE00091"), Name: "平台" + wicked, Kind: ledger.Platform})
	h.charity = h.record(t, book.RegisterOrganization{USCC: charity, Name: "慈善会" + wicked, Kind: ledger.Charity, PublicFundraising: true})
	h.partner = h.record(t, book.RegisterOrganization{USCC: code("52440100MADE00093"), Name: "服务社" + wicked, Kind: ledger.Partner})
	h.record(t, book.RegisterAsset{ID: "goods/rice", Class: ledger.Goods, Name: "大米" + wicked, Unit: `袋"<b>`})
	h.project = h.record(t, book.RegisterProject{Organization: charity, Name: "项目" + wicked, Filing: "51440100MADE000114A25001", Kind: ledger.Campaign, Cause: "poverty-relief", Place: "440100",
		Designations: []book.Designation{{ID: "bound", Name: "用途" + wicked, Class: ledger.Restricted}},
		PlanFields: book.PlanFields{Starts: "2025-09-01", Ends: "2025-12-31", Target: &ledger.Sum{Asset: "CNY", Amount: 1_000_000},
			Plan: book.PlanTexts{Purpose: "目的" + wicked, Contact: "联系" + wicked}}})
	h.author.Org = h.charity
	gift, pay := h.give(50_000), h.pay(10_000)
	gift.Donor = &book.Party{Kind: ledger.Person, Name: "某人", Display: "李" + wicked}
	gift.Note, pay.Purpose, pay.Payee.Name = "留言"+wicked, "用于"+wicked, "石料场"+wicked
	h.record(t, gift)
	h.record(t, pay)
	rice := h.give(7)
	rice.Asset, rice.Donor, rice.Value = "goods/rice", &book.Party{Kind: ledger.Organized, Name: "粮店" + wicked}, &book.Value{Amount: 7, Basis: "nominal"}
	h.record(t, rice)
	h.record(t, book.Transfer{From: h.pool(), To: book.PoolRef{Project: h.project, Holder: &h.partner}, Asset: "CNY", Amount: 5_000, Occurred: today, Purpose: "拨款" + wicked})
	h.record(t, book.Disclose{Project: h.project, Period: "2025-09-01/2025-09-10", Kind: "progress", Title: "进展" + wicked, Text: "正文" + wicked, At: 6})
	h.amend(t)
	h.record(t, book.FreezeProject{Project: h.project, Order: "文号" + wicked, Reason: "原因" + wicked})
	return h
}

// changed are the records of a wicked book that were changed afterwards, and those that
// changed them.
type changed struct{ gift, paid, fault, refund, back, reversal, delivery, correction, paper int64 }

// amend adds what changes or proves other records: a file, a delivery, a correction, a
// refund, a return and a reversal.
func (h *hamlet) amend(t testing.TB) {
	t.Helper()
	c, hash := &h.changed, fmt.Sprintf("sha256:%064x", 7)
	c.paper = h.record(t, book.AddEvidence{Evidence: ledger.Evidence{Hash: hash, Media: "application/pdf", Size: 100, Public: true}, File: "文件" + wicked + ".pdf"})
	gift, pay, fault := h.give(8_000), h.pay(3_000), h.give(100)
	gift.Donor = &book.Party{Kind: ledger.Person, Name: "王某", Display: "王" + wicked}
	pay.Purpose, pay.Payee.Name, pay.Evidence = "又用于"+wicked, "又石料场"+wicked, []string{hash}
	c.gift, c.paid, c.fault = h.record(t, gift), h.record(t, pay), h.record(t, fault)
	c.refund = h.record(t, book.Refund{Of: c.gift, Amount: 500, Occurred: today, Reason: "退款" + wicked})
	c.back = h.record(t, book.Return{Of: c.paid, Amount: 400, Occurred: today, Reason: "退回" + wicked})
	c.reversal = h.record(t, book.Reverse{Of: c.fault, Reason: "冲销" + wicked})
	c.delivery = h.record(t, book.Deliver{Of: c.paid, Amount: 1_000, Occurred: today, Recipient: &book.Party{Kind: ledger.Person, Name: "收件人", Display: "签收人" + wicked}, Evidence: []string{hash}})
	c.correction = h.record(t, book.Correct{Of: c.paid, Field: "purpose", Old: pay.Purpose, New: "改" + wicked, Reason: "更正" + wicked})
}

// TestChangesHostile: what was written of changes, of files and by those who signed is
// text, on every page that shows it.
func TestChangesHostile(t *testing.T) {
	h := wickedBook(t)
	c := h.changed
	flow := func(index int64) string { return "/flows/" + key(index) }
	for path, shows := range map[string][]string{
		flow(c.paid):                              {"又用于", "又石料场", "签收人", "改", "更正", "退回", "文件"},
		flow(c.gift):                              {"王", "退款"},
		flow(c.fault):                             {"冲销"},
		flow(c.refund):                            {"退款", "王"},
		flow(c.back):                              {"退回"},
		flow(c.reversal):                          {"冲销"},
		"/flows?kind=refund":                      {"退款"},
		"/flows?kind=return":                      {"退回"},
		"/flows?kind=reversal":                    {"冲销"},
		projectPath(h.project):                    {"又用于", "改", "更正"},
		organizationPath(h.charity):               {"慈善会"},
		"/records/" + key(c.paper):                {"文件"},
		"/records/" + key(c.delivery):             {"签收人"},
		"/records/" + key(c.correction):           {"又用于", "改", "更正"},
		"/records/" + key(c.refund):               {"退款"},
		"/records/" + key(c.reversal):             {"冲销"},
		"/receipts/" + h.book.ReceiptCode(c.gift): {"退款"},
		"/receipts/" + h.book.ReceiptCode(c.gift) + "/certificate": {"王", "慈善会", "项目"},
		"/receipts/" + h.book.ReceiptCode(c.fault):                 {"冲销"},
	} {
		for _, language := range languages {
			status, page := h.get(t, path, language)
			if status != 200 {
				t.Errorf("%s answers %d", path, status)
			}
			harmless(t, path, page, shows...)
		}
	}
	harmless(t, "/log", h.there(t, "/log"), "项目")
}

// harmless fails where a page took wicked text for markup, or lost it.
func harmless(t testing.TB, path string, page *goquery.Document, shows ...string) {
	t.Helper()
	if n := page.Find("main script, main img, main b:empty, [onerror], [onload], main iframe").Not("main .check script").Length(); n > 0 {
		t.Errorf("%s took text for %d elements", path, n)
	}
	for _, text := range shows {
		if !strings.Contains(page.Find("main").Text(), text+wicked) {
			t.Errorf("%s does not show %q as it was written", path, text)
		}
	}
}

// status fails where a page does not answer as it should, or repeats what was asked for.
func (s *site) status(t testing.TB, path string, want int) *goquery.Document {
	t.Helper()
	got, page := s.get(t, path, "zh-Hans")
	if got != want {
		t.Errorf("%s answers %d, want %d", path, got, want)
	}
	return page
}

func projectPath(index int64) string { return fmt.Sprint("/projects/", index) }

func key(index int64) string { return strconv.FormatInt(index, 10) }
