package explorer_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/view"
)

// receipt gives the page of a record's receipt.
func (s *site) receipt(t testing.TB, index int64, language string) (int, *goquery.Document) {
	t.Helper()
	return s.get(t, "/receipts/"+s.book.ReceiptCode(index), language)
}

// said gives the text of an element with every run of spaces as one space.
func said(page *goquery.Document, selector string) string {
	return strings.Join(strings.Fields(page.Find(selector).First().Text()), " ")
}

// smallest matches an amount; its figures are those of the smallest unit.
var smallest = regexp.MustCompile(`[0-9][0-9,]*(\.[0-9]+)?`)

// fenIn reads the amount of an element as a number of smallest units.
func fenIn(t testing.TB, text string) (n int64) {
	t.Helper()
	for _, c := range smallest.FindString(text) {
		if '0' <= c && c <= '9' {
			n = n*10 + int64(c-'0')
		}
	}
	if n == 0 {
		t.Fatalf("%q has no amount", text)
	}
	return n
}

// addUp adds the rows of a table of parts up, and gives what its foot says.
func addUp(t testing.TB, table *goquery.Selection) (sum, foot int64) {
	t.Helper()
	rows := table.Find("tbody th")
	for i := range rows.Length() {
		cell := rows.Eq(i).Clone()
		cell.Find("small").Remove()
		sum += fenIn(t, cell.Text())
	}
	return sum, fenIn(t, table.Find("tfoot th").Text())
}

// TestReceipt: the gift that the showcase follows, from the sentence to the proof.
func TestReceipt(t *testing.T) {
	s := open()
	show := s.city.Showcase
	for language, want := range map[string]struct{ h1, partner, private string }{
		"zh": {"您捐赠的 ¥2,000.00：已支出 ¥1,200.00，在途 ¥800.00", "执行机构", "姓名"},
		"en": {"Your ¥2,000.00: ¥1,200.00 spent, ¥800.00 in transit", "Implementing partner", "Name"},
	} {
		status, page := s.receipt(t, show.Gift, language)
		if got := said(page, "h1"); status != 200 || got != want.h1 {
			t.Fatalf("%s: %d %q, want %q", language, status, got, want.h1)
		}
		if sum, foot := addUp(t, page.Find("#parts table")); sum != show.Amount || foot != show.Amount {
			t.Errorf("%s: parts of %d add up to %d, the foot says %d", language, show.Amount, sum, foot)
		}
		payment := fmt.Sprint("/flows/", show.Payment)
		for _, selector := range []string{`.woven svg a[href="` + payment + `"]`, `#parts a[href="` + payment + `#papers"]`, fmt.Sprintf(`#parts a[href="/records/%d"]`, show.Payment),
			`#parts tr.out .badge.in`, `#parts tr.transit`, fmt.Sprintf(`#proof a[href="/records/%d"]`, show.Gift), `#proof a[download][href="/v1/receipts/` + show.Receipt + `"]`,
			`#mine a[href="/receipts/` + show.Receipt + `/certificate"]`, `.take svg.qr`, `meta[name=robots][content=noindex]`} {
			if page.Find(selector).Length() == 0 {
				t.Errorf("%s: there is no %s", language, selector)
			}
		}
		if got := said(page, "#parts tr.transit .badge.transit:last-child"); got != want.partner {
			t.Errorf("%s: what is in transit is with %q", language, got)
		}
		private := said(page, ".private dl")
		for _, text := range []string{want.private, "卢禾年", show.Serial} {
			if !strings.Contains(private, text) {
				t.Errorf("%s: the giver's own details %q have no %q", language, private, text)
			}
		}
		leaf, _ := s.store.Flow(ctx, show.Gift)
		if got := said(page, "#proof code"); got != fmt.Sprintf("%x", leaf.Leaf[:]) {
			t.Errorf("%s: the leaf hash is %q", language, got)
		}
		if got := said(page, "#proof"); !strings.Contains(got, thousands(s.book.Head().Size)) {
			t.Errorf("%s: the checkpoint is not in %q", language, got)
		}
	}
}

