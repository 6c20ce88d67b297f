package explorer

import (
	"cmp"
	"context"
	"html/template"
	"slices"

	"mingzhang/ledger"
	"mingzhang/ledger/trace"
	"mingzhang/ledger/view"
)

// origins are the gifts and other incomes that a flow's units came from. They lie end to
// end from the first unit to the last, over all pages.
type origins struct {
	Asset    ledger.AssetID
	Total    int64
	Complete bool    // false where they are too many to add up for a page
	Flows    int     // how many gifts, if complete
	Gifts    bool    // all of them are donations
	Givers   []giver // the largest first; they add up to Total
	Sources  []source
	ledger.Span
	Next    string // address of the next page, "" at the end
	First   string // of the first page, "" on it
	Caption string // of the picture
	Picture template.HTML
	all     []trace.Source
}

// giver is what one organization gave, or what all persons did.
type giver struct {
	Kind  ledger.FlowKind
	Who   ledger.PartyKind
	Party party // of an organization
	Flows int
	Units int64
}

// source is a run of units that one gift brought.
type source struct {
	trace.Source
	Amount int64
	Gift   row
	Own    *ledger.Sum // where a conversion lies between: the gift's units
	Steps  []step      // between the gift and the traced flow
}

// origins follows a flow back.
func (s *Site) origins(ctx context.Context, v visit, r Reads, d *directory, w watch, index int64) (*origins, error) {
	f, err := w.Flow(ctx, index)
	if err != nil {
		return nil, err
	}
	o := &origins{Asset: f.Left().Asset}
	_, o.Total = trace.Units(f)
	from, err := v.mark("sources", o.Total)
	if err != nil {
		return nil, err
	}
	shown, err := o.read(ctx, v, w, index, from)
	if err != nil {
		return nil, err
	}
	if o.Sources, err = sources(ctx, r, w, o.Asset, shown); err != nil {
		return nil, err
	}
	o.Caption = v.tongue.pieces("origins.picture", o.Flows)
	o.Picture, err = s.drawOrigins(v, d, w, index, o)
	return o, err
}

// read reads all sources, adds them up, and gives those of the page.
func (o *origins) read(ctx context.Context, v visit, w watch, index int64, from trace.Mark) ([]trace.Source, error) {
	all, next, err := trace.BackFrom(ctx, w, index, nil, partsAdded)
	if err != nil {
		return nil, err
	}
	page := all
	if o.Complete = next == nil; o.Complete {
		o.all = all
		o.add(w)
	}
	if from != nil || len(all) > partsShown {
		if page, next, err = trace.BackFrom(ctx, w, index, from, partsShown); err != nil {
			return nil, err
		}
	}
	if len(page) > 0 {
		last := page[len(page)-1]
		o.Span = ledger.Span{From: page[0].From, Upto: min(max(last.Upto, last.From+1), o.Total)} // with the unit that it ends within
	}
	if from != nil {
		o.First = v.with("sources", "") + "#sources"
	}
	if next != nil {
		o.Next = v.with("sources", next.String()) + "#sources"
	}
	return page, nil
}

// add adds the sources up: each organization by itself, persons together, since those of
// one masked name need not be one.
func (o *origins) add(w watch) {
	type group struct {
		kind ledger.FlowKind
		who  ledger.PartyKind
		key  string
	}
	at, seen := map[group]int{}, map[int64]bool{}
	o.Gifts = true
	for _, src := range o.all {
		f := w.flows[src.Flow]
		g := group{kind: f.Kind, key: f.Party.Key()}
		if f.Party != nil {
			g.who = f.Party.Kind
		}
		i, ok := at[g]
		if !ok {
			i, at[g] = len(o.Givers), len(o.Givers)
			o.Givers = append(o.Givers, giver{Kind: g.kind, Who: g.who, Party: asParty(f.Party, nil)})
		}
		o.Givers[i].Units += src.Len()
		if !seen[src.Flow] {
			o.Givers[i].Flows++
			o.Flows++
			seen[src.Flow] = true
		}
		o.Gifts = o.Gifts && f.Kind == ledger.Donation
	}
	slices.SortStableFunc(o.Givers, func(a, b giver) int { return cmp.Compare(b.Units, a.Units) })
}

// sources shows sources with the gifts that they are of.
func sources(ctx context.Context, r Reads, w watch, asset ledger.AssetID, list []trace.Source) ([]source, error) {
	var gifts []int64
	for _, s := range list {
		gifts = append(gifts, s.Flow)
	}
	flows, err := r.Several(ctx, gifts)
	if err != nil {
		return nil, err
	}
	out := make([]source, len(list))
	for i, s := range list {
		out[i] = asSource(w, asset, s, flows)
	}
	return out, nil
}

func asSource(w watch, asset ledger.AssetID, s trace.Source, flows map[int64]view.Flow) source {
	x := source{Source: s, Amount: s.Len(), Gift: asRow(flows[s.Flow])}
	if x.Gift.Asset != asset {
		x.Own = &ledger.Sum{Asset: x.Gift.Asset, Amount: s.Of.Len()}
	}
	for _, index := range s.Path[:max(len(s.Path)-1, 0)] {
		x.Steps = append(x.Steps, asStep(w, index))
	}
	return x
}

// Share says that the gift was larger than this part of it.
func (x source) Share() bool { return x.Of.Len() < x.Gift.Amount }

// Many says that there are so many that they are added up by giver.
func (o *origins) Many() bool { return len(o.Givers) > 1 && o.Flows > 5 }

// sentence says in one sentence who paid.
func (o *origins) sentence(s *Site, t *tongue, subject string) string {
	whole := t.say(subject, "amount", s.assets.money(t)(o.Asset, o.Total))
	switch {
	case !o.Complete:
		return t.say("origins.long", "whole", whole)
	case o.Gifts:
		return t.say("origins.gifts", "whole", whole, "n", o.Flows)
	}
	return t.say("origins.incomes", "whole", whole, "n", o.Flows)
}
