package explorer_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"mingzhang/explorer"
	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
	"mingzhang/ledger/trace"
	"mingzhang/ledger/view"
)

// certificate gives the page of a certificate.
func (s *site) certificateOf(t testing.TB, index int64, query, language string) (int, string) {
	t.Helper()
	status, page := s.get(t, "/receipts/"+s.book.ReceiptCode(index)+"/certificate"+query, language)
	if status != 200 {
		return status, said(page, "main")
	}
	return status, said(page, ".certificate")
}

// TestCertificate: the amount in figures and capitals, the giver as they agreed to be
// shown, and what it is not.
func TestCertificate(t *testing.T) {
	s := open()
	show := s.city.Showcase
	for _, c := range []struct {
		name, query, language string
		has, hasNot           []string
	}{
		{"as shown", "", "zh", []string{"卢**：", "¥2,000.00", "大写：人民币贰仟元整", "百善同行·南珠慈善日联合劝募", "南珠市慈善会", fmt.Sprint("№ ", show.Gift), "不是公益事业捐赠票据", "明账", "存证"}, []string{"卢禾年", show.Receipt[20:]}},
		{"real name", "?name=real", "zh", []string{"卢禾年：", "¥2,000.00"}, []string{"卢**", show.Receipt[20:]}},
		{"with the code", "?code=own", "zh", []string{"卢**：", show.Receipt[20:]}, []string{"卢禾年"}},
		{"English", "", "en", []string{"Presented to 卢**", "¥2,000.00", "not a fiscal donation receipt"}, []string{"贰仟", "In words"}},
	} {
		status, text := s.certificateOf(t, show.Gift, c.query, c.language)
		if status != 200 {
			t.Errorf("%s: %d", c.name, status)
		}
		for _, want := range c.has {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not in %s", c.name, want, text)
			}
		}
		for _, want := range c.hasNot {
			if strings.Contains(text, want) {
				t.Errorf("%s: %q is in %s", c.name, want, text)
			}
		}
	}
}

// TestCertificateCode: what hangs on a wall leads to the public page; only who asks for
// it has the secret one on the paper.
func TestCertificateCode(t *testing.T) {
	s := open()
	show := s.city.Showcase
	path := "/receipts/" + show.Receipt + "/certificate"
	for query, want := range map[string]string{"": fmt.Sprint(s.url, "/flows/", show.Gift), "?code=own": s.url + "/receipts/" + show.Receipt} {
		_, page := s.get(t, path+query, "zh")
		if got := said(page, ".certificate svg.qr title"); got != want {
			t.Errorf("%q: the code leads to %q, want %q", query, got, want)
		}
	}
}

// TestCertificateKinds: goods, dollars, and gifts of which some or all was given back.
func TestCertificateKinds(t *testing.T) {
	s := open()
	show := s.city.Showcase
	anonymous := s.gift(t, func(f view.Flow) bool { return f.Flow.Party != nil && f.Flow.Party.Kind == ledger.Anonymous })
	for _, c := range []struct {
		name   string
		index  int64
		status int
		want   []string
	}{
		{"goods", show.Goods, 200, []string{"820 箱", "价值 ¥98,400.00", "人民币玖万捌仟肆佰元整"}},
		{"dollars", show.Dollars, 200, []string{"US$20,000.00", "美元贰万元整"}},
		{"refunded in part", show.PartRefunded, 200, []string{"¥200.00", "人民币贰佰元整", "原捐赠 ¥2,000.00，已退还 ¥1,800.00"}},
		{"refunded", show.Refunded, 404, []string{"不再出具"}},
		{"withdrawn", show.Withdrawn, 200, []string{"爱心人士"}},
		{"anonymous", anonymous.Record.Index, 200, []string{"爱心人士"}},
		{"a payment", show.Payment, 404, []string{"只有捐赠"}},
	} {
		status, text := s.certificateOf(t, c.index, "", "zh")
		if status != c.status {
			t.Errorf("%s: %d, want %d", c.name, status, c.status)
		}
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not in %s", c.name, want, text)
			}
		}
	}
	if status, _ := s.certificateOf(t, show.Gift, "?name=other", "zh"); status != 400 {
		t.Errorf("name=other: %d", status)
	}
}

// TestCertificateReversed: an entry that was a mistake thanks nobody.
func TestCertificateReversed(t *testing.T) {
	h := newHamlet(t)
	gift := h.record(t, h.give(800_00))
	h.record(t, book.Reverse{Of: gift, Reason: "重复录入"})
	if status, text := h.certificateOf(t, gift, "", "zh"); status != 404 {
		t.Errorf("%d %s", status, text)
	}
	_, page := h.site.receipt(t, gift, "zh")
	if got, want := said(page, "h1"), "您捐赠的 ¥800.00 已冲销：这笔录入有误，不计入收支"; got != want {
		t.Errorf("its page says %q, want %q", got, want)
	}
}

// untraced is a book in which nothing can be traced.
type untraced struct{ shown }

type traceless struct{ explorer.Reads }

func (traceless) Trace() trace.Reader { panic("a trace, which has no bound") }

func (u untraced) At(ctx context.Context, do func(explorer.Reads) error) error {
	return u.shown.At(ctx, func(r explorer.Reads) error { return do(traceless{r}) })
}

