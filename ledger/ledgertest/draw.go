package ledgertest

import (
	"pgregory.net/rapid"

	"mingzhang/ledger"
)

// Owners are the organizations of the projects in drawn histories; organization 3
// is a partner that owns none.
var Owners = map[int64]int64{11: 1, 12: 2}

var (
	kinds = []ledger.FlowKind{
		ledger.Donation, ledger.Donation, ledger.Grant, ledger.Opening,
		ledger.Expenditure, ledger.Expenditure, ledger.Transfer, ledger.Transfer, ledger.Conversion,
		ledger.Refund, ledger.Return, ledger.Reversal, ledger.Reversal,
	}
	assets = []ledger.AssetID{"CNY", "USD", "goods/mask"}
)

// Draw makes up a flow that may come next in the book. Pools are few and amounts
// small, so that flows meet; some are refused, and that is meant.
func Draw(t *rapid.T, b *Book) ledger.Flow {
	f := ledger.Flow{
		Kind:     rapid.SampledFrom(kinds).Draw(t, "kind"),
		Amount:   rapid.Int64Range(1, 9).Draw(t, "amount"),
		Occurred: ledger.On("2026-11-20"),
	}
	person := &ledger.Party{Kind: ledger.Person}
	switch {
	case f.Kind.Brings():
		f.In = &ledger.Inflow{Pool: drawPool(t)}
		f.Amount += 3 // so that there is something to take
		if f.Kind == ledger.Donation {
			f.Party = person
		}
	case f.Kind == ledger.Expenditure:
		f.Party, f.Category = person, "5101.direct_aid"
		f.Out = &ledger.Outflow{Pool: drawPool(t)}
	case f.Kind == ledger.Transfer:
		drawTransfer(t, b, &f)
	case f.Kind == ledger.Conversion:
		from := drawPool(t)
		to := from
		to.Asset = rapid.SampledFrom(assets).Filter(func(a ledger.AssetID) bool { return a != from.Asset }).Draw(t, "into")
		f.Out, f.In = &ledger.Outflow{Pool: from}, &ledger.Inflow{Pool: to}
		f.Into = rapid.Int64Range(1, 20).Draw(t, "units")
	case f.Kind == ledger.Refund:
		f.Of = drawRecord(t, b, ledger.FlowKind.Brings)
		if rapid.IntRange(0, 2).Draw(t, "elsewhere") == 0 {
			f.Out = &ledger.Outflow{Pool: drawPool(t)}
		}
	case f.Kind == ledger.Return:
		f.Of = drawRecord(t, b, ledger.FlowKind.Spends)
	case f.Kind == ledger.Reversal:
		f.Of = drawRecord(t, b, func(k ledger.FlowKind) bool { return k != ledger.Donation })
		f.Amount = 0
	}
	return f
}

func drawTransfer(t *rapid.T, b *Book, f *ledger.Flow) {
	from, to := drawPool(t), drawPool(t)
	to.Asset = from.Asset
	if to == from {
		to.Holder = from.Holder%3 + 1
	}
	f.Out, f.In, f.Basis = &ledger.Outflow{Pool: from}, &ledger.Inflow{Pool: to}, 9
	if rapid.IntRange(0, 2).Draw(t, "named") == 0 {
		f.Of = drawRecord(t, b, ledger.FlowKind.Brings)
	}
}

// drawPool prefers one pool, so that most flows meet there.
func drawPool(t *rapid.T) ledger.Pool {
	p := ledger.Pool{Project: 11, Holder: 1, Designation: ledger.General, Asset: "CNY"}
	switch rapid.IntRange(0, 5).Draw(t, "pool") {
	case 0:
		p.Holder = 3
	case 1:
		p.Asset = rapid.SampledFrom(assets).Draw(t, "asset")
	case 2:
		p.Project, p.Holder = 12, rapid.Int64Range(1, 3).Draw(t, "holder")
	}
	return p
}

// drawRecord picks one of the last records of a kind that fits, or now and then any.
func drawRecord(t *rapid.T, b *Book, fits func(ledger.FlowKind) bool) int64 {
	any := rapid.IntRange(0, 9).Draw(t, "any") == 0
	records := []int64{7}
	for _, index := range b.Indices() {
		if any || fits(b.flows[index].Kind) {
			records = append(records, index)
		}
	}
	return rapid.SampledFrom(records[max(0, len(records)-8):]).Draw(t, "of")
}
