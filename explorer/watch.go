package explorer

import (
	"context"

	"mingzhang/ledger"
	"mingzhang/ledger/trace"
)

// watch is a trace reader that keeps what it passes, so that a page can name the flows
// of a trace without asking for each.
type watch struct {
	trace.Reader
	flows  map[int64]*ledger.Flow
	owners map[int64]int64 // of projects
}

func newWatch(r trace.Reader) watch { return watch{r, map[int64]*ledger.Flow{}, map[int64]int64{}} }

func (w watch) keep(list []trace.Entry, err error) ([]trace.Entry, error) {
	for _, e := range list {
		w.flows[e.Index] = e.Flow
	}
	return list, err
}

// Flow implements trace.Reader.
func (w watch) Flow(ctx context.Context, index int64) (*ledger.Flow, error) {
	return once(w.flows, index, func() (*ledger.Flow, error) { return w.Reader.Flow(ctx, index) })
}

// Inflows implements trace.Reader.
func (w watch) Inflows(ctx context.Context, pool ledger.Pool, span ledger.Span) ([]trace.Entry, error) {
	return w.keep(w.Reader.Inflows(ctx, pool, span))
}

// Outflows implements trace.Reader.
func (w watch) Outflows(ctx context.Context, pool ledger.Pool, span ledger.Span) ([]trace.Entry, error) {
	return w.keep(w.Reader.Outflows(ctx, pool, span))
}

// Pieces implements trace.Reader.
func (w watch) Pieces(ctx context.Context, index int64, places ledger.Span) ([]trace.Entry, error) {
	return w.keep(w.Reader.Pieces(ctx, index, places))
}

// Returns implements trace.Reader.
func (w watch) Returns(ctx context.Context, of int64) ([]trace.Entry, error) {
	return w.keep(w.Reader.Returns(ctx, of))
}

// Organization implements trace.Reader.
func (w watch) Organization(ctx context.Context, project int64) (int64, error) {
	return once(w.owners, project, func() (int64, error) { return w.Reader.Organization(ctx, project) })
}
