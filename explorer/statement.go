package explorer

import (
	"context"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
)

// statementShown is a statement with where its figures lead.
type statementShown struct {
	*account.Statement
	Whose int64  // index of the project or organization
	Field string // "project" or "organization": the filter of lists
}

// statement reads the statement that a page asks for with from, to and at; without
// them, that of everything up to now.
func (s *Site) statement(ctx context.Context, v visit, r Reads, scope account.Scope) (*statementShown, error) {
	from, upto, at, err := v.span()
	if err != nil {
		return nil, err
	}
	st, err := r.Statement(ctx, scope, from, upto, at)
	if err != nil {
		return nil, err
	}
	return shownStatement(st), nil
}

func shownStatement(st *account.Statement) *statementShown {
	out := &statementShown{Statement: st, Whose: st.Project, Field: "project"}
	if st.Organization != nil {
		out.Whose, out.Field = *st.Organization, "organization"
	}
	return out
}

// statementFrom makes the statement of everything from its sums, and reads only that of a
// range of days or as the log once stood.
func (s *Site) statementFrom(ctx context.Context, v visit, r Reads, scope account.Scope, sums []account.MonthSum) (*statementShown, error) {
	if v.ranged() {
		return s.statement(ctx, v, r, scope)
	}
	return shownStatement(wholeStatement(scope, v.head.Size, sums)), nil
}

// wholeStatement is the statement of everything, as of the book's present size.
func wholeStatement(scope account.Scope, size int64, sums []account.MonthSum) *account.Statement {
	st := &account.Statement{Scope: scope, At: size}
	all := make([]account.PoolSum, len(sums))
	for i, m := range sums {
		all[i] = m.PoolSum
	}
	st.Fold(all)
	return st
}

// span reads the range of a statement from the address.
func (v visit) span() (from, upto ledger.Date, at int64, err error) {
	if from, err = v.day("from"); err == nil {
		upto, err = v.day("to")
	}
	if err == nil {
		at, err = v.index("at")
	}
	return from, upto, at, err
}

// Income is all income in one asset.
func (s *statementShown) Income(a account.AssetStatement) (sum int64) {
	for _, k := range a.Income {
		sum += k.Amount
	}
	return sum
}

// Spent is all expenditure in one asset.
func (s *statementShown) Spent(a account.AssetStatement) (sum int64) {
	for _, c := range a.Expenditure {
		sum += c.Amount
	}
	return sum
}

// Account is what was spent under one account: 5301 is management, 5401 fundraising.
func (s *statementShown) Account(a account.AssetStatement, number string) (sum int64) {
	for _, c := range a.Expenditure {
		if c.Category.Account() == number {
			sum += c.Amount
		}
	}
	return sum
}

// Before gives the list of flows that the opening adds up, "" where all days are in the
// statement.
func (s *statementShown) Before(p *page, asset ledger.AssetID) string {
	before := s.From.Before()
	if _, err := ledger.ParseDate(string(before)); s.From == "" || err != nil {
		return ""
	}
	return s.flows(p, asset, "", before)
}

// Whole gives the list of flows that the closing adds up.
func (s *statementShown) Whole(p *page, asset ledger.AssetID) string {
	return s.flows(p, asset, "", s.Upto)
}

// Transit gives the list of flows that what is with partners adds up.
func (s *statementShown) Transit(p *page, asset ledger.AssetID) string {
	return s.flows(p, asset, "", s.Upto, "transit", "true")
}

// Link gives the list of flows that a figure adds up.
func (s *statementShown) Link(p *page, asset ledger.AssetID, pairs ...any) string {
	return s.flows(p, asset, s.From, s.Upto, pairs...)
}

func (s *statementShown) flows(p *page, asset ledger.AssetID, from, upto ledger.Date, pairs ...any) string {
	all := append([]any{s.Field, s.Whose, "asset", asset, "from", from, "to", upto, "at", p.Query("at")}, pairs...)
	return p.visit.link("/flows", all...)
}
