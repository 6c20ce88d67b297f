package book

import (
	"slices"

	"mingzhang/ledger"
)

// count is one line of a statement that a flow adds to.
type count struct {
	Pool     ledger.Pool
	Line     Line
	Occurred ledger.Date
	Sum
}

// counts gives the lines that a flow adds to, at least one: for a reversal, those of
// what it reverses, negative and on that one's day, so that both vanish from it.
func (t *turn) counts(f *ledger.Flow) ([]count, error) {
	sign, of := int64(1), f
	if f.Kind == ledger.Reversal {
		var err error
		if of, err = t.flow(f.Of); err != nil {
			return nil, err
		}
		sign = -1
	}
	day := of.Occurred.Last
	in := func(line Line, n int64) count { return count{of.In.Pool, line, day, Sum{sign * n, sign}} }
	out := func(line Line) count { return count{of.Out.Pool, line, day, Sum{sign * of.Amount, sign}} }
	switch {
	case of.Kind.Brings():
		return []count{in(incomeLines[of.Kind], of.Amount)}, nil
	case of.Kind == ledger.Return:
		return []count{in(LineReturn, of.Amount)}, nil
	case of.Kind == ledger.Refund:
		return []count{out(LineRefund)}, nil
	case of.Kind == ledger.Conversion:
		return []count{out(LineConvertedOut), in(LineConvertedIn, of.Into)}, nil
	case of.Kind == ledger.Transfer:
		step, err := t.distance(of.Out.Pool.Project, of.In.Pool.Project)
		return []count{out(LineInternalOut + step), in(LineInternalIn+step, of.Amount)}, err
	}
	return []count{out(lineExpenditure + Line(slices.Index(ledger.Categories(), of.Category)))}, nil
}

// distance says how far a transfer goes: 0 within a project, 1 within an
// organization, 2 beyond. A total over both sides does not count it.
func (t *turn) distance(from, to int64) (Line, error) {
	if from == to {
		return 0, nil
	}
	a, err := t.project(from)
	if err != nil {
		return 0, err
	}
	b, err := t.project(to)
	if err != nil {
		return 0, err
	}
	if a.Organization == b.Organization {
		return 1, nil
	}
	return 2, nil
}

// count adds to the totals, or takes back.
func (t *turn) count(c count, sign int64) {
	key := Total{c.Pool, c.Line, c.Occurred, t.today}
	sum := t.batch.Totals[key]
	sum.Units += sign * c.Units
	sum.Flows += sign * c.Flows
	if t.batch.Totals[key] = sum; sum == (Sum{}) {
		delete(t.batch.Totals, key)
	}
}
