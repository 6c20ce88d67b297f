package ledgertest

import (
	"context"
	"slices"
	"sort"

	"mingzhang/ledger"
	"mingzhang/ledger/trace"
)

// State shows the book to ledger.Apply.
func (b *Book) State() ledger.State { return state{b} }

// Reader shows the book to a trace.
func (b *Book) Reader() trace.Drawer { return reader{b} }

type state struct{ *Book }

func (b state) Flow(index int64) (*ledger.Flow, error) {
	f, err := b.find(index)
	if err != nil {
		return nil, err
	}
	return &f.Flow, nil
}

func (b state) Pieces(index int64) ([]ledger.Piece, error) {
	f, err := b.find(index)
	if err != nil {
		return nil, err
	}
	return f.pieces, nil
}

func (b state) Undone(index int64) (int64, error) {
	f, err := b.find(index)
	if err != nil {
		return 0, err
	}
	return f.undone, nil
}

func (b state) Head(p ledger.Pool) (ledger.Head, error) { return b.pool(p).head, nil }

func (b state) Holes(p ledger.Pool) ledger.Holes { return &b.pool(p).holes }

func (b state) Draw(of int64, pool ledger.Pool, amount int64) ([]ledger.Take, error) {
	return trace.Draw(context.Background(), reader(b), of, pool, amount)
}

type reader struct{ *Book }

func (b reader) Flow(_ context.Context, index int64) (*ledger.Flow, error) {
	return state(b).Flow(index)
}

func (b reader) Inflows(_ context.Context, p ledger.Pool, span ledger.Span) ([]trace.Entry, error) {
	return b.current(overlapping(b.pool(p).laid, span)), nil
}

func (b reader) Outflows(_ context.Context, p ledger.Pool, span ledger.Span) ([]trace.Entry, error) {
	return b.current(overlapping(b.pool(p).taken, span)), nil
}

// overlapping gives the entries, sorted by address and apart, that meet span.
func overlapping(entries []trace.Entry, span ledger.Span) []trace.Entry {
	from := sort.Search(len(entries), func(i int) bool { return entries[i].Upto > span.From })
	upto := from
	for upto < len(entries) && entries[upto].From < span.Upto {
		upto++
	}
	return slices.Clone(entries[from:upto])
}

// Moved looks at all outflows, which a book that is used does not do.
func (b reader) Moved(ctx context.Context, p ledger.Pool, span ledger.Span, _ int64) (moved []trace.Entry, err error) {
	all, err := b.Outflows(ctx, p, span)
	for _, e := range all {
		if e.Flow.In != nil || e.Undone > 0 {
			moved = append(moved, e)
		}
	}
	return moved, err
}

func (b reader) Untaken(_ context.Context, p ledger.Pool, span ledger.Span) (runs []ledger.Span, err error) {
	at := span.From
	for _, e := range overlapping(b.pool(p).taken, span) {
		if at < e.From {
			runs = append(runs, ledger.Span{From: at, Upto: e.From})
		}
		at = e.Upto
	}
	if at < span.Upto {
		runs = append(runs, ledger.Span{From: at, Upto: span.Upto})
	}
	return runs, nil
}

// current fills in what came back of each entry's flow by now.
func (b reader) current(entries []trace.Entry) []trace.Entry {
	for i := range entries {
		entries[i].Undone = b.flows[entries[i].Index].undone
	}
	return entries
}

func (b reader) Pieces(_ context.Context, index int64, places ledger.Span) ([]trace.Entry, error) {
	f, err := b.find(index)
	if err != nil {
		return nil, err
	}
	var entries []trace.Entry
	for _, p := range f.pieces {
		if p = p.CutPlaces(places); !p.Empty() {
			entries = append(entries, trace.Entry{Piece: p, Index: index, Flow: &f.Flow, Undone: f.undone})
		}
	}
	return entries, nil
}

func (b reader) Returns(_ context.Context, of int64) ([]trace.Entry, error) {
	f, err := b.find(of)
	if err != nil {
		return nil, err
	}
	var entries []trace.Entry
	for _, index := range slices.Backward(f.returns) {
		r := b.flows[index]
		piece := ledger.Piece{Span: r.In.Span, At: r.Back().From}
		entries = append(entries, trace.Entry{Piece: piece, Index: index, Flow: &r.Flow})
	}
	return entries, nil
}

func (b reader) Organization(_ context.Context, project int64) (int64, error) {
	return b.owners[project], nil
}
