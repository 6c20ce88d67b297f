package contract

import (
	"slices"
	"sort"

	"mingzhang/ledger"
)

// node is a part of the tree of a pool's holes. The entries of a leaf are holes, from
// and upto; those of an inner node are the first address of a node below and its id. To
// the first one below belongs every lower address as well.
// Nodes split in the middle when they are full, and nothing is ever taken out.
type node struct {
	Inner   bool       `json:"inner,omitempty"`
	Entries [][2]int64 `json:"entries"`
}

// fan is the most entries of a node: three levels hold some millions of holes.
const fan = 256

// holes is the tree of one pool, also with the holes that the pool's head has passed.
type holes struct {
	*tx
	pool ledger.Pool
	row  *poolRow
}

// After implements ledger.Holes: only those that the head has not passed count.
func (h holes) After(at int64) (ledger.Span, bool, error) {
	if h.row.Holed == 0 {
		return ledger.Span{}, false, nil
	}
	return h.after(h.row.Root, max(at, h.row.Next))
}

// after gives the lowest hole below a node that ends above at. Of two neighbours the
// second one always has such a hole, so that the way down is short.
func (h holes) after(id, at int64) (ledger.Span, bool, error) {
	if id == 0 {
		return ledger.Span{}, false, nil
	}
	n, err := h.node(id)
	if err != nil {
		return ledger.Span{}, false, err
	}
	entries := n.V.Entries
	if !n.V.Inner {
		i := sort.Search(len(entries), func(i int) bool { return entries[i][1] > at })
		if i == len(entries) {
			return ledger.Span{}, false, nil
		}
		return ledger.Span{From: entries[i][0], Upto: entries[i][1]}, true, nil
	}
	for i := below(entries, at); i < len(entries); i++ {
		if hole, found, err := h.after(entries[i][1], at); err != nil || found {
			return hole, found, err
		}
	}
	return ledger.Span{}, false, nil
}

// below is the place of the entry that an address belongs under.
func below(entries [][2]int64, at int64) int {
	return max(0, sort.Search(len(entries), func(i int) bool { return entries[i][0] > at })-1)
}

// between gives the runs of an envelope between the holes in it, numbered as places of
// an outflow of n units.
func (h holes) between(envelope ledger.Span, n int64) ([]ledger.Piece, error) {
	var pieces []ledger.Piece
	var place int64
	for at := envelope.From; at < envelope.Upto; {
		hole, found, err := h.after(h.row.Root, at)
		if err != nil {
			return nil, err
		}
		if !found || hole.From > envelope.Upto {
			hole = ledger.Span{From: envelope.Upto, Upto: envelope.Upto}
		}
		if run := (ledger.Span{From: at, Upto: hole.From}); !run.Empty() {
			pieces = append(pieces, ledger.Piece{Span: run, At: place})
			place += run.Len()
		}
		at = hole.Upto
	}
	if place != n {
		return nil, broken(h.prefix + h.pools.name(h.pool))
	}
	return pieces, nil
}

// dig adds a hole.
func (h holes) dig(hole ledger.Span) error {
	entry := [2]int64{hole.From, hole.Upto}
	if h.row.Root == 0 {
		h.row.Root = 1
		h.grow(node{Entries: [][2]int64{entry}})
		return nil
	}
	root, err := h.node(h.row.Root)
	if err != nil {
		return err
	}
	sibling, split, err := h.insert(h.row.Root, entry)
	if err == nil && split {
		first := [2]int64{root.V.Entries[0][0], h.row.Root}
		h.row.Root = h.grow(node{Inner: true, Entries: [][2]int64{first, sibling}})
	}
	return err
}

// insert puts an entry under a node, and gives the entry of the node that was split off.
func (h holes) insert(id int64, entry [2]int64) (sibling [2]int64, split bool, err error) {
	row, err := h.node(id)
	if err != nil {
		return sibling, false, err
	}
	n := row.change()
	i := below(n.Entries, entry[0])
	if n.Inner {
		if entry, split, err = h.insert(n.Entries[i][1], entry); err != nil || !split {
			return sibling, false, err
		}
	}
	if i < len(n.Entries) && n.Entries[i][0] < entry[0] {
		i++
	}
	if n.Entries = slices.Insert(n.Entries, i, entry); len(n.Entries) <= fan {
		return sibling, false, nil
	}
	upper := slices.Clone(n.Entries[fan/2:])
	n.Entries = n.Entries[:fan/2]
	return [2]int64{upper[0][0], h.grow(node{n.Inner, upper})}, true, nil
}

// grow adds a node and gives its id.
func (h holes) grow(n node) int64 {
	h.row.Nodes++
	h.nodes.rows[nodeKey{h.pool, h.row.Nodes}] = &row[node]{V: n, there: true, dirty: true}
	return h.row.Nodes
}

// node gives a node, which is there and holds something.
func (h holes) node(id int64) (*row[node], error) {
	key := nodeKey{h.pool, id}
	n, err := h.nodes.get(key)
	if err == nil && len(n.V.Entries) == 0 {
		err = broken(h.prefix + h.nodes.name(key))
	}
	return n, err
}
