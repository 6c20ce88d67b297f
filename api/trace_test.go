package api_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"mingzhang/api"
	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// TestTraces: every unit of a gift is somewhere, and every unit of a payment is from
// somewhere, each said with what a reader asks next.
func TestTraces(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		for _, c := range []struct {
			flow string
			want []string // from, upto, state, path, now
		}{
			{"gift", []string{
				"0 350 spent {payment}", "350 400 held {payment} {return}", "400 500 refunded {refund}",
				"500 800 spent {transfer} {abroad}", "800 1000 in_transit {transfer}"}},
			{"firm", []string{
				"0 500 in_transit {transfer}", "500 2500 spent {purchase} {desks} = 4 goods/desk", "2500 3500 converted {purchase} = 2 goods/desk",
				"3500 3520 spent {management}", "3520 3526 spent {fee}", "3526 5000 held"}},
			{"wrong", []string{"0 70 reversed {reversal}"}},
			{"payment", []string{"0 350 spent", "350 400 held {return}"}},
			{"desks", []string{"0 4 spent"}},
		} {
			var got api.Trace
			l.json(t, l.path("/v1/flows/{"+c.flow+"}/trace"), &got)
			if want := l.path(strings.Join(c.want, "\n")); shownParts(got) != want {
				t.Errorf("trace of %s:\n%s\nwant\n%s", c.flow, shownParts(got), want)
			}
			if last := got.Parts[len(got.Parts)-1]; last.Upto != got.Total {
				t.Errorf("trace of %s: it ends at %d of %d", c.flow, last.Upto, got.Total)
			}
		}
		l.checkExpenditure(t)
		l.checkSources(t)
	})
}

func shownParts(tr api.Trace) string {
	var lines []string
	for _, p := range tr.Parts {
		line := fmt.Sprint(p.From, p.Upto, " ", p.State)
		for _, index := range p.Path {
			line += fmt.Sprint(" ", index)
		}
		if p.Now != nil {
			line += fmt.Sprintf(" = %d %s", p.Now.Amount, p.Now.Asset)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// checkExpenditure: a spent part says what was paid, to whom, and what shows it.
func (l *library) checkExpenditure(t *testing.T) {
	var got api.Trace
	l.json(t, l.path("/v1/flows/{gift}/trace"), &got)
	paid, abroad := got.Parts[0].Expenditure, got.Parts[3].Expenditure
	if paid == nil || paid.ID != l.at["payment"] || paid.Payee.Name != "某学校" || paid.Category != "5101.direct_aid" || paid.Texts["purpose"] != "助学金" || hashesOf(paid.Evidence, false) != l.original+" "+l.redacted || hashesOf(paid.Evidence, true) != l.redacted {
		t.Errorf("the payment is %+v", paid)
	}
	if abroad == nil || abroad.Payee.Display != "王*" || abroad.Payee.Name != "" {
		t.Errorf("the partner's payment is %+v", abroad)
	}
	if got.Parts[1].Expenditure != nil {
		t.Error("what is held has an expenditure")
	}
	l.json(t, l.path("/v1/flows/{firm}/trace?limit=2"), &got)
	if desks := got.Parts[1].Expenditure; desks.Delivered != 3 || desks.Asset != "goods/desk" || desks.Amount != 4 {
		t.Errorf("the desks are %+v", desks)
	}
	if got.Next == "" || len(got.Parts) != 2 || got.Total != 5000 {
		t.Errorf("a page of 2 is %+v", got)
	}
}

// checkSources: a payment names the gifts that paid it, persons by the name they show.
func (l *library) checkSources(t *testing.T) {
	for _, c := range []struct {
		flow string
		want string
		of   int64 // units of the first gift
	}{
		{"payment", "0 400 {gift} 李* via {payment}", 400},
		{"abroad", "0 300 {gift} 李* via {transfer} {abroad}", 300},
		{"transfer", "0 500 {gift} 李* via {transfer}\n500 1000 {firm} 某某公司 via {transfer}", 500},
		{"desks", "0 4 {firm} 某某公司 via {purchase} {desks}", 2000},
		{"return", "0 50 {gift} 李* via {payment} {return}", 50},
		{"gift", "0 1000 {gift} 李* via", 1000},
	} {
		var got api.Sources
		l.json(t, l.path("/v1/flows/{"+c.flow+"}/sources"), &got)
		var lines []string
		for _, s := range got.Sources {
			path := strings.Trim(fmt.Sprint(s.Path), "[]")
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("%d %d %d %s%s via %s", s.From, s.Upto, s.Gift.ID, s.Gift.Party.Display, s.Gift.Party.Name, path)))
		}
		if is := strings.Join(lines, "\n"); is != l.path(c.want) || got.Sources[0].Of.Len() != c.of {
			t.Errorf("sources of %s:\n%s\nwant\n%s", c.flow, is, l.path(c.want))
		}
		if last := got.Sources[len(got.Sources)-1]; last.Upto != got.Total {
			t.Errorf("sources of %s: they end at %d of %d", c.flow, last.Upto, got.Total)
		}
	}
}

// TestLongTrace: a payment made of more gifts than any page has is told page by page.
func TestLongTrace(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		const gifts = 2600
		west := l.west(t, gifts)
		l.do(t, "long", book.Spend{PoolRef: west, Asset: "CNY", Amount: 3*gifts - 1, Occurred: "2026-11-20", Category: "5101.direct_aid", Payee: &book.Party{Kind: ledger.Distribution}})
		var pages, n, at int64
		for next := ""; ; pages++ {
			var page api.Sources
			l.json(t, l.path("/v1/flows/{long}/sources?limit=500"+next), &page)
			for _, s := range page.Sources {
				if s.From != at {
					t.Fatalf("source %d begins at %d and not at %d", n, s.From, at)
				}
				n, at = n+1, s.Upto
			}
			if next = "&cursor=" + page.Next; page.Next == "" {
				break
			}
		}
		if n != gifts || at != 3*gifts-1 || pages != 5 {
			t.Errorf("%d sources on %d pages, up to %d", n, pages+1, at)
		}
	})
}

