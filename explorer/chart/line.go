package chart

import (
	"fmt"
	"html/template"
)

// Segment is a piece of a number line: the units [From, Upto) and what they became.
type Segment struct {
	From, Upto int64
	Label      string // "" is written nowhere
	Amount     string
	Title      string // "" is: label, amount
	Class      Class
	Href       string
}

// Tick names a value of an axis.
type Tick struct {
	Value int64
	Label string
}

// Line is a gift as a number line, cut into what became of it.
type Line struct {
	Head
	Segments []Segment // in order, without overlap; where units are missing the line is broken
	Cuts     []Tick    // names of units, written above where there is room
	// Bundle names neighbours that are drawn as one, because each is too narrow to be
	// seen: it gives their label, amount, title and link. nil shows how many they are.
	Bundle func(part []Segment) Segment
}

const (
	lineBar  = 40.0 // the height of a line's bar
	listRows = 16   // captions in a list below one line
)

// SVG draws the line. Segments that are empty, overlap or are out of order are an error.
func (l Line) SVG() (template.HTML, error) {
	if err := ordered(l.Segments); err != nil {
		return "", err
	}
	if len(l.Segments) == 0 {
		return "", nil
	}
	return both(func(width float64) (*sheet, error) { return l.draw(width), nil })
}

// ordered checks the segments of one number line.
func ordered(segments []Segment) error {
	for i, s := range segments {
		if s.From < 0 || s.Upto <= s.From {
			return fmt.Errorf("chart: segment %d is [%d, %d)", i, s.From, s.Upto)
		}
		if i > 0 && s.From < segments[i-1].Upto {
			return fmt.Errorf("chart: segment %d begins at %d, before %d", i, s.From, segments[i-1].Upto)
		}
	}
	return nil
}

func (l Line) draw(width float64) *sheet {
	s := newSheet(l.Head, width)
	t := track{x: linePad, y: 6, height: lineBar, bundle: l.Bundle}
	t.lay(l.Segments, units(l.Segments), width-2*linePad, breaks(l.Segments))
	if len(l.Cuts) > 0 {
		t.y += 18
		t.cuts(s, l.Cuts, width)
	}
	below := t.caption(width, listRows)
	for i := range t.pieces {
		t.piece(s, i, "caption")
	}
	t.gaps(s)
	return s.finish(t.y + t.height + below + 4)
}

// cuts names units above the bar, with a tick each; a name that has no room is left out.
func (t *track) cuts(s *sheet, cuts []Tick, width float64) {
	free := 0.0
	for _, c := range cuts {
		x, ok := t.at(c.Value, false)
		if !ok {
			x, ok = t.at(c.Value, true)
		}
		if !ok {
			continue
		}
		s.line("rule", x, t.y-4, x, t.y)
		half := measure(c.Label, 11)/2 + 4
		at := min(max(x, half-4), width-half+4)
		if at-half < free-4 {
			continue
		}
		s.words("aside", 11, at, t.y-7, middle, c.Label)
		free = at + half
	}
}
