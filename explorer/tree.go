package explorer

import (
	"encoding/hex"
	"html/template"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/explorer/chart"
	"mingzhang/ledger/proof"
)

// drawTree draws the way from a record to the root of the log.
func drawTree(v visit, index int64, leaf tlog.Hash, cp proof.Checkpoint, hashes tlog.RecordProof) (template.HTML, error) {
	t := v.tongue
	tree := chart.Tree{Head: chart.Head{ID: "tree", Title: t.say("tree.title", "index", text64(index), "size", cp.Size), Desc: t.say("tree.desc", "n", len(hashes))},
		Leaf: hex.EncodeToString(leaf[:]), Name: "№ " + text64(index), Root: hex.EncodeToString(cp.Root[:]), Note: t.say("tree.root", "size", cp.Size)}
	for i, under := range chart.Siblings(index, cp.Size) {
		step := chart.Step{Hash: hex.EncodeToString(hashes[i][:]), Left: under.Left, Label: t.records(under)}
		if under.Upto-under.From == 1 {
			step.Href = v.link("/records/" + text64(under.From))
		}
		tree.Path = append(tree.Path, step)
	}
	return tree.SVG()
}

// records names the records below a node of the tree.
func (t *tongue) records(under chart.Subtree) string {
	if under.Upto-under.From == 1 {
		return "№ " + text64(under.From)
	}
	return t.say("tree.records", "from", text64(under.From), "upto", text64(under.Upto-1))
}

// ascent is the computation of a root from a leaf, as somebody with a pencil would write
// it down.
type ascent struct {
	Nodes []ascentNode
	Root  tlog.Hash // that the checkpoint says, whatever the computation leads to
	Size  int64
}

// ascentNode is a hash of the computation.
type ascentNode struct {
	chart.Subtree // that it covers; Left of a sibling, and of what was joined with it
	Step          int64
	Sibling       bool // from the proof; the others are computed
	Hash          tlog.Hash
}

// climb computes the way up from a leaf: the leaf, then of each step the sibling and what
// both give.
func climb(index int64, leaf tlog.Hash, cp proof.Checkpoint, hashes tlog.RecordProof) ascent {
	at := ascentNode{Subtree: chart.Subtree{From: index, Upto: index + 1}, Hash: leaf}
	out := ascent{Nodes: []ascentNode{at}, Root: cp.Root, Size: cp.Size}
	for i, beside := range chart.Siblings(index, cp.Size) {
		at.Step, at.Left = at.Step+1, beside.Left
		if beside.Left {
			at.From, at.Hash = beside.From, tlog.NodeHash(hashes[i], at.Hash)
		} else {
			at.Upto, at.Hash = beside.Upto, tlog.NodeHash(at.Hash, hashes[i])
		}
		out.Nodes = append(out.Nodes, ascentNode{beside, at.Step, true, hashes[i]}, at)
	}
	return out
}

// Agrees says whether the computation ends at the root of the checkpoint.
func (a ascent) Agrees() bool { return a.Nodes[len(a.Nodes)-1].Hash == a.Root }

// level is the height of a node above the leaves.
func (n ascentNode) level() int64 { return int64(bits.Len64(uint64(n.Upto - n.From - 1))) }

// ascent writes the rows of the table behind the picture of the tree: see
// templates/record.html.
func (s scribe) ascent(a ascent) template.HTML {
	m := sized(600 * len(a.Nodes))
	for _, n := range a.Nodes {
		name, how := s.told(n)
		s.node(m, "", name, how, n)
	}
	root := ascentNode{Subtree: chart.Subtree{Upto: a.Size}, Hash: a.Root}
	if a.Agrees() {
		s.node(m, "sum", s.say("tree.checkpoint"), s.say("tree.same"), root)
	} else {
		s.node(m, "sum wrong", s.say("tree.checkpoint"), s.say("tree.differs"), root)
	}
	return m.html()
}

// told gives what a node is, and where its hash is from.
func (s scribe) told(n ascentNode) (name, how string) {
	switch {
	case n.Step == 0:
		return s.say("tree.leaf"), s.say("tree.by.leaf")
	case n.Sibling && n.Left:
		return s.say("tree.sibling", "n", n.Step), s.say("tree.left")
	case n.Sibling:
		return s.say("tree.sibling", "n", n.Step), s.say("tree.right")
	case n.Left:
		return s.say("tree.result", "n", n.Step), s.say("tree.by.left")
	}
	return s.say("tree.result", "n", n.Step), s.say("tree.by.right")
}

func (s scribe) node(m *markup, class literal, name, how string, n ascentNode) {
	m.raw("<tr")
	if class != "" {
		m.raw(` class="`).raw(class).raw(`"`)
	}
	m.raw(`><th scope="row">`).text(name).raw(`</th><td class="n" data-label="`).text(s.say("tree.level")).raw(`">`).number(n.level())
	m.raw(`</td><td class="day" data-label="`).text(s.say("tree.covers")).raw(`">`).text(s.records(n.Subtree))
	m.raw(`</td><td>`).text(how).raw(`</td><td class="hash"><code>`).text(hex.EncodeToString(n.Hash[:])).raw("</code></td></tr>\n")
}