// west gives many gifts of 3 fen to the western project, and lets it pay again.
func (l *library) west(t testing.TB, gifts int) book.PoolRef {
	t.Helper()
	west := book.PoolRef{Project: l.at["west"]}
	var many []book.Request
	for range gifts {
		many = append(many, book.Request{What: book.Income{PoolRef: west, Asset: "CNY", Amount: 3, Occurred: "2026-11-20", Donor: &book.Party{Kind: ledger.Anonymous}},
			By: ledger.Author{Key: "p1"}})
	}
	many = append(many, book.Request{What: book.FreezeProject{Project: l.at["west"], Order: "穗民函〔2026〕15号", Reason: "核查完毕", Release: true}, By: ledger.Author{Key: "p1"}})
	_, err := l.book.SubmitAll(context.Background(), many, false)
	check(t, err)
	return west
}

// TestManyGiftsForOneUnit: one thing that thousands of gifts paid for is told page by page,
// and no page is longer than was asked for.
func TestManyGiftsForOneUnit(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		const gifts = 2600
		west := l.west(t, gifts)
		l.do(t, "bought", book.Convert{Pool: west, From: ledger.Sum{Asset: "CNY", Amount: 3 * gifts}, To: ledger.Sum{Asset: "goods/desk", Amount: 1}, Occurred: "2026-11-20", Basis: "合同"})
		l.do(t, "given", book.Spend{PoolRef: west, Asset: "goods/desk", Amount: 1, Occurred: "2026-11-20", Category: "5101.direct_aid", Payee: &book.Party{Kind: ledger.Distribution}})
		path := l.path("/v1/flows/{given}/sources")
		if _, _, body := l.ask(t, "GET", path+"?limit=1", nil); len(body) > 1000 {
			t.Errorf("a page of 1 source has %d bytes: %.300s", len(body), body)
		}
		var all []api.Source
		for cursor, pages := "", 0; ; pages++ {
			var page api.Sources
			l.json(t, path+"?limit=500&cursor="+cursor, &page)
			all = append(all, page.Sources...)
			if cursor = page.Next; cursor == "" {
				if pages != gifts/500 {
					t.Errorf("%d pages follow the first, want %d", pages, gifts/500)
				}
				break
			}
			if len(page.Sources) != 500 {
				t.Fatalf("page %d has %d sources", pages, len(page.Sources))
			}
		}
		seen, exported := map[int64]bool{}, l.items(t, l.path("/v1/exports/sources.json?flow={given}"))
		for i, s := range all {
			if seen[s.Gift.ID] || s.Of.Len() != 3 || s.Upto != map[bool]int64{true: 1}[i == gifts-1] {
				t.Fatalf("source %d is %+v", i, s)
			}
			if seen[s.Gift.ID] = true; i < len(exported) && fmt.Sprint(exported[i]["gift"].(map[string]any)["id"]) != fmt.Sprint(s.Gift.ID) {
				t.Fatalf("source %d is of gift %d, and exported as %v", i, s.Gift.ID, exported[i])
			}
		}
		if len(all) != gifts || len(exported) != gifts {
			t.Errorf("%d sources and %d exported, want %d", len(all), len(exported), gifts)
		}
	})
}
