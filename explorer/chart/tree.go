package chart

import "html/template"

// Tree is the way of one record up the Merkle tree to the root.
type Tree struct {
	Head
	Leaf string // hash of the leaf, in hex
	Name string // of the record
	Href string // of the record
	Path []Step // from the leaf to the root, as an inclusion proof lists them, see Siblings
	Root string // hash of the root, in hex
	Note string // above the root: which checkpoint
	Seal string // the word on the stamp: 已验证; "" draws none
}

// Step is a sibling on the way up.
type Step struct {
	Hash  string // in hex
	Left  bool   // it stands to the left of the way
	Label string // what it covers, "" for nothing
	Href  string
}

const (
	treeWidth = 360.0
	treeTop   = 62.0 // the lower edge of the root
	stepRise  = 42.0
	pathShown = 12 // steps; of a longer path the middle is folded
	crown     = 62.0
)

// SVG draws the tree: the leaf below, the root above, and to the left and right of the
// way up the siblings, each a tree of its own.
func (t Tree) SVG() (template.HTML, error) {
	if t.Leaf == "" {
		return "", nil
	}
	s, rows := newSheet(t.Head, treeWidth), t.rows()
	bottom := treeTop + float64(len(rows))*stepRise
	for i, row := range rows {
		t.step(s, row, bottom-float64(i+1)*stepRise)
	}
	s.line("way", treeWidth/2, bottom, treeWidth/2, bottom+12)
	t.leaf(s, bottom+12)
	t.root(s)
	return markup(s.finish(bottom + 70)), nil
}

// folded stands for the steps in the middle that are not shown.
const folded = -1

// rows lists the steps to show, from the leaf up.
func (t Tree) rows() (rows []int) {
	fold := len(t.Path) - pathShown
	for i := range t.Path {
		switch {
		case fold <= 0 || i < pathShown/2 || i > pathShown/2+fold:
			rows = append(rows, i)
		case i == pathShown/2:
			rows = append(rows, folded)
		}
	}
	return rows
}

// step draws the way down from a node at y, and the sibling that hangs from it.
func (t Tree) step(s *sheet, i int, y float64) {
	x := treeWidth / 2
	if i == folded {
		s.line("way gap", x, y, x, y+stepRise)
		return
	}
	s.line("way", x, y, x, y+stepRise)
	step, side, anchor := t.Path[i], 1.0, start
	if step.Left {
		side, anchor = -1, end
	}
	closing := s.begin(step.Href, step.Label, step.Hash)
	at := x + side*40
	s.line("rule", x, y, at, y+22)
	s.raw(`<path class="sibling" d="`).at("M", at, y+22).at("l", -11, 17).at("h", 22).raw(`z"/>`)
	s.words("caption sum", 13, at+side*17, y+29, anchor, short(step.Hash))
	s.words("aside", 11, at+side*17, y+42, anchor, fit(step.Label, 11, x-58))
	s.raw(closing)
	s.circle("dot", x, y, 3)
}

// short gives the first eight digits of a hash.
func short(hash string) string {
	if len(hash) > 8 {
		return hash[:8] + "…"
	}
	return hash
}

func (t Tree) leaf(s *sheet, y float64) {
	x := treeWidth / 2
	closing := s.begin(t.Href, t.Name, t.Leaf)
	s.rect("crown", x-crown, y, 2*crown, 26)
	s.words("caption sum", 13, x, y+17.5, middle, short(t.Leaf))
	s.words("heading", 13, x, y+46, middle, fit(t.Name, 13, treeWidth))
	s.raw(closing)
}

func (t Tree) root(s *sheet) {
	x := treeWidth / 2
	closing := s.begin("", t.Note, t.Root)
	s.words("aside", 11, x, 14, middle, fit(t.Note, 11, treeWidth))
	s.rect("crown", x-crown, treeTop-36, 2*crown, 36)
	s.words("heading sum", 13, x, treeTop-13.5, middle, short(t.Root))
	s.raw(closing)
	if t.Seal != "" {
		seal(s, fit(t.Seal, 15, 90), x+crown-8, treeTop-22)
	}
}

// seal is a stamp pressed beside the root, a little askew as by hand. x is its left
// edge, y its middle.
func seal(s *sheet, word string, x, y float64) {
	w := measure(word, 15) + 18
	s.raw(`<g class="sealed" transform="rotate(-6 `).number(x + w/2).raw(" ").number(y).raw(`)">`)
	s.rect("frame", x, y-16, w, 32)
	s.rect("frame", x+3, y-13, w-6, 26)
	s.words("stamped", 15, x+w/2, y+5.5, middle, word)
	s.raw("</g>")
}
