package ledger

// State is what [Apply] reads. The book, the chaincode and the auditor each have
// their own. Its answers are those before the flow, and its errors are passed on.
type State interface {
	// Flow gives an earlier flow by the index of its record.
	Flow(index int64) (*Flow, error)
	// Pieces gives the runs that an earlier ordinary outflow took, in order. It
	// is asked only where the envelope has holes in it.
	Pieces(index int64) ([]Piece, error)
	// Undone is how many units of an earlier flow came back or were reversed.
	Undone(index int64) (int64, error)
	// Head is the state of a pool; a pool that nothing entered is the zero Head.
	Head(Pool) (Head, error)
	// Holes reads the holes of a pool.
	Holes(Pool) Holes
	// Draw picks the lowest amount units of a pool that lead back to the record of.
	// It is asked where a named outflow comes without its takes; who only verifies
	// refuses.
	Draw(of int64, pool Pool, amount int64) ([]Take, error)
}

// Effect is everything that a flow does: the flow with its units, the runs it
// took, and what each pool and each earlier flow becomes.
type Effect struct {
	Flow   Flow
	Pieces []Piece
	Pools  []Change
	Undone []Undone
}

// Undone is the new count of a flow's units that came back or were reversed.
type Undone struct {
	Index int64
	Units int64
}

