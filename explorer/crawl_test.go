package explorer_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestCrawl: every link of the public pages leads somewhere.
func TestCrawl(t *testing.T) {
	t.Parallel()
	s := open()
	seen, queue := map[string]string{"/": ""}, []string{"/"}
	perPath := map[string]int{}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		answer, err := plain.Get(s.url + path)
		check(err)
		if answer.StatusCode >= 400 {
			t.Errorf("%s answers %s; it is a link of %s", path, answer.Status, seen[path])
		}
		page := &goquery.Document{}
		if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") && !strings.HasPrefix(path, "/docs/") {
			page, err = goquery.NewDocumentFromReader(answer.Body)
			check(err)
		}
		answer.Body.Close()
		if page.Selection == nil {
			continue
		}
		for _, link := range links(page) {
			kind, _, _ := strings.Cut(link, "?")
			if perPath[kind]++; seen[link] == "" && link != "/" && (perPath[kind] <= 40 || !strings.Contains(link, "?")) && len(seen) < mostPages {
				seen[link] = path
				queue = append(queue, link)
			}
		}
	}
	t.Logf("%d addresses", len(seen))
}

// links are the addresses on this server that a page leads to.
func links(page *goquery.Document) (list []string) {
	page.Find("[href], [src]").Each(func(_ int, e *goquery.Selection) {
		for _, attribute := range []string{"href", "src"} {
			u, err := url.Parse(e.AttrOr(attribute, ""))
			if err == nil && u.Host == "" && strings.HasPrefix(u.Path, "/") {
				u.Fragment = ""
				list = append(list, u.String())
			}
		}
	})
	return list
}
