package audit

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/store"
	"mingzhang/ledger/view"
)

// compareDatabase holds what only a database has against the records: the heads of its
// pools, its sums by day, and the rows of all tables that follow from the records; and its
// anchors against the blocks.
func (a *audit) compareDatabase(s *store.Store) error {
	if !a.alone {
		rows, err := s.CompareAnchors(a.ctx, a.chain, a.report.Blocks, a.placed)
		if err != nil {
			return err
		}
		a.report.Rows = &rows
	}
	for _, project := range slices.Sorted(maps.Keys(a.accounts.owners)) {
		if err := errors.Join(a.comparePools(s, project), a.compareDays(s, project)); err != nil {
			return err
		}
	}
	if a.accounts.rows == nil {
		return nil
	}
	if err := a.accounts.rows.CompareTables(a.ctx, s); err != nil {
		return err
	}
	a.report.Tables, a.report.Lost = true, a.accounts.rows.Lost
	return nil
}

// comparePools holds the pools of a project against the rules' own, which are those
// that its flows named.
func (a *audit) comparePools(s *store.Store, project int64) error {
	have, err := s.Pools(a.ctx, &project, nil)
	if err != nil {
		return fmt.Errorf("the book's pools of project %d: %w", project, err)
	}
	for _, p := range have {
		want, err := ask[contract.Pool](a, "Pool", p.Pool.String())
		if err != nil && ledger.KindOf(err) != ledger.NotFound {
			return err
		}
		if err == nil && want.Unchecked != nil {
			continue
		}
		if err != nil || (ledger.Head{In: want.In, Next: want.Next, Holed: want.Holed}) != p.Head {
			return ofTotal(project, "pool "+p.Pool.String(), fmt.Sprintf("%+v", want), fmt.Sprintf("%+v", p.Head))
		}
	}
	if n := a.accounts.pools(project); n != len(have) {
		return ofTotal(project, "pools", fmt.Sprint(n), fmt.Sprint(len(have)))
	}
	return nil
}

// compareDays holds the sums of a project by day against what its flows add up to.
func (a *audit) compareDays(s *store.Store, project int64) error {
	series, err := s.Series(a.ctx, view.SeriesFilter{Project: &project, Every: view.Day})
	if err != nil {
		return fmt.Errorf("the book's sums of project %d: %w", project, err)
	}
	want := a.accounts.days(project)
	for _, m := range series {
		d := day{ledger.Date(m.Period), m.Asset, m.Line}
		if want[d] != m.Sum {
			return ofTotal(project, fmt.Sprintf("%s line %d on %s", m.Asset, m.Line, m.Period), fmt.Sprint(want[d]), fmt.Sprint(m.Sum))
		}
	}
	if len(want) != len(series) {
		return ofTotal(project, "sums by day", fmt.Sprint(len(want)), fmt.Sprint(len(series)))
	}
	return nil
}
