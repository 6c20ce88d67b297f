package chart

import (
	"cmp"
	"slices"
)

// order puts the knots of each column into an order with few crossings: each in turn
// goes to the middle of what it is tied to, in the column before and then in the column
// after, as long as that helps; then neighbours change places where that helps. What the
// caller put first stays first where nothing speaks against it.
// (Sugiyama, Tagawa, Toda 1981: the barycentre method.)
func (n *net) order() {
	for r := range n.ranks {
		n.sortRank(r, func(k *knot) float64 { return float64(k.place) })
	}
	best, cost := n.places(), n.crossings()
	for pass := 0; pass < 8 && cost > 0; pass++ {
		n.sweep(pass%2 == 0)
		c := n.crossings()
		if c < cost {
			best, cost = n.places(), c
		} else if pass > 2 {
			break
		}
	}
	n.restore(best)
	for pass := 0; pass < 4 && n.swap(); pass++ {
	}
}

// sweep sorts each column by the middles of its ties to the one before, or after.
func (n *net) sweep(forward bool) {
	for i := range n.ranks {
		r := i
		if !forward {
			r = len(n.ranks) - 1 - i
		}
		n.sortRank(r, func(k *knot) float64 { return n.barycentre(k, forward) })
	}
}

func (n *net) barycentre(k *knot, forward bool) float64 {
	legs := k.outs
	if forward {
		legs = k.ins
	}
	if len(legs) == 0 {
		return float64(k.place)
	}
	sum, weight := 0.0, 0.0
	for _, l := range legs {
		other := n.legs[l].to
		if forward {
			other = n.legs[l].from
		}
		sum += n.legs[l].value * float64(n.knots[other].place)
		weight += n.legs[l].value
	}
	return sum / weight
}

// sortRank sorts a column. Others and what was given back come last, lakes at the very
// end.
func (n *net) sortRank(r int, key func(*knot) float64) {
	for _, i := range n.ranks[r] {
		n.knots[i].key = key(&n.knots[i])
	}
	slices.SortStableFunc(n.ranks[r], func(a, b int) int {
		if c := cmp.Compare(n.group(a), n.group(b)); c != 0 {
			return c
		}
		return cmp.Compare(n.knots[a].key, n.knots[b].key)
	})
	n.number(r)
}

func (n *net) group(i int) int {
	switch k := &n.knots[i]; {
	case k.node == crossing:
		return 0
	case n.Nodes[k.node].Lake:
		return 2
	case n.Nodes[k.node].Class.known() == Muted:
		return 1
	}
	return 0
}

func (n *net) number(r int) {
	for place, i := range n.ranks[r] {
		n.knots[i].place = place
	}
}

// swap changes neighbours where their own ties then cross less; it says whether any did.
func (n *net) swap() (swapped bool) {
	for r, rank := range n.ranks {
		for i := 1; i < len(rank); i++ {
			a, b := rank[i-1], rank[i]
			if n.group(a) == n.group(b) && n.between(b, a) < n.between(a, b) {
				rank[i-1], rank[i] = b, a
				n.number(r)
				swapped = true
			}
		}
	}
	return swapped
}

// between weighs the crossings of the legs of two knots of one column when the first
// stands above the second.
func (n *net) between(above, below int) (sum float64) {
	a, b := &n.knots[above], &n.knots[below]
	for _, l := range a.ins {
		for _, m := range b.ins {
			if n.knots[n.legs[l].from].place > n.knots[n.legs[m].from].place {
				sum += weight(n.legs[l], n.legs[m])
			}
		}
	}
	for _, l := range a.outs {
		for _, m := range b.outs {
			if n.knots[n.legs[l].to].place > n.knots[n.legs[m].to].place {
				sum += weight(n.legs[l], n.legs[m])
			}
		}
	}
	return sum
}

// crossings weighs all crossings.
func (n *net) crossings() (sum float64) {
	for _, rank := range n.ranks {
		for i, above := range rank {
			for _, l := range n.knots[above].outs {
				for _, below := range rank[i+1:] {
					for _, m := range n.knots[below].outs {
						if n.knots[n.legs[l].to].place > n.knots[n.legs[m].to].place {
							sum += weight(n.legs[l], n.legs[m])
						}
					}
				}
			}
		}
	}
	return sum
}

// weight is how much a crossing disturbs: as much as the thinner of the two.
func weight(a, b leg) float64 { return min(a.value, b.value) }

// places remembers the order of all columns.
func (n *net) places() [][]int {
	ranks := make([][]int, len(n.ranks))
	for r, rank := range n.ranks {
		ranks[r] = slices.Clone(rank)
	}
	return ranks
}

func (n *net) restore(ranks [][]int) {
	n.ranks = ranks
	for r := range ranks {
		n.number(r)
	}
}
