package store

import (
	"cmp"
	"maps"
	"slices"

	"gorm.io/gorm"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// wanted gives the lines that flows of the filter are stored under. Only an expenditure
// has a category.
func wanted(f view.FlowFilter) map[account.Line]bool {
	lines := map[account.Line]bool{}
	if len(f.Kinds) == 0 {
		for _, l := range account.Lines() {
			lines[l], lines[-l] = true, true
		}
	}
	for _, k := range f.Kinds {
		if k == ledger.Reversal {
			for _, l := range account.Lines() {
				lines[-l] = true
			}
		}
		for _, l := range account.LinesOfKind(k) {
			lines[l] = true
		}
	}
	if len(f.Categories) > 0 {
		maps.DeleteFunc(lines, func(l account.Line, _ bool) bool { return !slices.Contains(f.Categories, l.Category()) })
	}
	return lines
}

// planFlows finds out which strands of the log each list needs.
func planFlows(db *gorm.DB, filters ...view.FlowFilter) ([]*flowQuery, error) {
	plans, asked := draftPlans(db, filters)
	return plans, finishPlans(db, plans, asked)
}

// draftPlans plans what can be planned without a look, and says what is to be asked.
func draftPlans(db *gorm.DB, filters []view.FlowFilter) (plans []*flowQuery, asked []question) {
	for _, f := range filters {
		q := &flowQuery{FlowFilter: f, lines: wanted(f), among: []ledger.Span{{Upto: ledger.MaxUnits + 1}}}
		if q.plain() {
			asked = append(asked, q.ofProject(db)...)
		}
		plans = append(plans, q)
	}
	return plans, asked
}

// finishPlans asks what is to be asked.
func finishPlans(db *gorm.DB, plans []*flowQuery, asked []question) error {
	if err := together(db, asked...); err != nil {
		return err
	}
	for _, q := range plans {
		// What crossed into a pool is of any kind.
		if q.whole = q.plain() && (!q.crossed || q.anyKind()); !q.whole {
			if err := q.plan(db); err != nil {
				return err
			}
		}
	}
	return nil
}

// anyKind says that neither kinds nor categories are asked for.
func (q *flowQuery) anyKind() bool { return len(q.Kinds) == 0 && len(q.Categories) == 0 }

// plan finds out which strands a list needs of which not all matches.
func (q *flowQuery) plan(db *gorm.DB) error {
	f := q.FlowFilter
	q.strands = nil
	switch {
	case len(q.lines) == 0:
		return nil
	case f.Party != "":
		q.strands = []strand{{where: "party = ?", args: []any{f.Party}}}
	case !scoped(f):
		q.strands = q.ofAll()
	}
	for i, scope := range scopes(f) {
		pools, err := readPools(db, scope)
		if err != nil || len(pools) == 0 {
			q.strands = nil
			return err
		}
		ids, projects := map[int64]bool{}, map[int64]bool{}
		for _, p := range pools {
			ids[p.ID], projects[p.Project] = true, true
		}
		q.pools = append(q.pools, ids)
		if i > 0 || q.strands != nil {
			continue
		}
		narrow := func() error { return q.strandsOf(db, mapKeys(projects), mapKeys(ids)) }
		if len(pools) > manyPools {
			q.strands, q.narrow = q.ofAll(), narrow
		} else if err := narrow(); err != nil {
			return err
		}
	}
	if !scoped(f) {
		return q.bound(db, nil) // the pools of an asset may be too many to name
	}
	return q.bound(db, mapKeys(q.pools[0]))
}

// ofAll is the strand of all flows of the book, or of all that left a pool.
func (q *flowQuery) ofAll() []strand {
	if !slices.ContainsFunc(mapKeys(q.lines), func(l account.Line) bool { return l > 0 && l < account.LineRefund || -l >= account.LineRefund }) {
		return []strand{{where: "out_pool IS NOT NULL"}}
	}
	return []strand{{where: "line IS NOT NULL"}}
}

// plain says that the filter is of a project and at most of lines: what the strands are
// made of.
func (q *flowQuery) plain() bool {
	f := q.FlowFilter
	return f.Project != nil && f.Organization == nil && f.Cause == "" && f.Place == "" && f.Pool == nil && !f.Transit && f.Party == "" && f.Asset == "" && f.Least == 0 && f.Most == 0 && f.From == "" && f.Upto == ""
}

// ofProject asks for the strands of a list of a project, without looking at its pools;
// for nothing where they can be found out in one go with what is in them.
func (q *flowQuery) ofProject(db *gorm.DB) (asked []question) {
	project, crosses := *q.Project, q.crosses()
	switch {
	case len(q.lines) == 0:
	case len(q.lines) == 1 && !crosses:
		q.strands = []strand{lineStrand(project, int64(mapKeys(q.lines)[0]))}
	case !dialectOf(db.Statement).lateral() || crosses && !q.anyKind():
		asked = append(asked, q.linesAmong(db, []int64{project}))
		if crosses {
			asked = append(asked, q.crossingInto(db, "pool IN (SELECT id FROM pools WHERE project = ?)", project))
		}
	default:
		q.strands = []strand{{where: "project = one.project AND line = one.line", each: "SELECT project, line FROM lines WHERE project = ? AND ?", args: []any{project, among("line", mapKeys(q.lines))}}}
		if crosses {
			q.strands = append(q.strands, strand{where: "in_pool = one.id AND " + isCrossed, each: "SELECT id FROM pools WHERE project = ?", args: []any{project}})
		}
	}
	return asked
}

// crosses says whether flows match that lead from one pool to another, and so are
// another project's, too.
func (q *flowQuery) crosses() bool {
	return slices.ContainsFunc(mapKeys(q.lines), func(l account.Line) bool {
		return max(l, -l) >= account.LineInternalOut && max(l, -l) <= account.LineTransferOut
	})
}

// scoped says that a filter is of some projects or pools.
func scoped(f view.FlowFilter) bool {
	return f.Project != nil || f.Organization != nil || f.Cause != "" || f.Place != "" || f.Pool != nil || f.Transit
}

// scopes are what a flow must touch a pool of, each, the narrowest first: those of a
// project and of an organization are touched by what went between them, too.
func scopes(f view.FlowFilter) (all []conditions) {
	scope := func(text string, args ...any) {
		var where conditions
		if text != "" {
			where.add(text, args...)
		}
		if f.Asset != "" {
			where.add("p.asset = ?", string(f.Asset))
		}
		all = append(all, where)
	}
	if p := f.Pool; p != nil {
		scope("p.project = ? AND p.holder = ? AND p.designation = ? AND p.asset = ?", p.Project, p.Holder, p.Designation, string(p.Asset))
	}
	if f.Project != nil {
		scope("p.project = ?", *f.Project)
	}
	if f.Organization != nil {
		scope("pr.organization = ? OR p.holder = ?", *f.Organization, *f.Organization)
	}
	if f.Cause != "" {
		scope("pr.cause = ?", f.Cause)
	}
	if f.Place != "" {
		scope(`pr.place LIKE ? ESCAPE '\'`, begins(f.Place))
	}
	if f.Transit {
		scope("p.holder <> pr.organization")
	}
	if len(all) == 0 && f.Asset != "" {
		scope("")
	}
	return all
}

func mapKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// lineRow is a line that a project has flows on.
type lineRow struct{ Project, Line int64 }

func (r *lineRow) fields() []any { return []any{&r.Project, &r.Line} }

// lineStrand is the strand of a line of a project.
func lineStrand(project, line int64) strand {
	return strand{where: "project = ? AND line = ?", args: []any{project, line}}
}

// strandsOf makes a strand of each line of each project, and of what came into each pool
// from another.
func (q *flowQuery) strandsOf(db *gorm.DB, projects, pools []int64) error {
	q.strands = nil
	asked := []question{q.linesAmong(db, projects)}
	if q.crosses() {
		asked = append(asked, q.crossingInto(db, "?", among("pool", pools)))
	}
	return together(db, asked...)
}

// linesAmong asks for the lines of projects, and makes each a strand.
func (q *flowQuery) linesAmong(db *gorm.DB, projects []int64) question {
	return onEach(db.Raw("SELECT project, line FROM lines WHERE ? ORDER BY project, line", among("project", projects)), func(r *lineRow) {
		if q.lines[account.Line(r.Line)] {
			q.strands = append(q.strands, lineStrand(r.Project, r.Line))
		}
	})
}

// crossingInto asks for the pools that something crossed into, and makes each a strand. It
// does so only where something crossed: to find that nothing did, a database without
// statistics may walk all that ever entered the pool.
func (q *flowQuery) crossingInto(db *gorm.DB, pools string, arg any) question {
	return onEach(db.Raw("SELECT DISTINCT pool FROM totals WHERE "+pools+" AND ? ORDER BY pool", arg, among("line", crossingLines)), func(id *number) {
		q.crossed = true
		q.strands = append(q.strands, strand{where: "in_pool = ? AND " + isCrossed, args: []any{int64(*id)}})
	})
}

// isCrossed is the condition that a flow leaves one pool and enters another.
const isCrossed = "out_pool IS NOT NULL AND in_pool IS NOT NULL"

// crossingLines are the lines of flows that leave one pool and enter another.
var crossingLines = []account.Line{account.LineConvertedIn, account.LineInternalIn, account.LineSisterIn, account.LineTransferIn,
	account.LineConvertedOut, account.LineInternalOut, account.LineSisterOut, account.LineTransferOut}

// rangeRow is the first of some records and the last.
type rangeRow struct{ First, Last int64 }

func (r *rangeRow) fields() []any { return []any{&r.First, &r.Last} }

// gap is over how many records a walk goes on rather than begin anew behind them.
const gap = 1000

// bound narrows the walk to the records among which those of the dates lie: of each day
// on which some were recorded, from the first to the last.
func (q *flowQuery) bound(db *gorm.DB, pools []int64) error {
	if q.From == "" && q.Upto == "" {
		return nil
	}
	var where conditions
	where.add("occurred >= ?", day(q.From))
	if q.Upto != "" {
		where.add("occurred <= ?", day(q.Upto))
	}
	if pools != nil {
		where.add("?", among("pool", pools))
	}
	rows, err := ask[rangeRow](db.Raw("SELECT min(first) AS lo, max(last) AS hi FROM totals WHERE "+where.String()+" GROUP BY recorded ORDER BY 1", where.args...))
	q.among = nil
	for _, r := range rows {
		if n := len(q.among); n > 0 && r.First < q.among[n-1].Upto+gap {
			q.among[n-1].Upto = max(q.among[n-1].Upto, r.Last+1)
			continue
		}
		q.among = append(q.among, ledger.Span{From: r.First, Upto: r.Last + 1})
	}
	return err
}
