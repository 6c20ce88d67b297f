package ledger

import (
	"slices"
	"sort"
)

// HoleSet is the holes of a pool in memory. The zero HoleSet has none.
type HoleSet struct {
	spans []Span // by address, apart
}

// NewHoleSet holds spans, which are by address and apart.
func NewHoleSet(spans []Span) *HoleSet { return &HoleSet{spans} }

// After implements [Holes]; it never fails.
func (h *HoleSet) After(at int64) (Span, bool, error) {
	i := h.find(at)
	if i == len(h.spans) {
		return Span{}, false, nil
	}
	return h.spans[i], true, nil
}

// Apply makes the holes what they are after a change.
func (h *HoleSet) Apply(c Change) { h.swap(c.Filled, c.Dug) }

// Undo makes the holes what they were before a change that was applied.
func (h *HoleSet) Undo(c Change) { h.swap(c.Dug, c.Filled) }

func (h *HoleSet) swap(gone, fresh []Span) {
	for _, s := range gone {
		i := h.find(s.From)
		h.spans = slices.Delete(h.spans, i, i+1)
	}
	for _, s := range fresh {
		h.spans = slices.Insert(h.spans, h.find(s.From), s)
	}
}

// find is the place of the first hole that ends above at.
func (h *HoleSet) find(at int64) int {
	return sort.Search(len(h.spans), func(i int) bool { return h.spans[i].Upto > at })
}
