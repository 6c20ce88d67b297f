package explorer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/intake"
)

// claimed is a hamlet of which totals were published elsewhere: right on the first day,
// wrong on the second and in all.
func claimed(t testing.TB) *hamlet {
	h := newHamlet(t)
	gift := h.give(15_000)
	gift.Occurred = "2025-09-18"
	h.record(t, gift)
	gift.Amount, gift.Occurred = 700, "2025-09-19"
	h.record(t, gift)
	h.record(t, h.give(5))
	claim := func(day, title, text string) {
		h.record(t, book.Disclose{Project: h.project, Period: day, Kind: ledger.Claim, Title: title, Text: text})
	}
	claim("2025-09-18", "第一号公告", "当日收到 CNY 150.00 ±0.50\n当日收到 CNY 1 笔\n累计收到 CNY 150.00")
	claim("2025-09-19", "第二号公告 <b>", "当日收到 CNY 8.00\n累计收到 CNY 158.00\n累计收到（wechat） CNY 3.00")
	h.record(t, book.Disclose{Project: h.project, Period: "2025-09-19", Kind: ledger.Finding, Title: "收入清单中未能记入的行", Text: "清单共 3 行，已记入 2 行，未能记入 1 行。"})
	return h
}

// TestReconciliation: what was claimed stands beside what is recorded, for each day and
// in all; what differs is marked and told, and every figure leads to what it adds up.
func TestReconciliation(t *testing.T) {
	h := claimed(t)
	path := fmt.Sprintf("/projects/%d/reconciliation", h.project)
	if link := h.there(t, fmt.Sprint("/projects/", h.project)).Find(`#disclosures a[href="` + path + `"]`).Length(); link != 1 {
		t.Errorf("the project's page leads to its reconciliation %d times", link)
	}
	page := h.there(t, path)
	var rows []string
	page.Find("table.claims tbody").Each(func(_ int, day *goquery.Selection) {
		row := []string{day.AttrOr("class", "")}
		day.Find("tr").First().Find("td").Each(func(_ int, td *goquery.Selection) { row = append(row, strings.Join(strings.Fields(td.Text()), " ")) })
		rows = append(rows, strings.Join(row, " | "))
	})
	for i, want := range []string{
		" | 150.00 1 笔 | 150.00 1 笔 | 0.00 | 150.00 | 150.00 | 0.00 | 相符",
		"differs | 8.00 | 7.00 1 笔 | 1.00 | 158.00 | 157.00 | 1.00 | 不符",
	} {
		if i >= len(rows) || rows[i] != want {
			t.Errorf("row %d: got %q, want %q", i, rows, want)
		}
	}
	said := page.Find("table.claims tr.said").Text()
	for _, want := range []string{"当日公布 ¥8.00，已记入 ¥7.00", "累计公布 ¥158.00，已记入 ¥157.00"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not told: %s", want, said)
		}
	}
	if got := page.Find("table.claims tbody").Eq(1).Find("th").Text(); !strings.Contains(got, "第二号公告 <b>") || page.Find("table.claims th b").Length() > 0 {
		t.Errorf("the claim's title is %q", got)
	}
	for i, want := range []string{"¥150.00", "¥157.00"} {
		link := page.Find("table.claims tbody").Eq(i).Find("td.in a").Eq(1)
		if got := sums(h.there(t, link.AttrOr("href", ""))); len(got) == 0 || got[0] != want {
			t.Errorf("%s leads to sums of %q", want, got)
		}
	}
	text := page.Find("main").Text()
	for _, want := range []string{"另有 1 天", "另有 1 项按渠道公布的数", "清单共 3 行，已记入 2 行"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if page.Find("figure svg.wide .outline").Length() != 2 || page.Find("figure svg.wide .bar.wrong").Length() != 0 {
		t.Error("the picture is not of two days, both within what was claimed")
	}
}

