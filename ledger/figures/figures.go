// Package figures adds up what several edges show of one thing: a budget beside what was
// spent, where a project's money came from and where it went, what partners did with it,
// what management cost an organization year by year, and by when a project has to publish.
// A page draws these figures, a file has them in rows, and the interface in members; what
// they are is said once, here.
//
// Amounts are in smallest units, net of reversals.
package figures

import (
	"context"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// yuan is the currency of pictures and of the law's limits.
const yuan ledger.AssetID = "CNY"

// Plans are what the plan of a project is read from.
type Plans interface {
	Project(ctx context.Context, index int64, today ledger.Date) (*view.Project, error)
	Record(ctx context.Context, index int64) (*view.Record, error)
}

// Statements are what a budget is read from.
type Statements interface {
	Plans
	Statement(ctx context.Context, scope account.Scope, from, upto ledger.Date, at int64) (*account.Statement, error)
}
