// Package trace follows units through the pools of a book: forward from a gift to
// what became of it, and back from a payment to the gifts that paid it, through any
// number of transfers, returns, reversals and conversions.
//
// Every answer is a partition. The parts of a forward trace lie end to end from
// place 0 of the traced flow to its last unit, and so do the sources of a backward
// trace, so both add up exactly, always, without rounding. The two are inverse:
// unit k of gift G is paid by payment P at the same place, whichever end one asks.
//
// # Conversions
//
// A conversion of n units into m puts source unit k at target unit ⌊k·m/n⌋, so a
// target span [x, y) stands for the source units [⌈x·n/m⌉, ⌈y·n/m⌉). A forward trace
// stays in the units of the traced flow; what they are now is in Part.Span and
// Part.Pool. A backward trace stays in the units of the traced outflow, and
// Source.Of gives the units of the gift. Where one target unit stands for several
// source units, a source may hold no whole unit of the payment and yet units of
// the gift; where several target units stand for one source unit, only the first
// of them holds it, and a source may hold units of the payment and none of the gift.
//
// # Undone entries
//
// A return is followed while it stands. Once it is reversed, the units are where
// they were before it. The reversal of a conversion puts each source unit back to
// its own place; the reversal of a transfer is a transfer back.
//
// # Cost
//
// O(log n) for each step of each part of the answer, given a reader that finds the
// entries overlapping a span in that time.
package trace
