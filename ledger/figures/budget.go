package figures

import (
	"context"
	"slices"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
)

// Budget is what a plan set aside, beside what was spent.
type Budget struct {
	Plan  int64 // its record
	Asset ledger.AssetID
	Lines []BudgetLine
}

// BudgetLine is a category that was planned, or spent on.
type BudgetLine struct {
	Category ledger.Category
	Planned  int64             // 0 where it was not planned
	Spent    int64             // up to the statement's last day
	Of       []ledger.Category // those that were spent on
}

// BudgetOf holds a plan against what a statement of everything up to some day has, nil
// where the plan has no budget. A line of an account takes in the details of it that have
// no line of their own.
func BudgetOf(record int64, plan *ledger.Plan, st *account.Statement) *Budget {
	if plan == nil || len(plan.Budget) == 0 {
		return nil
	}
	b := &Budget{Plan: record, Asset: yuan}
	if plan.Target != nil {
		b.Asset = plan.Target.Asset
	}
	for _, l := range plan.Budget {
		b.Lines = append(b.Lines, BudgetLine{Category: l.Category, Planned: l.Amount})
	}
	for _, a := range st.Assets {
		if a.Asset == b.Asset {
			for _, e := range a.Expenditure {
				line := b.line(e.Category)
				line.Spent, line.Of = line.Spent+e.Amount, append(line.Of, e.Category)
			}
		}
	}
	return b
}

// line gives the line that a category is spent on, and makes it where there is none.
func (b *Budget) line(c ledger.Category) *BudgetLine {
	of := func(c ledger.Category) int {
		return slices.IndexFunc(b.Lines, func(l BudgetLine) bool { return l.Category == c })
	}
	i := of(c)
	if i < 0 {
		i = of(ledger.Category(c.Account()))
	}
	if i < 0 {
		i, b.Lines = len(b.Lines), append(b.Lines, BudgetLine{Category: c})
	}
	return &b.Lines[i]
}

// BudgetAt gives the budget of a statement's project: the plan that the log then had,
// against what was spent from the first day on up to the statement's last one, because a
// plan is for all of the project. It is nil where there was no plan with a budget.
func BudgetAt(ctx context.Context, r Statements, st *account.Statement) (*Budget, error) {
	record, plan, err := PlanAt(ctx, r, st.Project, st.At)
	if err != nil || plan == nil || len(plan.Budget) == 0 {
		return nil, err
	}
	if st.From != "" {
		if st, err = r.Statement(ctx, st.Scope, "", st.Upto, st.At); err != nil {
			return nil, err
		}
	}
	return BudgetOf(record, plan, st), nil
}

// PlanAt gives the plan that a project had when the log had at records, nil for none.
func PlanAt(ctx context.Context, r Plans, project, at int64) (int64, *ledger.Plan, error) {
	p, err := r.Project(ctx, project, "")
	if err != nil {
		return 0, nil, err
	}
	for id := p.Plan; id != 0; {
		rec, err := r.Record(ctx, id)
		if err != nil {
			return 0, nil, err
		}
		plan, ok := rec.Record.What.(*ledger.Plan)
		if !ok {
			break
		}
		if id < at {
			return id, plan, nil
		}
		id = plan.Replaces
	}
	return 0, nil, nil
}
