package chart

// tag is the name of a node beside it, in lines, and its amount: below them, or in the
// same line.
type tag struct {
	lines  []string
	amount string
	inline bool
}

func (t tag) height() float64 {
	rows := len(t.lines)
	if t.amount != "" && !t.inline {
		rows++
	}
	return float64(rows) * lineHeight
}

// draw writes the tag around a middle.
func (t tag) draw(s *sheet, class string, x, mid float64, anchor string) {
	y := mid - t.height()/2 + 12.5
	if t.inline {
		s.pair(class, x, y, anchor, t.lines[0], t.amount)
		return
	}
	for _, line := range t.lines {
		s.words(class, 13, x, y, anchor, line)
		y += lineHeight
	}
	s.words(class+" sum", 13, x, y, anchor, t.amount)
}

// name makes the tags of a column: the fewer there are, the more lines each may have.
func (a *across) name(r int) {
	rows := 1
	if count := a.nodes(r); count <= 4 {
		rows = 3
	} else if count <= 11 {
		rows = 2
	}
	for _, i := range a.ranks[r] {
		if a.knots[i].node == crossing {
			continue
		}
		node, room := a.Nodes[a.knots[i].node], a.room[r]
		if node.Lake {
			room = min(240, wide-a.x[r]-basinWidth-9)
		}
		if a.dense(r) && node.Amount != "" {
			amount := fit(node.Amount, 13, room-47)
			a.tags[i] = tag{[]string{fit(node.Label, 13, room-8-measure(amount, 13))}, amount, true}
			continue
		}
		lines, whole := wrap(node.Label, 13, room, rows)
		if !whole && rows == 2 {
			lines, _ = wrap(node.Label, 13, room, 3)
		}
		a.tags[i] = tag{lines, fit(node.Amount, 13, room), false}
	}
}

// dense says whether a column holds so many nodes that name and amount share a line. It
// is one of the outer two, where there is room for that.
func (n *net) dense(r int) bool { return n.nodes(r) > 12 && (r == 0 || r == len(n.ranks)-1) }

func (n *net) nodes(r int) (count int) {
	for _, i := range n.ranks[r] {
		if n.knots[i].node != crossing {
			count++
		}
	}
	return count
}

// natural is the room that the names of a column ask for.
func (n *net) natural(r int) (room float64) {
	for _, i := range n.ranks[r] {
		if n.knots[i].node == crossing {
			continue
		}
		node := n.Nodes[n.knots[i].node]
		label, amount := measure(node.Label, 13), measure(node.Amount, 13)
		if n.dense(r) {
			room = max(room, label+8+amount)
		} else {
			room = max(room, label, amount)
		}
	}
	return room
}

// depth is what lakes of a column take to the right of its bars.
func (n *net) depth(r int) float64 {
	for _, i := range n.ranks[r] {
		if n.isLake(&n.knots[i]) {
			return basinWidth - barWidth
		}
	}
	return 0
}
