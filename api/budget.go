package api

import (
	"context"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/figures"
)

// Budget is the plan's budget beside what was spent up to the statement's last day.
type Budget struct {
	Plan    int64          `json:"plan" example:"5"` // its record
	Asset   ledger.AssetID `json:"asset" example:"CNY"`
	Lines   []BudgetLine   `json:"lines"`
	Planned int64          `json:"planned" example:"90000"`
	Actual  int64          `json:"actual" example:"40000"`
}

// BudgetLine is one category of a budget. What was spent and never planned has a line; one
// of an account takes in the details that have none of their own.
type BudgetLine struct {
	Category ledger.Category `json:"category" example:"5101.direct_aid"`
	Planned  int64           `json:"planned" example:"90000"`
	Actual   int64           `json:"actual" example:"38000"`
}

// budget shows the budget of a project's statement, nil where its plan has none.
func (s *server) budget(ctx context.Context, st *account.Statement) (*Budget, error) {
	b, err := figures.BudgetAt(ctx, s.Store, st)
	if err != nil || b == nil {
		return nil, err
	}
	out := &Budget{Plan: b.Plan, Asset: b.Asset, Lines: []BudgetLine{}}
	for _, l := range b.Lines {
		out.Lines = append(out.Lines, BudgetLine{Category: l.Category, Planned: l.Planned, Actual: l.Spent})
		out.Planned, out.Actual = out.Planned+l.Planned, out.Actual+l.Spent
	}
	return out, nil
}
