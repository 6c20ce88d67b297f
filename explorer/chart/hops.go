package chart

import (
	"fmt"
	"html/template"
)

// Hops is a gift on its way through pools: one number line below another, and ribbons
// between the same units.
type Hops struct {
	Head
	Rows   []Row
	Links  []Link
	Bundle func(part []Segment) Segment // as in Line
}

// Row is one pool of Hops: the pieces of it that belong to the gift.
type Row struct {
	Label    string
	Amount   string
	Href     string
	Segments []Segment // in order, without overlap; the numbers are the pool's own
	Whole    int64     // how many units here stand for the whole gift; 0 is as many as in the first row
}

const (
	hopBar    = 24.0
	hopHead   = 22.0
	hopRibbon = 34.0
)

// SVG draws the hops. An error are segments out of order, and a link whose units are in
// no segment.
func (h Hops) SVG() (template.HTML, error) {
	for _, r := range h.Rows {
		if err := ordered(r.Segments); err != nil {
			return "", fmt.Errorf("row %q: %w", r.Label, err)
		}
	}
	if len(h.Rows) == 0 || len(h.Rows[0].Segments) == 0 {
		return "", nil
	}
	return both(h.draw)
}

func (h Hops) draw(width float64) (*sheet, error) {
	s := newSheet(h.Head, width)
	s.down = true
	tracks, bottoms := h.lay(width)
	ties, err := h.ties(tracks)
	if err != nil {
		return nil, err
	}
	for _, t := range ties {
		t.draw(s, tracks[t.Row], bottoms[t.Row], tracks[t.Row+1].y)
	}
	for r := range tracks {
		h.head(s, r, tracks[r], width)
		for i := range tracks[r].pieces {
			tracks[r].piece(s, i, "caption halo")
		}
		tracks[r].gaps(s)
	}
	return s.finish(bottoms[len(bottoms)-1] + 4), nil
}

// lay places the rows below one another. All have the same scale, so that a unit is as
// wide in each.
func (h Hops) lay(width float64) (tracks []*track, bottoms []float64) {
	most, first := 0, units(h.Rows[0].Segments)
	fullest := 1.0
	for _, r := range h.Rows {
		most = max(most, breaks(r.Segments))
		fullest = max(fullest, units(r.Segments)/r.whole(first))
	}
	y := 2.0
	for _, r := range h.Rows {
		t := &track{x: linePad, y: y + hopHead, height: hopBar, bundle: h.Bundle}
		t.lay(r.Segments, r.whole(first)*fullest, width-2*linePad, most)
		below := t.caption(width, listRows)
		tracks, bottoms = append(tracks, t), append(bottoms, t.y+t.height+below)
		y = t.y + t.height + below + hopRibbon
	}
	return tracks, bottoms
}

func (r Row) whole(first float64) float64 {
	if r.Whole > 0 {
		return float64(r.Whole)
	}
	return first
}

// head writes a row's name above its bar.
func (h Hops) head(s *sheet, r int, t *track, width float64) {
	row := h.Rows[r]
	closing := s.begin(row.Href, row.Label, row.Amount)
	amount := fit(row.Amount, 13, width/2)
	s.words("heading halo", 13, linePad, t.y-7, start, fit(row.Label, 13, width-2*linePad-16-measure(amount, 13)))
	if amount != "" {
		s.words("caption sum halo", 13, width-linePad, t.y-7, end, amount)
	}
	s.raw(closing)
}
