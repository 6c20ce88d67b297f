package chart

import "fmt"

// Link ties the units [From, Upto) of a row to the units [Into, Unto) of the row below
// that they became.
type Link struct {
	Row        int // the upper row
	From, Upto int64
	Into, Unto int64
	Title      string
	Class      Class // Plain shades from the class of the upper units to that of the lower
	Href       string
}

// tie is a link with its places.
type tie struct {
	Link
	count          int // links drawn as one
	x0, x1, u0, u1 float64
	from, to       Class
}

// ties finds the places of the links. Neighbours too narrow to be told apart become one.
func (h Hops) ties(tracks []*track) (ties []tie, err error) {
	for i, l := range h.Links {
		if l.Row < 0 || l.Row+1 >= len(tracks) || l.Upto <= l.From || l.Unto <= l.Into {
			return nil, fmt.Errorf("chart: link %d from row %d: [%d, %d) into [%d, %d)", i, l.Row, l.From, l.Upto, l.Into, l.Unto)
		}
		t := tie{Link: l, count: 1}
		ok := t.place(tracks[l.Row], tracks[l.Row+1])
		if !ok {
			return nil, fmt.Errorf("chart: link %d ties units that are in no segment", i)
		}
		if n := len(ties); n > 0 && ties[n-1].joins(t) {
			ties[n-1].take(t)
			continue
		}
		ties = append(ties, t)
	}
	return ties, nil
}

func (t *tie) place(upper, lower *track) bool {
	var ok [4]bool
	t.x0, ok[0] = upper.at(t.From, false)
	t.x1, ok[1] = upper.at(t.Upto, true)
	t.u0, ok[2] = lower.at(t.Into, false)
	t.u1, ok[3] = lower.at(t.Unto, true)
	t.from, t.to = upper.class(t.From), lower.class(t.Into)
	if t.Class != Plain {
		t.from, t.to = t.Class.known(), t.Class.known()
	}
	return ok == [4]bool{true, true, true, true}
}

// joins says whether a link continues this one at both ends and both are thin.
func (t *tie) joins(next tie) bool {
	return t.Row == next.Row && t.Upto == next.From && t.Unto == next.Into && t.from == next.from && t.to == next.to &&
		next.x1-next.x0 < visible && (t.count > 1 || t.x1-t.x0 < visible) && t.x1-t.x0 < bundleWidth
}

func (t *tie) take(next tie) {
	t.Upto, t.Unto, t.x1, t.u1 = next.Upto, next.Unto, next.x1, next.u1
	t.count++
	t.Title, t.Href = "", ""
}

// draw draws the stem below the upper bar, past its captions, and the ribbon from there
// to the lower bar.
func (t *tie) draw(s *sheet, upper *track, stem, lower float64) {
	top := upper.y + upper.height
	closing := s.begin(t.Href, t.Title)
	w0, w1 := max(t.x1-t.x0, 0.75), max(t.u1-t.u0, 0.75)
	if stem > top {
		s.rect("stem "+t.from.String(), t.x0, top, w0, stem-top)
	}
	s.ribbon(t.from, t.to, false)
	mid := (stem + lower) / 2
	s.at("M", t.x0, stem).at("C", t.x0, mid, t.u0, mid, t.u0, lower)
	s.at("H", t.u0+w1).at("C", t.u0+w1, mid, t.x0+w0, mid, t.x0+w0, stem).raw(`Z"/>`)
	s.raw(closing)
}

// class gives the meaning of a unit.
func (t *track) class(unit int64) Class {
	for _, p := range t.pieces {
		if unit >= p.Upto {
			continue
		}
		for _, part := range p.parts {
			if unit < part.Upto {
				return part.Class.known()
			}
		}
	}
	return Muted
}
