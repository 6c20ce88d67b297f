package ledger

// leadsBack refuses a take whose units do not come from the inflow of, by the
// path that the take gives, into pool.
func leadsBack(s State, of *Flow, t Take, pool Pool) error {
	where, units, err := Along(s, of, t.Path)
	if err != nil {
		return err
	}
	if where != pool || !t.Span.Within(units) {
		return offPath(t)
	}
	return nil
}

func offPath(t Take) error {
	return Refuse(Conflict, "path-broken", "takes",
		"区段 %s 沿所列路径追溯不到指明的记录", "the span %s does not lead back to the record named by the path given", t.Span)
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
			return Pool{}, Span{}, offPath(Take{Span: units, Path: path})
		}
	}
	if gone != nil {
		return Pool{}, Span{}, offPath(Take{Span: units, Path: path})
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
