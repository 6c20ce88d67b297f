package trace

import (
	"context"

	"mingzhang/ledger"
)

// Entry is a run of a flow's units where they lie in a pool.
type Entry struct {
	ledger.Piece
	Index  int64
	Flow   *ledger.Flow // not to be changed
	Undone int64        // units of the flow that came back or were reversed; 0 spares a look for them
}

// Reader is what a trace reads. All answers are of one moment: a reader that sees
// the book move between two calls gives a wrong trace.
type Reader interface {
	// Flow gives the flow of a record.
	Flow(ctx context.Context, index int64) (*ledger.Flow, error)
	// Inflows gives the entries that laid the addresses of span, by address: all of
	// them, or the first Chunk or more.
	Inflows(ctx context.Context, pool ledger.Pool, span ledger.Span) ([]Entry, error)
	// Outflows gives the entries that took addresses of span, by address, likewise.
	Outflows(ctx context.Context, pool ledger.Pool, span ledger.Span) ([]Entry, error)
	// Pieces gives the entries of one outflow that hold places, by place.
	Pieces(ctx context.Context, index int64, places ledger.Span) ([]Entry, error)
	// Returns gives the returns and reversals of an outflow that stand, meaning
	// that they were not reversed themselves, by the places they bring back.
	Returns(ctx context.Context, of int64) ([]Entry, error)
	// Organization gives the organization that a project belongs to.
	Organization(ctx context.Context, project int64) (int64, error)
}

// Drawer is a reader that also gives what [Draw] is after without what just left: of a
// gift paid out in a hundred thousand parts, a refund is after those that came back.
type Drawer interface {
	Reader
	// Moved gives, by address, those of the pool's outflows that took addresses of span
	// and laid their units again: in another pool, or back in this one because something
	// of them came back. The record after laid the span, or units before it. Conversions
	// may be among them, and entries of which all that came back was reversed.
	Moved(ctx context.Context, pool ledger.Pool, span ledger.Span, after int64) ([]Entry, error)
	// Untaken gives, by address, the runs of span that the pool still has.
	Untaken(ctx context.Context, pool ledger.Pool, span ledger.Span) ([]ledger.Span, error)
}
