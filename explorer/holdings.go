package explorer

import (
	"context"
	"slices"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// holdingList is where a balance is: the pools that it adds up, those that hold most
// first. It is of one asset, since nothing else can be added up.
type holdingList struct {
	Chosen  []chip
	Asset   ledger.AssetID
	Sum     view.Holding
	Others  []otherAsset // what the same pools hold besides
	Rows    []kept
	Clear   string
	First   string
	Next    string
	Exports []takeaway
}

// otherAsset is what is held of another asset, and the list of where.
type otherAsset struct {
	Asset ledger.AssetID
	Held  int64 // with what is held for named beneficiaries
	Link  string
}

// kept is a pool and what it is called.
type kept struct {
	view.Pool
	At *place
}

// holdingsPage is how many pools a page has.
const holdingsPage = 30

func (s *Site) holdings(ctx context.Context, v visit, r Reads) (*page, error) {
	a := v.ask()
	f := view.PoolFilter{Project: a.index("project"), Owner: a.index("owner"), Holder: a.index("holder"), Cause: a.text("cause"), Place: a.region(),
		Asset: ledger.AssetID(a.text("asset")), Transit: a.flag("transit")}
	after := a.place("after")
	a.check(f.Asset == "" || f.Asset.Check("") == nil, "asset")
	if err := a.done(); err != nil {
		return nil, err
	}
	if f.Asset == "" {
		f.Asset = yuan
	}
	filters := v.kept("project", "owner", "holder", "cause", "place", "transit")
	filters.Set("asset", string(f.Asset)) // the file has what the list has, also where the address names none
	out := holdingList{Asset: f.Asset, Clear: v.link(v.path), Exports: v.exports("pools", filters)}
	var err error
	if out.Chosen, err = s.chosenHoldings(ctx, v, r, f); err != nil {
		return nil, err
	}
	if err := out.add(ctx, v, r, f); err != nil {
		return nil, err
	}
	pools, next, err := r.Keeping(ctx, f, after, holdingsPage)
	if err != nil {
		return nil, err
	}
	if after != nil {
		out.First = v.with("after", "")
	}
	if next != nil {
		out.Next = v.with("after", placed(next))
	}
	err = out.place(newDirectory(ctx, v, r), pools)
	return &page{Name: "holdings", Title: v.tongue.say("holdings.title"), Wide: true, Data: out}, err
}

// add adds up what the pools hold, of each asset by itself.
func (h *holdingList) add(ctx context.Context, v visit, r Reads, f view.PoolFilter) error {
	f.Asset = ""
	sums, err := r.Holdings(ctx, f)
	for _, sum := range sums {
		switch held := sum.Held + sum.Agency; {
		case sum.Asset == h.Asset:
			h.Sum = sum
		case held != 0:
			h.Others = append(h.Others, otherAsset{sum.Asset, held, v.with("asset", string(sum.Asset), "after", "")})
		}
	}
	slices.SortStableFunc(h.Others, func(a, b otherAsset) int { return strings.Compare(assetOrder(a.Asset), assetOrder(b.Asset)) })
	return err
}

// chosenHoldings gives the filters that were chosen, each with the list without it; what
// is not there is a ledger.NotFound.
func (s *Site) chosenHoldings(ctx context.Context, v visit, r Reads, f view.PoolFilter) (chosen []chip, err error) {
	t := v.tongue
	add := func(word, name, value string) {
		if v.query.Get(name) != "" {
			chosen = append(chosen, chip{word, value, v.with(name, "", "after", "")})
		}
	}
	if f.Project != nil {
		p, err := r.Project(ctx, *f.Project, v.today)
		if err != nil {
			return nil, asked(*f.Project, err)
		}
		add("published.project", "project", p.Name)
	}
	for _, by := range []struct {
		word, name string
		index      *int64
	}{{"filter.organization", "owner", f.Owner}, {"holdings.by", "holder", f.Holder}} {
		if by.index == nil {
			continue
		}
		o, err := r.Organization(ctx, *by.index)
		if err != nil {
			return nil, asked(*by.index, err)
		}
		add(by.word, by.name, o.Name)
	}
	add("filter.cause", "cause", t.term("cause", f.Cause))
	add("filter.place", "place", v.placeAndCode(f.Place))
	add("flows.asset", "asset", s.assets.name(t)(f.Asset))
	add("money.transit", "transit", t.say("holdings.transit"))
	return chosen, nil
}

// place names pools.
func (h *holdingList) place(d *directory, pools []view.Pool) error {
	for _, p := range pools {
		at, err := d.place(p.Pool)
		if err != nil {
			return err
		}
		h.Rows = append(h.Rows, kept{p, at})
	}
	return nil
}
