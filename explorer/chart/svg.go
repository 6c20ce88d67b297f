package chart

import (
	"math"
	"strconv"
)

func (s *sheet) raw(markup string) *sheet {
	s.b = append(s.b, markup...)
	return s
}

// number writes v with at most two decimals.
func (s *sheet) number(v float64) *sheet {
	n := int64(math.Round(v * 100))
	if n < 0 {
		s.b = append(s.b, '-')
		n = -n
	}
	s.b = strconv.AppendInt(s.b, n/100, 10)
	if rest := n % 100; rest != 0 {
		s.b = append(s.b, '.', byte('0'+rest/10))
		if rest%10 != 0 {
			s.b = append(s.b, byte('0'+rest%10))
		}
	}
	return s
}

func (s *sheet) whole(n int) *sheet {
	s.b = strconv.AppendInt(s.b, int64(n), 10)
	return s
}

// num writes an attribute that is a number.
func (s *sheet) num(name string, v float64) *sheet {
	return s.raw(" ").raw(name).raw(`="`).number(v).raw(`"`)
}

// at writes the numbers of a path's step.
func (s *sheet) at(step string, v ...float64) *sheet {
	s.raw(step)
	for i, n := range v {
		if i > 0 {
			s.b = append(s.b, ' ')
		}
		s.number(n)
	}
	return s
}

// begin opens a link, or a group where there is no address, with a title of some parts.
// It gives what closes it.
func (s *sheet) begin(href string, title ...string) (closing string) {
	closing = "</g>"
	if href = address(href); href != "" {
		s.raw(`<a href="`).escape(href).raw(`">`)
		s.linked, closing = true, "</a>"
	} else {
		s.raw("<g>")
	}
	s.raw("<title>")
	empty := len(s.b)
	for _, part := range title {
		if part != "" && len(s.b) > empty {
			s.raw(" ")
		}
		s.escape(part)
	}
	if len(s.b) == empty {
		s.b = s.b[:empty-len("<title>")]
		return closing
	}
	s.raw("</title>")
	return closing
}

func (s *sheet) rect(class string, x, y, w, h float64) {
	s.raw(`<rect class="`).raw(class).raw(`"`)
	s.num("x", x).num("y", y).num("width", w).num("height", h).raw("/>")
}

func (s *sheet) line(class string, x1, y1, x2, y2 float64) {
	s.raw(`<path class="`).raw(class).raw(`" d="`).at("M", x1, y1).at("L", x2, y2).raw(`"/>`)
}

func (s *sheet) circle(class string, x, y, r float64) {
	s.raw(`<circle class="`).raw(class).raw(`"`).num("cx", x).num("cy", y).num("r", r).raw("/>")
}

// bar is a filled rectangle with the texture of its meaning.
func (s *sheet) bar(class string, c Class, x, y, w, h float64) {
	s.rect(class+" "+c.String(), x, y, w, h)
	s.texture(c, func() { s.num("x", x).num("y", y).num("width", w).num("height", h) }, "rect")
}

// solid is a bar without the lines of water, for what came in and did not stay.
func (s *sheet) solid(class string, c Class, x, y, w, h float64) {
	if c == In {
		s.rect(class+" in", x, y, w, h)
		return
	}
	s.bar(class, c, x, y, w, h)
}

// Where the text of a line begins, ends or has its middle.
const (
	start  = "start"
	middle = "middle"
	end    = "end"
)

// words writes one line of text in a size, its baseline at y.
func (s *sheet) words(class string, size, x, y float64, anchor, text string) {
	if text == "" {
		return
	}
	s.raw(`<text class="`).raw(class).raw(`"`).num("x", x).num("y", y)
	if anchor != start {
		s.raw(` text-anchor="`).raw(anchor).raw(`"`)
	}
	if size != 13 {
		s.num("font-size", size)
	}
	s.raw(">").escape(text).raw("</text>")
}

// pair writes a label and its amount in one line.
func (s *sheet) pair(class string, x, y float64, anchor, label, amount string) {
	s.raw(`<text class="`).raw(class).raw(`"`).num("x", x).num("y", y)
	if anchor != start {
		s.raw(` text-anchor="`).raw(anchor).raw(`"`)
	}
	s.raw(">").escape(label).raw(`<tspan class="sum" dx="8">`).escape(amount).raw("</tspan></text>")
}
