package explorer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"mingzhang/ledger/book"
)

// TestClosedPapers: on a list, a paper that anyone may see leads to itself, and one that is
// for auditors to where that is said, which answers whoever follows it.
func TestClosedPapers(t *testing.T) {
	h := newHamlet(t)
	var hashes []string
	for i, public := range []bool{true, false} {
		e, err := h.files.Put(ctx, strings.NewReader(fmt.Sprint("签收单 ", i)), "text/plain")
		check(err)
		e.Public = public
		h.record(t, book.AddEvidence{Evidence: e})
		hashes = append(hashes, e.Hash)
	}
	h.record(t, h.give(1000))
	pay := h.pay(400)
	pay.Evidence = hashes
	payment := h.record(t, pay)
	links := h.there(t, fmt.Sprint("/flows?kind=expenditure&project=", h.project)).Find("a.evidence").Map(func(_ int, a *goquery.Selection) string { return a.AttrOr("href", "") })
	want := []string{"/v1/evidence/" + hashes[0], fmt.Sprintf("/flows/%d#papers", payment)}
	if !slices.Equal(links, want) {
		t.Errorf("the papers lead to %q, want %q", links, want)
	}
	if said := h.there(t, fmt.Sprint("/flows/", payment)).Find("#papers li").Eq(1); said.Find("a[href^='/v1/evidence']").Length() > 0 || strings.TrimSpace(said.Text()) == "" {
		t.Errorf("of the closed paper its page says %q", said.Text())
	}
}
