package explorer_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// mostOfPath is how many addresses a crawl looks at that differ in what they ask of one
// page: the filters of lists lead on and on.
const mostOfPath = 40

// TestCrawl: every link of the public pages leads somewhere, and one to a part of a page
// to a part that is there.
func TestCrawl(t *testing.T) {
	t.Parallel()
	s := open()
	last := fmt.Sprint("/records/", s.book.Head().Size-1)
	c := crawl{from: map[string]string{"/": "the address bar", last: "the address bar"}, parts: map[string]string{}, ids: map[string]map[string]bool{}, perPath: map[string]int{}, queue: []string{"/", last}}
	for len(c.queue) > 0 {
		path := c.queue[0]
		c.queue = c.queue[1:]
		if wrong := c.visit(t, s, path); wrong != "" {
			t.Errorf("%s %s; it is a link of %s", path, wrong, c.from[path])
		}
	}
	followed := 0
	for link, from := range c.parts {
		path, id, _ := strings.Cut(link, "#")
		ids, looked := c.ids[path]
		if looked {
			followed++
		}
		if looked && !ids[id] {
			t.Errorf("%s has no part %q, to which %s links", path, id, from)
		}
	}
	if t.Logf("%d addresses, %d links to parts of them", len(c.from), followed); followed < mostPages/4 {
		t.Error("hardly any link to a part of a page was followed")
	}
}

// crawl is what has been found so far.
type crawl struct {
	queue   []string
	from    map[string]string          // addresses, and the first page that leads to each
	parts   map[string]string          // those with a fragment
	ids     map[string]map[string]bool // of each page that was looked at
	perPath map[string]int
}

// visit looks at an address and says what is wrong with it.
func (c *crawl) visit(t *testing.T, s *site, path string) (wrong string) {
	answer, err := plain.Get(s.url + path)
	check(err)
	defer answer.Body.Close()
	if answer.StatusCode >= 400 {
		return "answers " + answer.Status
	}
	if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") || strings.HasPrefix(path, "/docs/") {
		return ""
	}
	page, err := goquery.NewDocumentFromReader(answer.Body)
	check(err)
	c.ids[path] = map[string]bool{}
	page.Find("[id]").Each(func(_ int, e *goquery.Selection) { c.ids[path][e.AttrOr("id", "")] = true })
	for _, link := range fragments(page, path) {
		if c.parts[link] == "" {
			c.parts[link] = path
		}
	}
	for _, link := range links(page) {
		c.find(link, path)
	}
	return ""
}

// find notes where an address was found, if it is to be looked at.
func (c *crawl) find(link, from string) {
	if c.from[link] != "" || len(c.from) >= mostPages {
		return
	}
	if kind, _, asks := strings.Cut(link, "?"); asks {
		if c.perPath[kind] >= mostOfPath {
			return
		}
		c.perPath[kind]++
	}
	c.from[link] = from
	c.queue = append(c.queue, link)
}

// fragments are the addresses of parts of pages on this server that a page leads to.
func fragments(page *goquery.Document, path string) (list []string) {
	here, err := url.Parse(path)
	check(err)
	page.Find("[href]").Each(func(_ int, e *goquery.Selection) {
		u, err := here.Parse(e.AttrOr("href", ""))
		if err == nil && u.Host == "" && u.Fragment != "" {
			list = append(list, u.String())
		}
	})
	return list
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
