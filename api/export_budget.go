package api

import (
	"context"
	"strings"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/figures"
)

// budgetRow is a line of a budget.
type budgetRow struct {
	Category ledger.Category   `json:"category"`
	Asset    ledger.AssetID    `json:"asset"`
	Planned  int64             `json:"planned"`
	Actual   int64             `json:"actual"`
	Of       []ledger.Category `json:"of,omitempty"`
	Plan     int64             `json:"plan"`
}

// exportBudget plans the export of a project's budget beside what was spent from the first
// day on.
func (s *server) exportBudget(ctx context.Context, q *query) (exported, error) {
	upto, at := q.date("to"), int64(0)
	if n := q.number("at", 1, ledger.MaxUnits); n != nil {
		at = *n
	}
	project, err := s.required(ctx, q)
	if err != nil {
		return nil, err
	}
	scales, err := s.scales(ctx)
	return listed[budgetRow]{budgetColumns(scales), func(_ context.Context, _ int64, do func(budgetRow) error) error {
		var b *figures.Budget
		err := s.costly(q.request, func(ctx context.Context) error {
			st, err := s.Store.Statement(ctx, account.Scope{Project: project}, "", upto, at)
			if err == nil {
				b, err = figures.BudgetAt(ctx, s.Store, st)
			}
			return err
		})
		return doAll(budgetRows(b), err, do)
	}, func(r budgetRow) any { return r }}, err
}

func budgetRows(b *figures.Budget) (rows []budgetRow) {
	if b == nil {
		return nil
	}
	for _, l := range b.Lines {
		rows = append(rows, budgetRow{l.Category, b.Asset, l.Planned, l.Spent, l.Of, b.Plan})
	}
	return rows
}

func budgetColumns(s scales) []export.Column[budgetRow] {
	asset := func(r budgetRow) ledger.AssetID { return r.Asset }
	columns := []export.Column[budgetRow]{
		textColumn("category", "支出类别", "Category", func(r budgetRow) string { return string(r.Category) }),
		textColumn("asset", "资产", "Asset", func(r budgetRow) string { return string(r.Asset) }),
	}
	columns = append(columns, amounts(s, "planned", "预算", "Planned", inAsset(asset, func(r budgetRow) int64 { return r.Planned }))...)
	columns = append(columns, amounts(s, "actual", "实际支出", "Spent", inAsset(asset, func(r budgetRow) int64 { return r.Actual }))...)
	return append(columns,
		textColumn("of", "所含支出类别", "Categories spent on", func(r budgetRow) string {
			texts := make([]string, len(r.Of))
			for i, c := range r.Of {
				texts[i] = string(c)
			}
			return strings.Join(texts, " ")
		}),
		numberColumn("plan", "方案记录", "Plan's record", func(r budgetRow) int64 { return r.Plan }))
}
