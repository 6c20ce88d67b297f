package explorer_test

import (
	"fmt"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
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
