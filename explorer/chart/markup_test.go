package chart

import (
	"encoding/xml"
	"html/template"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// element is an element of a drawing as a browser sees it.
type element struct {
	name   string
	attr   map[string]string
	text   string // of it and of what is in it
	within []string
	turned bool // within a rotated group
}

func (e element) num(t fataler, name string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(e.attr[name], 64)
	if err != nil {
		t.Fatalf("<%s %s=%q>: not a number", e.name, name, e.attr[name])
	}
	return v
}

func (e element) is(class string) bool {
	return strings.Contains(" "+e.attr["class"]+" ", " "+class+" ")
}

// drawings parses markup strictly into its drawings, each with its elements in order.
func drawings(t fataler, markup template.HTML) (all [][]element) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<page>" + string(markup) + "</page>"))
	var open []int
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatalf("not well-formed: %v in %.300s", err, markup)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "page" {
				continue
			}
			if token.Name.Local == "svg" {
				all, open = append(all, nil), nil
			}
			last := len(all) - 1
			e := element{name: token.Name.Local, attr: make(map[string]string)}
			for _, a := range token.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			e.turned = e.attr["transform"] != "" || len(open) > 0 && all[last][open[len(open)-1]].turned
			for _, i := range open {
				e.within = append(e.within, all[last][i].name)
			}
			all[last] = append(all[last], e)
			open = append(open, len(all[last])-1)
		case xml.EndElement:
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		case xml.CharData:
			for _, i := range open {
				all[len(all)-1][i].text += string(token)
			}
		}
	}
}

// fataler is what testing and rapid have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

var reference = regexp.MustCompile(`url\(#([^)]*)\)`)

// safe checks what holds for every drawing: only drawing elements, no style, no script,
// plain links, ids that are unique and references that are answered.
func safe(t fataler, markup template.HTML) {
	t.Helper()
	ids := make(map[string]bool)
	for _, d := range drawings(t, markup) {
		for _, e := range d {
			if !strings.Contains(" svg title desc g a rect path circle text tspan defs pattern linearGradient stop ", " "+e.name+" ") {
				t.Fatalf("element <%s>", e.name)
			}
			for name, value := range e.attr {
				if name == "style" || strings.HasPrefix(name, "on") {
					t.Fatalf("<%s %s=%q>", e.name, name, value)
				}
			}
			if href, ok := e.attr["href"]; ok && address(href) != href {
				t.Fatalf("link to %q", href)
			}
			if id := e.attr["id"]; id != "" {
				if ids[id] {
					t.Fatalf("id %q twice", id)
				}
				ids[id] = true
			}
		}
	}
	for _, d := range drawings(t, markup) {
		named(t, d[0], ids)
		for _, e := range d {
			if m := reference.FindStringSubmatch(e.attr["fill"]); m != nil && !ids[m[1]] {
				t.Fatalf("fill %q refers to nothing", e.attr["fill"])
			}
		}
	}
}

// named checks that a drawing has a name, and a role that lets its links be reached.
func named(t fataler, root element, ids map[string]bool) {
	t.Helper()
	if root.is("qr") {
		return
	}
	for _, name := range []string{"aria-labelledby", "aria-describedby"} {
		if id, ok := root.attr[name]; ok != (name == "aria-labelledby") && !ids[id] || ok && !ids[id] {
			t.Fatalf("%s=%q", name, id)
		}
	}
	links := strings.Contains(root.attr["role"], "group")
	if !links && root.attr["role"] != "img" {
		t.Fatalf("role %q", root.attr["role"])
	}
}

// box is where an element is.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) overlaps(c box) bool {
	const slack = 0.05
	return b.x0 < c.x1-slack && c.x0 < b.x1-slack && b.y0 < c.y1-slack && c.y0 < b.y1-slack
}

// place gives where a line of text is: its letters stand on y, a little below it.
func place(t fataler, e element) box {
	t.Helper()
	size := 13.0
	if e.attr["font-size"] != "" {
		size = e.num(t, "font-size")
	}
	w := measure(e.text, size)
	x, y := e.num(t, "x"), e.num(t, "y")
	switch e.attr["text-anchor"] {
	case middle:
		x -= w / 2
	case end:
		x -= w
	}
	return box{x, y - 0.78*size, x + w, y + 0.2*size}
}

// numbers of a path, by twos where its steps have points.
var coordinates = regexp.MustCompile(`[A-Za-z]|-?[0-9.]+`)

