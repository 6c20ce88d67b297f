package explorer

import (
	"fmt"
	"html/template"

	"mingzhang/explorer/chart"
	"mingzhang/ledger"
	"mingzhang/ledger/trace"
)

// drawCourse draws what became of a flow's units; nothing where they are too many.
func (s *Site) drawCourse(v visit, d *directory, w watch, index int64, c *course) (template.HTML, error) {
	p := &pen{v.tongue, s, d, w, c.Asset, v}
	strands := make([]strand, len(c.all))
	for i, part := range c.all {
		stations, err := p.forward(index, part)
		if err != nil {
			return "", err
		}
		strands[i] = strand{part.Span, stations}
	}
	return p.weave(chart.Head{ID: "course", Title: c.Caption}, c.Total, false, "#parts").SVG(strands)
}

// pen names what a picture of a trace shows.
type pen struct {
	*tongue
	site  *Site
	names *directory
	watch watch
	asset ledger.AssetID
	visit visit
}

// pieces says of how many pieces something is made; a single one has a sentence of its
// own in every language.
func (t *tongue) pieces(word string, n int) string {
	if n == 1 {
		return t.say(word + ".whole")
	}
	return t.say(word, "n", n)
}

func (p *pen) weave(head chart.Head, total int64, bottom bool, more string) weave {
	return weave{Head: head, total: total, bottom: bottom, more: more,
		amount:  func(n int64) string { return p.site.assets.money(p.tongue)(p.asset, n) },
		several: func(n int) string { return p.say("trace.pools", "n", n) },
		bundle:  func(n int) string { return p.say("trace.bundle", "n", n) }}
}

// forward gives the stations of a part: each pool that its units lay in, and how they
// left it.
func (p *pen) forward(index int64, part trace.Part) ([]station, error) {
	f := p.watch.flows[index]
	at, err := p.at(f.Entered())
	if err != nil {
		return nil, err
	}
	stations := []station{at}
	for _, moved := range part.Path {
		f := p.watch.flows[moved]
		if f.In == nil { // it left: where it went is said when it is known to have stayed there
			continue
		}
		if at, err = p.at(f.In.Pool); err != nil {
			return nil, err
		}
		p.leave(&stations[len(stations)-1], moved, f, at)
		stations = append(stations, at)
	}
	p.end(&stations[len(stations)-1], index, part)
	return stations, nil
}

// at is a station at a pool.
func (p *pen) at(pool ledger.Pool) (station, error) {
	where, err := p.names.place(pool)
	if err != nil {
		return station{}, err
	}
	name := where.Name()
	if pool.Asset != p.asset {
		name += " · " + p.site.assets.name(p.tongue)(pool.Asset)
	}
	class := chart.In
	if where.Partner != nil {
		class = chart.Transit
	}
	return station{row: name, class: class}, nil
}

// leave says of a station that its units went on to another pool.
func (p *pen) leave(st *station, moved int64, f *ledger.Flow, next station) {
	st.key, st.link = fmt.Sprint(st.row, " ", moved), p.visit.link("/flows/"+text64(moved))
	st.label = p.term("trace.move", f.Kind)
	if f.Carries() {
		st.label = p.say("trace.to", "pool", next.row)
	}
}

// end says what became of units at their last station.
func (p *pen) end(st *station, index int64, part trace.Part) {
	last := lastOf(index, part.Path)
	became := fateOf(p.watch, index, part)
	st.class = fateClasses[became]
	st.label = p.say("course.state." + string(became))
	st.key = fmt.Sprint(st.row, " ", became)
	if part.State == trace.Held || part.State == trace.InTransit || part.State == trace.Converted {
		return
	}
	st.key, st.link = fmt.Sprint(st.row, " ", last), p.visit.link("/flows/"+text64(last))
	f := p.watch.flows[last]
	if part.State == trace.Spent {
		label := p.term("category", f.Category)
		if f.Party != nil && f.Party.Name != "" {
			st.title = label + "  " + f.Party.Name
			label = f.Party.Name
		}
		st.label = label
	}
}
