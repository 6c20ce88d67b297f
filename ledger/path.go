package ledger

import "slices"

// way is one path from an inflow and the units that came by it.
type way struct {
	path  []int64
	units Span
}

// ways gives the paths of a named outflow's takes, the direct one first, with the
// units of its pool that each leads to, and refuses a take that lies outside.
func ways(s State, of *Flow, out *Outflow) ([]way, error) {
	var found []way
	for _, t := range append([]Take{{}}, out.Takes...) {
		i := slices.IndexFunc(found, func(w way) bool { return slices.Equal(w.path, t.Path) })
		if i < 0 {
			pool, units, err := Along(s, of, t.Path)
			if err != nil {
				return nil, err
			}
			if pool != out.Pool {
				units = Span{}
			}
			i, found = len(found), append(found, way{t.Path, units})
		}
		if !t.Empty() && !t.Span.Within(found[i].units) {
			return nil, offPath(t.Span)
		}
	}
	return found, nil
}

// lowestFirst refuses takes that leave lower units behind on the ways they use, or
// directly where the inflow laid them. Whether there is yet another way with lower
// units only the whole history tells: an auditor draws anew and compares.
func lowestFirst(found []way, out *Outflow, head Head, holes Holes) error {
	top := out.Takes[len(out.Takes)-1].Upto
	for _, w := range found {
		left, err := head.untaken(w.units.Clip(Span{0, top}), holes)
		if err != nil {
			return err
		}
		var n int64
		for _, run := range left {
			n += run.Len()
		}
		for _, t := range out.Takes {
			if slices.Equal(t.Path, w.path) {
				n -= t.Len()
			}
		}
		if n != 0 {
			return Refuse(Conflict, "not-lowest", "takes",
				"同一来源还有地址更低的单位未取，须先取低的", "lower units of the same origin are left: the lowest go first")
		}
	}
	return nil
}

func offPath(units Span) error {
	return Refuse(Conflict, "path-broken", "takes",
		"沿所列路径，区段 %s 追溯不到指明的记录", "by the path given, the span %s does not lead back to the record named", units)
}

// Along follows the units that inflow of laid through the records of path, each
// later than the one before, and gives where they came to lie: a pool and one run
// of its addresses, possibly taken since. A run stays a run: a flow lays what it
// takes in order, end to end. Each step is a transfer, or a payment followed by the
// return or reversal that brought it back.
func Along(s State, of *Flow, path []int64) (Pool, Span, error) {
	pool, units := of.In.Pool, of.In.Span
	var gone *Span // places of the payment before, waiting for what came back
	var last int64
	for _, index := range path {
		step, err := s.Flow(index)
		if err != nil {
			return Pool{}, Span{}, err
		}
		switch {
		case gone == nil && step.Out != nil && step.Out.Pool == pool:
			places, err := overlap(s, index, step, units)
			if err != nil {
				return Pool{}, Span{}, err
			}
			if step.Carries() {
				pool, units = step.In.Pool, places.Shift(step.In.Span.From)
			} else {
				gone, last = &places, index
			}
		case gone != nil && step.In != nil && step.Of == last && (step.Kind == Return || step.Kind == Reversal):
			back := step.Back()
			pool, units = step.In.Pool, gone.Clip(back).Shift(step.In.Span.From-back.From)
			gone = nil
		default:
			return Pool{}, Span{}, offPath(units)
		}
	}
	if gone != nil {
		return Pool{}, Span{}, offPath(units)
	}
	return pool, units, nil
}

// overlap gives the places of an outflow that its pieces within units hold.
func overlap(s State, index int64, f *Flow, units Span) (Span, error) {
	pieces, complete := f.Pieces()
	if !complete {
		var err error
		if pieces, err = s.Pieces(index); err != nil {
			return Span{}, err
		}
	}
	var places Span
	for _, p := range pieces {
		c := p.Cut(units)
		switch {
		case c.Empty():
		case places.Empty():
			places = c.Places()
		default:
			places.Upto = c.Places().Upto
		}
	}
	return places, nil
}
