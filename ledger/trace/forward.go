package trace

import (
	"context"
	"fmt"
	"slices"

	"mingzhang/ledger"
)

// State is what became of a unit.
type State string

const (
	Held      State = "held"       // in a pool of the project's own organization
	InTransit State = "in_transit" // in a pool that a partner holds
	Converted State = "converted"  // held as another asset
	Spent     State = "spent"      // paid to a final payee
	Refunded  State = "refunded"   // given back
	Reversed  State = "reversed"   // the entry was undone; there never was such a unit
)

// Part is a run of the traced flow's places that went the same way.
type Part struct {
	ledger.Span             // places within the traced flow
	State       State       //
	Path        []int64     // the records the units went through after the traced flow, in order
	Pool        ledger.Pool // where they lie, or from where they left
	At          ledger.Span // their addresses there; the length counts units of Pool's asset
	Changed     bool        // a conversion lies between
}

func (p Part) String() string {
	return fmt.Sprintf("%v %s via %v at %s%v", p.Span, p.State, p.Path, p.Pool, p.At)
}

// Forward gives what became of each unit that the flow brought to where it went: of
// a flow that entered a pool, the units it laid there; of a payment or refund, the
// units it paid. The parts lie end to end from place 0.
func Forward(ctx context.Context, r Reader, index int64) ([]Part, error) {
	f, err := r.Flow(ctx, index)
	if err != nil {
		return nil, err
	}
	t := &forward{ctx: ctx, r: r}
	err = t.begin(index, f)
	return t.parts, err
}

// begin follows the places of the flow from the page's first on.
func (t *forward) begin(index int64, f *ledger.Flow) error {
	if f.In != nil {
		t.asset = f.In.Pool.Asset
		laid := f.Laid().CutPlaces(ledger.Span{From: t.start(), Upto: f.In.Span.Len()})
		return t.follow(run{f.In.Pool, laid.Span, laid.Places(), scale{shift: laid.At - laid.From}, nil})
	}
	t.asset = f.Out.Pool.Asset
	pieces, err := t.r.Pieces(t.ctx, index, ledger.Span{From: t.start(), Upto: f.Amount})
	for _, e := range pieces {
		if err == nil && t.full() {
			err = errFull
		}
		if err == nil {
			err = t.left(e, run{f.Out.Pool, e.Span, e.Places(), scale{shift: e.At - e.From}, nil})
		}
	}
	return err
}

// run is what a trace holds in its hand: addresses of a pool, the places of the
// traced flow that they stand for, how to get from one to the other, and the way
// they came.
type run struct {
	pool      ledger.Pool
	addresses ledger.Span
	own       ledger.Span
	scale     scale
	way       *way
}

// way is the list of records passed, the last first.
type way struct {
	index int64
	prev  *way
}

func (w *way) path() []int64 {
	path := []int64{}
	for ; w != nil; w = w.prev {
		path = append(path, w.index)
	}
	slices.Reverse(path)
	return path
}

type forward struct {
	ctx   context.Context
	r     Reader
	asset ledger.AssetID
	from  int64 // of the page; 0 and 0 is the whole
	most  int
	parts []Part
}

// follow cuts a run at what outflows took of it; the rest is still there.
func (t *forward) follow(c run) error {
	at := c.addresses.From
	for more := true; more && at < c.addresses.Upto && c.scale.place(at) < c.own.Upto; { // the last unit may have become many
		outs, err := t.r.Outflows(t.ctx, c.pool, ledger.Span{From: at, Upto: c.addresses.Upto})
		if err != nil {
			return err
		}
		for _, e := range outs {
			e.Piece = e.Cut(c.addresses)
			if err := t.held(c, ledger.Span{From: at, Upto: e.From}); err != nil {
				return err
			}
			if err := t.took(e, c); err != nil {
				return err
			}
			at = e.Upto
		}
		more = len(outs) >= Chunk
	}
	return t.held(c, ledger.Span{From: at, Upto: c.addresses.Upto})
}

