package chart

import (
	"fmt"
	"html/template"
)

// Flow is where money came from and what it became: columns of nodes from left to right,
// on a phone from top to bottom, and bands between them as wide as the money.
type Flow struct {
	Head
	Nodes []Node
	Bands []Band
}

// Node is a holder or a purpose of money. Its size is what its bands bring or what they
// take, whichever is more; one that no band touches is not drawn.
type Node struct {
	Column int // 0 is the first; a column without nodes takes no room
	Label  string
	Amount string // as the reader sees it
	Class  Class  // Muted stands last in its column
	Href   string
	Lake   bool // what stays: a pool of water below everything to its right
}

// Band is money that went from a node to one of a later column.
type Band struct {
	From, To int   // places in Nodes
	Value    int64 // above zero
	Amount   string
	Title    string // "" is: from → to, amount
	Class    Class  // Plain shades from the class of the one end to that of the other
	Href     string
}

// SVG draws the flow. An error are a band without money, one out of a lake, and one that
// does not run to a later column (so every circle).
func (f Flow) SVG() (template.HTML, error) {
	if err := f.check(); err != nil {
		return "", err
	}
	if len(f.Bands) == 0 {
		return "", nil
	}
	n := newNet(f)
	n.order()
	return both(func(width float64) (*sheet, error) {
		if width == narrow {
			return n.down(), nil
		}
		return n.across(), nil
	})
}

func (f Flow) check() error {
	for i, b := range f.Bands {
		if b.From < 0 || b.To < 0 || b.From >= len(f.Nodes) || b.To >= len(f.Nodes) {
			return fmt.Errorf("chart: band %d runs between nodes %d and %d of %d", i, b.From, b.To, len(f.Nodes))
		}
		if b.Value <= 0 {
			return fmt.Errorf("chart: band %d carries %d", i, b.Value)
		}
		if from, to := f.Nodes[b.From].Column, f.Nodes[b.To].Column; from >= to {
			return fmt.Errorf("chart: band %d runs from column %d back to column %d", i, from, to)
		}
		if f.Nodes[b.From].Lake {
			return fmt.Errorf("chart: band %d leaves a lake", i)
		}
	}
	return nil
}

// title is what a band says when it is pointed at.
func (f Flow) title(b Band) []string {
	if b.Title != "" {
		return []string{b.Title}
	}
	return []string{f.Nodes[b.From].Label, "→", f.Nodes[b.To].Label, b.Amount}
}