// TestCertificateBack: what was given back of a gift is what a trace of all its units says,
// wherever they went meanwhile, and takes none: payments without number may share them.
func TestCertificateBack(t *testing.T) {
	h := newHamlet(t)
	engine, pass := gin.New(), func(c *gin.Context) { c.Next() }
	pages, err := explorer.New(explorer.Config{Book: untraced{shown{h.store, h.book}}, Origin: origin, URL: h.url, Now: h.clock.Now})
	check(err)
	pages.Routes(engine, pass, pass, uncounted, unguarded)
	refund := func(of, fen int64) book.Refund {
		return book.Refund{Of: of, Amount: fen, Occurred: today, Reason: "误多输一位"}
	}
	atPartner := func(r book.Refund) book.Refund {
		r.From = &book.PoolRef{Project: h.project, Holder: &h.partner}
		return r
	}
	toPartner := func(of, fen int64) book.Transfer {
		return book.Transfer{From: h.pool(), To: book.PoolRef{Project: h.project, Holder: &h.partner}, Of: of, Asset: "CNY", Amount: fen, Occurred: today, Purpose: "交执行机构"}
	}
	comeBack := func(of, fen int64) book.Return {
		return book.Return{Of: of, Amount: fen, Occurred: today, Reason: "退回"}
	}
	reverse := func(of int64) book.Reverse { return book.Reverse{Of: of, Reason: "录入有误"} }
	for i, c := range []struct {
		name        string
		designation string
		then        func(of int64) []any // what comes next is of+1, of+2, …
		back        int64                // of 1,000 fen
	}{
		{"kept", "", func(int64) []any { return nil }, 0},
		{"paid", "", func(int64) []any { return []any{h.pay(1000)} }, 0},
		{"in two parts", "", func(of int64) []any { return []any{refund(of, 300), h.pay(400), refund(of, 200)} }, 500},
		{"for a named beneficiary", "chen", func(of int64) []any { return []any{refund(of, 300)} }, 300},
		{"by a partner", "", func(of int64) []any { return []any{toPartner(of, 600), atPartner(refund(of, 250)), refund(of, 100)} }, 350},
		{"after a transfer was reversed", "", func(of int64) []any { return []any{toPartner(of, 600), reverse(of + 1), refund(of, 900)} }, 900},
		{"reversed refund", "", func(of int64) []any { return []any{refund(of, 300), reverse(of + 1)} }, 0},
		{"returned in part", "", func(of int64) []any { return []any{refund(of, 300), comeBack(of+1, 120)} }, 180},
		{"returned and refunded again", "", func(of int64) []any { return []any{refund(of, 300), comeBack(of+1, 120), refund(of, 700)} }, 880},
		{"returned by mistake", "", func(of int64) []any { return []any{refund(of, 300), comeBack(of+1, 120), reverse(of + 2)} }, 300},
		{"a payment came back", "", func(of int64) []any { return []any{h.pay(1000), comeBack(of+1, 400), refund(of, 400)} }, 400},
		{"whole", "", func(of int64) []any { return []any{refund(of, 400), refund(of, 600)} }, 1000},
		{"reversed", "", func(of int64) []any { return []any{reverse(of)} }, 1000},
		{"reversed after its refund was", "", func(of int64) []any { return []any{refund(of, 300), reverse(of + 1), reverse(of)} }, 1000},
	} {
		h.project = h.record(t, book.RegisterProject{Organization: code("51440100MADE00092"), Name: fmt.Sprint("村口的桥 ", i), Filing: fmt.Sprint("51440100MADE000114A250", 10+i), Kind: ledger.Campaign,
			Cause: "poverty-relief", Place: "440100", PlanFields: book.PlanFields{Starts: "2025-09-01", Ends: "2025-12-31"}, Designations: []book.Designation{{ID: "chen", Name: "陈大娘家", Class: ledger.Agency}}})
		gift := h.give(1000)
		gift.Designation = c.designation
		of := h.record(t, gift)
		for _, what := range c.then(of) {
			h.record(t, what)
		}
		if traced := h.tracedBack(t, of); traced != c.back {
			t.Errorf("%s: a trace gives %d back, want %d", c.name, traced, c.back)
		}
		status, want := http.StatusOK, "of which ¥"+ledger.FormatAmount(c.back, 2)+" was refunded"
		switch c.back {
		case 0:
			want = "¥10.00"
		case 1000:
			status, want = http.StatusNotFound, "there is no certificate for it"
		}
		r := httptest.NewRequest("GET", "/receipts/"+h.book.ReceiptCode(of)+"/certificate?lang=en", nil)
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, r)
		if text := w.Body.String(); w.Code != status || !strings.Contains(text, want) || c.back == 0 && strings.Contains(text, "was refunded") {
			t.Errorf("%s: got %d, want %d and %q", c.name, w.Code, status, want)
		}
	}
}

// tracedBack is how much of an income was given back or undone, by a trace of all its units.
func (h *hamlet) tracedBack(t testing.TB, index int64) (back int64) {
	t.Helper()
	err := h.store.At(ctx, func(s *store.Store) error {
		parts, err := trace.Forward(ctx, s.Trace(), index)
		for _, p := range parts {
			if p.State == trace.Refunded || p.State == trace.Reversed {
				back += p.Len()
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return back
}
