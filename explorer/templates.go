package explorer

import (
	"embed"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"text/template/parse"
)

//go:embed templates/*.html
var templateFiles embed.FS

// parse reads the layout, the common parts and every page's template into one set. A
// page has its own "main", and may have its own "head": its layout, "layout/home", calls
// those.
func (t *tongue) parse(assets *assets, fixed bool) (*template.Template, error) {
	funcs := t.funcs(assets, fixed)
	set, err := template.New("site").Option("missingkey=error").Funcs(funcs).ParseFS(templateFiles, "templates/layout.html", "templates/parts*.html")
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		page := strings.TrimSuffix(path.Base(file), ".html")
		if page == "layout" || strings.HasPrefix(page, "parts") {
			continue
		}
		if err := addPage(set, page, file, funcs); err != nil {
			return nil, err
		}
	}
	fold(set, funcs)
	return set, nil
}

// addPage adds a page's templates to the set, and a layout that calls them.
func addPage(set *template.Template, page, file string, funcs template.FuncMap) error {
	own, err := template.New(page).Funcs(funcs).ParseFS(templateFiles, file)
	if err != nil {
		return err
	}
	layout, mine := set.Lookup("layout").Tree.Copy(), map[string]string{}
	for _, each := range own.Templates() {
		if each.Tree == nil {
			continue
		}
		name := each.Name()
		if name == "main" || name == "head" {
			mine[name] = name + "/" + page
			name = mine[name]
		}
		if _, err := set.AddParseTree(name, each.Tree); err != nil {
			return err
		}
	}
	walk(layout.Root, func(list *parse.ListNode, i int) {
		if n, ok := list.Nodes[i].(*parse.TemplateNode); ok && mine[n.Name] != "" {
			n.Name = mine[n.Name]
		}
	})
	_, err = set.AddParseTree("layout/"+page, layout)
	return err
}

// walk visits every node of a template.
func walk(list *parse.ListNode, visit func(list *parse.ListNode, i int)) {
	if list == nil {
		return
	}
	for i, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.IfNode:
			walk(n.List, visit)
			walk(n.ElseList, visit)
		case *parse.WithNode:
			walk(n.List, visit)
			walk(n.ElseList, visit)
		case *parse.RangeNode:
			walk(n.List, visit)
			walk(n.ElseList, visit)
		default:
			visit(list, i)
		}
	}
}
