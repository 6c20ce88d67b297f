package chart

import (
	"cmp"
	"math"
	"slices"
)

// mark is a piece of a horizontal line that wants a caption below it.
type mark struct {
	x0, x1        float64
	label, amount string
}

// caption is where a mark's label and amount are written: under the mark where they fit
// its width, else in a list like a page of an account book, tied to the mark by a
// leader. No leader crosses another, nor a text.
type caption struct {
	tag
	x, y   float64   // of the first baseline
	right  float64   // in the list: where the amount ends
	leader []float64 // x and y of its corners; empty under a mark
}

const rowHeight = 18.0 // of the list

// captions finds the places of captions below a line at y, in a width; at most rows of
// them are in the list, those of the widest marks. It gives the height they take.
func captions(marks []mark, y, width float64, rows int) (places []caption, height float64) {
	places = make([]caption, len(marks))
	var listed []int
	for i, m := range marks {
		if m.label == "" && m.amount == "" {
			continue
		}
		if t, ok := under(m); ok {
			places[i] = caption{tag: t, x: m.x0 + 1, y: y + 15}
			height = max(height, t.height()+6)
		} else {
			listed = append(listed, i)
		}
	}
	if len(listed) > 0 {
		height += list(marks, widest(marks, listed, rows), places, y, y+height, width)
	}
	return places, height
}

// under breaks a caption into lines of the mark's width, if that needs no shortening and
// breaks no word.
func under(m mark) (t tag, ok bool) {
	room := m.x1 - m.x0 - 9
	if measure(m.amount, 13) > room || room < 39 && measure(m.label, 13) > room {
		return t, false
	}
	lines, whole := wrap(m.label, 13, room, 3)
	return tag{lines: lines, amount: m.amount}, whole
}

// widest picks the listed marks that have the most width, and keeps their order.
func widest(marks []mark, listed []int, rows int) []int {
	if len(listed) <= rows {
		return listed
	}
	slices.SortStableFunc(listed, func(a, b int) int {
		return cmp.Compare(math.Round(marks[b].x1-marks[b].x0), math.Round(marks[a].x1-marks[a].x0))
	})
	listed = listed[:rows]
	slices.Sort(listed)
	return listed
}

// list writes the captions of marks into rows, the leftmost first, and leads a line from
// each mark down and then left to its row. Lines that would run through the texts are
// first led aside. top is the line the marks stand on, y where the list begins.
func list(marks []mark, listed []int, places []caption, top, y, width float64) (height float64) {
	right := listWidth(marks, listed, width)
	pitch := min(5, (width-right-8)/float64(len(listed)))
	x := right + 8 - pitch
	led := y
	columns := make([]float64, len(listed))
	for i, m := range listed {
		x = max(center(marks[m]), x+pitch)
		columns[i] = x
	}
	limit := width
	for i := len(listed) - 1; i >= 0; i-- {
		columns[i] = min(columns[i], limit)
		limit = columns[i] - pitch
	}
	for i, m := range listed { // the more a line is led aside, the more height it has for it
		y = max(y, led+min(math.Abs(columns[i]-center(marks[m]))/6, 26))
	}
	for i, m := range listed {
		base := y + 14 + float64(i)*rowHeight
		amount := fit(marks[m].amount, 13, right-39)
		label := fit(marks[m].label, 13, right-measure(amount, 13)-12)
		places[m] = caption{
			tag: tag{lines: []string{label}, amount: amount, inline: true}, x: 1, y: base, right: right,
			leader: []float64{center(marks[m]), top, center(marks[m]), led, columns[i], y, columns[i], base - 4.5, right + 4, base - 4.5},
		}
	}
	return y - led + float64(len(listed))*rowHeight + 8
}

func center(m mark) float64 { return (m.x0 + m.x1) / 2 }

// listWidth is the room for labels and amounts, at most so much that the lines have
// room as well.
func listWidth(marks []mark, listed []int, width float64) float64 {
	label, amount := 0.0, 0.0
	for _, m := range listed {
		label = max(label, measure(marks[m].label, 13))
		amount = max(amount, measure(marks[m].amount, 13))
	}
	return min(label+14+amount, 0.7*width)
}

// draw writes a caption with its leader.
func (c caption) draw(s *sheet, class string) {
	if len(c.lines) == 0 {
		return
	}
	if len(c.leader) == 0 {
		c.under(s, class)
		return
	}
	s.raw(`<path class="leader" d="`).at("M", c.leader[:2]...)
	for i := 2; i < len(c.leader); i += 2 {
		s.at("L", c.leader[i:i+2]...)
	}
	s.raw(`"/>`)
	s.words(class, 13, c.x, c.y, start, c.lines[0])
	if c.amount != "" {
		s.words(class+" sum", 13, c.right, c.y, end, c.amount)
	}
}

func (c caption) under(s *sheet, class string) {
	y := c.y
	for _, line := range c.lines {
		s.words(class, 13, c.x, y, start, line)
		y += lineHeight
	}
	if c.amount != "" {
		s.words(class+" sum", 13, c.x, y, start, c.amount)
	}
}
