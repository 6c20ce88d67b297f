package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// maxLooked bounds how many records one page looks at: a narrow filter over a long
// history goes on with the next page.
var maxLooked = 10_000

// Of a cause or a large organization the strands are thousands: to ask each for its first
// takes longer than to walk some records of the whole book, of which a page mostly needs
// few more than it shows. Its strands are asked for only where those do not fill the page,
// and few of them are in the strands at all: else the walk goes on.
var (
	manyPools = 300
	glanced   = 5000 // records
)

// dense is of how many records one is in the strands where these are as good as all.
const dense = 4

// strand is one index range of records in the order of their index: of one line of
// one project, of transfers into one pool, or of all flows. Of a database that can, several
// are asked for at once: one for each row, one, of a question.
type strand struct {
	where string
	args  []any // of each, then of where
	each  string
}

// candidate is what a filter looks at.
type candidate struct {
	Idx, Line, Amount, Occurred int64
	InPool, OutPool             int64
	Party                       string
}

func (c *candidate) fields() []any {
	return []any{&c.Idx, &c.Line, &c.Amount, &c.Occurred, &c.InPool, &c.OutPool, &c.Party}
}

// flowQuery walks strands side by side.
type flowQuery struct {
	view.FlowFilter
	strands []strand
	pools   []map[int64]bool // of each scope, of which a flow touches one
	lines   map[account.Line]bool
	among   []ledger.Span // ranges of records, ascending, outside of which none matches
	crossed bool          // some strand is of what crossed into a pool
	whole   bool          // all that is in the strands matches: an index tells it alone
	narrow  func() error  // replaces the strand of all flows by those of the filter; nil where they are there
}

// Flows gives a page of flows, the last recorded first unless the filter says
// otherwise.
func (s *Store) Flows(ctx context.Context, f view.FlowFilter) (*view.Flows, error) {
	pages, err := s.FlowLists(ctx, f)
	if err != nil {
		return &view.Flows{}, err
	}
	return &pages[0], nil
}

// atOnce is how many strands one question asks for.
const atOnce = 100

// handful is up to how many rows PostgreSQL is left to give unsorted.
const handful = 512

// sideBySide asks for the first rows of strands, of each n at most. Where those are many,
// it asks for the first n of all; distinct does so in any case, for each once. SQLite takes
// of each strand only what it needs, as in a merge. PostgreSQL might sort all of them
// first, and is told of each how many there can be.
func sideBySide(d dialect, strands []strand, columns, beyond, order string, ends []any, n int, distinct bool) (text string, args []any) {
	end, union := " ORDER BY idx "+order+atMost(n), " UNION ALL "
	if distinct {
		union = " UNION "
	}
	texts := make([]string, len(strands))
	for i, s := range strands {
		texts[i] = "SELECT " + columns + " FROM records WHERE " + s.where + " AND " + beyond
		if !d.merges() {
			texts[i] = "SELECT * FROM (" + texts[i] + end + ") AS s"
		}
		if s.each != "" {
			texts[i] = "SELECT s.* FROM (" + s.each + ") AS one, LATERAL (" + texts[i] + ") AS s"
		}
		args = append(append(args, s.args...), ends...)
	}
	text = strings.Join(texts, union)
	if d.merges() || distinct || n*len(strands) > handful {
		text += end
	}
	return text, args
}

// findFlows gives the indices of a page's flows, in their order.
func findFlows(db *gorm.DB, f view.FlowFilter) (found []int64, next *int64, err error) {
	plans, err := planFlows(db, f)
	if err != nil {
		return nil, nil, err
	}
	return plans[0].find(db)
}

