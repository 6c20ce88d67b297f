package explorer

import (
	"html/template"
	"text/template/parse"
)

// pure are the functions of templates whose answer to the same words is always the same.
var pure = map[string]bool{"t": true, "link": true}

// fold writes out what a template says the same way each time: half of what pages ask of
// their language. It has to come before the first use, when html/template looks at what
// stands where; what is folded in is escaped as text, which holds between tags and within
// the quotes of an attribute.
func fold(all *template.Template, funcs template.FuncMap) {
	for _, each := range all.Templates() {
		if each.Tree == nil {
			continue
		}
		walk(each.Tree.Root, func(list *parse.ListNode, i int) {
			if n, ok := list.Nodes[i].(*parse.ActionNode); ok {
				if text, ok := constant(n.Pipe, funcs); ok {
					list.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos, Text: []byte(template.HTMLEscapeString(text))}
				}
			}
		})
	}
}

// constant is what a call of a pure function with written-out words gives.
func constant(pipe *parse.PipeNode, funcs template.FuncMap) (string, bool) {
	if len(pipe.Decl) > 0 || len(pipe.Cmds) != 1 {
		return "", false
	}
	args := pipe.Cmds[0].Args
	name, ok := args[0].(*parse.IdentifierNode)
	if !ok || !pure[name.Ident] || len(args) < 2 {
		return "", false
	}
	var words []any
	for _, a := range args[1:] {
		word, ok := a.(*parse.StringNode)
		if !ok {
			return "", false
		}
		words = append(words, word.Text)
	}
	f, ok := funcs[name.Ident].(func(string, ...any) string)
	if !ok {
		return "", false
	}
	return f(words[0].(string), words[1:]...), true
}
