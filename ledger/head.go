package ledger

// Head is the state of a pool. Every address below Next is taken, every address
// from In on is not yet laid, and of those between, the holes are taken: the
// spans that named outflows took out of their turn. Address Next itself is never
// in a hole.
type Head struct {
	In    int64 // the next address an inflow gets: all units that ever came in
	Next  int64 // the lowest address not taken
	Holed int64 // units in the holes above Next
}

// Holes reads the holes of one pool: After gives the lowest hole that ends above
// address at, and whether there is one. Holes are disjoint and lie within
// [Next, In).
type Holes interface {
	After(at int64) (hole Span, found bool, err error)
}

// Change is what a pool becomes: its new head, the holes that the head has passed
// and that can be forgotten, and the holes that were dug.
type Change struct {
	Pool   Pool
	Head   Head
	Filled []Span
	Dug    []Span
}

// Balance is the number of units that the pool holds.
func (h Head) Balance() int64 { return h.In - h.Next - h.Holed }

// Shortage is the data of a refused outflow: what the pool holds and what was asked.
type Shortage struct {
	Pool  Pool  `json:"pool"`
	Left  int64 `json:"left"`
	Asked int64 `json:"asked"`
}

// put lays n units at the end of the pool (rule 1).
func (h Head) put(p Pool, n int64) (Span, Change, error) {
	in, err := Add(h.In, n)
	if err != nil {
		return Span{}, Change{}, Refuse(Conflict, "pool-full", "amount",
			"金额超出资金池 %s 剩余的地址", "the pool %s has fewer addresses left than the amount", p)
	}
	span := Span{h.In, in}
	h.In = in
	return span, Change{Pool: p, Head: h}, nil
}

// take removes the n lowest units of the pool (rule 2): the runs taken, in order,
// whose envelope the record carries.
func (h Head) take(p Pool, n int64, holes Holes) ([]Span, Change, error) {
	if left := h.Balance(); n > left {
		return nil, Change{}, Refuse(Shortfall, "pool-shortfall", "amount",
			"资金池余额不足：只剩 %[1]s，不够 %[2]s", "the pool holds %[1]s, which is less than %[2]s",
			p.Asset.Show(left), p.Asset.Show(n)).With(Shortage{p, left, n})
	}
	var runs []Span
	c := Change{Pool: p, Head: h}
	for n > 0 {
		hole, found, err := holes.After(c.Head.Next)
		if err != nil {
			return nil, Change{}, err
		}
		run := Span{c.Head.Next, c.Head.Next + n}
		if found && hole.From < run.Upto {
			run.Upto = hole.From
		}
		runs = append(runs, run)
		n -= run.Len()
		if err := c.advance(run.Upto, nil, holes); err != nil {
			return nil, Change{}, err
		}
	}
	return runs, c, nil
}

// takeNamed removes the pieces given, ascending and apart (rule 3). What is below
// Next, in a hole, or beyond In belongs to somebody else already.
func (h Head) takeNamed(p Pool, pieces []Piece, holes Holes) (Change, error) {
	c := Change{Pool: p, Head: h}
	for _, s := range pieces {
		hole, found, err := holes.After(s.From)
		if err != nil {
			return Change{}, err
		}
		if s.From < h.Next || s.Upto > h.In || found && hole.From < s.Upto {
			return Change{}, Refuse(Conflict, "units-taken", "takes",
				"资金池 %s 的区段 %s 不在账上：已被取用或尚未收到", "the pool %s does not have the span %s: it was taken before, or is not received yet", p, s.Span)
		}
	}
	if err := c.advance(h.Next, pieces, holes); err != nil {
		return Change{}, err
	}
	for _, s := range pieces {
		if s.From >= c.Head.Next {
			c.Dug = append(c.Dug, s.Span)
			c.Head.Holed += s.Len()
		}
	}
	return c, nil
}

// advance moves Next to the first address at or above at that neither a hole nor
// one of the fresh pieces holds, and lists the holes it passes.
func (c *Change) advance(at int64, fresh []Piece, holes Holes) error {
	for {
		for len(fresh) > 0 && fresh[0].From == at {
			at, fresh = fresh[0].Upto, fresh[1:]
		}
		hole, found, err := holes.After(at)
		if err != nil {
			return err
		}
		if !found || hole.From > at {
			c.Head.Next = at
			return nil
		}
		c.Filled = append(c.Filled, hole)
		c.Head.Holed -= hole.Len()
		at = hole.Upto
	}
}

// untaken gives the runs of units within span that the pool still has.
func (h Head) untaken(span Span, holes Holes) ([]Span, error) {
	var runs []Span
	for at := max(span.From, h.Next); at < min(span.Upto, h.In); {
		hole, found, err := holes.After(at)
		if err != nil {
			return nil, err
		}
		upto := min(span.Upto, h.In)
		if found {
			upto = min(upto, hole.From)
		}
		if at < upto {
			runs = append(runs, Span{at, upto})
		}
		if !found {
			break
		}
		at = hole.Upto
	}
	return runs, nil
}
