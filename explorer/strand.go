package explorer

import (
	"html/template"
	"slices"

	"mingzhang/explorer/chart"
	"mingzhang/ledger"
)

// strand is a run of a flow's units and the stations at which they were, one after
// another.
type strand struct {
	ledger.Span
	stations []station
}

// station is where units of a strand lay and how they went on from there.
type station struct {
	row   string // name of the pool
	key   string // neighbours with the same key are one segment
	label string
	title string // "" is label and amount
	class chart.Class
	link  string
}

// weave draws strands: one number line where each has one station, else a line for each
// station below the one before. Units keep their numbers in all lines, which are the
// places within the flow. With bottom, the last stations stand in one line, else the first.
type weave struct {
	chart.Head
	total           int64
	bottom          bool
	amount          func(int64) string // writes units of the flow
	several, bundle func(n int) string // name pools, and segments drawn as one
	more            string             // where a bundle leads
}

// SVG draws the strands, which lie end to end from place 0. None gives "".
func (w weave) SVG(strands []strand) (template.HTML, error) {
	depth := 0
	for _, s := range strands {
		depth = max(depth, len(s.stations))
	}
	if depth == 0 {
		return "", nil
	}
	rows, links := w.lay(strands, depth)
	for i := range rows {
		rows[i].finish(w)
	}
	if depth == 1 {
		return chart.Line{Head: w.Head, Segments: rows[0].Segments, Bundle: w.bundled}.SVG()
	}
	h := chart.Hops{Head: w.Head, Bundle: w.bundled}
	for i, r := range rows {
		h.Rows = append(h.Rows, r.Row)
		h.Links = append(h.Links, links[i]...)
	}
	return h.SVG()
}

// wovenRow is a row being laid.
type wovenRow struct {
	chart.Row
	keys  []string // of the segments
	pools []string
}

// tie is the pair of segments that a link joins.
type tie struct{ upper, lower int }

// lay puts the stations into rows, and links those of each strand.
func (w weave) lay(strands []strand, depth int) ([]wovenRow, [][]chart.Link) {
	rows, links, ties := make([]wovenRow, depth), make([][]chart.Link, depth), make([]tie, depth)
	for _, s := range strands {
		first := 0
		if w.bottom {
			first = depth - len(s.stations)
		}
		upper := -1
		for i, st := range s.stations {
			r := first + i
			lower := rows[r].put(s.Span, st)
			if i > 0 {
				links[r-1] = link(links[r-1], &ties[r-1], tie{upper, lower}, r-1, s.Span)
			}
			upper = lower
		}
	}
	return rows, links
}

// put adds units to a row: to the segment before, if they go on where it ends and in the
// same way.
func (r *wovenRow) put(units ledger.Span, st station) (segment int) {
	if !slices.Contains(r.pools, st.row) {
		r.pools = append(r.pools, st.row)
	}
	last := len(r.Segments) - 1
	if last >= 0 && r.Segments[last].Upto == units.From && r.keys[last] == st.key {
		r.Segments[last].Upto = units.Upto
		return last
	}
	r.keys = append(r.keys, st.key)
	r.Segments = append(r.Segments, chart.Segment{From: units.From, Upto: units.Upto, Label: st.label, Title: st.title, Class: st.class, Href: st.link})
	return last + 1
}

// link joins two segments by the units that both have.
func link(links []chart.Link, before *tie, now tie, row int, units ledger.Span) []chart.Link {
	if n := len(links); n > 0 && *before == now && links[n-1].Upto == units.From {
		links[n-1].Upto, links[n-1].Unto = units.Upto, units.Upto
		return links
	}
	*before = now
	return append(links, chart.Link{Row: row, From: units.From, Upto: units.Upto, Into: units.From, Unto: units.Upto})
}

// finish writes the amounts of a row.
func (r *wovenRow) finish(w weave) {
	var sum int64
	for i := range r.Segments {
		seg := &r.Segments[i]
		seg.Amount = w.amount(seg.Upto - seg.From)
		sum += seg.Upto - seg.From
	}
	r.Amount, r.Whole, r.Label = w.amount(sum), w.total, r.pools[0]
	if len(r.pools) > 1 {
		r.Label = w.several(len(r.pools))
	}
}

// bundled names neighbours that are drawn as one.
func (w weave) bundled(part []chart.Segment) chart.Segment {
	var sum int64
	for _, s := range part {
		sum += s.Upto - s.From
	}
	return chart.Segment{Label: w.bundle(len(part)), Amount: w.amount(sum), Href: w.more}
}
