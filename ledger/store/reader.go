package store

import (
	"context"

	"gorm.io/gorm"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
	"mingzhang/ledger/trace"
)

// reader shows the flows in the database to a trace. Inside a transaction all its
// answers are of one moment.
type reader struct{ db *gorm.DB }

// runRow is a run of a flow's units with the flow's record.
type runRow struct {
	Lo, Hi, Idx, At int64
	Bytes           []byte
	Undone          int64
}

func (r *runRow) fields() []any { return []any{&r.Lo, &r.Hi, &r.Idx, &r.At, &r.Bytes, &r.Undone} }

const undoneOf = "coalesce((SELECT units FROM undone WHERE undone.idx = r.idx), 0) AS undone"

// entries reads runs; the flow of each is in its record.
func (r reader) entries(ctx context.Context, query string, args ...any) ([]trace.Entry, error) {
	rows, err := ask[runRow](r.db.WithContext(ctx).Raw(query, args...))
	if err != nil {
		return nil, err
	}
	entries := make([]trace.Entry, len(rows))
	for i, row := range rows {
		f, err := asFlow(row.Idx, row.Bytes)
		if err != nil {
			return nil, err
		}
		entries[i] = trace.Entry{Index: row.Idx, Flow: f, Undone: row.Undone,
			Piece: ledger.Piece{Span: ledger.Span{From: row.Lo, Upto: row.Hi}, At: row.At}}
	}
	return entries, nil
}

func asFlow(index int64, bytes []byte) (*ledger.Flow, error) {
	rec, err := record.Parse(bytes)
	if err != nil {
		return nil, err
	}
	f, ok := rec.What.(*ledger.Flow)
	if !ok {
		return nil, absent("no-such-flow", "记录 %d 不是流水", "record %d is not a flow", index)
	}
	return f, nil
}

// Flow implements trace.Reader.
func (r reader) Flow(ctx context.Context, index int64) (*ledger.Flow, error) {
	bytes, err := readRecord(r.db.WithContext(ctx), index)
	if err != nil {
		return nil, err
	}
	return asFlow(index, bytes)
}

// poolID gives the number of a pool, 0 for one that nothing ever entered.
func (r reader) poolID(ctx context.Context, p ledger.Pool) (id int64, err error) {
	err = r.db.WithContext(ctx).Raw("SELECT id FROM pools WHERE project = ? AND holder = ? AND designation = ? AND asset = ?",
		p.Project, p.Holder, p.Designation, string(p.Asset)).Scan(&id).Error
	return id, err
}

// Inflows implements trace.Reader. The runs of a pool lie end to end, so the first to
// overlap is the last that begins at or before the span.
func (r reader) Inflows(ctx context.Context, p ledger.Pool, span ledger.Span) ([]trace.Entry, error) {
	id, err := r.poolID(ctx, p)
	if err != nil {
		return nil, err
	}
	return r.entries(ctx, "SELECT in_from AS lo, in_upto AS hi, idx, 0 AS at, bytes, "+undoneOf+` FROM records r
		WHERE in_pool = ? AND in_from < ? AND in_from >= coalesce((SELECT max(in_from) FROM records WHERE in_pool = ? AND in_from <= ?), 0)
		ORDER BY in_from`+atMost(trace.Chunk), id, span.Upto, id, span.From)
}

// selectOutflows counts runs off before it looks at their records: PostgreSQL may want to
// sort all those of a span first.
var selectOutflows = `WITH list AS MATERIALIZED (SELECT lo, hi, idx, at FROM takes
		WHERE pool = ? AND lo < ? AND hi > ? AND lo >= coalesce((SELECT max(lo) FROM takes WHERE pool = ? AND lo <= ?), 0)
		ORDER BY lo` + atMost(trace.Chunk) + `)
	SELECT t.lo, t.hi, t.idx, t.at, r.bytes, ` + undoneOf + ` FROM list t CROSS JOIN records r WHERE r.idx = t.idx ORDER BY t.lo`

// Outflows implements trace.Reader.
func (r reader) Outflows(ctx context.Context, p ledger.Pool, span ledger.Span) ([]trace.Entry, error) {
	id, err := r.poolID(ctx, p)
	if err != nil {
		return nil, err
	}
	return r.entries(ctx, selectOutflows, id, span.Upto, span.From, id, span.From)
}

// Pieces implements trace.Reader.
func (r reader) Pieces(ctx context.Context, index int64, places ledger.Span) ([]trace.Entry, error) {
	entries, err := r.entries(ctx, "SELECT t.lo, t.hi, t.idx, t.at, r.bytes, "+undoneOf+` FROM takes t JOIN records r ON r.idx = t.idx
		WHERE t.idx = ? AND t.at < ? AND t.at + t.hi - t.lo > ? ORDER BY t.at`, index, places.Upto, places.From)
	for i := range entries {
		entries[i].Piece = entries[i].CutPlaces(places)
	}
	return entries, err
}

// Returns implements trace.Reader. A return that was reversed has itself in undone.
func (r reader) Returns(ctx context.Context, of int64) ([]trace.Entry, error) {
	entries, err := r.entries(ctx, "SELECT in_from AS lo, in_upto AS hi, idx, 0 AS at, bytes, 0 AS undone FROM records r"+
		" WHERE of = ? AND in_pool IS NOT NULL AND NOT EXISTS (SELECT 1 FROM undone WHERE undone.idx = r.idx AND units > 0) ORDER BY idx DESC", of)
	for i := range entries {
		entries[i].At = entries[i].Flow.Back().From
	}
	return entries, err
}

// Organization implements trace.Reader.
func (r reader) Organization(ctx context.Context, project int64) (index int64, err error) {
	err = r.db.WithContext(ctx).Raw("SELECT organization FROM projects WHERE idx = ?", project).Scan(&index).Error
	return index, err
}
