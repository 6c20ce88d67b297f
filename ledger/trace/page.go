package trace

import (
	"context"
	"errors"

	"mingzhang/ledger"
)

// Chunk is how many entries a reader gives at least, where there are so many: after
// an answer of Chunk or more, a trace asks again from where the last of them ends. So
// a reader may stop there, and a page of a long trace costs no more than its length.
const Chunk = 1000

// errFull ends a trace that has as many parts as were asked for.
var errFull = errors.New("the page is full")

// ForwardFrom is [Forward] in pages of about so many parts. The first begins at place
// 0, and each next one at next of the page before, which is −1 at the end.
func ForwardFrom(ctx context.Context, r Reader, index, from int64, most int) (parts []Part, next int64, err error) {
	f, err := r.Flow(ctx, index)
	if err != nil {
		return nil, -1, err
	}
	t := &forward{ctx: ctx, r: r, page: page{from, most}}
	if err := t.begin(index, f); err != errFull {
		return t.parts, -1, err
	}
	return t.parts, t.parts[len(t.parts)-1].Upto, nil
}

// BackFrom is [Back] in pages, likewise. A page ends with a whole unit: where many units
// of gifts became one, it is longer.
func BackFrom(ctx context.Context, r Reader, index, from int64, most int) (sources []Source, next int64, err error) {
	f, err := r.Flow(ctx, index)
	if err != nil {
		return nil, -1, err
	}
	t := &back{ctx: ctx, r: r, page: page{from, most}}
	if err := t.begin(index, f); err != errFull {
		return t.sources, -1, err
	}
	return t.sources, t.sources[len(t.sources)-1].Upto, nil
}

// page is the part of a trace that is asked for; the zero page is the whole.
type page struct {
	from int64
	most int
}

// start is the place at which a page's trace begins: a unit early, since a conversion may
// have laid that unit on both sides of the end of the page before.
func (p page) start() int64 { return max(p.from-1, 0) }

// full says that the page is: what comes next begins the following one.
func (t *forward) full() bool { return t.most > 0 && len(t.parts) >= t.most }

func (t *back) full() bool {
	return t.most > 0 && len(t.sources) >= t.most && !t.sources[len(t.sources)-1].Empty()
}

// Units is how many units a trace of the flow has, forward or back: those it laid
// where forward follows them, and those it moved.
func Units(f *ledger.Flow) (forward, back int64) {
	if f.In == nil {
		return f.Amount, f.Amount
	}
	if f.Out == nil {
		return f.In.Span.Len(), f.In.Span.Len()
	}
	return f.In.Span.Len(), f.Amount
}
