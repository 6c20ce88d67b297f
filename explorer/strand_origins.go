package explorer

import (
	"cmp"
	"fmt"
	"html/template"

	"mingzhang/explorer/chart"
	"mingzhang/ledger"
	"mingzhang/ledger/trace"
)

// drawOrigins draws which gifts a flow was made of; nothing where they are too many.
func (s *Site) drawOrigins(v visit, d *directory, w watch, index int64, o *origins) (template.HTML, error) {
	p := &pen{v.tongue, s, d, w, o.Asset, v}
	shown := map[int64]string{} // the names that givers agreed to, of those that were read
	for _, x := range o.Sources {
		shown[x.Flow] = x.Gift.Party.Name
	}
	var strands []strand
	deep := false
	for _, src := range o.all {
		if src.Empty() { // behind a conversion: no whole unit of its own
			continue
		}
		stations, err := p.back(src, shown[src.Flow])
		if err != nil {
			return "", err
		}
		deep = deep || len(stations) > 1
		strands = append(strands, strand{src.Span, stations})
	}
	if deep {
		last := p.traced(index)
		for i := range strands {
			strands[i].stations = append(strands[i].stations, last)
		}
	}
	return p.weave(chart.Head{ID: "origins", Title: o.Caption}, o.Total, true, "#sources").SVG(strands)
}

// back gives the stations of a source: the gift in its pool, and what brought its units
// into each further one.
func (p *pen) back(src trace.Source, name string) ([]station, error) {
	gift := p.watch.flows[src.Flow]
	at, err := p.at(gift.Entered())
	if err != nil {
		return nil, err
	}
	at.key, at.link = fmt.Sprint("gift ", src.Flow), p.visit.link("/flows/"+text64(src.Flow))
	at.label, at.class = cmp.Or(name, p.giver(gift)), chart.In
	stations := []station{at}
	for _, index := range src.Path[:max(len(src.Path)-1, 0)] {
		f := p.watch.flows[index]
		if f.In == nil { // a payment that came back
			continue
		}
		if at, err = p.at(f.In.Pool); err != nil {
			return nil, err
		}
		at.key, at.link = fmt.Sprint("via ", index), p.visit.link("/flows/"+text64(index))
		at.label = p.term("kind", f.Kind) + " № " + text64(index)
		stations = append(stations, at)
	}
	return stations, nil
}

// giver names who brought a gift, as far as its record does.
func (p *pen) giver(f *ledger.Flow) string {
	switch {
	case f.Kind != ledger.Donation || f.Party == nil:
		return p.term("kind", f.Kind)
	case f.Party.Name != "":
		return f.Party.Name
	}
	return p.term("party", f.Party.Kind)
}

// traced is the last station of all sources: the flow itself.
func (p *pen) traced(index int64) station {
	f := p.watch.flows[index]
	st := station{key: "traced", row: p.term("kind", f.Kind) + " № " + text64(index), class: chart.In, label: p.term("kind", f.Kind)}
	switch {
	case f.Kind == ledger.Expenditure:
		st.class = chart.Out
	case f.In == nil:
		st.class = chart.Muted
	case f.Kind == ledger.Transfer:
		st.class = chart.Transit
	}
	if f.Party != nil && f.Party.Name != "" {
		st.label = f.Party.Name
	}
	return st
}
