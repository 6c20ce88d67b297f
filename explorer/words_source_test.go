package explorer_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"
	"unicode"

	"golang.org/x/net/html"
)

// usage is what templates and code ask the catalogues for, and where.
type usage struct {
	keys     map[string]string // whole keys
	families map[string]string // prefixes of keys: what follows is a value
	loose    map[string]bool   // literals that may be a key, or begin one
	suffixes map[string]bool   // literals that may end one
}

// mayAsk says whether a key may be asked for: it is one of a family, or a literal.
func (u usage) mayAsk(key string) bool {
	if u.loose[key] {
		return true
	}
	for suffix := range u.suffixes {
		if begin, ok := strings.CutSuffix(key, suffix); ok && u.loose[begin] {
			return true
		}
	}
	for prefix := range u.families {
		if strings.HasPrefix(key, prefix+".") {
			return true
		}
	}
	return false
}

// keyShaped is what a key looks like.
var keyShaped = regexp.MustCompile(`^[a-z]+(\.[a-z_0-9]+)+$`)

// familyShaped is what the beginning of a family's keys looks like.
var familyShaped = regexp.MustCompile(`^[a-z]+(\.[a-z_0-9]+)*\.$`)

// usedWords reads all templates and all code of the package.
func usedWords(t testing.TB) usage {
	u := usage{map[string]string{}, map[string]string{}, map[string]bool{}, map[string]bool{}}
	for name, tree := range templates(t) {
		walk(tree.Root, func(n parse.Node) {
			if c, ok := n.(*parse.CommandNode); ok {
				u.command(name, c)
			}
			if s, ok := n.(*parse.StringNode); ok && keyShaped.MatchString(s.Text) {
				u.loose[s.Text] = true
			}
		})
	}
	for name, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				u.call(name, call)
			}
			s, ok := text(n)
			switch {
			case ok && keyShaped.MatchString(s):
				u.loose[s] = true
			case ok && familyShaped.MatchString(s):
				u.families[strings.TrimSuffix(s, ".")] = name
			case ok && keyShaped.MatchString("x"+s):
				u.suffixes[s] = true
			}
			return true
		})
	}
	return u
}

// command reads a call within a template: t and term.
func (u usage) command(where string, c *parse.CommandNode) {
	f, ok := c.Args[0].(*parse.IdentifierNode)
	if !ok || f.Ident != "t" && f.Ident != "term" || len(c.Args) < 2 {
		return
	}
	switch arg := c.Args[1].(type) {
	case *parse.StringNode:
		if f.Ident == "t" {
			u.keys[arg.Text] = where
		} else {
			u.families[arg.Text] = where
		}
	case *parse.PipeNode: // t (print "download." .Format)
		inner := arg.Cmds[0]
		if prefix, ok := inner.Args[1].(*parse.StringNode); ok {
			u.families[strings.TrimSuffix(prefix.Text, ".")] = where
		}
	}
}

// call reads a call of say or term in code.
func (u usage) call(where string, call *ast.CallExpr) {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || f.Sel.Name != "say" && f.Sel.Name != "term" || len(call.Args) == 0 {
		return
	}
	key := call.Args[0]
	if sum, ok := key.(*ast.BinaryExpr); ok {
		for x, ok := sum.X.(*ast.BinaryExpr); ok; x, ok = sum.X.(*ast.BinaryExpr) {
			sum = x
		}
		if prefix, ok := text(sum.X); ok {
			u.families[strings.TrimSuffix(prefix, ".")] = where
		}
		return
	}
	if literal, ok := text(key); ok && f.Sel.Name == "say" {
		u.keys[literal] = where
	} else if ok {
		u.families[literal] = where
	}
}

// text gives the text of a literal.
func text(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// templates parses all templates, those that a file defines by their names.
func templates(t testing.TB) map[string]*parse.Tree {
	t.Helper()
	files, err := filepath.Glob("templates/*.html")
	check(err)
	all := map[string]*parse.Tree{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		check(err)
		tree := parse.New(file)
		tree.Mode = parse.SkipFuncCheck
		set := map[string]*parse.Tree{}
		if _, err := tree.Parse(string(data), "{{", "}}", set); err != nil {
			t.Fatal(err)
		}
		for name, defined := range set {
			all[file+" "+name] = defined
		}
	}
	return all
}

// sources parses the package, without its tests.
func sources(t testing.TB) map[string]*ast.File {
	t.Helper()
	files, err := filepath.Glob("*.go")
	check(err)
	all := map[string]*ast.File{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		check(err)
		all[file] = parsed
	}
	return all
}

// walk visits all nodes below one, and it.
func walk(n parse.Node, do func(parse.Node)) {
	do(n)
	list := func(l *parse.ListNode) {
		if l != nil {
			walk(l, do)
		}
	}
	branch := func(b parse.BranchNode) {
		walk(b.Pipe, do)
		list(b.List)
		list(b.ElseList)
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			walk(c, do)
		}
	case *parse.ActionNode:
		walk(n.Pipe, do)
	case *parse.IfNode:
		branch(n.BranchNode)
	case *parse.RangeNode:
		branch(n.BranchNode)
	case *parse.WithNode:
		branch(n.BranchNode)
	case *parse.TemplateNode:
		if n.Pipe != nil {
			walk(n.Pipe, do)
		}
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			walk(c, do)
		}
	case *parse.CommandNode:
		for _, c := range n.Args {
			walk(c, do)
		}
	}
}

