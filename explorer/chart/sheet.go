package chart

import (
	"html/template"
	"strings"
	"sync"
)

// sheet is the markup of one drawing while it is written. No library is used for it:
// those there are write style attributes, which the pages' content policy forbids.
type sheet struct {
	b        []byte // what is drawn; then, behind it, the tag that opens the drawing
	body     int    // where that tag begins
	head     Head
	id       string // begins the ids of this drawing
	width    float64
	linked   bool
	down     bool // bands run down, not to the right
	textures [len(names)]bool
	shades   [len(names)][len(names)]bool
}

// sheets that were used: a drawing takes some tens of thousands of bytes.
var sheets = sync.Pool{New: func() any { return new(sheet) }}

// newSheet begins a drawing of a width, which ends in markup.
func newSheet(head Head, width float64) *sheet {
	s := sheets.Get().(*sheet)
	*s = sheet{b: s.b[:0], head: head, id: plainID(head.ID), width: width}
	switch width {
	case wide:
		s.id += "-w"
	case narrow:
		s.id += "-n"
	}
	return s
}

// finish closes the drawing; only now its height is known, and whether it has links.
func (s *sheet) finish(height float64) *sheet {
	s.defs()
	s.raw("</svg>\n")
	s.body = len(s.b)
	s.raw(`<svg xmlns="http://www.w3.org/2000/svg" class="chart`)
	switch s.width {
	case wide:
		s.raw(" wide")
	case narrow:
		s.raw(" narrow")
	}
	s.raw(`" width="`).number(s.width).raw(`" height="`).number(height)
	s.raw(`" viewBox="0 0 `).number(s.width).raw(" ").number(height).raw(`" font-size="13"`)
	if s.linked {
		s.raw(` role="group"`)
	} else {
		s.raw(` role="img"`)
	}
	s.names()
	return s
}

// names writes what the drawing is called.
func (s *sheet) names() {
	s.raw(` aria-labelledby="`).raw(s.id).raw(`-t"`)
	if s.head.Desc != "" {
		s.raw(` aria-describedby="`).raw(s.id).raw(`-d"`)
	}
	s.raw(`><title id="`).raw(s.id).raw(`-t">`).escape(s.head.Title).raw(`</title>`)
	if s.head.Desc != "" {
		s.raw(`<desc id="`).raw(s.id).raw(`-d">`).escape(s.head.Desc).raw(`</desc>`)
	}
}

// markup puts finished drawings together, which end with it.
func markup(drawings ...*sheet) template.HTML {
	size := 0
	for _, s := range drawings {
		size += len(s.b)
	}
	var b strings.Builder
	b.Grow(size)
	for _, s := range drawings {
		b.Write(s.b[s.body:])
		b.Write(s.b[:s.body])
		sheets.Put(s)
	}
	return template.HTML(b.String())
}
