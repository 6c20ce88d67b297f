package account

import (
	"slices"
	"time"

	"mingzhang/ledger"
)

// Count is one line of a statement that a flow adds to.
type Count struct {
	Pool     ledger.Pool
	Line     Line
	Occurred ledger.Date
	Sum
}

// Owner tells which organization a project belongs to, by their records.
type Owner func(project int64) (int64, error)

// Counts gives the lines that a flow adds to, at least one. A reversal needs the flow
// that it reverses and adds to the lines of that one, negative and on its day, so that
// both vanish from it; for every other flow, reversed is nil.
func Counts(f, reversed *ledger.Flow, owner Owner) ([]Count, error) {
	sign, of := int64(1), f
	if reversed != nil {
		sign, of = -1, reversed
	}
	day := of.Occurred.Last
	in := func(line Line, n int64) Count { return Count{of.In.Pool, line, day, Sum{sign * n, sign}} }
	out := func(line Line) Count { return Count{of.Out.Pool, line, day, Sum{sign * of.Amount, sign}} }
	switch {
	case of.Kind.Brings():
		return []Count{in(incomeLines[of.Kind], of.Amount)}, nil
	case of.Kind == ledger.Return:
		return []Count{in(LineReturn, of.Amount)}, nil
	case of.Kind == ledger.Refund:
		return []Count{out(LineRefund)}, nil
	case of.Kind == ledger.Conversion:
		return []Count{out(LineConvertedOut), in(LineConvertedIn, of.Into)}, nil
	case of.Kind == ledger.Transfer:
		step, err := Distance(of.Out.Pool.Project, of.In.Pool.Project, owner)
		return []Count{out(LineInternalOut + Line(step)), in(LineInternalIn+Line(step), of.Amount)}, err
	}
	return []Count{out(lineExpenditure + Line(slices.Index(ledger.Categories(), of.Category)))}, nil
}

// How far a transfer goes. A total over both sides does not count it.
const (
	Within = iota // a project
	Sister        // to another project of the organization
	Beyond        // to another organization's project
)

// Distance says how far a transfer between two projects goes.
func Distance(from, to int64, owner Owner) (int, error) {
	if from == to {
		return Within, nil
	}
	a, err := owner(from)
	if err != nil {
		return 0, err
	}
	b, err := owner(to)
	if err != nil {
		return 0, err
	}
	if a == b {
		return Sister, nil
	}
	return Beyond, nil
}

// china is the time zone in which a day begins and ends for the accounts.
var china = time.FixedZone("UTC+8", 8*60*60)

// Today is the day that a moment belongs to.
func Today(t time.Time) ledger.Date { return ledger.Day(t.In(china)) }
