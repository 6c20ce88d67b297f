package explorer

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/figures"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// projectPage is everything about one project.
type projectPage struct {
	*view.Project
	Money        view.Holding   // in yuan
	Others       []view.Holding // goods, other money, hours
	Plan         *planShown
	Designations []ledger.Designation
	Picture      *picture // of the money, nil while there is none
	Series       series
	Statement    *statementShown
	Budget       *figures.Budget
	Payments     []row
	Gifts        []row
	Partners     []holder
	Members      []card
	Disclosures  []notice
	Claimed      bool // totals were published elsewhere, or rows refused
	Corrections  []change
	Freezes      []freeze
	Due          *figures.Due

	handed []view.Member // Members, as the book has them
}

// planShown is a fundraising plan as filed.
type planShown struct {
	Index     int64
	Plan      *ledger.Plan
	Texts     []record.Text
	Withdrawn bool
}

// planTexts are the texts of a plan in the order in which a reader asks for them.
var planTexts = []string{"purpose", "use", "area", "beneficiaries", "selection", "remaining", "contact", "reason"}

// asPlanned orders the texts of a plan.
func asPlanned(texts []record.Text) []record.Text {
	return slices.SortedStableFunc(slices.Values(texts), func(a, b record.Text) int {
		return cmp.Compare(slices.Index(planTexts, a.Name), slices.Index(planTexts, b.Name))
	})
}

// holder is a partner and what it holds of the project's money.
type holder struct {
	Index int64
	Name  string
	Pools []figures.Kept
}

func (s *Site) project(ctx context.Context, v visit, r Reads) (*page, error) {
	if v.id < 0 {
		return nil, missing()
	}
	p, err := r.Project(ctx, v.id, v.today)
	if err != nil {
		return nil, err
	}
	out := &projectPage{Project: p}
	for _, read := range []func(context.Context, visit, Reads, *projectPage) error{
		s.readHoldings, s.readPlan, s.readMembers, s.readMoney, s.readNewest, s.readWords,
	} {
		if err := read(ctx, v, r, out); err != nil {
			return nil, err
		}
	}
	return &page{Name: "project", Title: p.Name, Data: out, Wide: true}, nil
}

// readHoldings splits what the project holds into yuan and the rest.
func (s *Site) readHoldings(_ context.Context, _ visit, _ Reads, out *projectPage) error {
	out.Money.Asset = yuan
	for _, h := range out.Holdings {
		if h.Asset == yuan {
			out.Money = h
		} else {
			out.Others = append(out.Others, h)
		}
	}
	return nil
}

func (s *Site) readPlan(ctx context.Context, _ visit, r Reads, out *projectPage) error {
	rec, err := r.Record(ctx, out.Project.Plan)
	if err != nil {
		return err
	}
	if plan, ok := rec.Record.What.(*ledger.Plan); ok {
		out.Plan = &planShown{Index: rec.Record.Index, Plan: plan, Texts: asPlanned(rec.Texts), Withdrawn: rec.Withdrawn}
	}
	out.Designations, err = r.Designations(ctx, out.Index)
	return err
}

// readMoney reads the partners, the statement, what it was planned to be, and the two pictures.
func (s *Site) readMoney(ctx context.Context, v visit, r Reads, out *projectPage) (err error) {
	pools, sums, err := r.Monthly(ctx, account.Scope{Project: out.Index})
	if err != nil {
		return err
	}
	if err := s.readPartners(ctx, r, out, pools, sums); err != nil {
		return err
	}
	if out.Statement, err = s.statementFrom(ctx, v, r, account.Scope{Project: out.Index}, sums); err != nil {
		return err
	}
	if err := s.readBudget(ctx, v, r, out); err != nil {
		return err
	}
	if out.Series, err = s.shape(v, moments(sums), view.SeriesFilter{Project: &out.Index, Every: view.Month}, "series"); err != nil {
		return err
	}
	out.Picture, err = s.picture(ctx, v, r, out, sums)
	return err
}

// readBudget holds the plan against what was spent up to the statement's last day. Without a
// range, plan and statement are those that the page has.
func (s *Site) readBudget(ctx context.Context, v visit, r Reads, out *projectPage) (err error) {
	st := out.Statement.Statement
	switch {
	case v.ranged():
		out.Budget, err = figures.BudgetAt(ctx, r, st)
	case out.Plan != nil:
		out.Budget = figures.BudgetOf(out.Plan.Index, out.Plan.Plan, st)
	}
	return err
}

// moments are the sums as a series has them: without what is held for named
// beneficiaries.
func moments(sums []account.MonthSum) (list []view.Moment) {
	for _, m := range sums {
		if !m.Agency {
			list = append(list, view.Moment{Period: m.Month, Asset: m.Pool.Asset, Line: m.Line, Sum: m.Sum})
		}
	}
	return list
}

func (s *Site) readNewest(ctx context.Context, _ visit, r Reads, out *projectPage) error {
	rows, err := newest(ctx, r, &out.Index, 10, ledger.Expenditure, ledger.Donation)
	if err == nil {
		out.Payments, out.Gifts = rows[0], rows[1]
	}
	return err
}

// readPartners finds out who else holds the project's money or goods, what became of it
// there, and what they are called.
func (s *Site) readPartners(ctx context.Context, r Reads, out *projectPage, pools []view.Pool, sums []account.MonthSum) error {
	at := map[int64]int{}
	for _, p := range figures.ByPartners(out.Project.Organization, pools, sums) {
		if _, ok := at[p.Holder]; !ok {
			at[p.Holder] = len(out.Partners)
			out.Partners = append(out.Partners, holder{Index: p.Holder})
		}
		partner := &out.Partners[at[p.Holder]]
		partner.Pools = append(partner.Pools, p)
	}
	names, err := r.Names(ctx, slices.Collect(maps.Keys(at)))
	for index, i := range at {
		out.Partners[i].Name = names[index]
	}
	return err
}
