package trace

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

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
	t := &forward{ctx: ctx, r: r, from: from, most: most}
	if err := t.begin(index, f); err != errFull {
		return t.parts, -1, err
	}
	return t.parts, t.parts[len(t.parts)-1].Upto, nil
}

// start is the place at which a page's trace begins: a unit early, since a conversion may
// have laid that unit on both sides of the end of the page before.
func (t *forward) start() int64 { return max(t.from-1, 0) }

// full says that the page is: what comes next begins the following one.
func (t *forward) full() bool { return t.most > 0 && len(t.parts) >= t.most }

// Mark is where a page of sources begins: a place within the traced flow, and behind each
// conversion on the way to the source a place among the units that were converted, since
// any number of gifts may have become the one unit that is traced. nil is the beginning.
type Mark []int64

// ParseMark reads what String wrote, if it is that.
func ParseMark(text string) (m Mark, ok bool) {
	for _, word := range strings.Split(text, ".") {
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil || n < 0 || n > ledger.MaxUnits {
			return nil, false
		}
		m = append(m, n)
	}
	return m, true
}

// String writes the places with points between: "1500", or "0.30000" behind a conversion.
func (m Mark) String() string {
	words := make([]string, len(m))
	for i, n := range m {
		words[i] = strconv.FormatInt(n, 10)
	}
	return strings.Join(words, ".")
}

// BackFrom is [Back] in pages of at most so many sources. The first begins at nil, and
// each next one at next of the page before, which is nil at the end. A page goes right to
// where it begins, and reads nothing of those before it.
func BackFrom(ctx context.Context, r Reader, index int64, from Mark, most int) (sources []Source, next Mark, err error) {
	f, err := r.Flow(ctx, index)
	if err != nil {
		return nil, nil, err
	}
	t := &back{ctx: ctx, r: r, from: from, most: most}
	if err := t.begin(index, f); err != errFull {
		return t.sources, nil, err
	}
	return t.sources, t.next, nil
}

// enter gives the first of places that the page is after: all of them, once its first
// source is found.
func (t *back) enter(places ledger.Span) ledger.Span {
	if len(t.from) > 0 {
		places.From = min(max(places.From, t.from[0]), places.Upto)
		t.from = t.from[1:]
	}
	return places
}

// mark is the mark of the source that begins at an address. Each conversion passed is
// entered at the first of the units that the trace brought there.
func (s scale) mark(address int64) Mark {
	m := Mark{address + s.shift}
	for r := s.up; r != nil; r = r.up {
		m = append(m, r.within.From+r.shift)
	}
	slices.Reverse(m)
	return m
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
