package explorer

import (
	"go/ast"
	"go/parser"
	"go/token"
	"html/template"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/figures"
	"mingzhang/ledger/view"
)

// TestEscaped: text is escaped as the standard library escapes it.
func TestEscaped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune("<>&'\"\x00/a书")), 0, 20, -1)).Draw(t, "text")
		m := &markup{}
		if got, want := string(m.text(text).html()), template.HTMLEscapeString(text); got != want {
			t.Fatalf("%q: %q, want %q", text, got, want)
		}
	})
}

// TestLocal: a link leads to a page of this site, or nowhere.
func TestLocal(t *testing.T) {
	for href, want := range map[string]string{
		"/": "/", "/flows?a=1&b=2": "/flows?a=1&amp;b=2", "#statement": "#statement", "": "",
		"javascript:alert(1)": "#", "//elsewhere.example/": "#", `/\elsewhere.example/`: "#", "https://elsewhere.example/": "#", " /flows": "#", "flows": "#",
		`/"><script>`: "/&#34;&gt;&lt;script&gt;",
	} {
		m := &markup{}
		if got := string(m.link("", href).html()); got != `<a href="`+want+`">` {
			t.Errorf("%q: %s", href, got)
		}
	}
}

// hostile is text that would leave where it stands, were it not escaped.
const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&`

// TestHostile: whatever the book has, what is written in Go has no element and no attribute
// that is not its own.
func TestHostile(t *testing.T) {
	all, err := speak(languageFiles, &assets{})
	if err != nil {
		t.Fatal(err)
	}
	s := scribe{all.list[0], &assets{all: map[ledger.AssetID]ledger.Asset{hostile: {ID: hostile, Name: hostile, Unit: hostile}}}, true}
	p := &page{visit: visit{tongue: s.tongue, chosen: true}}
	r := row{Kind: hostile, Class: hostile, Occurred: ledger.Period{First: hostile, Last: hostile}, Category: hostile, Channel: hostile, Party: party{Kind: hostile, Name: hostile, Link: hostile, Related: true},
		Words: hostile, Withdrawn: true, Asset: hostile, Amount: 1, Undone: 1, Refunded: 1, Delivered: 1, Evidence: []view.File{{Hash: hostile, Public: true}}, Late: true, Corrections: []int64{1}, Where: hostile}
	between := r
	between.Between = hostile
	st := &statementShown{Statement: &account.Statement{From: hostile, Upto: hostile}, Field: "project"}
	parts := map[string]template.HTML{
		"flows": s.flows([]row{r, between}), "months": s.months([]seriesPeriod{{Period: hostile, Link: hostile, InLink: hostile, OutLink: hostile}}),
		"bands": s.bands([]pictureRow{{hostile, hostile, 1, hostile}}), "figure": s.figure(hostile, hostile, 1, hostile, hostile),
		"sheet": s.sheet(p, st, account.AssetStatement{Asset: hostile, Income: []account.KindAmount{{Kind: hostile, Amount: 1}}, Returns: 1, TransfersIn: 1, ConvertedIn: 1,
			Expenditure: []account.CategoryAmount{{Category: hostile, Amount: 1}}, Refunds: 1, TransfersOut: 1, ConvertedOut: 1, InTransit: 1, Agency: 1}),
		"budget": s.budget(p, st, &figures.Budget{Lines: []figures.BudgetLine{{Category: hostile, Planned: 1, Spent: 2, Of: []ledger.Category{hostile}}, {Category: hostile, Spent: 1, Of: []ledger.Category{hostile}}}}), "files": s.files(hostile, hostile, 1), "take": s.take("pools", "organization", hostile),
		"ascent": s.ascent(ascent{Nodes: make([]ascentNode, 3), Size: 1}),
	}
	for name, part := range parts {
		if !strings.Contains(string(part), "&lt;script&gt;") && name != "months" && name != "files" && name != "ascent" && name != "take" {
			t.Errorf("%s does not show what it was given: %s", name, part)
		}
		for _, wrong := range foreign(string(part)) {
			t.Errorf("%s has %s: %s", name, wrong, part)
		}
	}
}

// foreign lists what is none of the elements and attributes that are written in Go, and
// links that lead elsewhere.
func foreign(part string) (wrong []string) {
	known := map[string]bool{"tr": true, "td": true, "th": true, "a": true, "p": true, "br": true, "small": true, "i": true, "span": true, "div": true, "code": true, "dt": true, "dd": true,
		"class": true, "href": true, "title": true, "scope": true, "data-label": true, "download": true, "aria-hidden": true}
	z := html.NewTokenizer(strings.NewReader(part))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		token := z.Token()
		if kind != html.StartTagToken && kind != html.EndTagToken {
			continue
		}
		if !known[token.Data] {
			wrong = append(wrong, token.Data)
		}
		for _, a := range token.Attr {
			if !known[a.Key] || a.Key == "href" && !local(a.Val) {
				wrong = append(wrong, a.Key+"="+a.Val)
			}
		}
	}
	return wrong
}

var tags = regexp.MustCompile(`<[^>]*>?|^[^<]*>|&#?\w+;`)

// TestLiterals: what is markup in Go has no words that a visitor would read: those are in
// the catalogues.
func TestLiterals(t *testing.T) {
	files, err := filepath.Glob("*markup.go")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	count := 0
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			text, ok := rawText(n)
			if !ok {
				return true
			}
			count++
			if read := tags.ReplaceAllString(text, ""); strings.ContainsFunc(read, unicode.IsLetter) && !strings.HasSuffix(text, `="`) && strings.ContainsAny(text, "<>") {
				t.Errorf("%s: %q has words of its own: %q", file, text, read)
			}
			return true
		})
	}
	if count < 30 {
		t.Errorf("only %d literals were found", count)
	}
}

// rawText gives what a call of raw writes.
func rawText(n ast.Node) (string, bool) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return "", false
	}
	f, ok := call.Fun.(*ast.SelectorExpr)
	literal, isText := call.Args[0].(*ast.BasicLit)
	if !ok || f.Sel.Name != "raw" || !isText {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}
