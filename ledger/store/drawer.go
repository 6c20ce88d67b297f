package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"mingzhang/ledger"
	"mingzhang/ledger/trace"
)

// end gives the number and the head of a pool, 0 for one that nothing ever entered.
func (r reader) end(ctx context.Context, p ledger.Pool) (id int64, head ledger.Head, err error) {
	var row poolRow
	err = r.db.WithContext(ctx).Raw("SELECT * FROM pools WHERE project = ? AND holder = ? AND designation = ? AND asset = ?",
		p.Project, p.Holder, p.Designation, string(p.Asset)).Scan(&row).Error
	return row.ID, row.state().Head, err
}

// Moved implements trace.Drawer. A span may have any number of outflows: those that moved
// on are found by the indexes that hold nothing else.
func (r reader) Moved(ctx context.Context, p ledger.Pool, span ledger.Span, after int64) ([]trace.Entry, error) {
	id, head, err := r.end(ctx, p)
	if err != nil || span.From >= head.Next && head.Holed == 0 {
		return nil, err // nothing took any of it
	}
	moved, err := r.ofRecords(ctx, selectNamed, map[string]any{"pool": id, "after": after})
	if err != nil {
		return nil, err
	}
	if span.From < head.Next {
		ordinary, err := r.inTurn(ctx, id, span)
		if err != nil {
			return nil, err
		}
		moved = append(moved, ordinary...)
	}
	moved = slices.DeleteFunc(moved, func(e trace.Entry) bool { return e.Clip(span).Empty() })
	slices.SortFunc(moved, func(a, b trace.Entry) int { return cmp.Compare(a.From, b.From) })
	return moved, nil
}

const (
	// selectNamed finds what went out of its turn: anywhere behind the record that laid the span.
	selectNamed = `SELECT r.idx FROM records r WHERE r.out_pool = @pool AND r.of IS NOT NULL AND r.idx > @after
		AND (r.in_pool IS NOT NULL OR coalesce((SELECT units FROM undone WHERE undone.idx = r.idx), 0) > 0)`
	// selectBelow is a record before which no ordinary outflow took units of the span, since
	// these take the lowest: the one that took its first unit, or units below. PostgreSQL
	// finds a maximum by the key, whatever it knows of the table.
	selectBelow = "SELECT idx FROM takes WHERE pool = @pool AND lo = (SELECT max(lo) FROM takes WHERE pool = @pool AND lo <= @from)"
)

// selectInTurn finds the first n ordinary outflows that went to another pool, and all of
// which something came back to this one.
func selectInTurn(n int) string {
	return `SELECT idx FROM (SELECT r.idx FROM records r WHERE r.out_pool = @pool AND r.in_pool IS NOT NULL AND r.of IS NULL AND r.idx >= @at
			ORDER BY r.idx` + atMost(n) + `) went
		UNION SELECT idx FROM (SELECT DISTINCT r.of AS idx FROM records r WHERE r.in_pool = @pool AND r.of IS NOT NULL AND r.of >= @at
			ORDER BY r.of` + atMost(n) + `) back
		ORDER BY idx` + atMost(n)
}

// firstInTurn is how many are asked for at first: a pool may have many transfers behind
// those of a gift.
const firstInTurn = 16

// inTurn gives the ordinary outflows of a span that moved on, and some beside it. They lie
// in the log as in the pool, so the first beyond the span is the last to look at.
func (r reader) inTurn(ctx context.Context, pool int64, span ledger.Span) (moved []trace.Entry, err error) {
	var at int64
	if err := r.db.WithContext(ctx).Raw(selectBelow, map[string]any{"pool": pool, "from": span.From}).Scan(&at).Error; err != nil {
		return nil, err
	}
	for n := firstInTurn; ; n = min(4*n, trace.Chunk) {
		var list []int64
		err := r.db.WithContext(ctx).Raw(selectInTurn(n), map[string]any{"pool": pool, "at": at}).Scan(&list).Error
		if err != nil {
			return nil, err
		}
		entries, err := r.taken(ctx, list)
		if err != nil {
			return nil, err
		}
		entries = slices.DeleteFunc(entries, func(e trace.Entry) bool { return e.Flow.Named() }) // something came back of it
		moved = append(moved, entries...)
		beyond := func(e trace.Entry) bool { return e.From >= span.Upto }
		if len(list) < n || slices.ContainsFunc(entries, beyond) {
			return moved, nil
		}
		at = list[len(list)-1] + 1
	}
}

// ofRecords gives the runs that the records of a list took.
func (r reader) ofRecords(ctx context.Context, query string, args map[string]any) ([]trace.Entry, error) {
	var list []int64
	if err := r.db.WithContext(ctx).Raw(query, args).Scan(&list).Error; err != nil {
		return nil, err
	}
	return r.taken(ctx, list)
}

// taken gives the runs that outflows took.
func (r reader) taken(ctx context.Context, indices []int64) ([]trace.Entry, error) {
	if len(indices) == 0 {
		return nil, nil
	}
	return r.entries(ctx, selectTaken, among("t.idx", indices))
}

const selectTaken = "SELECT t.lo, t.hi, t.idx, t.at, r.bytes, " + undoneOf + " FROM takes t JOIN records r ON r.idx = t.idx WHERE ?"

// Untaken implements trace.Drawer.
func (r reader) Untaken(ctx context.Context, p ledger.Pool, span ledger.Span) (runs []ledger.Span, err error) {
	id, head, err := r.end(ctx, p)
	span = span.Clip(ledger.Span{From: head.Next, Upto: head.In})
	if err != nil || span.Empty() {
		return nil, err
	}
	var holes []spanRow
	err = r.db.WithContext(ctx).Raw(`SELECT lo, hi FROM holes WHERE pool = @pool AND lo < @upto AND hi > @from
		AND lo >= coalesce((SELECT max(lo) FROM holes WHERE pool = @pool AND lo <= @from), 0) ORDER BY lo`,
		map[string]any{"pool": id, "from": span.From, "upto": span.Upto}).Scan(&holes).Error
	if err != nil {
		return nil, fmt.Errorf("read the holes of the pool %s: %w", p, err)
	}
	for _, h := range append(holes, spanRow{span.Upto, span.Upto}) {
		if span.From < h.Lo {
			runs = append(runs, ledger.Span{From: span.From, Upto: h.Lo})
		}
		span.From = h.Hi
	}
	return runs, nil
}
