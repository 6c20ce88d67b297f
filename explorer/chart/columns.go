package chart

import "html/template"

// Columns is income and expenditure over time: up what came in, down what went out, and
// as a line what was held.
type Columns struct {
	Head
	In, Out, Held string // the words for the three, beside the drawing; Held "" draws no line
	Periods       []Period
	Ticks         []Tick // values of the axis and their names, see Range and Steps
}

// Period is one step of time. One without values is shown as empty.
type Period struct {
	Label   string // short, below the axis: "3月"
	Group   string // below the labels, where it changes: "2026年"; "" is none
	Name    string // in titles: "2026年3月"; "" is Label
	In, Out Mark
	Held    Mark // at the end of the period
}

// Mark is a value with what the reader sees of it.
type Mark struct {
	Value  int64
	Amount string
	Href   string
}

// Range gives the lowest and the highest value that the drawing reaches; 0 is between
// them. What goes out reaches down.
func (c Columns) Range() (low, high int64) {
	for _, p := range c.Periods {
		low = min(low, -p.Out.Value, p.In.Value)
		high = max(high, p.In.Value, -p.Out.Value)
		if c.Held != "" {
			low, high = min(low, p.Held.Value), max(high, p.Held.Value)
		}
	}
	return low, high
}

// SVG draws the columns.
func (c Columns) SVG() (template.HTML, error) {
	low, high := c.Range()
	if low == high {
		return "", nil
	}
	return both(func(width float64) (*sheet, error) { return c.draw(width), nil })
}

func (c Columns) draw(width float64) *sheet {
	s, g := newSheet(c.Head, width), c.grid(width)
	c.rules(s, g)
	for i, p := range c.Periods {
		c.period(s, g, i, p)
	}
	s.line("zero", g.left, g.zero, g.right, g.zero)
	last := c.curve(s, g)
	c.words(s, g, last)
	return s.finish(g.bottom + c.labels(s, g) + 8)
}

// period draws the two bars of one. Where some value is below nothing, as after
// reversals, the two of every period stand side by side.
func (c Columns) period(s *sheet, g grid, i int, p Period) {
	w := min(g.step*0.64, 40)
	if p.In.Value == 0 && p.Out.Value == 0 {
		closing := s.begin("", p.name())
		s.circle("dot mute", g.x(i), g.zero, 1.5)
		s.raw(closing)
		return
	}
	in, out := g.x(i)-w/2, g.x(i)-w/2
	if c.beside() {
		w /= 2
		out += w
	}
	c.mark(s, g, In, []string{p.name(), c.In, p.In.Amount}, p.In, in, w, p.In.Value)
	c.mark(s, g, Out, []string{p.name(), c.Out, p.Out.Amount}, p.Out, out, w, -p.Out.Value)
}

func (p Period) name() string {
	if p.Name != "" {
		return p.Name
	}
	return p.Label
}

func (c Columns) beside() bool {
	for _, p := range c.Periods {
		if p.In.Value < 0 || p.Out.Value < 0 {
			return true
		}
	}
	return false
}

// mark draws a bar from nought to a value, at least so high that it is seen.
func (c Columns) mark(s *sheet, g grid, class Class, title []string, m Mark, x, w float64, to int64) {
	if m.Value == 0 {
		return
	}
	height := max(g.scale*float64(max(to, -to)), least)
	y := g.zero
	if to > 0 {
		y -= height
	}
	closing := s.begin(m.Href, title...)
	s.rect("bar "+class.String(), x, y, w, height)
	s.raw(closing)
}

// curve draws what was held, and gives the height at which it ends.
func (c Columns) curve(s *sheet, g grid) (last float64) {
	if c.Held == "" {
		return 0
	}
	for _, class := range []string{"curve halo", "curve"} {
		s.raw(`<path class="`).raw(class).raw(`" d="`)
		for i, p := range c.Periods {
			last = g.y(p.Held.Value)
			if i == 0 {
				s.at("M", g.x(i), last)
			} else {
				s.at("L", g.x(i), last)
			}
		}
		s.raw(`"/>`)
	}
	for i, p := range c.Periods {
		closing := s.begin(p.Held.Href, p.name(), c.Held, p.Held.Amount)
		s.circle("dot", g.x(i), g.y(p.Held.Value), min(3, g.step/5))
		s.raw(closing)
	}
	return last
}
