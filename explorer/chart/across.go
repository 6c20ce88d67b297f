package chart

import (
	"math"
	"slices"
)

// The wide flow picture: columns from left to right, names beside their nodes.
const (
	barWidth    = 12.0  // of a node
	basinWidth  = 76.0  // of a lake
	moneyHeight = 330.0 // of the column through which most money runs
	lineHeight  = 17.0
)

// across is the plan of the wide picture.
type across struct {
	*net
	dry  [][]int   // the columns without their lakes
	x    []float64 // the left edge of each column's nodes
	room []float64 // for the names of each column
	tags []tag     // of each knot
}

func (n *net) across() *sheet {
	a := n.plan()
	n.size(moneyHeight / n.widest())
	a.slots()
	n.attach()
	n.relax(a.dry, a.height())
	if a.aside() {
		n.relax(a.dry, a.height())
	}
	return a.draw(a.fill())
}

// widest gives the most money that stands in one column.
func (n *net) widest() float64 {
	most := 0.0
	for _, rank := range n.ranks {
		sum := 0.0
		for _, i := range rank {
			sum += n.knots[i].value
		}
		most = max(most, sum)
	}
	return most
}

// plan divides the width: the outer names take what they need, the columns stand at
// equal distances between them.
func (n *net) plan() *across {
	a := &across{net: n, tags: make([]tag, len(n.knots))}
	last := len(n.ranks) - 1
	left := min(n.natural(0), 240)
	right := min(n.natural(last), 260)
	step := (wide - left - right - n.depth(last) - 20 - barWidth) / float64(last)
	for r, rank := range n.ranks {
		a.x = append(a.x, left+10+float64(r)*step)
		switch r {
		case 0:
			a.room = append(a.room, left)
		case last:
			a.room = append(a.room, right)
		default:
			a.room = append(a.room, step-barWidth-16)
		}
		a.dry = append(a.dry, slices.DeleteFunc(slices.Clone(rank), func(i int) bool { return n.isLake(&n.knots[i]) }))
		a.name(r)
	}
	return a
}

// slots gives each knot its room in the column.
func (a *across) slots() {
	for i := range a.knots {
		k := &a.knots[i]
		if k.node == crossing {
			k.slot = k.size + 6
			continue
		}
		k.slot = max(k.size+9, a.tags[i].height()+5)
		if a.above(k, a.tags[i]) {
			k.slot = k.size + a.tags[i].height() + 11
			k.lift = (k.slot-k.size)/2 - 4
		}
	}
}

// above says whether a name stands above or below what leaves its node, and not on it: a
// band that is thinner than the name would strike it through.
func (a *across) above(k *knot, t tag) bool {
	return len(k.ins) > 0 && len(k.outs) > 0 && k.size < t.height()
}

// aside puts names that stand above their nodes below them where the bands rise, and
// says whether there are any.
func (a *across) aside() (moved bool) {
	for i := range a.knots {
		k := &a.knots[i]
		if k.node == crossing || !a.above(k, a.tags[i]) {
			continue
		}
		rise := 0.0
		for _, l := range k.outs {
			leg := &a.legs[l]
			_, y0, _, y1 := a.ends(leg)
			rise += leg.a * (y0 - y1)
		}
		if rise > k.size*lineHeight/2 {
			k.lift, moved = -k.lift, true
		}
	}
	return moved
}

// height is what the fullest column needs.
func (a *across) height() float64 {
	most := 0.0
	for _, rank := range a.dry {
		sum := 0.0
		for _, i := range rank {
			sum += a.knots[i].slot
		}
		most = max(most, sum)
	}
	return most
}

// fill moves all that was relaxed to the top, and then places the lakes, each below
// everything that is not to its left, so that no band crosses its water. It gives the
// height of the drawing.
func (a *across) fill() (height float64) {
	top, low := a.height(), 0.0
	for _, rank := range a.dry {
		for _, i := range rank {
			top = min(top, a.knots[i].mid-a.knots[i].before())
		}
	}
	for r := len(a.ranks) - 1; r >= 0; r-- {
		for _, i := range a.dry[r] {
			k := &a.knots[i]
			k.mid += 6 - top
			low = max(low, k.mid+k.after())
		}
		for _, i := range a.ranks[r] {
			if k := &a.knots[i]; a.isLake(k) {
				k.mid = low + 14 + k.slot/2
				low = k.mid + k.slot/2
			}
		}
	}
	return low + 6
}

func (a *across) draw(height float64) *sheet {
	s := newSheet(a.Head, wide)
	for _, i := range a.thickFirst() {
		a.band(s, i)
	}
	for _, rank := range a.ranks {
		for _, i := range rank {
			if a.knots[i].node != crossing {
				a.node(s, i)
			}
		}
	}
	return s.finish(height)
}

// band draws one: its upper edge to the right, its lower edge back.
func (a *across) band(s *sheet, i int) {
	closing := a.ribbon(s, i)
	run := a.runs[i]
	for j, l := range run {
		leg := &a.legs[l]
		x0, y0, x1, y1 := a.ends(leg)
		if j == 0 {
			s.at("M", x0, y0-leg.a/2)
		} else {
			s.at("L", x0, y0-leg.a/2)
		}
		s.at("C", (x0+x1)/2, y0-leg.a/2, (x0+x1)/2, y1-leg.b/2, x1, y1-leg.b/2)
	}
	for j := len(run) - 1; j >= 0; j-- {
		leg := &a.legs[run[j]]
		x0, y0, x1, y1 := a.ends(leg)
		s.at("L", x1, y1+leg.b/2)
		s.at("C", (x0+x1)/2, y1+leg.b/2, (x0+x1)/2, y0+leg.a/2, x0, y0+leg.a/2)
	}
	s.raw(closing)
}

// ends gives where a leg's middle line begins and ends.
func (a *across) ends(l *leg) (x0, y0, x1, y1 float64) {
	from, to := &a.knots[l.from], &a.knots[l.to]
	return a.x[from.rank] + barWidth, from.mid + l.off0, a.x[to.rank], to.mid + l.off1
}

func (a *across) node(s *sheet, i int) {
	k, node := &a.knots[i], a.Nodes[a.knots[i].node]
	x, y := a.x[k.rank], k.mid-k.size/2
	closing := s.begin(node.Href, node.Label, node.Amount)
	switch {
	case node.Lake:
		s.basin(x, y, basinWidth, k.size, node.Class)
		a.tags[i].draw(s, "caption", x+basinWidth+8, k.mid, start)
	case k.rank == 0:
		s.solid("bar", node.Class, x, y, barWidth, k.size)
		a.tags[i].draw(s, "caption", x-8, k.mid, end)
	case k.rank == len(a.ranks)-1:
		s.solid("bar", node.Class, x, y, barWidth, k.size)
		a.tags[i].draw(s, "caption", x+barWidth+8, k.mid, start)
	case a.above(k, a.tags[i]):
		s.solid("bar", node.Class, x, y, barWidth, k.size)
		a.tags[i].draw(s, "caption halo", x, k.mid-math.Copysign(k.size/2+3+a.tags[i].height()/2, k.lift), start)
	default:
		s.solid("bar", node.Class, x, y, barWidth, k.size)
		a.tags[i].draw(s, "caption halo", x+barWidth+8, k.mid, start)
	}
	s.raw(closing)
}
