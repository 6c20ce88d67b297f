package explorer

import (
	"cmp"
	"context"
	"slices"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// home is the first page: what came in, what went out, what is left, and whether it can
// be checked.
type home struct {
	Holdings []view.Holding // money first
	Projects int64
	Series   series
	Gifts    []row
	Payments []row
	Causes   []groupBar
	Places   []groupBar
	Newest   []card
}

// groupBar is what the projects of a cause or place received.
type groupBar struct {
	Value    string
	Projects int64
	Income   int64
}

func (s *Site) home(ctx context.Context, v visit, r Reads) (*page, error) {
	h := home{}
	all, err := r.Groups(ctx, view.ByAsset)
	if err != nil {
		return nil, err
	}
	for _, g := range all {
		h.Projects += g.Projects
		h.Holdings = append(h.Holdings, g.Holdings...)
	}
	if h.Series, err = s.series(ctx, v, r, view.SeriesFilter{Every: view.Month}, "home-series"); err != nil {
		return nil, err
	}
	rows, err := newest(ctx, r, nil, 8, ledger.Donation, ledger.Expenditure)
	if err != nil {
		return nil, err
	}
	h.Gifts, h.Payments = rows[0], rows[1]
	if h.Causes, err = bars(ctx, r, view.ByCause); err != nil {
		return nil, err
	}
	if h.Places, err = bars(ctx, r, view.ByPlace); err != nil {
		return nil, err
	}
	list, _, err := r.Projects(ctx, view.ProjectFilter{Status: ledger.Fundraising, Today: v.today, Sort: view.Raised, Limit: 6})
	h.Newest = asCards(list)
	return &page{Name: "home", Wide: true, Data: h}, err
}

// bars gives what the projects of each cause or place received in yuan, the most first.
func bars(ctx context.Context, r Reads, by view.By) ([]groupBar, error) {
	groups, err := r.Groups(ctx, by)
	out := make([]groupBar, len(groups))
	for i, g := range groups {
		out[i] = groupBar{Value: g.Value, Projects: g.Projects}
		for _, h := range g.Holdings {
			if h.Asset == yuan {
				out[i].Income = h.Income.Units
			}
		}
	}
	slices.SortStableFunc(out, func(a, b groupBar) int { return cmp.Compare(b.Income, a.Income) })
	return out, err
}

// yuan is the asset of headlines; others stand in tables of their own.
const yuan ledger.AssetID = "CNY"
