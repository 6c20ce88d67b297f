package api

import (
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// Holding is what pools of one asset add up to, net of reversals. What is held for
// beneficiaries whom givers named is no income and stands apart.
type Holding struct {
	Asset     ledger.AssetID `json:"asset" example:"CNY"`
	Income    account.Sum    `json:"income"`
	Spent     account.Sum    `json:"spent"`
	Held      int64          `json:"held" example:"61000"`
	InTransit int64          `json:"in_transit" example:"1000"` // of held: with partners
	Agency    int64          `json:"agency" example:"0"`        // for named beneficiaries, not in held
}

// Progress is how far a project is, in the asset of its target.
type Progress struct {
	Asset         ledger.AssetID `json:"asset" example:"CNY"`
	Raised        int64          `json:"raised" example:"9000000"`
	RaisedPercent int64          `json:"raised_percent" example:"90"` // of the target, rounded down
	Spent         int64          `json:"spent" example:"4500000"`
	SpentPercent  int64          `json:"spent_percent" example:"50"` // of what was raised, rounded down
}

func asHoldings(list []view.Holding) []Holding {
	out := []Holding{}
	for _, h := range list {
		out = append(out, Holding(h))
	}
	return out
}

func progressOf(target ledger.Sum, holdings []view.Holding) *Progress {
	p := &Progress{Asset: target.Asset}
	for _, h := range holdings {
		if h.Asset == target.Asset {
			p.Raised, p.Spent = h.Income.Units, h.Spent.Units
		}
	}
	p.RaisedPercent, p.SpentPercent = share(p.Raised, 100, target.Amount), share(p.Spent, 100, p.Raised)
	return p
}

// share is so many of-ths that a part is of a whole, rounded down; 0 where there is no
// whole.
func share(part, of, whole int64) int64 {
	if whole <= 0 || part <= 0 {
		return 0
	}
	return ledger.MulDiv(part, of, whole)
}