// points follows a path's steps that have absolute points; small letters are relative
// and draw marks of a few pixels.
func points(t fataler, d string) (at [][2]float64) {
	var step string
	var n []float64
	flush := func() {
		switch {
		case strings.Contains("MLCQ", step) && step != "":
			for i := 0; i+1 < len(n); i += 2 {
				at = append(at, [2]float64{n[i], n[i+1]})
			}
		case step == "H":
			at = append(at, [2]float64{n[0], at[len(at)-1][1]})
		case step == "V":
			at = append(at, [2]float64{at[len(at)-1][0], n[0]})
		}
		n = nil
	}
	for _, token := range coordinates.FindAllString(d, -1) {
		if v, err := strconv.ParseFloat(token, 64); err == nil {
			n = append(n, v)
			continue
		}
		flush()
		step = token
	}
	flush()
	return at
}

// legible checks a drawing's geometry: all of it within the view, no text over another,
// no leader through a text or another leader.
func legible(t fataler, d []element) {
	t.Helper()
	width, height := d[0].num(t, "width"), d[0].num(t, "height")
	inside := func(e element, b box) {
		if b.x0 < -0.5 || b.y0 < -0.5 || b.x1 > width+0.5 || b.y1 > height+0.5 {
			t.Fatalf("<%s class=%q> %q at %v is outside %v × %v", e.name, e.attr["class"], e.text, b, width, height)
		}
	}
	var texts []element
	var boxes []box
	var leaders [][][2]float64
	for _, e := range d {
		if e.turned || within(e, "defs") {
			continue
		}
		switch e.name {
		case "rect":
			x, y := e.num(t, "x"), e.num(t, "y")
			inside(e, box{x, y, x + e.num(t, "width"), y + e.num(t, "height")})
		case "path":
			at := points(t, e.attr["d"])
			for _, p := range at {
				inside(e, box{p[0], p[1], p[0], p[1]})
			}
			if e.is("leader") {
				leaders = append(leaders, at)
			}
		case "text":
			b := place(t, e)
			inside(e, b)
			for i, other := range boxes {
				if b.overlaps(other) {
					t.Fatalf("%q at %v over %q at %v", e.text, b, texts[i].text, other)
				}
			}
			texts, boxes = append(texts, e), append(boxes, b)
		}
	}
	for i, l := range leaders {
		clearOf(t, l, boxes, texts)
		for _, other := range leaders[:i] {
			apart(t, l, other)
		}
	}
}

func within(e element, name string) bool {
	for _, n := range e.within {
		if n == name {
			return true
		}
	}
	return false
}

// clearOf checks that a leader runs through no text.
func clearOf(t fataler, leader [][2]float64, boxes []box, texts []element) {
	t.Helper()
	for i := 1; i < len(leader); i++ {
		a, b := leader[i-1], leader[i]
		for j, text := range boxes {
			for k := range 21 {
				f := float64(k) / 20
				x, y := a[0]+(b[0]-a[0])*f, a[1]+(b[1]-a[1])*f
				if x > text.x0+0.1 && x < text.x1-0.1 && y > text.y0+0.1 && y < text.y1-0.1 {
					t.Fatalf("a leader %v runs through %q at %v", leader, texts[j].text, text)
				}
			}
		}
	}
}

// apart checks that two leaders do not cross.
func apart(t fataler, a, b [][2]float64) {
	t.Helper()
	side := func(p, q, r [2]float64) float64 { return (q[0]-p[0])*(r[1]-p[1]) - (q[1]-p[1])*(r[0]-p[0]) }
	for i := 1; i < len(a); i++ {
		for j := 1; j < len(b); j++ {
			p, q, r, s := a[i-1], a[i], b[j-1], b[j]
			if side(p, q, r)*side(p, q, s) < -0.5 && side(r, s, p)*side(r, s, q) < -0.5 {
				t.Fatalf("leaders cross: %v and %v", a, b)
			}
		}
	}
}

// sound checks everything that must hold for any picture.
func sound(t fataler, p picture) template.HTML {
	t.Helper()
	markup, err := p.SVG()
	if err != nil {
		t.Fatalf("%T: %v", p, err)
	}
	again, err := p.SVG()
	if err != nil || again != markup {
		t.Fatalf("%T drawn twice differs (%v)", p, err)
	}
	safe(t, markup)
	for _, d := range drawings(t, markup) {
		legible(t, d)
	}
	return markup
}
