package figures_test

import (
	"context"
	"fmt"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/figures"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// TestBudgetOf: a line of an account takes in the details that have none of their own, and
// what nobody planned has a line.
func TestBudgetOf(t *testing.T) {
	plan := &ledger.Plan{Target: &ledger.Sum{Asset: "CNY", Amount: 1000}, Budget: []ledger.BudgetLine{{Category: "5101.direct_aid", Amount: 900}, {Category: "5401", Amount: 50}, {Category: "5401.freight", Amount: 50}}}
	got := figures.BudgetOf(7, plan, spending("2026-03-31", 400, "5101.direct_aid", 6, "5401.payment_fee", 20, "5301", 1, "5401", 3, "5401.freight"))
	want := "{5101.direct_aid 900 400 [5101.direct_aid]} {5401 50 7 [5401.payment_fee 5401]} {5401.freight 50 3 [5401.freight]} {5301 0 20 [5301]}"
	if text := fmt.Sprint(got.Lines); text != "["+want+"]" || got.Plan != 7 || got.Asset != "CNY" {
		t.Errorf("got %d %s %s, want 7 CNY %s", got.Plan, got.Asset, text, want)
	}
	for name, plan := range map[string]*ledger.Plan{"no plan": nil, "a plan without a budget": {}} {
		if b := figures.BudgetOf(7, plan, &account.Statement{}); b != nil {
			t.Errorf("%s: got %v", name, b)
		}
	}
}

// spending is a statement of expenditure in yuan, given in pairs.
func spending(upto ledger.Date, pairs ...any) *account.Statement {
	a := account.AssetStatement{Asset: "CNY"}
	for i := 0; i < len(pairs); i += 2 {
		a.Expenditure = append(a.Expenditure, account.CategoryAmount{Category: ledger.Category(pairs[i+1].(string)), Amount: int64(pairs[i].(int))})
	}
	return &account.Statement{Scope: account.Scope{Project: 4}, Upto: upto, At: 9, Assets: []account.AssetStatement{a, {Asset: "USD", Expenditure: []account.CategoryAmount{{Category: "5301", Amount: 1}}}}}
}

// amended is a project whose plan was filed as record 5 and changed by record 8.
type amended struct{ spent *account.Statement }

func (a amended) Project(context.Context, int64, ledger.Date) (*view.Project, error) {
	return &view.Project{Plan: 8}, nil
}

func (a amended) Record(_ context.Context, index int64) (*view.Record, error) {
	plan := &ledger.Plan{Budget: []ledger.BudgetLine{{Category: "5301", Amount: index}}}
	if index == 8 {
		plan.Replaces = 5
	}
	return &view.Record{Record: &record.Record{Index: index, What: plan}}, nil
}

func (a amended) Statement(_ context.Context, _ account.Scope, from, upto ledger.Date, at int64) (*account.Statement, error) {
	if from != "" || upto != a.spent.Upto || at != a.spent.At {
		return nil, fmt.Errorf("asked for a statement from %q to %q at %d", from, upto, at)
	}
	return a.spent, nil
}

// TestBudgetAt: the plan is the one that the log then had, and what was spent counts from
// the first day on, whatever day the statement begins on.
func TestBudgetAt(t *testing.T) {
	for at, planned := range map[int64]int64{9: 8, 8: 5, 6: 5} {
		all := spending("2026-03-31", 70, "5301")
		all.At = at
		march := *spending("2026-03-31", 30, "5301")
		march.From, march.At = "2026-03-01", at
		for name, st := range map[string]*account.Statement{"of all": all, "of March": &march} {
			b, err := figures.BudgetAt(t.Context(), amended{all}, st)
			if err != nil || len(b.Lines) != 1 || b.Plan != planned || b.Lines[0].Planned != planned || b.Lines[0].Spent != 70 {
				t.Errorf("%s at %d: got %v %v, want the plan %d and 70 spent", name, at, b, err, planned)
			}
		}
	}
	early := spending("", 1, "5301")
	early.At = 5
	if b, err := figures.BudgetAt(t.Context(), amended{early}, early); b != nil || err != nil {
		t.Errorf("before there was a plan: got %v %v", b, err)
	}
}
