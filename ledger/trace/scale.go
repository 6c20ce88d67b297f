package trace

import "mingzhang/ledger"

// scale carries addresses of the pool that a trace has reached to places in the
// flow that it began at: add shift, then, for each conversion passed, rescale and
// add that one's shift. It is monotone, so cutting a run of addresses cuts the run
// of places at the same spots and leaves nothing between.
type scale struct {
	shift int64
	up    *rate
}

// rate is the conversion below which a scale lies: its places times num by den,
// rounded, and kept within the places that the trace brought there.
type rate struct {
	num, den int64
	round    func(a, b, c int64) int64
	within   ledger.Span
	scale
}

// place carries one address.
func (s scale) place(address int64) int64 {
	at := address + s.shift
	for r := s.up; r != nil; r = r.up {
		at = min(max(r.round(at, r.num, r.den), r.within.From), r.within.Upto) + r.shift
	}
	return at
}

// span carries a run of addresses, clipped to the places the trace is after.
func (s scale) span(addresses, own ledger.Span) ledger.Span {
	return ledger.Span{From: s.place(addresses.From), Upto: s.place(addresses.Upto)}.Clip(own)
}

// moved is the scale after units at address from were laid at address to.
func (s scale) moved(from, to int64) scale {
	return scale{s.shift + from - to, s.up}
}

// below is the scale of addresses that begin at base and lie behind the conversion
// r, whose place p is address p+from of the scale s.
func (s scale) below(base int64, r rate, from int64) scale {
	r.scale = scale{s.shift + from, s.up}
	return scale{-base, &r}
}
