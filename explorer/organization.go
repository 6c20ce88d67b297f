package explorer

import (
	"context"
	"slices"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/figures"
	"mingzhang/ledger/view"
)

// organizationPage is everything about one organization: as who has projects, as a
// partner in those of others, and as who gave or was paid.
type organizationPage struct {
	*view.Organization
	Form         string // of body, by its code: 53 is a foundation
	Key          string // under which flows name it
	Money        view.Holding
	Others       []view.Holding // goods, other money, hours
	Series       series
	Years        *figures.Shares // management and fundraising against the law, nil for none
	Statement    *statementShown
	Cards        []card
	Publications []publication
	Overdue      int64     // of them
	Partners     []keeping // what partners hold of its projects
	Held         []keeping // what it holds of others' projects
	Givers       []view.Party
	Payees       []view.Party
	Gave, Got    []partyRow // in others' projects, or before it was registered
	Frozen       []card     // of a regulator: what is frozen
	Exports      []takeaways
}

// takeaways are a list about the organization as files.
type takeaways struct {
	Word  string
	Files []takeaway
}

// mostYears are shown of what management cost; its file has all.
const mostYears = 5

// mostProjects bounds the projects that a page looks at.
const mostProjects = 1000

func (s *Site) organization(ctx context.Context, v visit, r Reads) (*page, error) {
	a := v.ask()
	from, upto := a.date("from"), a.date("to")
	a.index("at")
	a.check(upto == "" || upto >= from, "to")
	if err := a.done(); err != nil {
		return nil, err
	}
	if v.id < 0 {
		return nil, missing()
	}
	o, err := r.Organization(ctx, v.id)
	if err != nil {
		return nil, err
	}
	out := &organizationPage{Organization: o, Form: formOf(o.Organization), Key: o.Code}
	if o.Scheme != ledger.SchemeUSCC {
		out.Key = o.Name
	}
	for _, read := range []func(context.Context, visit, Reads, *organizationPage) error{s.readProjects, s.readAccounts, s.readKeepings, s.readParties, s.readFrozen} {
		if err := read(ctx, v, r, out); err != nil {
			return nil, err
		}
	}
	out.Exports = out.exports(v)
	return &page{Name: "organization", Title: o.Name, Wide: true, Data: out}, nil
}

// forms are the kinds of bodies that a code tells by its first two characters
// (GB 32100-2015) and that the catalogue has a word for.
var forms = []string{"11", "12", "51", "52", "53", "91"}

func formOf(o ledger.Organization) string {
	if o.Scheme == ledger.SchemeUSCC && len(o.Code) > 2 && slices.Contains(forms, o.Code[:2]) {
		return o.Code[:2]
	}
	return ""
}

// readProjects reads its projects, and what each published last.
func (s *Site) readProjects(ctx context.Context, v visit, r Reads, out *organizationPage) error {
	if out.Projects == 0 {
		return nil
	}
	list, _, err := r.Projects(ctx, view.ProjectFilter{Organization: &out.Index, Today: v.today, Limit: mostProjects})
	if err != nil {
		return err
	}
	out.Cards = asCards(list)
	out.Publications, err = publications(ctx, v, r, list)
	for _, p := range out.Publications {
		if p.Due != nil && p.Due.Late {
			out.Overdue++
		}
	}
	return err
}

// readAccounts reads what its projects add up to.
func (s *Site) readAccounts(ctx context.Context, v visit, r Reads, out *organizationPage) error {
	if out.Projects == 0 {
		return nil
	}
	scope := account.Scope{Organization: &out.Index}
	_, sums, err := r.Monthly(ctx, scope)
	if err != nil {
		return err
	}
	out.Money.Asset = yuan
	for _, a := range wholeStatement(scope, 0, sums).Assets {
		if h := holdingOf(a); a.Asset == yuan {
			out.Money = h
		} else {
			out.Others = append(out.Others, h)
		}
	}
	months := moments(sums)
	if out.Years = figures.SharesOf(out.Organization.Organization, months, v.today); out.Years != nil {
		out.Years.Years = out.Years.Years[:min(len(out.Years.Years), mostYears)]
	}
	if out.Series, err = s.shape(v, months, view.SeriesFilter{Organization: &out.Index, Every: view.Month}, "series"); err != nil {
		return err
	}
	out.Statement, err = s.statementFrom(ctx, v, r, scope, sums)
	return err
}

// holdingOf is what the statement of everything leaves.
func holdingOf(a account.AssetStatement) view.Holding {
	h := view.Holding{Asset: a.Asset, Held: a.Closing, InTransit: a.InTransit, Agency: a.Agency}
	for _, k := range a.Income {
		h.Income.Units, h.Income.Flows = h.Income.Units+k.Amount, h.Income.Flows+k.Flows
	}
	for _, c := range a.Expenditure {
		h.Spent.Units, h.Spent.Flows = h.Spent.Units+c.Amount, h.Spent.Flows+c.Flows
	}
	return h
}

// readFrozen reads which projects are frozen: a regulator's page shows it.
func (s *Site) readFrozen(ctx context.Context, v visit, r Reads, out *organizationPage) error {
	if out.Kind != ledger.Regulator {
		return nil
	}
	list, _, err := r.Projects(ctx, view.ProjectFilter{Frozen: true, Today: v.today, Limit: 12})
	out.Frozen = asCards(list)
	return err
}

// exports gives its lists as files.
func (o *organizationPage) exports(v visit) []takeaways {
	of := v.kept()
	of.Set("organization", text64(o.Index))
	all := []takeaways{{"download.flows", v.exports("flows", of)}}
	if o.Projects > 0 {
		span := v.kept("from", "to", "at")
		span.Set("organization", text64(o.Index))
		all = append(all, takeaways{"download.statement", v.exports("statement", span)}, takeaways{"download.projects", v.exports("projects", of)})
	}
	return all
}

// NewestCards are the projects that the page shows as cards, More how many there are
// beside them.
func (o *organizationPage) NewestCards() []card { return o.Cards[:min(len(o.Cards), 12)] }
func (o *organizationPage) More() int64         { return o.Projects - int64(len(o.NewestCards())) }
