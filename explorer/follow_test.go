package explorer_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"mingzhang/explorer"
)

// post sends the form of a giver, and gives the answer without following it.
func (s *site) post(t testing.TB, path string, form url.Values) (*http.Response, string) {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.PostForm(s.url+path, form)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

func paid(channel, serial, amount string) url.Values {
	return url.Values{"channel": {channel}, "serial": {serial}, "amount": {amount}}
}

// TestFollowForm: each field has its name and says where its content is found.
func TestFollowForm(t *testing.T) {
	s := open()
	for language, want := range map[string]struct{ title, where string }{
		"zh": {"查我的捐赠", "交易单号"}, "en": {"Follow my gift", "transaction ID"},
	} {
		status, page := s.get(t, "/receipts", language)
		if status != 200 || page.Find("h1").Text() != want.title {
			t.Errorf("%s: %d %q", language, status, page.Find("h1").Text())
		}
		fields := page.Find("form[method=post] input, form[method=post] select")
		if fields.Length() != 4 {
			t.Errorf("%s: %d fields", language, fields.Length())
		}
		for i := range fields.Length() {
			id, _ := fields.Eq(i).Attr("id")
			if page.Find(`label[for="`+id+`"]`).Text() == "" {
				t.Errorf("%s: the field %q has no label", language, id)
			}
		}
		if !strings.Contains(page.Find("dl.facts").Text(), want.where) {
			t.Errorf("%s: it does not say where the number is", language)
		}
		if robots, _ := page.Find("meta[name=robots]").Attr("content"); robots != "noindex" {
			t.Errorf("%s: robots may keep it", language)
		}
		if page.Find("#missed").Length() != 0 {
			t.Errorf("%s: nobody asked yet", language)
		}
	}
}

// TestFind: a giver finds the gift by its code however written, or by all of the payment.
func TestFind(t *testing.T) {
	s := open()
	show := s.city.Showcase
	code := show.Receipt
	spaced := code[:4] + " " + code[4:8] + "-" + code[8:]
	for name, form := range map[string]url.Values{
		"code":                {"code": {code}},
		"lower case":          {"code": {" " + strings.ToLower(spaced) + " "}},
		"letters for figures": {"code": {strings.NewReplacer("0", "O", "1", "l").Replace(code)}},
		"full width":          {"code": {strings.ReplaceAll(code, "0", "０")}},
		"address":             {"code": {"https://mingzhang.example/receipts/" + code + "?lang=en"}},
		"certificate":         {"code": {"https://mingzhang.example/receipts/" + code + "/certificate"}},
		"payment":             paid("wechat", show.Serial, "2000"),
		"decimals":            paid("wechat", " "+show.Serial+" ", "2,000.00"),
		"channel's word":      paid("微信支付", show.Serial, "2000"),
		"in English":          paid(" wechat PAY", show.Serial, "2000"),
		"capitals":            paid("WeChat", show.Serial, "2000"),
		"sign":                paid("wechat", show.Serial, "¥2000元"),
		"full-width amount":   paid("wechat", show.Serial, "２０００．００"),
	} {
		answer, _ := s.post(t, "/receipts", form)
		if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/receipts/"+code {
			t.Errorf("%s: %d to %q", name, answer.StatusCode, answer.Header.Get("Location"))
		}
		if answer.Header.Get("Cache-Control") != "no-store" || answer.Header.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("%s: it may be kept: %v", name, answer.Header)
		}
	}
	if answer, _ := s.post(t, "/receipts?lang=en", url.Values{"code": {code}}); answer.Header.Get("Location") != "/receipts/"+code+"?lang=en" {
		t.Errorf("in English: to %q", answer.Header.Get("Location"))
	}
}

// misses are forms that lead to no gift, each for another reason.
func misses(s *site) map[string]url.Values {
	show := s.city.Showcase
	wrong := []byte(show.Receipt)
	wrong[len(wrong)-1] ^= 1 // another figure or letter
	return map[string]url.Values{
		"nothing":           {},
		"wrong code":        {"code": {string(wrong)}},
		"no code":           {"code": {"<script>alert(1)</script>"}},
		"another's code":    {"code": {strings.Repeat("0", 24)}},
		"unknown serial":    paid("wechat", show.Serial+"7", "2000"),
		"wrong amount":      paid("wechat", show.Serial, "2000.01"),
		"wrong channel":     paid("alipay", show.Serial, "2000"),
		"no amount":         paid("wechat", show.Serial, "abc"),
		"serial alone":      {"serial": {show.Serial}},
		"serial and amount": {"serial": {show.Serial}, "amount": {"2000"}},
		"negative":          paid("wechat", show.Serial, "-2000"),
		"too fine":          paid("wechat", show.Serial, "2000.001"),
	}
}

