package api

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"html"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"mingzhang/ledger"
)

// problemPage is what the types of problems lead to: make docs writes it.
const problemPage = "../docs/problems.html"

// problemNotes say more than the sentences do, or what those say that are made at run
// time: in Chinese, and in English.
var problemNotes = map[string][2]string{
	"key-missing":       {"此操作须使用 API 密钥；说明中写明可由谁的密钥进行。", "It takes an API key; the detail says whose."},
	"role-forbidden":    {"此类密钥不能进行该操作；说明中写明可由谁的密钥进行。", "No key of this role may do it; the detail says whose may."},
	"not-yours":         {"此类密钥可以进行该操作，但不能在此处；说明中写明可由谁的密钥进行。", "Keys of this role may do it, but not here; the detail says whose may."},
	"form-field":        {"上传表单的字段有误；field 写明是哪一个。", "A field of the upload form is wrong; field says which."},
	"query-unreadable":  {"查询参数有误或不存在；field 写明是哪一个。", "A parameter cannot be read, or there is none of that name; field says which."},
	"pool-shortfall":    {"data 中有资金池（pool）、可用数额（left）和所需数额（asked），均为最小单位。", "data has the pool, what is left in it and what was asked, in smallest units."},
	"gift-shortfall":    {"data 中有该笔捐赠（of）可用的数额（left）、所需的数额（asked），以及其余的去向（rest；太多时只列前面的，其后合计为 more）。", "data has what is left of the gift, what was asked, and where the rest went: where that is too long to tell, the first of it, and more is the sum of what follows."},
	"too-many-requests": {"data 中的 seconds 和 Retry-After 是须等待的秒数。", "seconds in data, and Retry-After, are how long to wait."},
	"batch-refused":     {"原子批次中另有一行被拒绝，本行未入账。", "Another line of the atomic batch was refused, so this one was not recorded."},
}

// refusalKind is a sort of refusal as the page shows it.
type refusalKind struct {
	statuses  []int
	sentences [][2]string
}

// TestContractProblems: the type of every problem leads to a page that says what it is,
// and the page is what the code says. With -update it is written anew.
func TestContractProblems(t *testing.T) {
	page := problemsAsHTML(t, refusals(t))
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(problemPage, page, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile(problemPage)
	if err != nil || !bytes.Equal(kept, page) {
		t.Errorf("%s is not what the code says (make docs): %v", problemPage, err)
	}
}

// refusals reads all refusals out of the code that answers requests.
func refusals(t *testing.T) map[string]*refusalKind {
	t.Helper()
	all := map[string]*refusalKind{}
	for code := range problemNotes {
		all[code] = &refusalKind{}
	}
	for _, code := range []string{"role-forbidden", "not-yours", "key-missing"} {
		all[code].add(code, ledger.Forbidden, "", "")
	}
	for _, dir := range []string{".", "access", "export", "../ledger", "../ledger/book", "../ledger/record", "../ledger/store", "../ledger/evidence", "../ledger/account", "../ledger/trace", "../ledger/proof"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					collect(all, call)
				}
				return true
			})
		}
	}
	return all
}

var codeLike = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)

// collect notes the refusal that a call makes, if it is one: Refuse and its helpers are
// given a code and, behind it, the sentence in both languages.
func collect(all map[string]*refusalKind, call *ast.CallExpr) {
	var literals []string
	for _, a := range call.Args {
		if lit, ok := a.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			text, _ := strconv.Unquote(lit.Value)
			literals = append(literals, text)
		}
	}
	name, kind := called(call)
	isCode := func(s string) bool {
		return codeLike.MatchString(s) || s == "internal" || s == "closing" || s == "timeout"
	}
	at := slices.IndexFunc(literals, isCode)
	chinese := slices.IndexFunc(literals, func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	})
	if at < 0 || name != "Refuse" && chinese < at {
		return
	}
	var zh, en string
	if chinese > at && chinese+1 < len(literals) {
		zh, en = literals[chinese], literals[chinese+1]
	}
	code := literals[at]
	if all[code] == nil {
		all[code] = &refusalKind{}
	}
	all[code].add(code, kind, zh, en)
}

