package figures

import (
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// Kept is what became of what a partner got in one pool.
type Kept struct {
	view.Pool
	Received int64 // as its accounts have it, net of reversals
	Paid     int64
	Passed   int64 // back or on
}

// ByPartners gives the pools that others than an organization hold of its projects, in the
// order in which they were first used, from all that their accounts add up to.
func ByPartners(organization int64, pools []view.Pool, sums []account.MonthSum) (list []Kept) {
	at := map[ledger.Pool]int{}
	for _, p := range pools {
		if p.Holder != organization {
			at[p.Pool] = len(list)
			list = append(list, Kept{Pool: p})
		}
	}
	for _, m := range sums {
		i, ok := at[m.Pool]
		switch {
		case !ok:
		case m.Line < account.LineRefund:
			list[i].Received += m.Units
		case m.Line.Spent():
			list[i].Paid += m.Units
		default:
			list[i].Passed += m.Units
		}
	}
	return list
}