func thousands(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// TestReceiptSentences: each thing that can become of a gift has its sentence.
func TestReceiptSentences(t *testing.T) {
	s := open()
	show := s.city.Showcase
	for _, c := range []struct {
		name     string
		index    int64
		zh, en   string
		selector string // of something else that its page has
	}{
		{"refunded", show.Refunded, "您捐赠的 ¥500.00 已全部退还", "Your ¥500.00 has been refunded in full", "#parts tr.muted"},
		{"refunded in part", show.PartRefunded, "您捐赠的 ¥2,000.00：结余 ¥200.00，已退还 ¥1,800.00", "Your ¥2,000.00: ¥200.00 held, ¥1,800.00 refunded", "#parts tr.in"},
		{"late", show.Late, "您捐赠的 ¥300.00", "Your ¥300.00", "article > p .badge:nth-child(2)"},
		{"withdrawn", show.Withdrawn, "您捐赠的 ¥188.00", "Your ¥188.00", "#mine i.muted"},
		{"dollars", show.Dollars, "兑换后未用 US$17,000.00，结余 US$3,000.00", "US$17,000.00 exchanged, not used, US$3,000.00 held", "#parts th small"},
		{"goods", show.Goods, "已发放 721 箱，报损 36 箱，结余 63 箱", "721 箱 handed out, 36 箱 written off, 63 箱 held", "#parts tr.out"},
		{"misposted", show.Misposted, "您捐赠的 ¥1,000.00", "Your ¥1,000.00", "#parts td.via a, #parts tr.in"},
		{"payment", show.Payment, "这笔 ¥", "This ¥", "#parts tr.out"},
	} {
		for language, want := range map[string]string{"zh": c.zh, "en": c.en} {
			status, page := s.receipt(t, c.index, language)
			if got := said(page, "h1"); status != 200 || !strings.Contains(got, want) {
				t.Errorf("%s, %s: %d %q, want %q", c.name, language, status, got, want)
			}
			if page.Find(c.selector).Length() == 0 {
				t.Errorf("%s, %s: there is no %s", c.name, language, c.selector)
			}
			if sum, foot := addUp(t, page.Find("#parts table")); sum != foot {
				t.Errorf("%s, %s: the parts add up to %d, and the foot says %d", c.name, language, sum, foot)
			}
		}
	}
}

// TestReceiptParties: an anonymous giver, a group and an organization are called what
// they are.
func TestReceiptParties(t *testing.T) {
	t.Parallel()
	s := open()
	for kind, want := range map[ledger.PartyKind]string{ledger.Anonymous: "匿名", ledger.Group: "", ledger.Organized: ""} {
		f := s.gift(t, func(f view.Flow) bool { return f.Flow.Party != nil && f.Flow.Party.Kind == kind })
		if want == "" {
			want = f.Flow.Party.Name
		}
		if want == "" {
			want = f.Texts[0].Value // display comes first
		}
		if _, page := s.receipt(t, f.Record.Index, "zh"); !strings.Contains(said(page, "#mine"), want) {
			t.Errorf("%s: the giver is not called %q in %q", kind, want, said(page, "#mine"))
		}
	}
}

// TestReceiptNobody: a gift of an anonymous giver is called one to its holder, on the
// certificate, and among those who paid.
func TestReceiptNobody(t *testing.T) {
	h := newHamlet(t)
	gift := h.record(t, h.give(700))
	for range 6 {
		h.record(t, book.Income{PoolRef: h.pool(), Asset: "CNY", Amount: 1, Occurred: today, Donor: &book.Party{Kind: ledger.Group, Display: "村小全体师生"}})
	}
	bill := h.record(t, h.pay(706))
	_, page := h.receipt(t, gift, "zh")
	if got := said(page, "#mine dl"); !strings.Contains(got, "公开署名 匿名") && !strings.Contains(got, "公开署名匿名") {
		t.Errorf("the giver is called %q", got)
	}
	if _, text := h.certificateOf(t, gift, "", "zh"); !strings.Contains(text, "爱心人士：") {
		t.Errorf("the certificate says %s", text)
	}
	if got := said(h.flow(t, bill, "zh"), "table.givers tbody"); !strings.Contains(got, "匿名捐赠") || !strings.Contains(got, "集体捐赠") {
		t.Errorf("those who paid are %q", got)
	}
}

// gift finds a donation of the city, the newest first.
func (s *site) gift(t testing.TB, is func(view.Flow) bool) view.Flow {
	t.Helper()
	page, err := s.store.Flows(ctx, view.FlowFilter{Kinds: []ledger.FlowKind{ledger.Donation}, Limit: 5000})
	check(err)
	for _, f := range page.Rows {
		if is(f) {
			return f
		}
	}
	t.Fatal("the city has no such gift")
	return view.Flow{}
}

// TestReceiptFrozen: who gave to a project that the regulator stopped reads that the rest
// cannot be used.
func TestReceiptFrozen(t *testing.T) {
	s := open()
	f := s.gift(t, func(f view.Flow) bool { return f.Flow.Project() == s.city.Showcase.Frozen })
	for language, want := range map[string]string{"zh": "监管部门已下令暂停", "en": "The regulator has stopped payments"} {
		if _, page := s.receipt(t, f.Record.Index, language); !strings.Contains(said(page, ".notice"), want) {
			t.Errorf("%s: %q does not say so", language, said(page, ".notice"))
		}
	}
	if _, page := s.receipt(t, s.city.Showcase.Gift, "zh"); page.Find(".notice").Length() > 0 {
		t.Error("the notice is on the page of another project's gift")
	}
}

// TestReceiptsAddUp: of gifts all over the city, the parts add up to the gift, to the fen.
func TestReceiptsAddUp(t *testing.T) {
	t.Parallel()
	s := open()
	page, err := s.store.Flows(ctx, view.FlowFilter{Kinds: []ledger.FlowKind{ledger.Donation}, Limit: 5000})
	check(err)
	for i := 0; i < len(page.Rows); i += 29 {
		f := page.Rows[i]
		status, doc := s.receipt(t, f.Record.Index, "en")
		if sum, foot := addUp(t, doc.Find("#parts table")); status != 200 || sum != f.Flow.Amount || foot != f.Flow.Amount {
			t.Errorf("gift %d of %d: the parts add up to %d, the foot says %d", f.Record.Index, f.Flow.Amount, sum, foot)
		}
	}
}

// TestReceiptRefused: a code that leads nowhere, or to what is no flow, is refused in one
// sentence, and neither page may be kept.
func TestReceiptRefused(t *testing.T) {
	s := open()
	for _, code := range []string{"XXXXXXXXXXXXXXXXXXXXXXXX", "1", s.book.ReceiptCode(s.city.Showcase.Running), s.book.ReceiptCode(1 << 40), "%3Cscript%3Ealert(1)"} {
		for _, rest := range []string{"", "/certificate"} {
			status, page := s.get(t, "/receipts/"+code+rest, "zh")
			if status != 404 || !strings.Contains(said(page, "main"), "没有找到对应的捐赠") || page.Find("main script").Length() > 0 {
				t.Errorf("%s%s: %d %s", code, rest, status, said(page, "main"))
			}
		}
	}
	answer, err := http.Get(s.url + "/receipts/" + s.city.Showcase.Receipt)
	check(err)
	answer.Body.Close()
	if answer.Header.Get("Cache-Control") != "no-store" || answer.Header.Get("X-Robots-Tag") != "noindex" || answer.Header.Get("ETag") != "" {
		t.Errorf("it may be kept: %v", answer.Header)
	}
	if status, page := s.get(t, "/receipts/"+s.city.Showcase.Receipt+"?after=x", "en"); status != 400 || !strings.Contains(said(page, "main"), "“Pages”") {
		t.Errorf("after=x: %d %s", status, said(page, "main"))
	}
}

// markup is a text that would be markup if it were not escaped.
const markup = `"><script>alert(1)</script><img src=x onerror=alert(2)>'&`

// TestReceiptEscapes: what people wrote is shown as they wrote it, and is never markup.
func TestReceiptEscapes(t *testing.T) {
	at := newHamlet(t)
	s := at.site
	gift := at.record(t, book.Income{PoolRef: at.pool(), Asset: "CNY", Amount: 5000, Occurred: today, Channel: "wechat", Serial: markup, Account: markup, Invoice: markup,
		Donor: &book.Party{Kind: ledger.Person, Name: markup, Display: markup, Contact: markup}, Note: markup})
	spent := at.record(t, book.Spend{PoolRef: at.pool(), Asset: "CNY", Amount: 3000, Occurred: today, Category: "5101.direct_aid",
		Payee: &book.Party{Kind: ledger.Organized, Name: markup}, Purpose: markup})
	at.record(t, book.Refund{Of: gift, Amount: 1000, Occurred: today, Reason: markup})
	at.record(t, book.Deliver{Of: spent, Amount: 1000, Occurred: today, Recipient: &book.Party{Kind: ledger.Person, Display: markup}})
	at.record(t, book.Correct{Of: spent, Field: "purpose", Old: markup, New: markup + "!", Reason: markup})
	code := s.book.ReceiptCode(gift)
	for path, times := range map[string]int{"/receipts/" + code: 9, "/receipts/" + code + "/certificate?name=real": 1, fmt.Sprint("/flows/", gift): 4, fmt.Sprint("/flows/", spent): 6} {
		status, body := s.fetch(t, path, "en")
		_, page := s.get(t, path, "en")
		if status != 200 || page.Find("main script, main img").Length() > 0 || strings.Contains(string(body), "<script>alert") {
			t.Errorf("%s: %d, and what people wrote is markup", path, status)
		}
		if got := strings.Count(html.UnescapeString(string(body)), markup); got < times {
			t.Errorf("%s: it is shown %d times, want %d", path, got, times)
		}
	}
}