func (q *flowQuery) find(db *gorm.DB) (found []int64, next *int64, err error) {
	if len(q.strands) == 0 {
		return nil, nil, nil
	}
	n, looked, near, most := limited(q.Limit), 0, 0, maxLooked
	if q.narrow != nil {
		most = min(max(glanced, 4*n), maxLooked)
	}
	chunk := n + 1
	ranges := q.ahead()
	for i, among := range ranges {
		for at, more := q.start(among), true; more; {
			var candidates []candidate
			if candidates, more, err = q.look(db, among, at, chunk); err != nil {
				return nil, nil, err
			}
			for _, c := range candidates {
				within := q.within(c)
				if within {
					near++
				}
				if !within || !q.matches(c) {
					at = c.Idx
					continue
				}
				if len(found) == n {
					return found, &at, nil
				}
				found, at = append(found, c.Idx), c.Idx
			}
			chunk = min(4*chunk, most)
			if looked += len(candidates); looked < most || !more && i == len(ranges)-1 {
				continue
			}
			if q.narrow == nil {
				return found, &at, nil
			}
			if near*dense < looked {
				if err := q.narrow(); err != nil {
					return nil, nil, err
				}
				looked, chunk = 0, n+1
			}
			q.narrow, most = nil, maxLooked
		}
	}
	return found, nil, nil
}

// ahead are the ranges that have records after the last page, in the order of the list.
func (q *flowQuery) ahead() []ledger.Span {
	list := slices.Clone(q.among)
	if !q.Oldest {
		slices.Reverse(list)
	}
	if q.After == nil {
		return list
	}
	return slices.DeleteFunc(list, func(r ledger.Span) bool {
		return q.Oldest && r.Upto <= *q.After+1 || !q.Oldest && r.From >= *q.After
	})
}

// start is the place before the first record of a range that the page can have.
func (q *flowQuery) start(among ledger.Span) int64 {
	switch {
	case q.Oldest && q.After != nil:
		return max(*q.After, among.From-1)
	case q.Oldest:
		return among.From - 1
	case q.After != nil:
		return min(*q.After, among.Upto)
	}
	return among.Upto
}

// beyond is the condition that a record lies behind a place in a range, and their order.
func (q *flowQuery) beyond(among ledger.Span, at int64) (where, order string, ends []any) {
	if q.Oldest {
		return "idx > ? AND idx < ?", "ASC", []any{at, among.Upto}
	}
	return "idx < ? AND idx >= ?", "DESC", []any{at, among.From}
}

// look gives the next candidates of all strands after a place in a range, in order, at
// most n, and whether there may be more.
func (q *flowQuery) look(db *gorm.DB, among ledger.Span, at int64, n int) (all []candidate, more bool, err error) {
	beyond, order, ends := q.beyond(among, at)
	columns := "idx, line, amount, occurred, coalesce(in_pool, 0) AS in_pool, coalesce(out_pool, 0) AS out_pool, coalesce(party, '') AS party"
	if q.whole {
		columns = "idx, 0 AS line, 0 AS amount, 0 AS occurred, 0 AS in_pool, 0 AS out_pool, '' AS party"
	}
	for part := range slices.Chunk(q.strands, atOnce) {
		text, args := sideBySide(dialectOf(db.Statement), part, columns, beyond, order, ends, n, false)
		found, err := ask[candidate](db.Raw(text, args...))
		if err != nil {
			return nil, false, err
		}
		all = append(all, found...)
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

// within says whether a candidate is of the lines and pools that are asked for.
func (q *flowQuery) within(c candidate) bool {
	return q.whole || q.lines[account.Line(c.Line)] && !slices.ContainsFunc(q.pools, func(ids map[int64]bool) bool { return !ids[c.InPool] && !ids[c.OutPool] })
}

// matches holds a candidate that is within against the rest of the filter.
func (q *flowQuery) matches(c candidate) bool {
	switch {
	case q.whole:
		return true
	case c.Amount < q.Least || q.Most != 0 && c.Amount > q.Most:
		return false
	case q.Party != "" && c.Party != q.Party:
		return false
	case q.From != "" && c.Occurred < day(q.From), q.Upto != "" && c.Occurred > day(q.Upto):
		return false
	}
	return true
}