// Apply is the rule of a flow. It completes f with its units and says what
// changes, or refuses and changes nothing. A named outflow that carries its takes
// already keeps them, if they lead back to the record it names, nothing took them
// before, and nothing lower on the same ways is left out. All other units that f
// carries are replaced, so a verifier compares the effect's flow with the one it
// was given.
func Apply(s State, f Flow) (*Effect, error) {
	e := &Effect{Flow: f}
	e.Flow.Cut = nil
	of, err := e.refer(s)
	if err != nil {
		return nil, err
	}
	if err := e.Flow.Check(); err != nil {
		return nil, err
	}
	if e.Flow.Out != nil {
		if err := e.takeOut(s, of); err != nil {
			return nil, err
		}
	}
	if e.Flow.In != nil {
		if err := e.putIn(s); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// refer completes the flow from the record that it names, and returns that.
func (e *Effect) refer(s State) (*Flow, error) {
	f := &e.Flow
	if f.Of <= 0 || f.Kind != Refund && f.Kind != Return && f.Kind != Reversal && f.Kind != Transfer {
		return nil, nil // Check refuses what has no such record, or needs one
	}
	of, err := s.Flow(f.Of)
	if err != nil {
		return nil, err
	}
	switch f.Kind {
	case Return:
		return of, e.referReturn(s, of)
	case Reversal:
		return of, e.referReversal(s, of)
	}
	if !of.Kind.Brings() {
		return nil, Refuse(Conflict, "not-a-gift", "of",
			"记录 %d 不是收入，不能按它退款或改列", "record %d is not an income: a refund or re-allocation names the gift itself", f.Of)
	}
	if f.Out == nil {
		f.Out = &Outflow{Pool: of.In.Pool}
	}
	if f.Out.Pool.Asset != of.In.Pool.Asset {
		return nil, Refuse(Conflict, "gift-asset", "asset",
			"记录 %d 收到的是 %s，只能按 %[2]s 退款或改列", "record %d brought %s: a refund or re-allocation is in %[2]s", f.Of, of.In.Pool.Asset)
	}
	return of, nil
}

// referReturn: what comes back are the last units of what was paid that did not
// come back before (rule 5).
func (e *Effect) referReturn(s State, of *Flow) error {
	f := &e.Flow
	if !of.Kind.Spends() {
		return Refuse(Conflict, "not-a-payment", "of",
			"记录 %d 既不是支出也不是退款，不会有退回", "record %d is neither a payment nor a refund: nothing comes back from it", f.Of)
	}
	undone, err := s.Undone(f.Of)
	if err != nil {
		return err
	}
	left := of.Amount - undone
	if f.Amount > left {
		asset := of.Out.Pool.Asset
		return Refuse(Shortfall, "return-too-large", "amount",
			"退回 %[1]s 超过记录 %[3]d 尚可退回的 %[2]s", "%[1]s is more than the %[2]s of record %[3]d that can still come back",
			asset.Show(f.Amount), asset.Show(left), f.Of).With(Shortage{of.Out.Pool, left, f.Amount})
	}
	f.In = &Inflow{Pool: of.Out.Pool}
	f.Cut = &Span{left - f.Amount, left}
	e.Undone = append(e.Undone, Undone{f.Of, undone + f.Amount})
	return nil
}

// referReversal: a whole entry is undone, and only one that nothing has undone
// before, in part or in whole (rule 7).
func (e *Effect) referReversal(s State, of *Flow) error {
	f := &e.Flow
	undone, err := s.Undone(f.Of)
	switch {
	case err != nil:
		return err
	case of.Kind == Reversal:
		return Refuse(Conflict, "reversal-of-reversal", "of",
			"记录 %d 本身是冲正；请重新录入原业务", "record %d is itself a reversal: enter the business anew", f.Of)
	case undone != 0 && of.Kind.Spends():
		return Refuse(Conflict, "already-undone", "of",
			"记录 %d 已被冲正或有退回；若有退回，请先冲正退回", "record %d was reversed, or part of it came back; if so, reverse the return first", f.Of)
	case undone != 0:
		return Refuse(Conflict, "already-reversed", "of",
			"记录 %d 已被冲正", "record %d was reversed before", f.Of)
	}
	f.Amount, f.Into = of.Amount, 0
	var takes []Take
	if f.Out != nil {
		takes = f.Out.Takes
	}
	f.Out, f.In = nil, nil
	if of.In != nil {
		f.Out = &Outflow{Pool: of.In.Pool, Takes: takes}
	}
	if of.Out != nil {
		f.In = &Inflow{Pool: of.Out.Pool}
	}
	if of.Kind == Conversion {
		// Only units that never moved on can be changed back at the old rate.
		f.Amount, f.Into = of.Into, of.Amount
		f.Out.Takes = []Take{{Span: of.In.Span}}
	}
	e.Undone = append(e.Undone, Undone{f.Of, of.Amount})
	if of.Kind == Return {
		return e.unreturn(s, of)
	}
	return nil
}

// unreturn takes a return out of the count of what it returned. Returns are undone
// last first, so that one number describes what came back.
func (e *Effect) unreturn(s State, ret *Flow) error {
	paid, err := s.Flow(ret.Of)
	if err != nil {
		return err
	}
	undone, err := s.Undone(ret.Of)
	if err != nil {
		return err
	}
	if ret.Cut.From != paid.Amount-undone {
		return Refuse(Conflict, "return-not-last", "of",
			"记录 %d 之后另有退回，请先冲正较晚的退回", "another return came after record %d: reverse the later one first", e.Flow.Of)
	}
	e.Undone = append(e.Undone, Undone{ret.Of, undone - ret.Amount})
	return nil
}

// takeOut takes the flow's units from its pool: those it names, or the lowest.
func (e *Effect) takeOut(s State, of *Flow) error {
	f := &e.Flow
	out := *f.Out // the caller's flow stays as it was
	f.Out = &out
	head, err := s.Head(out.Pool)
	if err != nil {
		return err
	}
	var change Change
	if f.Named() {
		change, err = e.takeNamed(s, of, head)
	} else {
		var runs []Span
		if runs, change, err = head.take(out.Pool, f.Amount, s.Holes(out.Pool)); err == nil {
			out.Span, out.Takes = Span{runs[0].From, runs[len(runs)-1].Upto}, nil
			e.Pieces = lay(runs)
		}
	}
	e.Pools = append(e.Pools, change)
	return err
}

// takeNamed makes sure that every span leads back to the record named and that the
// lowest go first, then takes them all.
func (e *Effect) takeNamed(s State, of *Flow, head Head) (Change, error) {
	f := &e.Flow
	f.Out.Span = Span{}
	if len(f.Out.Takes) == 0 {
		var err error
		if f.Out.Takes, err = s.Draw(f.Of, f.Out.Pool, f.Amount); err != nil {
			return Change{}, err
		}
	}
	if err := f.checkTakes(func(what string) error {
		return Refuse(Invalid, "takes-contradict", what, "取用的区段或路径与金额或次序不符（%s）", "the spans to take or their paths contradict the amount or their order (%s)", what)
	}); err != nil {
		return Change{}, err
	}
	e.Pieces, _ = f.Pieces()
	if of.Kind == Conversion {
		return e.unconvert(s, head)
	}
	found, err := ways(s, of, f.Out)
	if err != nil {
		return Change{}, err
	}
	holes := s.Holes(f.Out.Pool)
	change, err := head.takeNamed(f.Out.Pool, e.Pieces, holes)
	if err != nil {
		return Change{}, err
	}
	return change, lowestFirst(found, f.Out, head, holes)
}

// unconvert takes back all that a conversion laid, where nothing of it moved on.
func (e *Effect) unconvert(s State, head Head) (Change, error) {
	f := &e.Flow
	change, err := head.takeNamed(f.Out.Pool, e.Pieces, s.Holes(f.Out.Pool))
	if KindOf(err) == Conflict {
		err = Refuse(Conflict, "conversion-used", "of",
			"记录 %d 兑换所得已有动用，请先冲正其后的业务", "part of what record %d changed into has moved on: reverse that first", f.Of)
	}
	return change, err
}

// putIn lays the flow's units at the end of its pool.
func (e *Effect) putIn(s State) error {
	f := &e.Flow
	in := *f.In
	f.In = &in
	head, err := s.Head(in.Pool)
	if err != nil {
		return err
	}
	n := f.Amount
	if f.Into != 0 {
		n = f.Into
	}
	span, change, err := head.put(in.Pool, n)
	if err != nil {
		return err
	}
	in.Span = span
	e.Pools = append(e.Pools, change)
	return nil
}
