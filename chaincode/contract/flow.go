package contract

import (
	"slices"

	"mingzhang/ledger"
)

// flow applies the rule of the pool to a flow, and refuses one whose units are not those
// that the rule gives.
func (a *anchoring) flow(f *ledger.Flow) error {
	checked := 0
	for _, p := range poolsOf(f) {
		if err := a.pool(p); err != nil {
			return err
		}
		if !a.unchecked(p) {
			checked++
		}
	}
	if f.Basis != 0 {
		if err := a.planOf("basis", f.Basis, f.Out.Pool.Project, f.In.Pool.Project); err != nil {
			return err
		}
	}
	if checked == 0 {
		return nil
	}
	effect, err := ledger.Apply(rules{a, f}, *f)
	if err != nil {
		return err
	}
	if !sameUnits(&effect.Flow, f) {
		return ledger.Refuse(ledger.Conflict, "units-differ", "",
			"流水所载的区段不是按规则应得的区段", "the units in the record are not those that the rule gives")
	}
	return a.commit(effect)
}

// poolsOf lists the pools that a flow leaves and enters. They are different ones.
func poolsOf(f *ledger.Flow) []ledger.Pool {
	pools := make([]ledger.Pool, 0, 2)
	if f.Out != nil {
		pools = append(pools, f.Out.Pool)
	}
	if f.In != nil {
		pools = append(pools, f.In.Pool)
	}
	return pools
}

// sameUnits compares all that ledger.Apply may have replaced in the flow it was given.
func sameUnits(a, b *ledger.Flow) bool {
	return a.Amount == b.Amount && a.Into == b.Into && same(a.Cut, b.Cut) && same(a.In, b.In) &&
		(a.Out == nil) == (b.Out == nil) && (a.Out == nil || a.Out.Pool == b.Out.Pool && a.Out.Span == b.Out.Span &&
		slices.EqualFunc(a.Out.Takes, b.Out.Takes, func(x, y ledger.Take) bool {
			return x.Span == y.Span && slices.Equal(x.Path, y.Path)
		}))
}

func same[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// commit makes an effect part of the state.
func (a *anchoring) commit(e *ledger.Effect) error {
	if err := a.count(&e.Flow); err != nil { // the only step that may still refuse
		return err
	}
	for _, c := range e.Pools {
		if err := a.change(c); err != nil {
			return err
		}
	}
	for _, u := range e.Undone {
		n, err := a.tally(u.Index)
		if err != nil {
			return err
		}
		n.Undone = u.Units
		if err := a.setTally(n); err != nil {
			return err
		}
	}
	return nil
}

// change makes a pool what it is after a flow. One that is unchecked stays as it was.
func (a *anchoring) change(c ledger.Change) error {
	row, err := a.pools.get(c.Pool)
	if err != nil || row.V.Unchecked != nil {
		return err
	}
	p := row.change()
	p.In, p.Next, p.Holed = c.Head.In, c.Head.Next, c.Head.Holed
	for _, hole := range c.Dug {
		if err := (holes{a.tx, c.Pool, p}).dig(hole); err != nil {
			return err
		}
	}
	return nil
}