// TestReconciliationFiles: the files have every day, with and without a claim.
func TestReconciliationFiles(t *testing.T) {
	h := claimed(t)
	path := fmt.Sprintf("/projects/%d/reconciliation", h.project)
	files := h.there(t, path).Find(`.downloads a[download][href*="/reconciliation."]`)
	if files.Length() != 3 {
		t.Fatalf("the page leads to %d files", files.Length())
	}
	for _, format := range []string{"csv", "xlsx", "json"} { // where they once were
		address := fmt.Sprintf("/v1/exports/reconciliation.%s?project=%d", format, h.project)
		if files.Filter(`[href="`+address+`"]`).Length() != 1 {
			t.Errorf("the page does not lead to %s", address)
		}
		if answer, err := plain.Get(h.url + path + "." + format); format != "xlsx" && (err != nil || answer.Request.URL.RequestURI() != address || answer.StatusCode != 200) {
			t.Errorf("%s.%s leads to %v, %v", path, format, answer, err)
		}
	}
	rows := h.file(t, fmt.Sprint("/v1/exports/reconciliation.csv?project=", h.project))
	if len(rows) != 3 || rows[1]["claimed"] != "800" || rows[1]["recorded_whole"] != "7.00" || !strings.Contains(rows[1]["findings"], intake.CumulativeDiffers) {
		t.Errorf("the CSV has %q", rows)
	}
	var all struct{ Items []intake.Comparison }
	h.json(t, fmt.Sprint("/v1/exports/reconciliation.json?project=", h.project), &all)
	if len(all.Items) != 3 || all.Items[1].CumulativeRecorded != 15_700 || len(all.Items[2].Records) != 0 {
		t.Errorf("the JSON has %+v", all)
	}
}

// TestNothingClaimed: without claims the page says so, and a project that is none is not
// found, as a page and as a file.
func TestNothingClaimed(t *testing.T) {
	s := open()
	path := fmt.Sprintf("/projects/%d/reconciliation", s.city.Showcase.Running)
	if page := s.there(t, path); page.Find("table.claims").Length() != 0 || page.Find(".notice.calm").Length() != 1 {
		t.Error("a page without claims has a table, or says nothing")
	}
	for _, path := range []string{"/projects/0/reconciliation", "/projects/x/reconciliation.csv", "/projects/999999/reconciliation.json"} {
		if status, _ := s.fetch(t, path, "zh-CN"); status != 404 {
			t.Errorf("%s answers %d", path, status)
		}
	}
}

// TestClaimsCrowdNothingOut: however many totals were claimed, a project's own
// publications stand on its page and count.
func TestClaimsCrowdNothingOut(t *testing.T) {
	h := newHamlet(t)
	h.record(t, book.Disclose{Project: h.project, Period: today, Kind: "progress", Title: "第一期进展", Text: "已开工。"})
	var claims []any
	for i := range 65 {
		claims = append(claims, book.Disclose{Project: h.project, Period: today, Kind: ledger.Claim, Title: fmt.Sprint("第 ", i, " 号公告"), Text: "当日收到 CNY 1.00"})
	}
	h.records(t, claims)
	page := h.there(t, fmt.Sprint("/projects/", h.project))
	if got := page.Find("#disclosures article h3").Text(); got != "第一期进展" {
		t.Errorf("the page shows the publications %q", got)
	}
	if got := h.there(t, fmt.Sprint("/organizations/", h.charity)).Find("#published").Text(); strings.Contains(got, "还没有公开过") {
		t.Errorf("the organization's page says %q", got)
	}
}

// TestClaimFell: of a published sum that became less the page says that it fell, and no
// increase in parentheses.
func TestClaimFell(t *testing.T) {
	h := newHamlet(t)
	for i, text := range []string{"累计收到 CNY 500.00", "累计收到 CNY 300.00"} {
		h.record(t, book.Disclose{Project: h.project, Period: fmt.Sprintf("2025-09-0%d", i+1), Kind: ledger.Claim, Title: "公告", Text: text})
	}
	said := h.there(t, projectPath(h.project)+"/reconciliation").Find("table.claims tr.said").Text()
	if !strings.Contains(said, "减少 ¥200.00") || strings.Contains(said, "增加") {
		t.Errorf("the page says %q", said)
	}
}
