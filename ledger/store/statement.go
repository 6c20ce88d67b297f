package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sort"

	"gorm.io/gorm"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// Statement gives the statement of a scope for the days from and upto, both in it, as
// the log stood when it had at records; 0 is now. An empty day leaves that side open.
func (s *Store) Statement(ctx context.Context, scope account.Scope, from, upto ledger.Date, at int64) (*account.Statement, error) {
	st := &account.Statement{Scope: scope, From: from, Upto: upto, At: at}
	sums, err := s.sums(ctx, st)
	st.Fold(sums)
	return st, err
}

// SumsWithin gives what such a statement adds up: each line of each pool. What lies
// before the first day is marked.
func (s *Store) SumsWithin(ctx context.Context, scope account.Scope, from, upto ledger.Date, at int64) ([]account.PoolSum, error) {
	return s.sums(ctx, &account.Statement{Scope: scope, From: from, Upto: upto, At: at})
}

// sums adds up the lines of a statement's pools, and settles at which record.
func (s *Store) sums(ctx context.Context, st *account.Statement) (sums []account.PoolSum, err error) {
	err = s.moment(ctx, func(db *gorm.DB) error {
		var heads []headRow
		var pools []pooled
		if err := together(db, into(&heads, db.Raw(selectHead)), into(&pools, poolsWhere(db, poolsOf(st.Scope), ""))); err != nil {
			return err
		}
		head, err := theHead(heads)
		if err != nil {
			return err
		}
		if st.At == 0 || st.At > head.Size {
			st.At = head.Size
		}
		sums, err = sumsAt(db, st, pools, head.Size)
		return err
	})
	return sums, err
}

// Monthly gives the pools of a scope, in the order in which they were first used, and all
// that their accounts add up to, by line and month, in the order of the months: a
// statement, and how it came about, from one look.
func (s *Store) Monthly(ctx context.Context, scope account.Scope) ([]view.Pool, []account.MonthSum, error) {
	db := s.reads.WithContext(ctx)
	list, err := readPools(db, poolsOf(scope))
	if err != nil || len(list) == 0 {
		return nil, nil, err
	}
	pools := byNumber(list)
	ids := mapKeys(pools)
	rows, err := ask[monthRow](db.Raw(s.d.monthly(), among("pool", ids)))
	rows = months(rows)
	sums := make([]account.MonthSum, len(rows))
	for i, r := range rows {
		p := pools[r.Pool]
		sums[i] = account.MonthSum{Month: periodText(r.Month, 100), PoolSum: p.sum(r.Line, r.Units, r.Flows)}
	}
	shown := make([]view.Pool, len(list))
	for i, p := range list {
		shown[i] = p.view()
	}
	return shown, sums, err
}

// monthRow is a sum over the totals of one pool in a month, or in a part of it.
type monthRow struct{ Month, Pool, Line, Units, Flows int64 }

func (r *monthRow) fields() []any { return []any{&r.Month, &r.Pool, &r.Line, &r.Units, &r.Flows} }

// monthly asks for sums of some pools, those of a line and month beside each other. SQLite
// gives its rows as they lie in the table: to group them it would sort them first.
func (sqliteDialect) monthly() string {
	return "SELECT occurred / 100, pool, line, units, flows FROM totals WHERE ? ORDER BY pool, line, occurred"
}

func (postgresDialect) monthly() string {
	return "SELECT occurred / 100, pool, line, CAST(sum(units) AS bigint), CAST(sum(flows) AS bigint) FROM totals WHERE ? GROUP BY 1, 2, 3 ORDER BY 2, 3, 1"
}

// months adds up rows that stand beside each other and are of the same month, and gives
// them in the order of the months. Those that reversals brought to nothing are left out.
func months(rows []monthRow) []monthRow {
	n := 0 // rows[:n] are added up
	for _, r := range rows {
		if n > 0 && rows[n-1].Month == r.Month && rows[n-1].Pool == r.Pool && rows[n-1].Line == r.Line {
			rows[n-1].Units += r.Units
			rows[n-1].Flows += r.Flows
			continue
		}
		rows[n] = r
		n++
	}
	rows = slices.DeleteFunc(rows[:n], func(r monthRow) bool { return r.Flows == 0 })
	slices.SortStableFunc(rows, func(a, b monthRow) int { return cmp.Compare(a.Month, b.Month) })
	return rows
}

