package explorer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"mingzhang/ledger/book"
)

// TestRefunded: what a giver got back of a gift stands beside the gift, on lists and on its
// own page; what came back of a refund does not count. Only what was undone whole is
// struck out.
func TestRefunded(t *testing.T) {
	h := newHamlet(t)
	kept, part, whole, reversed := h.record(t, h.give(500)), h.record(t, h.give(100_000)), h.record(t, h.give(2_000)), h.record(t, h.give(700))
	refund := h.record(t, book.Refund{Of: part, Amount: 30_000, Occurred: today, Reason: "误多输一位"})
	h.record(t, book.Refund{Of: part, Amount: 5_000, Occurred: today, Reason: "再退一部分"})
	h.record(t, book.Return{Of: refund, Amount: 10_000, Occurred: today, Reason: "退款退回一部分"})
	h.record(t, book.Refund{Of: whole, Amount: 2_000, Occurred: today, Reason: "重复付款"})
	h.record(t, book.Reverse{Of: reversed, Reason: "录入有误"})
	payment := h.record(t, h.pay(400))
	h.record(t, book.Return{Of: payment, Amount: 100, Occurred: today, Reason: "多付退回"})
	list := h.there(t, fmt.Sprint("/flows?project=", h.project))
	for _, c := range []struct {
		index  int64
		badge  string
		struck bool
	}{
		{kept, "", false},
		{part, "已退还捐赠人 ¥250.00", false},
		{whole, "已退还捐赠人 ¥20.00", false},
		{reversed, "已退回或冲销 ¥7.00", true},
		{payment, "已退回或冲销 ¥1.00", false},
		{refund, "已退回或冲销 ¥100.00", false},
	} {
		row := list.Find("table.flows tbody tr").FilterFunction(func(_ int, tr *goquery.Selection) bool {
			return tr.Find(fmt.Sprintf(`td:nth-child(2) a[href="/flows/%d"]`, c.index)).Length() > 0
		})
		if got := strings.TrimSpace(row.Find(".badge.muted").Text()); got != c.badge || row.HasClass("undone") != c.struck {
			t.Errorf("on the list, flow %d says %q, struck out: %v; want %q, %v", c.index, got, row.HasClass("undone"), c.badge, c.struck)
		}
		head := h.there(t, fmt.Sprint("/flows/", c.index)).Find("article > p").First().Text()
		if c.badge != "" && !strings.Contains(head, c.badge) {
			t.Errorf("on its own page, flow %d says %q, want %q", c.index, head, c.badge)
		}
	}
}
