package explorer

import (
	"html/template"
	"strconv"
	"text/template/parse"
)

// pure are the functions of templates whose answer to the same words is always the same.
var pure = map[string]bool{"t": true, "link": true, "static": true, "language": true, "incomes": true}

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
			switch n := list.Nodes[i].(type) {
			case *parse.ActionNode:
				if text, ok := constant(n.Pipe, funcs); ok {
					list.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos, Text: []byte(template.HTMLEscapeString(text))}
				}
			case *parse.TemplateNode:
				arguments(n.Pipe, funcs)
			}
		})
	}
}

// arguments writes out the arguments of calls that are always the same.
func arguments(pipe *parse.PipeNode, funcs template.FuncMap) {
	if pipe == nil {
		return
	}
	for _, c := range pipe.Cmds {
		for i, arg := range c.Args {
			if inner, ok := arg.(*parse.PipeNode); ok {
				if text, ok := constant(inner, funcs); ok {
					c.Args[i] = &parse.StringNode{NodeType: parse.NodeString, Pos: inner.Pos, Quoted: strconv.Quote(text), Text: text}
				}
			}
		}
	}
}

// constant is what a call of a pure function with written-out words gives.
func constant(pipe *parse.PipeNode, funcs template.FuncMap) (string, bool) {
	arguments(pipe, funcs)
	if len(pipe.Decl) > 0 || len(pipe.Cmds) != 1 {
		return "", false
	}
	args := pipe.Cmds[0].Args
	name, ok := args[0].(*parse.IdentifierNode)
	if !ok || !pure[name.Ident] {
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
	return call(funcs[name.Ident], words)
}

// call calls a function of texts, if it takes so many.
func call(f any, words []any) (string, bool) {
	switch f := f.(type) {
	case func() string:
		return f(), len(words) == 0
	case func(string) (string, error): // what fails does so when the page is made
		if len(words) == 1 {
			text, err := f(words[0].(string))
			return text, err == nil
		}
	case func(string, ...any) string:
		if len(words) > 0 {
			return f(words[0].(string), words[1:]...), true
		}
	}
	return "", false
}