// poolsOf is the condition that a pool is of a scope.
func poolsOf(scope account.Scope) (where conditions) {
	if scope.Project != 0 {
		where.add("p.project = ?", scope.Project)
	}
	if scope.Organization != nil {
		where.add("pr.organization = ?", *scope.Organization)
	}
	return where
}

func byNumber(list []pooled) map[int64]pooled {
	pools := make(map[int64]pooled, len(list))
	for _, p := range list {
		pools[p.ID] = p
	}
	return pools
}

// sumRow is a sum over the totals of one pool.
type sumRow struct {
	Pool  int64
	Line  int64
	Early bool // before the statement's first day
	Units int64
	Flows int64
}

func (r *sumRow) fields() []any { return []any{&r.Pool, &r.Line, &r.Early, &r.Units, &r.Flows} }

// sumsAt adds up the totals of pools. Totals know the day on which they
// were recorded, so the log as it once stood is the totals of the days before and the
// records of that last day.
func sumsAt(db *gorm.DB, st *account.Statement, list []pooled, size int64) (sums []account.PoolSum, err error) {
	if len(list) == 0 {
		return nil, nil
	}
	pools := byNumber(list)
	ids := mapKeys(pools)
	first, last := day(st.From), day(st.Upto)
	if st.Upto == "" {
		last = 99991231
	}
	recorded, since := int64(99991231), st.At
	if st.At < size {
		if recorded, since, err = dayBegan(db, st.At); err != nil {
			return nil, err
		}
	}
	// Apart, before the first day and from it on, they are added up in the order in which they
	// lie; grouped by that, too, all would be sorted first.
	const apart = `SELECT pool, line, %s AS early, CAST(sum(units) AS bigint) AS units, CAST(sum(flows) AS bigint) AS flows
		FROM totals WHERE ? AND occurred %s ? AND occurred <= ? AND recorded < ? GROUP BY pool, line`
	args := []any{among("pool", ids), first, last, recorded}
	rows, err := ask[sumRow](db.Raw(fmt.Sprintf(apart+" UNION ALL "+apart, "TRUE", "<", "FALSE", ">="), append(args, args...)...))
	if err == nil && since < st.At {
		rows, err = addDay(db, rows, ids, since, st.At, first, last)
	}
	sums = make([]account.PoolSum, len(rows))
	for i, r := range rows {
		p := pools[r.Pool]
		sums[i] = p.sum(r.Line, r.Units, r.Flows)
		sums[i].Before = r.Early
	}
	return sums, err
}

// dayBegan gives the day on which the last of the first at records was recorded, and
// the first record of that day. Records carry their time, and it never runs back.
func dayBegan(db *gorm.DB, at int64) (recorded, since int64, err error) {
	dayOf := func(index int64) int64 {
		data, e := readRecord(db, index)
		if e != nil {
			err = e
			return 0
		}
		r, e := record.Parse(data)
		if e != nil {
			err = e
			return 0
		}
		return day(account.Today(r.Recorded))
	}
	recorded = dayOf(at - 1)
	n := sort.Search(int(at), func(i int) bool { return err != nil || dayOf(int64(i)) >= recorded })
	return recorded, int64(n), err
}

// dayRow is what is stored beside a flow's record.
type dayRow struct {
	Line, Amount, Occurred int64
	InPool, OutPool        int64
	Laid                   int64
}

func (r *dayRow) fields() []any {
	return []any{&r.Line, &r.Amount, &r.Occurred, &r.InPool, &r.OutPool, &r.Laid}
}

// addDay adds the flows of the records from since up to at.
func addDay(db *gorm.DB, rows []sumRow, ids []int64, since, at, first, last int64) ([]sumRow, error) {
	flows, err := ask[dayRow](db.Raw(`SELECT line, amount, occurred, coalesce(in_pool, 0) AS in_pool, coalesce(out_pool, 0) AS out_pool, coalesce(in_upto - in_from, 0) AS laid
		FROM records WHERE idx >= ? AND idx < ? AND line IS NOT NULL AND occurred <= ? AND (? OR ?)`,
		since, at, last, among("in_pool", ids), among("out_pool", ids)))
	inside := map[int64]bool{}
	for _, id := range ids {
		inside[id] = true
	}
	for _, f := range flows {
		for _, l := range account.LinesOf(account.Line(f.Line), f.Amount, f.Laid) {
			pool := f.OutPool
			if l.In {
				pool = f.InPool
			}
			if inside[pool] {
				rows = append(rows, sumRow{pool, int64(l.Line), f.Occurred < first, l.Units, l.Flows})
			}
		}
	}
	return rows, err
}
