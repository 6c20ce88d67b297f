package store

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"gorm.io/gorm"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// maxLooked bounds how many records one page looks at: a narrow filter over a long
// history goes on with the next page.
var maxLooked = 10_000

// strand is one index range of records in the order of their index: of one line of
// one project, of transfers into one pool, or of all flows.
type strand struct {
	where string
	args  []any
}

// candidate is what a filter looks at.
type candidate struct {
	Idx, Line, Amount, Occurred int64
	InPool, OutPool             int64
	Party                       string
}

// flowQuery walks strands side by side.
type flowQuery struct {
	view.FlowFilter
	strands []strand
	pools   []map[int64]bool // of each scope, of which a flow touches one
	lines   map[account.Line]bool
	lo, hi  int64 // records outside of them cannot match
	crosses bool  // some strand is of what crossed into a pool
	whole   bool  // all that is in the strands matches: an index tells it alone
}

// Flows gives a page of flows, the last recorded first unless the filter says
// otherwise.
func (s *Store) Flows(ctx context.Context, f view.FlowFilter) (*view.Flows, error) {
	page := &view.Flows{}
	db := s.reads.WithContext(ctx)
	err := db.Transaction(func(db *gorm.DB) error {
		found, next, err := findFlows(db, f)
		if err != nil {
			return err
		}
		page.Next = next
		page.Rows, err = readFlows(db, found)
		return err
	}, s.d.moment())
	return page, err
}

// findFlows gives the indices of a page's flows, in their order.
func findFlows(db *gorm.DB, f view.FlowFilter) (found []int64, next *int64, err error) {
	q, err := planFlows(db, f)
	if err != nil || len(q.strands) == 0 {
		return nil, nil, err
	}
	n, looked := limited(f.Limit), 0
	at := q.start()
	for chunk := n + 1; ; chunk = min(4*chunk, maxLooked) {
		candidates, more, err := q.look(db, at, chunk)
		if err != nil {
			return nil, nil, err
		}
		for _, c := range candidates {
			if !q.matches(c) {
				at = c.Idx
				continue
			}
			if len(found) == n {
				return found, &at, nil
			}
			found, at = append(found, c.Idx), c.Idx
		}
		if !more {
			return found, nil, nil
		}
		if looked += len(candidates); looked >= maxLooked {
			return found, &at, nil
		}
	}
}

// start is the place before the first record of the page.
func (q *flowQuery) start() int64 {
	switch {
	case q.Oldest && q.After != nil:
		return max(*q.After, q.lo-1)
	case q.Oldest:
		return q.lo - 1
	case q.After != nil:
		return min(*q.After, q.hi+1)
	}
	return q.hi + 1
}

// look gives the next candidates of all strands after a place, in order, at most n,
// and whether there may be more.
func (q *flowQuery) look(db *gorm.DB, at int64, n int) (all []candidate, more bool, err error) {
	beyond, order := "idx < ? AND idx >= ?", "DESC"
	bounds := []any{at, q.lo}
	if q.Oldest {
		beyond, order = "idx > ? AND idx <= ?", "ASC"
		bounds[1] = q.hi
	}
	columns := "idx, line, amount, occurred, coalesce(in_pool, 0) AS in_pool, coalesce(out_pool, 0) AS out_pool, coalesce(party, '') AS party"
	if q.whole {
		columns = "idx, 0 AS line, 0 AS amount, 0 AS occurred, 0 AS in_pool, 0 AS out_pool, '' AS party"
	}
	for part := range slices.Chunk(q.strands, 100) {
		var texts []string
		var args []any
		for _, s := range part {
			texts = append(texts, "SELECT * FROM (SELECT "+columns+" FROM records WHERE "+s.where+" AND "+beyond+" ORDER BY idx "+order+" LIMIT ?) AS s")
			args = append(append(append(args, s.args...), bounds...), n)
		}
		text := strings.Join(texts, " UNION ALL ") + " ORDER BY idx " + order + " LIMIT ?"
		if all, err = readCandidates(all, db.Raw(text, append(args, n)...)); err != nil {
			return nil, false, err
		}
	}
	slices.SortFunc(all, func(a, b candidate) int {
		if q.Oldest {
			return cmp.Compare(a.Idx, b.Idx)
		}
		return cmp.Compare(b.Idx, a.Idx)
	})
	// Beyond the n-th, some part may have more. Only then do those go that are twice:
	// a transfer between two projects of the scope is in two strands.
	more = len(all) >= n
	all = slices.CompactFunc(all[:min(len(all), n)], func(a, b candidate) bool { return a.Idx == b.Idx })
	return all, more, nil
}

