package trace

import (
	"context"
	"fmt"

	"mingzhang/ledger"
)

// Source is a run of the traced outflow's places that one gift paid for.
type Source struct {
	ledger.Span             // places within the traced outflow
	Flow        int64       // the record that brought the units into the book
	Of          ledger.Span // the places within that flow
	Path        []int64     // the records they went through after it, the traced one last
}

func (s Source) String() string {
	return fmt.Sprintf("%v from %d%v via %v", s.Span, s.Flow, s.Of, s.Path)
}

// Back gives the flows that brought into the book the units that a flow moved: of a
// flow that left a pool, the units it took there; of a return, the units it brought
// back, through what it returned; of an income, itself. The sources lie end to end
// from place 0.
func Back(ctx context.Context, r Reader, index int64) ([]Source, error) {
	f, err := r.Flow(ctx, index)
	if err != nil {
		return nil, err
	}
	t := &back{ctx: ctx, r: r}
	err = t.begin(index, f)
	return t.sources, err
}

// begin follows the places of the flow from the page's first on.
func (t *back) begin(index int64, f *ledger.Flow) error {
	if f.Out == nil {
		laid := f.Laid().CutPlaces(t.enter(ledger.Span{Upto: f.In.Span.Len()}))
		if laid.Empty() {
			return nil
		}
		e := Entry{Piece: laid, Index: index, Flow: f}
		return t.entered(e, origin{laid.Span, laid.Span, laid.Places(), scale{shift: laid.At - laid.From}, nil})
	}
	pieces, err := t.r.Pieces(t.ctx, index, t.enter(ledger.Span{Upto: f.Amount}))
	for _, e := range pieces {
		if err == nil {
			err = t.follow(f.Out.Pool, origin{e.Span, e.Span, e.Places(), scale{shift: e.At - e.From}, &way{index, nil}})
		}
	}
	return err
}

// origin is what a backward trace holds in its hand. A conversion of few units into
// many spreads one source unit over several target units, of which only the first
// holds it: addresses are all that the own places were made of, exact those whose
// units are really among them.
type origin struct {
	addresses ledger.Span
	exact     ledger.Span
	own       ledger.Span
	scale     scale
	way       *way // the records still to come, the next first
}

type back struct {
	ctx     context.Context
	r       Reader
	from    Mark // of the page: what is still to enter on the way to its first source
	most    int  // 0: all
	sources []Source
	next    Mark // of the page that follows
}

// follow cuts a run of a pool's addresses at the inflows that laid them.
func (t *back) follow(pool ledger.Pool, c origin) error {
	for at, more := c.addresses, true; more && !at.Empty(); {
		ins, err := t.r.Inflows(t.ctx, pool, at)
		if err != nil {
			return err
		}
		for _, e := range ins {
			at.From = e.Upto
			e.Piece = e.Cut(c.addresses)
			part := origin{e.Span, c.exact.Clip(e.Span), c.scale.span(e.Span, c.own), c.scale, c.way}
			if part.own.Empty() && part.exact.Empty() {
				continue
			}
			if err := t.entered(e, part); err != nil {
				return err
			}
		}
		more = len(ins) >= Chunk
	}
	return nil
}

// entered follows the units of c, which are those of the piece e of an inflow, to
// where the inflow took them from.
func (t *back) entered(e Entry, c origin) error {
	f := e.Flow
	switch {
	case f.Kind.Brings():
		return t.add(e, c)
	case f.Carries():
		return t.through(e.Index, f, e.Places(), c, &way{e.Index, c.way})
	case f.Kind == ledger.Conversion:
		return t.unconvert(e, c)
	}
	// A return, or the reversal of a payment or conversion: its units are those of
	// what it brought back.
	of, err := t.r.Flow(t.ctx, f.Of)
	if err != nil {
		return err
	}
	places := e.Places().Shift(f.Back().From)
	return t.through(f.Of, of, places, c, &way{f.Of, &way{e.Index, c.way}})
}

// through goes on from places of the outflow index to the addresses it took.
// The units of c lie in the same order, from c.addresses.From on.
func (t *back) through(index int64, f *ledger.Flow, places ledger.Span, c origin, w *way) error {
	pieces, err := t.r.Pieces(t.ctx, index, places)
	if err != nil {
		return err
	}
	for _, p := range pieces {
		p.Piece = p.CutPlaces(places)
		here := c.addresses.From + p.At - places.From // where c holds the piece's first unit
		now := ledger.Span{From: here, Upto: here + p.Len()}
		part := origin{p.Span, c.exact.Clip(now).Shift(p.From - here), c.scale.span(now, c.own), c.scale.moved(here, p.From), w}
		if part.own.Empty() && part.exact.Empty() {
			continue
		}
		if err := t.follow(f.Out.Pool, part); err != nil {
			return err
		}
	}
	return nil
}

// unconvert goes on from units of a conversion's new asset to those of the old one
// that they stand for.
func (t *back) unconvert(e Entry, c origin) error {
	f := e.Flow
	places := t.enter(source(e.Places(), f))
	exact := stands(c.exact.Shift(e.At-e.From), f)
	pieces, err := t.r.Pieces(t.ctx, e.Index, places)
	if err != nil {
		return err
	}
	for _, p := range pieces {
		p.Piece = p.CutPlaces(places)
		s := c.scale.below(p.From-p.At, rate{num: f.Into, den: f.Amount, round: ledger.MulDiv, within: e.Places()}, e.From-e.At)
		part := origin{p.Span, exact.Clip(p.Places()).Shift(p.From - p.At), s.span(p.Span, c.own), s, &way{e.Index, c.way}}
		if part.own.Empty() && part.exact.Empty() {
			continue
		}
		if err := t.follow(f.Out.Pool, part); err != nil {
			return err
		}
	}
	return nil
}

func (t *back) add(e Entry, c origin) error {
	if t.most > 0 && len(t.sources) == t.most {
		t.next = c.scale.mark(c.addresses.From)
		return errFull
	}
	t.from = nil
	path := []int64{}
	for w := c.way; w != nil; w = w.prev {
		path = append(path, w.index)
	}
	t.sources = append(t.sources, Source{c.own, e.Index, c.exact.Shift(e.At - e.From), path})
	return nil
}

// stands gives the source places that target places of a conversion stand for.
func stands(target ledger.Span, f *ledger.Flow) ledger.Span {
	return ledger.Span{
		From: ledger.MulDivUp(target.From, f.Amount, f.Into),
		Upto: ledger.MulDivUp(target.Upto, f.Amount, f.Into),
	}
}

// source is stands, widened so that the first target place has the source place it
// was made of even where an earlier target place holds it.
func source(target ledger.Span, f *ledger.Flow) ledger.Span {
	s := stands(target, f)
	s.From = min(s.From, ledger.MulDivUp(target.From+1, f.Amount, f.Into)-1)
	return s
}
