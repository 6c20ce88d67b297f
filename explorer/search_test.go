package explorer_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"mingzhang/ledger/account"
	"mingzhang/ledger/record"
)

func searchPath(text string) string { return "/search?q=" + url.QueryEscape(text) }

// TestSearchLeads: a number or hash that is one thing's alone leads there, in the
// language that was chosen.
func TestSearchLeads(t *testing.T) {
	s := open()
	gift, project := s.city.Showcase.Gift, s.city.Showcase.Relief
	data, err := s.store.Stored(ctx, gift)
	check(err)
	leaf := record.Hash(data)
	p, err := s.store.Project(ctx, project, account.Today(noon))
	check(err)
	o, err := s.store.Organization(ctx, s.city.Charities[1])
	check(err)
	recordPath := fmt.Sprint("/records/", gift)
	for text, want := range map[string]string{
		fmt.Sprint(gift): recordPath, fmt.Sprint("#", gift): recordPath, fmt.Sprint("№ ", gift): recordPath, fmt.Sprint(" ", gift, " "): recordPath,
		hex.EncodeToString(leaf[:]): recordPath, "sha256:" + hex.EncodeToString(leaf[:]): recordPath, base64.StdEncoding.EncodeToString(leaf[:]): recordPath,
		fmt.Sprint(project): fmt.Sprint("/records/", project), p.Filing: projectPath(project), strings.ToLower(p.Filing): projectPath(project),
		o.Code: organizationPath(o.Index), strings.ToLower(o.Code): organizationPath(o.Index),
	} {
		if got := s.leads(t, searchPath(text)); got != want {
			t.Errorf("%q leads to %q, want %q", text, got, want)
		}
		if got := s.leads(t, searchPath(text)+"&lang=en"); got != want+"?lang=en" {
			t.Errorf("in English %q leads to %q", text, got)
		}
		s.there(t, want)
	}
}

// TestSearchNames: a part of a name gives projects and organizations apart; one that has
// the name of a single thing is shown and not jumped to.
func TestSearchNames(t *testing.T) {
	s := open()
	p, err := s.store.Project(ctx, s.city.Showcase.Relief, account.Today(noon))
	check(err)
	for _, language := range languages {
		_, page := s.get(t, searchPath("南珠市慈善会"), language)
		if !strings.Contains(page.Find(".hits").Text(), "南珠市慈善会") || len(cards(page)) != 5 || page.Find("header input[name=q]").AttrOr("value", "") != "南珠市慈善会" {
			t.Errorf("%s: %q, %v", language, page.Find(".hits").Text(), cards(page))
		}
		headings(t, "search", page)
		_, page = s.get(t, searchPath(p.Name[:12]), language)
		if got := cards(page); len(got) != 1 || got[0] != projectPath(p.Index) {
			t.Errorf("%s: %v", language, got)
		}
		_, page = s.get(t, searchPath("南"), language)
		if page.Find(`a[href="/projects?q=%E5%8D%97"]`).Length() != 1 {
			t.Errorf("%s: no way to all projects", language)
		}
		s.alive(t, page)
		stranger := s.stranger(t)
		for _, text := range []string{stranger.Key, strings.ToLower(stranger.Key)} {
			if _, page = s.get(t, searchPath(text), language); page.Find(`main a[href="/flows?party=`+stranger.Key+`"]`).Text() != stranger.Name {
				t.Errorf("%s: who is no more than a party is not found under %s", language, text)
			}
		}
	}
}

// TestSearchPrivate: what only a giver has is neither found nor repeated, in whatever
// form it is typed; the page says where it belongs.
func TestSearchPrivate(t *testing.T) {
	s := open()
	show := s.city.Showcase
	spaced := show.Receipt[:8] + "-" + show.Receipt[8:16] + " " + show.Receipt[16:]
	for _, language := range languages {
		for _, text := range []string{show.Receipt, strings.ToLower(show.Receipt), spaced, "https://example.org/receipts/" + show.Receipt, show.Serial, "4200001234202611201234567890", "6222 0212 3456 7890 123",
			"单号" + show.Serial, "44010619900101123X", "13800138000"} {
			answer, err := http.Get(s.url + searchPath(text) + "&lang=" + language)
			check(err)
			body := new(strings.Builder)
			_, err = io.Copy(body, answer.Body)
			check(err)
			answer.Body.Close()
			plain := func(s string) string {
				return strings.ToUpper(strings.NewReplacer("-", "", " ", "", "%20", "", "+", "").Replace(s))
			}
			if answer.StatusCode != 200 || strings.Contains(plain(body.String()), plain(text)) || strings.Contains(body.String(), url.QueryEscape(text)) {
				t.Errorf("%s: %q (%d) is repeated", language, text, answer.StatusCode)
			}
			if !strings.Contains(body.String(), say(t, language, "search.private")) || !strings.Contains(body.String(), `href="/receipts`) {
				t.Errorf("%s: of %q the page does not say where it belongs", language, text)
			}
			if strings.Contains(body.String(), fmt.Sprint("/flows/", show.Gift)) || strings.Contains(body.String(), fmt.Sprint("/records/", show.Gift)) {
				t.Errorf("%s: %q leads to the gift", language, text)
			}
		}
	}
	// Not even where the address is refused for another reason.
	_, page := s.get(t, searchPath(show.Receipt)+"&x=1", "en")
	if html, _ := page.Html(); strings.Contains(html, show.Receipt) {
		t.Error("a refusal repeats a receipt's code")
	}
}

// TestSearchNothing: what is nowhere, and an empty search, say what to do.
func TestSearchNothing(t *testing.T) {
	s, empty := open(), fresh()
	for _, language := range languages {
		for _, b := range []*site{s, empty} {
			for text, want := range map[string]string{"没有这样的名字": "search.none", "%_\\": "search.none", "999999": "search.none", "": "search.empty", strings.Repeat("ab", 32): "search.none"} {
				status, page := b.get(t, searchPath(text), language)
				if status != 200 || !strings.Contains(page.Find("main").Text(), say(t, language, want)) {
					t.Errorf("%s: %q: %d %q", language, text, status, page.Find("main").Text())
				}
			}
		}
	}
	s.status(t, "/search?q=a&page=2", 400)
	s.status(t, "/search?q=%00", 400)
	s.status(t, "/search?q="+strings.Repeat("x", 700), 400)
}

// TestSearchHostile: what was searched for, and what was found, are text.
func TestSearchHostile(t *testing.T) {
	h := wickedBook(t)
	page := h.there(t, searchPath(wicked))
	harmless(t, "search", page, "项目", "慈善会")
	if !strings.Contains(page.Find("h1").Text(), wicked) || page.Find("header input[name=q]").AttrOr("value", "") != wicked {
		t.Errorf("the page searched for %q", page.Find("h1").Text())
	}
	harmless(t, "no hits", h.there(t, searchPath("x"+wicked)))
}
