package ledger

import "fmt"

// Span is the half-open interval [From, Upto) of a pool's addresses, or of the
// places within one flow.
type Span struct {
	From int64 `json:"from"`
	Upto int64 `json:"upto"`
}

// Len is the number of units in the span.
func (s Span) Len() int64 { return s.Upto - s.From }

// Empty says whether the span holds no unit.
func (s Span) Empty() bool { return s.Upto <= s.From }

// Clip gives the part of s that lies within o; it is empty where they are apart.
func (s Span) Clip(o Span) Span {
	c := Span{max(s.From, o.From), min(s.Upto, o.Upto)}
	if c.Empty() {
		c.Upto = c.From
	}
	return c
}

// Within says whether every unit of s is one of o.
func (s Span) Within(o Span) bool { return o.From <= s.From && s.Upto <= o.Upto }

// Shift moves both ends by n.
func (s Span) Shift(n int64) Span { return Span{s.From + n, s.Upto + n} }

func (s Span) String() string { return fmt.Sprintf("[%d, %d)", s.From, s.Upto) }

// Piece is a run of one flow's units where they lie in a pool: the addresses Span
// hold the places At, At+1, … of the flow. An inflow is one piece; an ordinary
// outflow is one piece for each run of its envelope between holes; a named
// outflow is one piece for each span it lists.
type Piece struct {
	Span
	At int64 // place of the first unit within the flow
}

func (p Piece) String() string { return fmt.Sprintf("%v at %d", p.Span, p.At) }

// Places is the run of places within the flow that the piece holds.
func (p Piece) Places() Span { return Span{p.At, p.At + p.Len()} }

// Cut gives the part of the piece whose addresses lie within s.
func (p Piece) Cut(s Span) Piece {
	c := p.Span.Clip(s)
	return Piece{Span: c, At: p.At + c.From - p.From}
}

// CutPlaces gives the part of the piece whose places lie within s.
func (p Piece) CutPlaces(s Span) Piece {
	c := p.Places().Clip(s)
	return Piece{Span: c.Shift(p.From - p.At), At: c.From}
}

// lay numbers spans in their order as the pieces of one flow.
func lay(spans []Span) []Piece {
	pieces := make([]Piece, len(spans))
	var at int64
	for i, s := range spans {
		pieces[i] = Piece{s, at}
		at += s.Len()
	}
	return pieces
}
