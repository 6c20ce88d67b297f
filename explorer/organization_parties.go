package explorer

import (
	"cmp"
	"context"
	"slices"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// keeping is what somebody keeps of a project's money as a partner, in one asset.
type keeping struct {
	Index   int64 // of the partner, or of the project
	Name    string
	Asset   ledger.AssetID
	Agency  bool // for beneficiaries whom givers named: in no other sum
	Laid    int64
	Balance int64
}

// partyRow is what the organization gave to a project that it need not own, or got.
type partyRow struct {
	view.Party
	ProjectName string
	Kind        ledger.FlowKind
	Category    ledger.Category
}

// mostRows of a table of parties are shown; the list of flows has the rest.
const mostRows = 10

// readKeepings reads what partners hold of its projects, and what it holds as one.
func (s *Site) readKeepings(ctx context.Context, _ visit, r Reads, out *organizationPage) error {
	partners, held := keepings{}, keepings{}
	if out.Projects > 0 {
		err := r.EachPool(ctx, view.PoolFilter{Organization: &out.Index}, func(p view.Pool) error {
			if p.Holder != out.Index {
				partners.add(p.Holder, p)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	pools, err := r.Pools(ctx, nil, &out.Index)
	if err != nil {
		return err
	}
	for _, p := range pools {
		held.add(p.Project, p)
	}
	names, err := r.Names(ctx, append(partners.indices(), held.indices()...))
	out.Partners, out.Held = partners.list(names), held.list(names)
	return err
}

// keepings gathers pools by whom or what they are of.
type keepings map[keeping]keeping

func (k keepings) add(index int64, p view.Pool) {
	key := keeping{Index: index, Asset: p.Asset, Agency: p.Class == ledger.Agency}
	sum := k[key]
	sum.Laid, sum.Balance = sum.Laid+p.In, sum.Balance+p.Balance()
	k[key] = sum
}

func (k keepings) indices() (list []int64) {
	for key := range k {
		list = append(list, key.Index)
	}
	return list
}

// list names them, in the order of the records.
func (k keepings) list(names map[int64]string) (list []keeping) {
	for key, sum := range k {
		key.Name, key.Laid, key.Balance = names[key.Index], sum.Laid, sum.Balance
		list = append(list, key)
	}
	slices.SortFunc(list, func(a, b keeping) int {
		return cmp.Or(cmp.Compare(a.Index, b.Index), cmp.Compare(a.Asset, b.Asset), cmp.Compare(agencyText(a.Agency), agencyText(b.Agency)))
	})
	return list
}

func agencyText(agency bool) string {
	if agency {
		return "agency"
	}
	return ""
}

var (
	givingLines = func() (lines []account.Line) {
		for _, l := range account.Lines() {
			if l.Income() {
				lines = append(lines, l)
			}
		}
		return lines
	}()
	payingLines = account.LinesOfKind(ledger.Expenditure)
)

// readParties reads who gave to its projects and who was paid, and where it was itself
// the other end.
func (s *Site) readParties(ctx context.Context, _ visit, r Reads, out *organizationPage) (err error) {
	if out.Projects > 0 {
		if out.Givers, err = r.Largest(ctx, out.Index, yuan, givingLines, mostRows); err != nil {
			return err
		}
		if out.Payees, err = r.Largest(ctx, out.Index, yuan, payingLines, mostRows); err != nil {
			return err
		}
	}
	if out.Gave, err = readElsewhere(ctx, r, out.Key, givingLines); err != nil {
		return err
	}
	out.Got, err = readElsewhere(ctx, r, out.Key, payingLines)
	return err
}

// readElsewhere gives the largest sums of a party by project and line.
func readElsewhere(ctx context.Context, r Reads, key string, lines []account.Line) ([]partyRow, error) {
	list, err := r.Parties(ctx, view.PartyFilter{Party: key, Lines: lines, Limit: mostRows})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	rows, indices := make([]partyRow, len(list)), make([]int64, len(list))
	for i, p := range list {
		rows[i], indices[i] = partyRow{Party: p, Kind: p.Line.Kind(), Category: p.Line.Category()}, p.Project
	}
	names, err := r.Names(ctx, indices)
	for i := range rows {
		rows[i].ProjectName = names[rows[i].Project]
	}
	return rows, err
}
