package explorer

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
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
	Budget       []budgetLine
	Payments     []row
	Gifts        []row
	Partners     []holder
	Members      []card
	Disclosures  []notice
	Claimed      bool // totals were published elsewhere, or rows refused
	Corrections  []change
	Freezes      []freeze
	Due          *due
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

// holder is a partner and what it holds of the project's money.
type holder struct {
	Index int64
	Name  string
	Pools []heldPool
}

// heldPool is what became of what a partner got in one pool.
type heldPool struct {
	view.Pool
	Received, Paid int64
	Passed         int64 // back or on
}

// Address is what the pool is filtered by.
func (p heldPool) Address() string { return p.Pool.String() }

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
		texts := slices.SortedStableFunc(slices.Values(rec.Texts), func(a, b record.Text) int {
			return cmp.Compare(slices.Index(planTexts, a.Name), slices.Index(planTexts, b.Name))
		})
		out.Plan = &planShown{Index: rec.Record.Index, Plan: plan, Texts: texts, Withdrawn: rec.Withdrawn}
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
	out.Budget = budget(out.Plan, out.Statement)
	if out.Series, err = s.shape(v, moments(sums), view.SeriesFilter{Project: &out.Index, Every: view.Month}, "series"); err != nil {
		return err
	}
	out.Picture, err = s.picture(ctx, v, r, out, sums)
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
	for _, p := range pools {
		if p.Holder == out.Project.Organization {
			continue
		}
		if _, ok := at[p.Holder]; !ok {
			at[p.Holder] = len(out.Partners)
			out.Partners = append(out.Partners, holder{Index: p.Holder})
		}
		partner := &out.Partners[at[p.Holder]]
		partner.Pools = append(partner.Pools, asHeld(p, sums))
	}
	names, err := r.Names(ctx, slices.Collect(maps.Keys(at)))
	for index, i := range at {
		out.Partners[i].Name = names[index]
	}
	return err
}

// asHeld adds up what came into a pool and what left it.
func asHeld(p view.Pool, sums []account.MonthSum) heldPool {
	out := heldPool{Pool: p}
	for _, m := range sums {
		switch {
		case m.Pool != p.Pool:
		case m.Line < account.LineRefund:
			out.Received += m.Units
		case m.Line.Spent():
			out.Paid += m.Units
		default:
			out.Passed += m.Units
		}
	}
	return out
}

// budgetLine is what was planned for a category, and what was spent.
type budgetLine struct {
	Category ledger.Category
	Planned  int64
	Spent    int64
	Of       string // the categories that were spent on, as the filter of flows
}

// budget holds the plan's lines against the statement. A line of an account takes in the
// details of it that have no line of their own.
func budget(plan *planShown, st *statementShown) []budgetLine {
	if plan == nil || len(plan.Plan.Budget) == 0 {
		return nil
	}
	lines, at := []budgetLine{}, map[ledger.Category]int{}
	for _, b := range plan.Plan.Budget {
		at[b.Category] = len(lines)
		lines = append(lines, budgetLine{Category: b.Category, Planned: b.Amount})
	}
	asset := yuan
	if plan.Plan.Target != nil {
		asset = plan.Plan.Target.Asset
	}
	for _, e := range st.of(asset).Expenditure {
		i, ok := at[e.Category]
		if !ok {
			i, ok = at[ledger.Category(e.Category.Account())]
		}
		if !ok {
			i = len(lines)
			at[e.Category] = i
			lines = append(lines, budgetLine{Category: e.Category})
		}
		lines[i].Spent += e.Amount
		lines[i].Of = strings.TrimPrefix(lines[i].Of+","+string(e.Category), ",")
	}
	return lines
}
