package chart

import (
	"cmp"
	"slices"
)

// net is a flow made ready for its layout: a band over several columns is cut into legs
// between neighbours, and where it crosses a column it holds a place there like a node.
type net struct {
	Flow
	knots []knot
	legs  []leg
	ranks [][]int // the knots of each column, in order
	runs  [][]int // the legs of each band
	piles []pile  // room to work in, see settle
}

// knot is a node in its column, or the place where a band crosses one.
type knot struct {
	node      int // crossing for a band's
	rank      int
	place     int     // in the order of its column
	key       float64 // what its column is sorted by
	ins, outs []int
	value     float64

	size float64 // as wide as the money, in pixels
	slot float64 // the room it takes in its column, with its label and the gap to the next
	lift float64 // how far the middle of the slot is before the knot's own, for a label there
	mid  float64 // its middle along the column
}

const crossing = -1

// before and after are what of the slot is on either side of the knot's middle.
func (k *knot) before() float64 { return k.slot/2 + k.lift }
func (k *knot) after() float64  { return k.slot/2 - k.lift }

// leg is the part of a band between neighbouring columns.
type leg struct {
	from, to   int // knots
	value      float64
	a, b       float64 // its width at either end
	off0, off1 float64 // its middle at either end, from the middle of the knot
}

func newNet(f Flow) *net {
	n := &net{Flow: f, runs: make([][]int, len(f.Bands)), legs: make([]leg, 0, 2*len(f.Bands)), knots: make([]knot, 0, len(f.Nodes)+len(f.Bands))}
	rank := f.ranked()
	at := make([]int, len(f.Nodes))
	for i := range at {
		at[i] = crossing
	}
	for _, i := range f.touched() {
		at[i] = n.knot(i, rank[f.Nodes[i].Column])
	}
	for i, b := range f.Bands {
		from, last := at[b.From], rank[f.Nodes[b.To].Column]
		for r := n.knots[from].rank + 1; r < last; r++ {
			via := n.knot(crossing, r)
			n.leg(i, from, via)
			from = via
		}
		n.leg(i, from, at[b.To])
	}
	for i := range n.knots {
		k := &n.knots[i]
		k.value = max(n.sum(k.ins), n.sum(k.outs))
	}
	return n
}

// touched lists the nodes that a band touches, as the caller ordered them.
func (f Flow) touched() (nodes []int) {
	touched := make([]bool, len(f.Nodes))
	for _, b := range f.Bands {
		touched[b.From], touched[b.To] = true, true
	}
	for i, t := range touched {
		if t {
			nodes = append(nodes, i)
		}
	}
	return nodes
}

// ranked numbers the columns that hold something from 0 on.
func (f Flow) ranked() map[int]int {
	var columns []int
	for _, i := range f.touched() {
		columns = append(columns, f.Nodes[i].Column)
	}
	slices.Sort(columns)
	rank := make(map[int]int)
	for i, c := range slices.Compact(columns) {
		rank[c] = i
	}
	return rank
}

func (n *net) knot(node, rank int) int {
	for len(n.ranks) <= rank {
		n.ranks = append(n.ranks, nil)
	}
	n.knots = append(n.knots, knot{node: node, rank: rank, place: len(n.ranks[rank])})
	n.ranks[rank] = append(n.ranks[rank], len(n.knots)-1)
	return len(n.knots) - 1
}

func (n *net) leg(band, from, to int) {
	i := len(n.legs)
	n.legs = append(n.legs, leg{from: from, to: to, value: float64(n.Bands[band].Value)})
	n.runs[band] = append(n.runs[band], i)
	n.knots[from].outs = append(n.knots[from].outs, i)
	n.knots[to].ins = append(n.knots[to].ins, i)
}

func (n *net) sum(legs []int) (v float64) {
	for _, l := range legs {
		v += n.legs[l].value
	}
	return v
}

func (n *net) isLake(k *knot) bool { return k.node != crossing && n.Nodes[k.node].Lake }

// least is the width of the thinnest band, in pixels.
const least = 1.0

// size gives everything its width at a scale in pixels per unit. The widths at a node
// add up to what the side carries, whatever the thinnest were raised to: a band may be
// a little wider at one end than at the other.
func (n *net) size(scale float64) {
	for i := range n.knots {
		k := &n.knots[i]
		k.size = max(k.value*scale, least*float64(max(len(k.ins), len(k.outs))))
		n.side(k, k.ins, func(l *leg) *float64 { return &l.b })
		n.side(k, k.outs, func(l *leg) *float64 { return &l.a })
	}
}

// side gives the legs at one side of a knot their widths.
func (n *net) side(k *knot, legs []int, width func(*leg) *float64) {
	var room [16]float64
	values, sum := room[:0], 0.0
	for _, l := range legs {
		values = append(values, n.legs[l].value)
		sum += n.legs[l].value
	}
	apportion(max(k.size*sum/k.value, least*float64(len(legs))), values, least)
	for i, l := range legs {
		*width(&n.legs[l]) = values[i]
	}
}

// attach lays the legs at each knot in the order of their other ends, so that none
// crosses another there.
func (n *net) attach() {
	for i := range n.knots {
		k := &n.knots[i]
		slices.SortStableFunc(k.ins, func(a, b int) int {
			return cmp.Compare(n.knots[n.legs[a].from].place, n.knots[n.legs[b].from].place)
		})
		slices.SortStableFunc(k.outs, func(a, b int) int {
			return cmp.Compare(n.knots[n.legs[a].to].place, n.knots[n.legs[b].to].place)
		})
		at := -k.size / 2
		for _, l := range k.ins {
			n.legs[l].off1 = at + n.legs[l].b/2
			at += n.legs[l].b
		}
		at = -k.size / 2
		for _, l := range k.outs {
			n.legs[l].off0 = at + n.legs[l].a/2
			at += n.legs[l].a
		}
	}
}
