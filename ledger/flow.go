package ledger

import "fmt"

// Flow is one movement of units into, out of, or between pools. Its units are
// fixed by [Apply] and written into its record, so that nobody can choose later
// whose money paid for what.
type Flow struct {
	Kind     FlowKind
	Of       int64  // the record that a refund, return, reversal or named transfer refers to
	Amount   int64  // units that moved: out of Out's pool, or into In's where nothing goes out
	Into     int64  // a conversion's units of the new asset
	Occurred Period // when it happened, which is not when it was recorded

	Out *Outflow // the pool the units left
	In  *Inflow  // the pool the units entered
	Cut *Span    // a return: the places it brings back of what it returns

	Channel  string   // how an income arrived: wechat, alipay, bank; a machine name
	Category Category // of an expenditure
	Party    *Party   // giver, payer or payee
	Value    *Value   // fair value of goods
	Evidence []string // content hashes, "sha256:" and 64 hexadecimal digits
	Basis    int64    // the plan record that allows a change of project or designation
	Consent  *Author  // who agreed for the receiving organization
	Late     bool     // money received after the end of fundraising
}

// Outflow is the side of a flow that takes units. An ordinary outflow has its
// envelope, from its first unit to just after its last; a named one has Takes.
type Outflow struct {
	Pool  Pool
	Span  Span
	Takes []Take
}

// Take is a run of units that a named outflow takes, and the records they went
// through after the one it names.
type Take struct {
	Span
	Path []int64
}

func (t Take) String() string { return fmt.Sprintf("%v via %v", t.Span, t.Path) }

// Inflow is the side of a flow that lays units.
type Inflow struct {
	Pool Pool
	Span Span
}

// Author is who wrote or agreed: an organization and the key it used.
type Author struct {
	Org int64
	Key string
}

// Value is the fair value of goods in fen and where it comes from: a document,
// a market price, or the nominal yuan (民间非营利组织会计制度, given goods).
type Value struct {
	Amount int64
	Basis  string // "document", "fair" or "nominal"
}

// Named says whether the flow takes the units of a record that it names, and not
// just the lowest of its pool.
func (f *Flow) Named() bool { return f.Out != nil && f.Of != 0 }

// Pieces gives the runs of units that the flow took, where its own record tells
// them: a named outflow, or an ordinary one whose envelope has no hole in it.
func (f *Flow) Pieces() (pieces []Piece, complete bool) {
	switch {
	case f.Out == nil:
		return nil, true
	case f.Named():
		spans := make([]Span, len(f.Out.Takes))
		for i, t := range f.Out.Takes {
			spans[i] = t.Span
		}
		return lay(spans), true
	}
	return []Piece{{Span: f.Out.Span}}, f.Out.Span.Len() == f.Amount
}

// Project is the project whose accounts the flow is entered in: the one it left, or
// the one it entered where it left none.
func (f *Flow) Project() int64 {
	if f.Out != nil {
		return f.Out.Pool.Project
	}
	return f.In.Pool.Project
}

// Entered is the pool where the flow's units are: the one they entered, or the one
// they left where they entered none.
func (f *Flow) Entered() Pool {
	if f.In != nil {
		return f.In.Pool
	}
	return f.Out.Pool
}

// Left is the pool that the flow's units left, or the one they entered where they left
// none.
func (f *Flow) Left() Pool {
	if f.Out != nil {
		return f.Out.Pool
	}
	return f.In.Pool
}

// Laid is the piece of the pool that the flow's inflow laid.
func (f *Flow) Laid() Piece { return Piece{Span: f.In.Span} }

// Carries says whether the flow lays in one pool the units it took from another,
// one for one: a transfer, or the reversal of one.
func (f *Flow) Carries() bool {
	return f.Out != nil && f.In != nil && f.Out.Pool.Asset == f.In.Pool.Asset
}

// Back gives the places of the flow Of that a return or a reversal brings back:
// its inflow lays them in order. A reversal brings back the whole.
func (f *Flow) Back() Span {
	if f.Cut != nil {
		return *f.Cut
	}
	return Span{0, f.In.Span.Len()}
}
