package account

import (
	"cmp"
	"slices"

	"mingzhang/ledger"
)

// Scope is whose statement it is: a project's, or all projects of an organization.
type Scope struct {
	Project      int64  `json:"project,omitempty"`
	Organization *int64 `json:"organization,omitempty"` // the platform is record 0
}

// Statement is the account of a project or an organization for a range of days, as
// the log stood when it had At records. For each asset
//
//	closing = opening + income + returns + transfers in + converted in
//	        − expenditure − refunds − transfers out − converted out
//
// each net of reversals. A flow counts on the last day of when it occurred, so an
// opening may be negative where bills were dated before gifts. Transfers within the
// scope are not counted. What is held for beneficiaries whom givers named is not in
// it: Agency is what is held of that.
type Statement struct {
	Scope
	From   ledger.Date      `json:"from"`
	Upto   ledger.Date      `json:"upto"` // the last day
	At     int64            `json:"at"`
	Assets []AssetStatement `json:"assets"`
}

// AssetStatement is the part of a statement that is in one asset.
type AssetStatement struct {
	Asset        ledger.AssetID   `json:"asset"`
	Opening      int64            `json:"opening"`
	Income       []KindAmount     `json:"income"`
	Returns      int64            `json:"returns"`
	TransfersIn  int64            `json:"transfers_in"`
	ConvertedIn  int64            `json:"converted_in"`
	Expenditure  []CategoryAmount `json:"expenditure"`
	Refunds      int64            `json:"refunds"`
	TransfersOut int64            `json:"transfers_out"`
	ConvertedOut int64            `json:"converted_out"`
	Closing      int64            `json:"closing"`
	InTransit    int64            `json:"in_transit"` // of the closing: what partners hold
	Agency       int64            `json:"agency"`

	within int64 // transfers within the scope: not 0 only between agency and the rest
}

// KindAmount is the income of one kind.
type KindAmount struct {
	Kind   ledger.FlowKind `json:"kind"`
	Amount int64           `json:"amount"`
	Flows  int64           `json:"flows"`
}

// CategoryAmount is the expenditure of one category.
type CategoryAmount struct {
	Category ledger.Category `json:"category"`
	Amount   int64           `json:"amount"`
	Flows    int64           `json:"flows"`
}

// MonthSum is a sum of one line of one pool in a month, 2026-11.
type MonthSum struct {
	Month string
	PoolSum
}

// PoolSum is a sum of one line of one pool.
type PoolSum struct {
	Pool    ledger.Pool
	Line    Line
	Before  bool // before the statement's first day
	Partner bool // the pool's holder is not the project's organization
	Agency  bool // the pool's designation is an agency
	Sum
}

// Fold adds up the sums of a statement's pools.
func (s *Statement) Fold(sums []PoolSum) {
	for _, sum := range sums {
		a := s.asset(sum.Pool.Asset)
		change := sum.Line.Sign() * sum.Units
		switch {
		case sum.Agency:
			a.Agency += change
			continue
		case sum.Before || sum.Line == LineOpening:
			a.Opening += change
		case s.inside(sum.Line):
			a.within += change
		default:
			a.add(sum)
		}
		a.Closing += change
		if sum.Partner {
			a.InTransit += change
		}
	}
	for i := range s.Assets {
		s.Assets[i].finish()
	}
	s.Assets = slices.DeleteFunc(s.Assets, func(a AssetStatement) bool { return a.empty() })
	slices.SortFunc(s.Assets, func(a, b AssetStatement) int { return cmp.Compare(a.Asset, b.Asset) })
}

// finish leaves out what reversals brought to nothing, and orders the lists.
func (a *AssetStatement) finish() {
	a.TransfersIn += max(a.within, 0)
	a.TransfersOut -= min(a.within, 0)
	a.within = 0
	a.Income = slices.DeleteFunc(a.Income, func(k KindAmount) bool { return k.Flows == 0 && k.Amount == 0 })
	a.Expenditure = slices.DeleteFunc(a.Expenditure, func(c CategoryAmount) bool { return c.Flows == 0 && c.Amount == 0 })
	slices.SortFunc(a.Income, func(x, y KindAmount) int { return cmp.Compare(x.Kind, y.Kind) })
	slices.SortFunc(a.Expenditure, func(x, y CategoryAmount) int { return cmp.Compare(x.Category, y.Category) })
}

// empty says that reversals left nothing of the asset.
func (a *AssetStatement) empty() bool {
	amounts := []int64{a.Opening, a.Returns, a.TransfersIn, a.ConvertedIn, a.Refunds, a.TransfersOut, a.ConvertedOut, a.Closing, a.InTransit, a.Agency}
	return len(a.Income)+len(a.Expenditure) == 0 && !slices.ContainsFunc(amounts, func(n int64) bool { return n != 0 })
}

func (s *Statement) asset(id ledger.AssetID) *AssetStatement {
	for i := range s.Assets {
		if s.Assets[i].Asset == id {
			return &s.Assets[i]
		}
	}
	s.Assets = append(s.Assets, AssetStatement{Asset: id, Income: []KindAmount{}, Expenditure: []CategoryAmount{}})
	return &s.Assets[len(s.Assets)-1]
}

// inside says whether a line is a transfer between two pools of the scope: what one
// loses the other gains.
func (s *Statement) inside(l Line) bool {
	internal := l == LineInternalIn || l == LineInternalOut
	sister := l == LineSisterIn || l == LineSisterOut
	return internal || s.Organization != nil && s.Project == 0 && sister
}

func (a *AssetStatement) add(s PoolSum) {
	switch s.Line {
	case LineReturn:
		a.Returns += s.Units
	case LineConvertedIn:
		a.ConvertedIn += s.Units
	case LineSisterIn, LineTransferIn:
		a.TransfersIn += s.Units
	case LineRefund:
		a.Refunds += s.Units
	case LineConvertedOut:
		a.ConvertedOut += s.Units
	case LineSisterOut, LineTransferOut:
		a.TransfersOut += s.Units
	default:
		a.addNamed(s)
	}
}

// addNamed adds to the lists of incomes and expenditures.
func (a *AssetStatement) addNamed(s PoolSum) {
	if category := s.Line.Category(); category != "" {
		i := slices.IndexFunc(a.Expenditure, func(c CategoryAmount) bool { return c.Category == category })
		if i < 0 {
			i, a.Expenditure = len(a.Expenditure), append(a.Expenditure, CategoryAmount{Category: category})
		}
		a.Expenditure[i].Amount += s.Units
		a.Expenditure[i].Flows += s.Flows
		return
	}
	kind := s.Line.Kind()
	i := slices.IndexFunc(a.Income, func(k KindAmount) bool { return k.Kind == kind })
	if i < 0 {
		i, a.Income = len(a.Income), append(a.Income, KindAmount{Kind: kind})
	}
	a.Income[i].Amount += s.Units
	a.Income[i].Flows += s.Flows
}