// called gives the name of a called function, and the kind of its refusal.
func called(call *ast.CallExpr) (name string, kind ledger.Kind) {
	last := func(e ast.Expr) string {
		switch e := e.(type) {
		case *ast.Ident:
			return e.Name
		case *ast.SelectorExpr:
			return e.Sel.Name
		}
		return ""
	}
	kinds := map[string]ledger.Kind{"Invalid": ledger.Invalid, "NotFound": ledger.NotFound, "Conflict": ledger.Conflict, "Shortfall": ledger.Shortfall,
		"Frozen": ledger.Frozen, "Forbidden": ledger.Forbidden, "Corrupt": ledger.Corrupt, "Unavailable": ledger.Unavailable}
	switch name = last(call.Fun); name {
	case "Refuse":
		return name, kinds[last(call.Args[0])]
	case "absent":
		return name, ledger.NotFound
	}
	return name, ledger.Invalid
}

func (r *refusalKind) add(code string, kind ledger.Kind, zh, en string) {
	status := cmp.Or(codes[code], statuses[kind])
	if kind == ledger.Forbidden && strings.HasPrefix(code, "key-") {
		status = http.StatusUnauthorized
	}
	if !slices.Contains(r.statuses, status) {
		r.statuses = append(r.statuses, status)
		slices.Sort(r.statuses)
	}
	if pair := [2]string{zh, en}; zh != "" && !slices.Contains(r.sentences, pair) {
		r.sentences = append(r.sentences, pair)
	}
}

var verb = regexp.MustCompile(`%(\[\d+\])?[-+# 0]*[\d.]*[a-zA-Z]`)

// problemsAsHTML writes the page.
func problemsAsHTML(t *testing.T, all map[string]*refusalKind) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString(`<!DOCTYPE html>
<html lang="zh-Hans">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>明账 API：拒绝的种类 · Mingzhang API: problems</title>
<link rel="icon" type="image/png" href="favicon-32x32.png" sizes="32x32">
</head>
<body>
<h1>拒绝的种类 · Problems</h1>
<p>接口拒绝请求时，正文为 application/problem+json（RFC 9457）。type 指向本页中的一条；detail 是给人看的一句话，语言随 Accept-Language；field 是有误的字段；data 是改正所需的数据。<a href="./">接口文档</a></p>
<p lang="en">A refused request is answered with application/problem+json (RFC 9457). Its type leads to an entry of this page; detail is a sentence for people, in the language of Accept-Language; field is what is at fault; data is what it takes to mend it. <a href="./">The interface</a></p>
`)
	for _, code := range slices.Sorted(maps.Keys(all)) {
		r := all[code]
		if len(r.sentences) == 0 && problemNotes[code] == [2]string{} {
			t.Errorf("%s has no sentence: give it one in problemNotes", code)
		}
		var titles []string
		for _, status := range r.statuses {
			titles = append(titles, fmt.Sprintf("%d %s", status, http.StatusText(status)))
		}
		fmt.Fprintf(&b, "<section id=\"%s\">\n<h2>%s</h2>\n<p>%s</p>\n", code, code, strings.Join(titles, ", "))
		for _, pair := range append(r.sentences, problemNotes[code]) {
			if pair[0] != "" {
				fmt.Fprintf(&b, "<p>%s<br><span lang=\"en\">%s</span></p>\n", shownSentence(pair[0]), shownSentence(pair[1]))
			}
		}
		b.WriteString("</section>\n")
	}
	b.WriteString("</body>\n</html>\n")
	return b.Bytes()
}

// shownSentence writes a sentence with dots in the places of what it is about.
func shownSentence(s string) string {
	return html.EscapeString(strings.ReplaceAll(verb.ReplaceAllString(s, "…"), "%%", "%"))
}
