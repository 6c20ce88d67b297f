package explorer_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestValid: every page is HTML that a browser need not mend: elements nest as they are
// written, ids are there once, labels and descriptions name ids that are there, and no
// element or attribute is one that the pages' policy forbids.
func TestValid(t *testing.T) {
	t.Parallel()
	s := open()
	for _, language := range []string{"zh-Hans", "en"} {
		for _, path := range s.everyPage() {
			_, body := s.fetch(t, path, language)
			for _, wrong := range invalid(body) {
				t.Errorf("%s, %s: %s", path, language, wrong)
			}
		}
	}
}

var void = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

// invalid says what is wrong with a page.
func invalid(page []byte) (wrong []string) {
	written, wrong := nesting(page)
	tree, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return append(wrong, err.Error())
	}
	var built []string
	ids, named := map[string]int{}, []string{}
	for n := range tree.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		built = append(built, parents(n))
		for _, a := range n.Attr {
			switch {
			case a.Key == "id":
				ids[a.Val]++
			case a.Key == "for", a.Key == "aria-labelledby", a.Key == "aria-describedby":
				named = append(named, strings.Fields(a.Val)...)
			case a.Key == "style", strings.HasPrefix(a.Key, "on"):
				wrong = append(wrong, fmt.Sprintf("<%s> has %s, which the policy forbids", n.Data, a.Key))
			}
		}
		if n.Data == "style" || n.Data == "script" && n.FirstChild != nil {
			wrong = append(wrong, "an inline "+n.Data)
		}
	}
	for id, count := range ids {
		if count > 1 {
			wrong = append(wrong, fmt.Sprintf("the id %q is there %d times", id, count))
		}
	}
	for _, id := range named {
		if ids[id] == 0 {
			wrong = append(wrong, fmt.Sprintf("%q is named but not there", id))
		}
	}
	for i := range min(len(written), len(built)) {
		if written[i] != built[i] {
			return append(wrong, fmt.Sprintf("written as %s, read as %s", written[i], built[i]))
		}
	}
	if len(written) != len(built) {
		wrong = append(wrong, fmt.Sprintf("%d elements are written, %d are read", len(written), len(built)))
	}
	return wrong
}

// parents is an element's place in a tree: html/body/main/p.
func parents(n *html.Node) string {
	path := strings.ToLower(n.Data)
	for p := n.Parent; p != nil && p.Type == html.ElementNode; p = p.Parent {
		path = strings.ToLower(p.Data) + "/" + path
	}
	return path
}

// nesting gives the place of each element as the tags say it, without mending.
func nesting(page []byte) (places, wrong []string) {
	var open []string
	for z := html.NewTokenizer(bytes.NewReader(page)); ; {
		kind := z.Next()
		name, _ := z.TagName()
		tag := string(name)
		switch kind {
		case html.ErrorToken:
			if len(open) > 0 {
				wrong = append(wrong, fmt.Sprintf("not closed: %v", open))
			}
			return places, wrong
		case html.StartTagToken, html.SelfClosingTagToken:
			places = append(places, strings.Join(append(slices.Clone(open), tag), "/"))
			if kind == html.StartTagToken && !slices.Contains(void, tag) {
				open = append(open, tag)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != tag {
				return places, append(wrong, fmt.Sprintf("</%s> closes %v", tag, open))
			}
			open = open[:len(open)-1]
		}
	}
}