// TestMisses: whatever was wrong, the answer is the same to the last byte, and repeats
// nothing that was typed.
func TestMisses(t *testing.T) {
	s := open()
	for path, sentence := range map[string]string{"/receipts?lang=zh-Hans": "没有找到相符的捐赠。", "/receipts?lang=en": "No gift matches."} {
		var first string
		for name, form := range misses(s) {
			answer, body := s.post(t, path, form)
			if answer.StatusCode != http.StatusNotFound || !strings.Contains(body, sentence) {
				t.Errorf("%s %s: %d", path, name, answer.StatusCode)
			}
			if first == "" {
				first = body
			}
			if body != first {
				t.Errorf("%s %s: the answer differs", path, name)
			}
			for _, values := range form {
				if len(values[0]) > 8 && strings.Contains(body, values[0]) {
					t.Errorf("%s %s: it repeats %q", path, name, values[0])
				}
			}
		}
	}
}

// asked is a book that counts the questions of a request.
type asked struct {
	shown
	questions *[]string
}

func (a asked) Receipt(code string) (int64, error) {
	*a.questions = append(*a.questions, "receipt")
	return a.shown.Receipt(code)
}

func (a asked) Paid(ctx context.Context, channel, serial string, amount int64) (int64, error) {
	*a.questions = append(*a.questions, "paid")
	return a.shown.Paid(ctx, channel, serial, amount)
}

// TestMissesWork: every miss asks the book the same questions, so that its time tells
// nothing either.
func TestMissesWork(t *testing.T) {
	s := open()
	var questions []string
	pages, err := explorer.New(explorer.Config{Book: asked{shown{s.store, s.book}, &questions}, Origin: origin, URL: s.url, Now: s.clock.Now})
	check(err)
	engine := gin.New()
	pass := func(c *gin.Context) { c.Next() }
	pages.Routes(engine, pass, pass, uncounted, unguarded)
	for name, form := range misses(s) {
		questions = nil
		r := httptest.NewRequest("POST", "/receipts", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		engine.ServeHTTP(w, r)
		if got := fmt.Sprint(w.Code, questions); got != "404 [receipt paid]" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestFindBounded: a form that is no form is not read to its end.
func TestFindBounded(t *testing.T) {
	s := open()
	answer, body := s.post(t, "/receipts", url.Values{"code": {strings.Repeat("0", 1<<20)}})
	if answer.StatusCode != http.StatusBadRequest || strings.Contains(body, "000000000000") {
		t.Errorf("%d %.100s", answer.StatusCode, body)
	}
}

// TestFindEmpty: a book without records finds nothing, and says so as any other does.
func TestFindEmpty(t *testing.T) {
	s := fresh()
	for name, form := range map[string]url.Values{"code": {"code": {strings.Repeat("0", 24)}}, "payment": paid("wechat", "42", "20")} {
		if answer, body := s.post(t, "/receipts", form); answer.StatusCode != http.StatusNotFound || !strings.Contains(body, `id="missed"`) {
			t.Errorf("%s: %d", name, answer.StatusCode)
		}
	}
}

// TestAnyChannel: a gift is found whatever channel it came by, also one that the form
// does not propose; the form proposes channels by the visitor's words.
func TestAnyChannel(t *testing.T) {
	h := newHamlet(t)
	gift := h.give(2_000)
	gift.Channel, gift.Serial = "lingnan-pay", "LN-7700123"
	want := "/receipts/" + h.book.ReceiptCode(h.record(t, gift))
	for _, channel := range []string{"lingnan-pay", " Lingnan-Pay ", "ｌｉｎｇｎａｎ－ｐａｙ"} {
		if answer, _ := h.post(t, "/receipts", paid(channel, gift.Serial, "20")); answer.Header.Get("Location") != want {
			t.Errorf("by %q: %d to %q", channel, answer.StatusCode, answer.Header.Get("Location"))
		}
	}
	if answer, _ := h.post(t, "/receipts", paid("wechat", gift.Serial, "20")); answer.StatusCode != http.StatusNotFound {
		t.Errorf("by another channel: %d", answer.StatusCode)
	}
	for language, word := range map[string]string{"zh": "微信支付", "en": "WeChat Pay"} {
		if _, page := h.get(t, "/receipts", language); page.Find(`datalist#channels option[value="`+word+`"]`).Length() != 1 || page.Find(`input[list=channels]`).Length() != 1 {
			t.Errorf("%s: the form does not propose %q", language, word)
		}
	}
}
