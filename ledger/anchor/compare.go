package anchor

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/view"
)

// compareStatement holds the book's statement of a project against the ledger's, line
// by line, and names the first line that differs.
func (a *audit) compareStatement(want *account.Statement) error {
	got, err := a.against.Statement(a.ctx, want.Scope, "", "", want.At)
	if err != nil {
		return fmt.Errorf("the book's statement of project %d: %w", want.Project, err)
	}
	for _, asset := range assetsOf(want, got) {
		mine, theirs := linesOf(want, asset), linesOf(got, asset)
		for i, line := range mine {
			if theirs[i] != line {
				return differs(-1, want.Project, string(asset)+" "+line.name, line.value, theirs[i].value)
			}
		}
	}
	return nil
}

func assetsOf(statements ...*account.Statement) (all []ledger.AssetID) {
	seen := map[ledger.AssetID]bool{}
	for _, st := range statements {
		for _, a := range st.Assets {
			if !seen[a.Asset] {
				seen[a.Asset] = true
				all = append(all, a.Asset)
			}
		}
	}
	return all
}

// lineText is a line of a statement as text.
type lineText struct{ name, value string }

// linesOf lists the fields of a statement in one asset; all are zero where it has none.
func linesOf(st *account.Statement, id ledger.AssetID) []lineText {
	var found account.AssetStatement
	for _, a := range st.Assets {
		if a.Asset == id {
			found = a
		}
	}
	found.Asset = id
	v := reflect.ValueOf(found)
	var lines []lineText
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() {
			lines = append(lines, lineText{f.Tag.Get("json"), fmt.Sprint(v.Field(i).Interface())})
		}
	}
	return lines
}

// database is what can be held against the ledger of a database besides: the tree and the
// heads of pools, where it has neither more nor fewer records than the ledger.
type database interface {
	proof.TileReader
	Head(ctx context.Context) (book.Head, error)
	Pools(ctx context.Context, project, holder *int64) ([]view.Pool, error)
	Series(ctx context.Context, f view.SeriesFilter) ([]view.Moment, error)
}

// compareState holds the tree of a database against the ledger's, and its pools.
func (a *audit) compareState(head *contract.Head) error {
	db, ok := a.against.(database)
	if !ok {
		return nil
	}
	root, err := proof.Root(head.Size, db)
	if err != nil {
		return fmt.Errorf("the book's tree: %w", err)
	}
	if root != head.Root {
		return differs(-1, 0, "tree", head.Root.String(), root.String())
	}
	theirs, err := db.Head(a.ctx)
	if err != nil || theirs.Size != head.Size {
		return err // the book has gone on: its pools hold what the ledger does not have yet
	}
	for i := range a.report.Statements {
		project := a.report.Statements[i].Project
		if err := errors.Join(a.comparePools(db, project), a.compareDays(db, project)); err != nil {
			return err
		}
	}
	return nil
}

// comparePools holds the pools of a project against the rules' own, which are those
// that its flows named.
func (a *audit) comparePools(db database, project int64) error {
	have, err := db.Pools(a.ctx, &project, nil)
	if err != nil {
		return fmt.Errorf("the book's pools of project %d: %w", project, err)
	}
	for _, p := range have {
		want, err := ask[contract.Pool](a.state, a.origin, "Pool", p.Pool.String())
		if err != nil && ledger.KindOf(err) != ledger.NotFound {
			return err
		}
		if err == nil && want.Unchecked != nil {
			continue
		}
		if err != nil || (ledger.Head{In: want.In, Next: want.Next, Holed: want.Holed}) != p.Head {
			return differs(-1, project, "pool "+p.Pool.String(), fmt.Sprintf("%+v", want), fmt.Sprintf("%+v", p.Head))
		}
	}
	if n := a.accounts.pools(project); n != len(have) {
		return differs(-1, project, "pools", fmt.Sprint(n), fmt.Sprint(len(have)))
	}
	return nil
}

// compareDays holds the sums of a project by day against what its flows add up to.
func (a *audit) compareDays(db database, project int64) error {
	series, err := db.Series(a.ctx, view.SeriesFilter{Project: &project, Every: view.Day})
	if err != nil {
		return fmt.Errorf("the book's sums of project %d: %w", project, err)
	}
	want := a.accounts.days(project)
	for _, m := range series {
		d := day{ledger.Date(m.Period), m.Asset, m.Line}
		if want[d] != m.Sum {
			return differs(-1, project, fmt.Sprintf("%s line %d on %s", m.Asset, m.Line, m.Period), fmt.Sprint(want[d]), fmt.Sprint(m.Sum))
		}
	}
	if len(want) != len(series) {
		return differs(-1, project, "sums by day", fmt.Sprint(len(want)), fmt.Sprint(len(series)))
	}
	return nil
}
