package chart

import (
	"cmp"
	"slices"
)

// thickFirst orders the bands so that the thin ones lie on top.
func (n *net) thickFirst() []int {
	order := make([]int, len(n.Bands))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(n.Bands[b].Value, n.Bands[a].Value) })
	return order
}

// ribbon opens the element of a band of the flow as far as its path, and gives what
// closes it.
func (n *net) ribbon(s *sheet, i int) (closing string) {
	b := n.Bands[i]
	from, to := n.Nodes[b.From].Class, n.Nodes[b.To].Class
	if b.Class != Plain {
		from, to = b.Class, b.Class
	}
	closing = s.begin(b.Href, n.title(b)...)
	s.ribbon(from, to, n.legs[n.runs[i][0]].a < visible)
	return `Z"/>` + closing
}

// ribbon opens the path of a band between two classes.
func (s *sheet) ribbon(from, to Class, thin bool) {
	s.raw(`<path class="ribbon`)
	if thin {
		s.raw(" thin")
	}
	if from, to = from.known(), to.known(); from == to {
		s.raw(" ").raw(from.String()).raw(`" d="`)
		return
	}
	s.raw(`"`)
	s.shade(from, to)
	s.raw(` d="`)
}
