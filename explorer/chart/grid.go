package chart

import (
	"cmp"
	"math"
	"slices"
)

// grid is where values and periods lie.
type grid struct {
	left, right, top, bottom float64
	zero, scale, step        float64
}

func (g grid) y(v int64) float64 { return g.zero - float64(v)*g.scale }

// x is the middle of a period.
func (g grid) x(i int) float64 { return g.left + (float64(i)+0.5)*g.step }

func (c Columns) grid(width float64) grid {
	height := 250.0
	if width == narrow {
		height = 210
	}
	if len(c.Periods) < 6 { // little to compare needs little height
		height *= 0.7
	}
	g := grid{top: 10, bottom: 10 + height}
	for _, t := range c.Ticks {
		g.left = max(g.left, measure(t.Label, 11))
	}
	words := max(measure(c.In, 13), measure(c.Out, 13), measure(c.Held, 13))
	g.left = min(g.left, width/4) + 8
	g.right = width - min(words, width/4) - 10
	low, high := c.Range()
	for _, t := range c.Ticks {
		low, high = min(low, t.Value), max(high, t.Value)
	}
	g.scale = (g.bottom - g.top) / (float64(high) - float64(low))
	g.zero = g.top + float64(high)*g.scale
	g.step = (g.right - g.left) / float64(len(c.Periods))
	return g
}

// rules draws the lines of the axis with their names, of which none covers another.
func (c Columns) rules(s *sheet, g grid) {
	var taken []float64
	for _, t := range c.Ticks {
		y := g.y(t.Value)
		s.line("rule", g.left, y, g.right, y)
		if clear(taken, y, 13) {
			s.words("aside", 11, g.left-6, y+4, end, fit(t.Label, 11, g.left-6))
			taken = append(taken, y)
		}
	}
}

// clear says whether y is so far from all that are taken.
func clear(taken []float64, y, distance float64) bool {
	for _, t := range taken {
		if y-t < distance && t-y < distance {
			return false
		}
	}
	return true
}

// word is a name at the right end of the drawing.
type word struct {
	class, text string
	y           float64
}

// words names the bars and the line at their right end: what came in above nought, what
// went out below it, the line where it ends; each a little aside where it would cover
// another.
func (c Columns) words(s *sheet, g grid, last float64) {
	words := []word{{"caption in", c.In, g.zero - 8}, {"caption out", c.Out, g.zero + 18}}
	if c.Held != "" {
		words = append(words, word{"caption", c.Held, last + 4})
	}
	slices.SortStableFunc(words, func(a, b word) int { return cmp.Compare(a.y, b.y) })
	limit := g.bottom
	for i := len(words) - 1; i >= 0; i-- {
		words[i].y = min(max(words[i].y, g.top+4+float64(i)*lineHeight), limit)
		limit = words[i].y - lineHeight
		s.words(words[i].class, 13, g.right+8, words[i].y, start, fit(words[i].text, 13, s.width-g.right-8))
	}
}

// labels names periods and groups below, as many as have room, and gives the height
// that takes.
func (c Columns) labels(s *sheet, g grid) (height float64) {
	widest := 0.0
	for _, p := range c.Periods {
		widest = max(widest, measure(p.Label, 11))
	}
	every := int(math.Ceil((widest + 8) / g.step))
	free := 0.0
	for i := 0; i < len(c.Periods); i += every {
		half := measure(c.Periods[i].Label, 11) / 2
		x := min(max(g.x(i), half), s.width-half)
		if x-half < free {
			continue
		}
		s.words("aside", 11, x, g.bottom+18, middle, c.Periods[i].Label)
		free = x + half + 4
	}
	height, free = 18, 0
	for i, p := range c.Periods {
		x := g.x(i) - g.step*0.32
		if p.Group == "" || i > 0 && p.Group == c.Periods[i-1].Group || x < free || x+measure(p.Group, 11) > s.width {
			continue
		}
		s.words("aside", 11, x, g.bottom+34, start, p.Group)
		free, height = x+measure(p.Group, 11)+8, 34
	}
	return height
}