// held adds the part for addresses that nothing took.
func (t *forward) held(c run, addresses ledger.Span) error {
	own := c.scale.span(addresses, c.own)
	if addresses.Empty() || own.Empty() {
		return nil
	}
	if t.full() {
		return errFull
	}
	owner, err := t.r.Organization(t.ctx, c.pool.Project)
	if err != nil {
		return err
	}
	state := Held
	switch {
	case c.pool.Holder != owner:
		state = InTransit
	case c.pool.Asset != t.asset:
		state = Converted
	}
	t.add(c, own, state, addresses)
	return nil
}

// took follows the units that one outflow took.
func (t *forward) took(e Entry, c run) error {
	c.own = c.scale.span(e.Span, c.own)
	if c.own.Empty() {
		return nil
	}
	if t.full() {
		return errFull
	}
	c.addresses = e.Span
	c.way = &way{e.Index, c.way}
	return t.left(e, c)
}

// left follows the units of c, which are those of the piece e of an outflow, to
// where the outflow brought them.
func (t *forward) left(e Entry, c run) error {
	switch f := e.Flow; {
	case f.Carries():
		to := e.Places().Shift(f.In.Span.From)
		return t.follow(run{f.In.Pool, to, c.own, c.scale.moved(e.From, to.From), c.way})
	case f.Kind == ledger.Conversion && e.Undone == 0:
		to := target(e.Places(), f).Shift(f.In.Span.From)
		s := c.scale.below(f.In.Span.From, rate{num: f.Amount, den: f.Into, round: ledger.MulDivUp, within: e.Places()}, e.From-e.At)
		return t.follow(run{f.In.Pool, to, c.own, s, c.way})
	case f.Kind == ledger.Expenditure:
		return t.gone(e, c, Spent)
	case f.Kind == ledger.Refund:
		return t.gone(e, c, Refunded)
	default:
		return t.gone(e, c, Reversed)
	}
}

// gone cuts what left the book at what came back of it.
func (t *forward) gone(e Entry, c run, state State) error {
	var back []Entry
	if e.Undone > 0 {
		var err error
		if back, err = t.r.Returns(t.ctx, e.Index); err != nil {
			return err
		}
	}
	places := e.Places()
	at := places.From
	for _, b := range back {
		b.Piece = b.CutPlaces(places)
		if b.Empty() {
			continue
		}
		if err := t.end(e, c, ledger.Span{From: at, Upto: b.At}, state); err != nil {
			return err
		}
		at = b.Places().Upto
		own := c.scale.span(b.Places().Shift(e.From-e.At), c.own)
		s := c.scale.moved(e.From-e.At, b.From-b.At)
		if err := t.follow(run{b.Flow.In.Pool, b.Span, own, s, &way{b.Index, c.way}}); err != nil {
			return err
		}
	}
	return t.end(e, c, ledger.Span{From: at, Upto: places.Upto}, state)
}

// end adds the part for places of an outflow that did not come back.
func (t *forward) end(e Entry, c run, places ledger.Span, state State) error {
	addresses := places.Shift(e.From - e.At)
	own := c.scale.span(addresses, c.own)
	if places.Empty() || own.Empty() {
		return nil
	}
	if t.full() {
		return errFull
	}
	t.add(c, own, state, addresses)
	return nil
}

func (t *forward) add(c run, own ledger.Span, state State, addresses ledger.Span) {
	if own.From < t.from {
		return // of the page before
	}
	t.parts = append(t.parts, Part{own, state, c.way.path(), c.pool, addresses, c.scale.up != nil})
}

// target gives the places of a conversion's new asset where source places lie: the
// first of them at ⌊from·m/n⌋, and all that stand for the last.
func target(source ledger.Span, f *ledger.Flow) ledger.Span {
	n, m := f.Amount, f.Into
	return ledger.Span{
		From: ledger.MulDiv(source.From, m, n),
		Upto: max(ledger.MulDiv(source.Upto, m, n), ledger.MulDiv(source.Upto-1, m, n)+1),
	}
}