// shownAttributes are those that somebody reads, or has read out.
var shownAttributes = map[string]bool{"alt": true, "title": true, "placeholder": true, "aria-label": true, "aria-description": true, "label": true, "content": true}

// machineNames are what templates may name themselves: documents of others, and files of
// this server.
var machineNames = regexp.MustCompile(`RFC \d+|c2sp\.org/[a-z-]+|/checkpoint|/log\.pub`)

func hasText(s string) bool {
	return strings.ContainsFunc(machineNames.ReplaceAllString(s, ""), unicode.IsLetter)
}

// TestNoTextInTemplates: what a template itself has between its tags and in what is read
// out are signs, and no letters, but for commands and files as they are typed.
func TestNoTextInTemplates(t *testing.T) {
	seen := 0
	for name, tree := range templates(t) {
		var markup strings.Builder
		walk(tree.Root, func(n parse.Node) {
			if text, ok := n.(*parse.TextNode); ok {
				markup.Write(text.Text)
			}
		})
		for _, text := range shownTexts(markup.String()) {
			if seen++; hasText(text) {
				t.Errorf("%s: %q stands in the template", name, strings.TrimSpace(text))
			}
		}
	}
	if seen < 500 {
		t.Errorf("only %d texts were looked at", seen)
	}
}

// shownTexts gives the texts and the attributes of markup that somebody reads, except
// what is to be typed or compared letter by letter.
func shownTexts(markup string) (texts []string) {
	z := html.NewTokenizer(strings.NewReader(strings.NewReplacer("<noscript>", "", "</noscript>", "").Replace(markup)))
	typed := 0
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		token := z.Token()
		switch name := token.Data; {
		case kind == html.TextToken && typed == 0:
			texts = append(texts, name)
		case kind == html.TextToken || name != "code" && name != "pre" && name != "script":
		case kind == html.StartTagToken:
			typed++
		case kind == html.EndTagToken:
			typed--
		}
		for _, a := range token.Attr {
			if shownAttributes[a.Key] && token.Data != "meta" {
				texts = append(texts, a.Val)
			}
		}
	}
	return texts
}

// ownSigns are what code itself writes or reads in Chinese, by its file: amounts in words
// as receipts have them (财综〔2024〕1号), which are no language's own, and the unit that
// somebody typed after an amount.
var ownSigns = map[string]string{"capitals.go": "零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整", "follow.go": "元"}

var fault = regexp.MustCompile(`new (?:Error|Fault)\("([^"]*)"\)`)

// TestScriptFaults: what a script finds wrong it calls by a name, for which the page of a
// record has the words.
func TestScriptFaults(t *testing.T) {
	s := open()
	data, err := os.ReadFile("static/check.js")
	check(err)
	_, page := s.get(t, "/records/0", "en")
	words := page.Find("#words")
	found := fault.FindAllStringSubmatch(string(data), -1)
	for _, m := range found {
		if words.Find(`[data-word="fault.`+m[1]+`"]`).Text() == "" {
			t.Errorf("%s: the page has no words for it", m[0])
		}
	}
	if len(found) < 10 {
		t.Errorf("only %d faults were found", len(found))
	}
}

// TestNoTextInCode: no Chinese stands in code, nor in scripts and styles. What is made in
// Latin letters is caught where pages are shown (TestMasked).
func TestNoTextInCode(t *testing.T) {
	for name, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := text(n); ok && strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) && !strings.ContainsRune(ownSigns[name], r) }) {
				t.Errorf("%s: %q stands in the code", name, s)
			}
			return true
		})
	}
	check(fs.WalkDir(os.DirFS("static"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".svg") {
			return err
		}
		data, err := os.ReadFile("static/" + name)
		if strings.ContainsFunc(string(data), func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("static/%s has Chinese text", name)
		}
		return err
	}))
}
