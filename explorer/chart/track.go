package chart

import (
	"sort"
	"strconv"
)

// track is a number line being drawn: pieces from left to right on one height.
type track struct {
	x, y, height float64
	bundle       func([]Segment) Segment
	pieces       []piece
	captions     []caption
}

// piece is a segment as it is drawn, or neighbours that are drawn as one.
type piece struct {
	Segment
	parts  []Segment
	x0, x1 float64
	broken bool // units are missing before it
}

const (
	linePad     = 2.0
	breakWidth  = 9.0  // where units are missing
	visible     = 3.0  // what is narrower is bundled with narrow neighbours
	bundleWidth = 14.0 // of a bundle, at least, where there are enough neighbours
)

// units counts the units of segments.
func units(segments []Segment) (sum float64) {
	for _, s := range segments {
		sum += float64(s.Upto - s.From)
	}
	return sum
}

// breaks counts the places where units are missing.
func breaks(segments []Segment) (count int) {
	for i := 1; i < len(segments); i++ {
		if segments[i].From > segments[i-1].Upto {
			count++
		}
	}
	return count
}

// lay gives the segments their places: whole units would fill the width, less what the
// breaks take.
func (t *track) lay(segments []Segment, whole, width float64, breaks int) {
	open := min(breakWidth, 0.25*width/float64(max(breaks, 1)))
	scale := (width - open*float64(breaks)) / whole
	t.pieces = t.gather(segments, scale)
	values := make([]float64, len(t.pieces))
	sum := 0.0
	for i, p := range t.pieces {
		values[i] = units(p.parts)
		sum += values[i]
	}
	x := t.x
	apportion(sum*scale, values, least)
	for i, w := range values {
		p := &t.pieces[i]
		if p.broken {
			x += open
		}
		p.x0, p.x1 = x, x+w
		x += w
	}
}

// gather bundles neighbours that are too narrow to be seen.
func (t *track) gather(segments []Segment, scale float64) (pieces []piece) {
	for i := 0; i < len(segments); {
		j, wide := i+1, units(segments[i:i+1])*scale
		for narrow := wide < visible; narrow && wide < bundleWidth && j < len(segments); j++ {
			next := units(segments[j:j+1]) * scale
			if next >= visible || segments[j].From > segments[j-1].Upto {
				break
			}
			wide += next
		}
		part := segments[i:j]
		pieces = append(pieces, piece{Segment: t.name(part), parts: part, broken: i > 0 && part[0].From > segments[i-1].Upto})
		i = j
	}
	return pieces
}

// name gives what is written of a bundle.
func (t *track) name(part []Segment) Segment {
	if len(part) == 1 {
		return part[0]
	}
	all := Segment{Label: "×" + strconv.Itoa(len(part))}
	if t.bundle != nil {
		all = t.bundle(part)
	}
	all.From, all.Upto = part[0].From, part[len(part)-1].Upto
	return all
}

// at gives where a unit lies; upper asks for the end of what comes before it, which
// differs at a break.
func (t *track) at(unit int64, upper bool) (x float64, ok bool) {
	i := sort.Search(len(t.pieces), func(i int) bool {
		return t.pieces[i].Upto > unit || upper && t.pieces[i].Upto == unit
	})
	if i == len(t.pieces) || unit < t.pieces[i].From || upper && unit == t.pieces[i].From {
		return 0, false
	}
	p := t.pieces[i]
	return p.x0 + (p.x1-p.x0)*float64(unit-p.From)/float64(p.Upto-p.From), true
}

// caption finds the places of the captions, and gives the height they take.
func (t *track) caption(width float64, rows int) (height float64) {
	marks := make([]mark, len(t.pieces))
	for i, p := range t.pieces {
		marks[i] = mark{p.x0, p.x1, p.Label, p.Amount}
	}
	t.captions, height = captions(marks, t.y+t.height, width-linePad, rows)
	return height
}

// piece draws one with its caption. Neighbours drawn as one show each meaning's share.
func (t *track) piece(s *sheet, i int, class string) {
	p := t.pieces[i]
	title := []string{p.Title}
	if p.Title == "" {
		title = []string{p.Label, p.Amount}
	}
	closing := s.begin(p.Href, title...)
	x, width := p.x0, p.x1-p.x0
	if width > 4 {
		x, width = x+0.5, width-1
	}
	var shares [len(names)]float64
	for _, part := range p.parts {
		shares[part.Class.known()] += float64(part.Upto - part.From)
	}
	all := units(p.parts)
	for c, share := range shares {
		if share > 0 {
			s.bar("bar", Class(c), x, t.y, width*share/all, t.height)
			x += width * share / all
		}
	}
	t.captions[i].draw(s, class)
	s.raw(closing)
}

// gaps draws the breaks, where units that are not shown lie between two pieces.
func (t *track) gaps(s *sheet) {
	for i, p := range t.pieces {
		if !p.broken {
			continue
		}
		x := (t.pieces[i-1].x1 + p.x0) / 2
		s.line("gap", x-2.5, t.y+t.height/2+4, x+0.5, t.y+t.height/2-4)
		s.line("gap", x-0.5, t.y+t.height/2+4, x+2.5, t.y+t.height/2-4)
	}
}
