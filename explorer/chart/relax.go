package chart

// relax moves the knots of the given columns, which keep their order and their slots,
// to where their bands run straightest, within [0, extent]. Sizes, slots and attach come
// before it.
func (n *net) relax(ranks [][]int, extent float64) {
	for _, rank := range ranks {
		n.settle(rank, extent, func(k *knot) (float64, float64) { return extent / 2, 1 })
	}
	for range 12 {
		for _, rank := range ranks {
			n.settle(rank, extent, n.wish)
		}
		for r := len(ranks) - 1; r >= 0; r-- {
			n.settle(ranks[r], extent, n.wish)
		}
	}
}

// wish is where a knot's bands would run straight, and how much that weighs. What lies
// in a lake pulls at nothing: the lake goes where there is room for it.
func (n *net) wish(k *knot) (mid, weight float64) {
	sum := 0.0
	for _, i := range k.ins {
		l := &n.legs[i]
		sum += l.b * (n.knots[l.from].mid + l.off0 - l.off1)
		weight += l.b
	}
	for _, i := range k.outs {
		l := &n.legs[i]
		if n.isLake(&n.knots[l.to]) {
			continue
		}
		sum += l.a * (n.knots[l.to].mid + l.off1 - l.off0)
		weight += l.a
	}
	if weight == 0 {
		return k.mid, least
	}
	return sum / weight, weight
}

// pile is neighbours that push against each other, and move as one.
type pile struct {
	knots       int
	sum, weight float64
}

// settle gives the knots of a column the places nearest to where they wish to be, in
// order and without overlap: the least squares under an order (pool adjacent violators).
func (n *net) settle(rank []int, extent float64, wish func(*knot) (mid, weight float64)) {
	if len(rank) == 0 {
		return
	}
	piles := n.piles[:0]
	offset := 0.0 // of a knot when all are packed from 0 on
	for _, i := range rank {
		k := &n.knots[i]
		mid, weight := wish(k)
		offset += k.before()
		piles = append(piles, pile{1, (mid - offset) * weight, weight})
		offset += k.after()
		for p := len(piles) - 1; p > 0 && piles[p-1].sum*piles[p].weight > piles[p].sum*piles[p-1].weight; p-- {
			piles[p-1].knots += piles[p].knots
			piles[p-1].sum += piles[p].sum
			piles[p-1].weight += piles[p].weight
			piles = piles[:p]
		}
	}
	n.piles = piles
	n.stand(rank, piles, max(extent-offset, 0))
}

// stand puts the piles where they wish to be, but not before 0 nor after what is free.
func (n *net) stand(rank []int, piles []pile, free float64) {
	offset := 0.0
	for _, p := range piles {
		shift := min(max(p.sum/p.weight, 0), free)
		for _, i := range rank[:p.knots] {
			k := &n.knots[i]
			k.mid = shift + offset + k.before()
			offset += k.slot
		}
		rank = rank[p.knots:]
	}
}
