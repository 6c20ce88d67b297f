package api

import (
	"context"
	"slices"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
)

// Budget is the plan's budget beside what was spent up to the statement's last day.
type Budget struct {
	Plan    int64          `json:"plan" example:"5"` // its record
	Asset   ledger.AssetID `json:"asset" example:"CNY"`
	Lines   []BudgetLine   `json:"lines"`
	Planned int64          `json:"planned" example:"90000"`
	Actual  int64          `json:"actual" example:"40000"`
}

// BudgetLine is one category of a budget. What was spent and never planned has a line.
type BudgetLine struct {
	Category ledger.Category `json:"category" example:"5101.direct_aid"`
	Planned  int64           `json:"planned" example:"90000"`
	Actual   int64           `json:"actual" example:"38000"`
}

// budget holds the plan, as it was when the log had at records, against what was spent
// from the first day on; nil where the plan has no budget.
func (s *server) budget(ctx context.Context, a ask, st *account.Statement) (*Budget, error) {
	id, plan, err := s.planAt(ctx, a.Project, st.At)
	if err != nil || plan == nil || len(plan.Budget) == 0 {
		return nil, err
	}
	if a.from != "" {
		if st, err = s.Store.Statement(ctx, a.Scope, "", a.upto, st.At); err != nil {
			return nil, err
		}
	}
	out := &Budget{Plan: id, Asset: plan.Target.Asset, Lines: []BudgetLine{}}
	for _, l := range plan.Budget {
		out.Lines = append(out.Lines, BudgetLine{Category: l.Category, Planned: l.Amount})
		out.Planned += l.Amount
	}
	for _, asset := range st.Assets {
		if asset.Asset == out.Asset {
			out.spend(asset.Expenditure)
		}
	}
	return out, nil
}

func (b *Budget) spend(spent []account.CategoryAmount) {
	for _, e := range spent {
		i := slices.IndexFunc(b.Lines, func(l BudgetLine) bool { return l.Category == e.Category })
		if i < 0 {
			i, b.Lines = len(b.Lines), append(b.Lines, BudgetLine{Category: e.Category})
		}
		b.Lines[i].Actual += e.Amount
		b.Actual += e.Amount
	}
}

// planAt gives the plan that a project had when the log had at records, nil for none.
func (s *server) planAt(ctx context.Context, project, at int64) (int64, *ledger.Plan, error) {
	p, err := s.Store.Project(ctx, project, "")
	if err != nil {
		return 0, nil, err
	}
	for id := p.Plan; id != 0; {
		r, err := s.Store.Record(ctx, id)
		if err != nil {
			return 0, nil, err
		}
		plan, ok := r.Record.What.(*ledger.Plan)
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