// readCandidates adds what a query gives, without GORM's scanning: an export looks at
// each flow of a project.
func readCandidates(all []candidate, query *gorm.DB) ([]candidate, error) {
	rows, err := query.Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c candidate
		if err := rows.Scan(&c.Idx, &c.Line, &c.Amount, &c.Occurred, &c.InPool, &c.OutPool, &c.Party); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// matches holds a candidate against what no strand tells.
func (q *flowQuery) matches(c candidate) bool {
	switch {
	case q.whole:
		return true
	case !q.lines[account.Line(c.Line)]:
		return false
	case slices.ContainsFunc(q.pools, func(ids map[int64]bool) bool { return !ids[c.InPool] && !ids[c.OutPool] }):
		return false
	case c.Amount < q.Least || q.Most != 0 && c.Amount > q.Most:
		return false
	case q.Party != "" && c.Party != q.Party:
		return false
	case q.From != "" && c.Occurred < day(q.From), q.Upto != "" && c.Occurred > day(q.Upto):
		return false
	}
	return true
}

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

// planFlows finds out which strands of the log a list needs.
func planFlows(db *gorm.DB, f view.FlowFilter) (*flowQuery, error) {
	q := &flowQuery{FlowFilter: f, lines: wanted(f), hi: ledger.MaxUnits}
	switch {
	case len(q.lines) == 0:
		return q, nil
	case f.Party != "":
		q.strands = []strand{{"party = ?", []any{f.Party}}}
	case f.Project == nil && f.Organization == nil:
		q.strands = []strand{{"line IS NOT NULL", nil}}
		if !slices.ContainsFunc(mapKeys(q.lines), func(l account.Line) bool { return l > 0 && l < account.LineRefund || -l >= account.LineRefund }) {
			q.strands = []strand{{"out_pool IS NOT NULL", nil}}
		}
	}
	for i, scope := range scopes(f) {
		pools, err := poolsOf(db, scope)
		if err != nil || len(pools) == 0 {
			q.strands = nil
			return q, err
		}
		ids, projects := map[int64]bool{}, map[int64]bool{}
		for _, p := range pools {
			ids[p.ID], projects[p.Project] = true, true
		}
		q.pools = append(q.pools, ids)
		if i == 0 && q.strands == nil {
			if err := q.strandsOf(db, mapKeys(projects)); err != nil {
				return nil, err
			}
		}
	}
	q.whole = f.Project != nil && f.Organization == nil && f.Party == "" && f.Asset == "" && f.Least == 0 && f.Most == 0 && f.From == "" && f.Upto == "" &&
		(len(f.Kinds) == 0 && len(f.Categories) == 0 || !q.crosses)
	if f.Project == nil && f.Organization == nil {
		return q, q.bound(db, nil) // the pools of an asset may be too many to name
	}
	return q, q.bound(db, mapKeys(q.pools[0]))
}

// scopes are what a flow must touch a pool of, each: those of a project and of an
// organization are touched by what went between them, too.
func scopes(f view.FlowFilter) (all []view.FlowFilter) {
	if f.Project != nil {
		all = append(all, view.FlowFilter{Project: f.Project, Asset: f.Asset})
	}
	if f.Organization != nil {
		all = append(all, view.FlowFilter{Organization: f.Organization, Asset: f.Asset})
	}
	if len(all) == 0 && f.Asset != "" {
		all = append(all, view.FlowFilter{Asset: f.Asset})
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

// poolsOf gives the pools of a scope.
func poolsOf(db *gorm.DB, f view.FlowFilter) ([]poolRow, error) {
	q := db.Table("pools p").Select("p.*").Joins("JOIN projects pr ON pr.idx = p.project").Order("p.id")
	if f.Project != nil {
		q = q.Where("p.project = ?", *f.Project)
	}
	if f.Organization != nil {
		q = q.Where("pr.organization = ? OR p.holder = ?", *f.Organization, *f.Organization)
	}
	if f.Asset != "" {
		q = q.Where("p.asset = ?", string(f.Asset))
	}
	var rows []poolRow
	return rows, q.Scan(&rows).Error
}

// strandsOf makes a strand of each line of each project, and of the transfers into
// each pool.
func (q *flowQuery) strandsOf(db *gorm.DB, projects []int64) error {
	var rows []struct{ Project, Line int64 }
	if err := db.Raw("SELECT project, line FROM lines WHERE project IN ? ORDER BY project, line", projects).Scan(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		if q.lines[account.Line(r.Line)] {
			q.strands = append(q.strands, strand{"project = ? AND line = ?", []any{r.Project, r.Line}})
		}
	}
	crosses := slices.ContainsFunc(mapKeys(q.lines), func(l account.Line) bool {
		return max(l, -l) >= account.LineInternalOut && max(l, -l) <= account.LineTransferOut
	})
	if !crosses {
		return nil
	}
	// Only where something crossed: to find that nothing did, a database without
	// statistics may walk all that ever entered the pool.
	var pools []int64
	if err := db.Raw("SELECT DISTINCT pool FROM totals WHERE pool IN ? AND line IN ?", mapKeys(q.pools[0]), crossingLines).Scan(&pools).Error; err != nil {
		return err
	}
	slices.Sort(pools)
	q.crosses = len(pools) > 0
	for _, id := range pools {
		q.strands = append(q.strands, strand{"in_pool = ? AND out_pool IS NOT NULL AND in_pool IS NOT NULL", []any{id}})
	}
	return nil
}

// crossingLines are the lines of flows that leave one pool and enter another.
var crossingLines = []account.Line{account.LineConvertedIn, account.LineInternalIn, account.LineSisterIn, account.LineTransferIn,
	account.LineConvertedOut, account.LineInternalOut, account.LineSisterOut, account.LineTransferOut}

// bound narrows the walk to the records between which those of the dates lie.
func (q *flowQuery) bound(db *gorm.DB, pools []int64) error {
	if q.From == "" && q.Upto == "" {
		return nil
	}
	text, args := "SELECT min(first) AS lo, max(last) AS hi FROM totals WHERE occurred >= ? AND occurred <= ?", []any{day(q.From), int64(math.MaxInt32)}
	if q.Upto != "" {
		args[1] = day(q.Upto)
	}
	if pools != nil {
		text, args = text+" AND pool IN ?", append(args, pools)
	}
	var rows []struct{ Lo, Hi *int64 }
	if err := db.Raw(text, args...).Scan(&rows).Error; err != nil {
		return err
	}
	if len(rows) == 0 || rows[0].Lo == nil {
		q.strands = nil // nothing happened then
		return nil
	}
	q.lo, q.hi = *rows[0].Lo, *rows[0].Hi
	return nil
}

// readFlows reads flows by index and gives them in that order.
func readFlows(db *gorm.DB, indices []int64) ([]view.Flow, error) {
	if len(indices) == 0 {
		return nil, nil
	}
	var rows []storedRow
	err := db.Raw(`SELECT r.idx, r.bytes, o.public, `+undoneOf+` FROM records r LEFT JOIN openings o ON o.idx = r.idx WHERE r.idx IN ?`, indices).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	notes, err := notesOn(db, indices)
	if err != nil {
		return nil, err
	}
	flows := make([]view.Flow, len(rows))
	for i, r := range rows {
		if flows[i], err = r.flow(notes[r.Idx]); err != nil {
			return nil, err
		}
	}
	if err := readFiles(db, flows); err != nil {
		return nil, err
	}
	place := map[int64]int{}
	for i, index := range indices {
		place[index] = i
	}
	slices.SortFunc(flows, func(a, b view.Flow) int {
		return cmp.Compare(place[a.Record.Index], place[b.Record.Index])
	})
	return flows, nil
}

// flow shows a row as a flow.
func (r storedRow) flow(n notes) (view.Flow, error) {
	rec, err := record.Parse(r.Bytes)
	if err != nil {
		return view.Flow{}, err
	}
	f, ok := rec.What.(*ledger.Flow)
	if !ok {
		return view.Flow{}, absent("no-such-flow", "记录 %d 不是流水", "record %d is not a flow", r.Idx)
	}
	texts, err := openedTexts(rec.Public, r.Public)
	return view.Flow{Record: rec, Flow: f, Leaf: record.Hash(r.Bytes), Texts: texts,
		Undone: r.Undone, Refunded: n.refunded, Delivered: n.delivered, Corrections: n.corrections}, err
}

// openedTexts reads a stored opening, nil for none.
func openedTexts(c record.Commitment, opening []byte) ([]record.Text, error) {
	if opening == nil {
		return nil, nil
	}
	o, err := record.Open(c, opening)
	if err != nil {
		return nil, err
	}
	return o.Texts, nil
}

// notes are what later records say about one.
type notes struct {
	delivered   int64
	refunded    int64
	deliveries  []int64
	corrections []int64
}

// notesOn gives the deliveries, refunds and corrections of records. A refund that was
// reversed, or came back, is none.
func notesOn(db *gorm.DB, indices []int64) (map[int64]notes, error) {
	delivery, correction := typeNumber("delivery"), typeNumber("correction")
	var rows []struct {
		Of, Idx, Amount, Undone int64
		Type                    int
	}
	err := db.Raw("SELECT of, idx, coalesce(amount, 0) AS amount, type, "+undoneOf+" FROM records r WHERE of IN ? AND (type IN ? OR line = ?) ORDER BY idx",
		indices, []int{delivery, correction}, int64(account.LineRefund)).Scan(&rows).Error
	all := map[int64]notes{}
	for _, r := range rows {
		n := all[r.Of]
		switch r.Type {
		case delivery:
			n.delivered, n.deliveries = n.delivered+r.Amount, append(n.deliveries, r.Idx)
		case correction:
			n.corrections = append(n.corrections, r.Idx)
		default:
			n.refunded += r.Amount - r.Undone
		}
		all[r.Of] = n
	}
	return all, err
}

// Flow gives one flow as a list has it; absent is a ledger.NotFound.
func (s *Store) Flow(ctx context.Context, index int64) (*view.Flow, error) {
	rows, err := readFlows(s.reads.WithContext(ctx), []int64{index})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, absent("no-such-flow", "没有编号为 %d 的流水", "there is no flow %d", index)
	}
	return &rows[0], nil
}
