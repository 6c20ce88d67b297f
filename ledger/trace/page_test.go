package trace_test

import (
	"context"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"mingzhang/ledger"
	"mingzhang/ledger/ledgertest"
	"mingzhang/ledger/trace"
)

// TestPages: the pages of a trace, laid end to end, are the whole.
func TestPages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		book := ledgertest.New(ledgertest.Owners)
		for range rapid.IntRange(1, 100).Draw(t, "flows") {
			if effect, err := ledger.Apply(book.State(), ledgertest.Draw(t, book)); err == nil {
				book.Commit(effect)
			}
		}
		most := rapid.IntRange(1, 4).Draw(t, "most")
		for _, index := range book.Indices() {
			f, _ := book.State().Flow(index)
			units, moved := trace.Units(f)
			parts, err := trace.Forward(ctx, book.Reader(), index)
			samePages(t, index, units, parts, err, func(from int64) ([]trace.Part, int64, error) {
				return trace.ForwardFrom(ctx, book.Reader(), index, from, most)
			})
			sources, err := trace.Back(ctx, book.Reader(), index)
			samePages(t, index, moved, sources, err, func(from int64) ([]trace.Source, int64, error) {
				return trace.BackFrom(ctx, book.Reader(), index, from, most)
			})
		}
	})
}

// samePages reads page after page and compares.
func samePages[T any](t *rapid.T, index, units int64, whole []T, err error, page func(from int64) ([]T, int64, error)) {
	t.Helper()
	var all []T
	for at := int64(0); err == nil && at >= 0; {
		var some []T
		var next int64
		some, next, err = page(at)
		if all = append(all, some...); next >= 0 && (next <= at || next >= units) {
			t.Fatalf("flow %d: the page after %d begins at %d of %d", index, at, next, units)
		}
		at = next
	}
	if err != nil || !reflect.DeepEqual(all, whole) {
		t.Fatalf("flow %d: %v\nthe pages give %+v\nthe whole is   %+v", index, err, all, whole)
	}
}

// inChunks is a reader that gives no more than it must.
type inChunks struct{ trace.Reader }

func (r inChunks) Inflows(ctx context.Context, p ledger.Pool, s ledger.Span) ([]trace.Entry, error) {
	all, err := r.Reader.Inflows(ctx, p, s)
	return all[:min(len(all), trace.Chunk)], err
}

func (r inChunks) Outflows(ctx context.Context, p ledger.Pool, s ledger.Span) ([]trace.Entry, error) {
	all, err := r.Reader.Outflows(ctx, p, s)
	return all[:min(len(all), trace.Chunk)], err
}

// TestChunks: more entries than a reader gives at a time are asked for again.
func TestChunks(t *testing.T) {
	book := ledgertest.New(ledgertest.Owners)
	pool := ledger.Pool{Project: 5, Holder: 1, Designation: ledger.General, Asset: "CNY"}
	const n = 2*trace.Chunk + 7
	var first int64
	for i := range n {
		index, err := book.Record(ledger.Flow{Kind: ledger.Donation, Party: &ledger.Party{Kind: ledger.Anonymous}, Amount: 2, Occurred: ledger.On("2026-11-20"), In: &ledger.Inflow{Pool: pool}})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = index
		}
	}
	big, err := book.Record(ledger.Flow{Kind: ledger.Donation, Party: &ledger.Party{Kind: ledger.Anonymous}, Amount: n, Occurred: ledger.On("2026-11-20"), In: &ledger.Inflow{Pool: pool}})
	if err != nil {
		t.Fatal(err)
	}
	paid, err := book.Record(ledger.Flow{Kind: ledger.Expenditure, Category: "5501", Occurred: ledger.On("2026-11-20"), Amount: 2 * n, Out: &ledger.Outflow{Pool: pool}})
	if err != nil {
		t.Fatal(err)
	}
	for range n - 1 {
		if _, err := book.Record(ledger.Flow{Kind: ledger.Expenditure, Category: "5501", Occurred: ledger.On("2026-11-20"), Amount: 1, Out: &ledger.Outflow{Pool: pool}}); err != nil {
			t.Fatal(err)
		}
	}
	r := inChunks{book.Reader()}
	sources, err := trace.Back(ctx, r, paid)
	if err != nil || len(sources) != n || sources[0].Flow != first || sources[n-1].Upto != 2*n {
		t.Errorf("back: %d sources, want %d; %v", len(sources), n, err)
	}
	parts, err := trace.Forward(ctx, r, big)
	if err != nil || len(parts) != n || parts[n-1].State == trace.Spent {
		t.Errorf("forward: %d parts, want %d; %v", len(parts), n, err)
	}
}

// TestNoPageOfNothing: one unit became ten, which were paid and partly came back. It is
// in one part, so no page follows.
func TestNoPageOfNothing(t *testing.T) {
	b := open(t)
	b.do(100, gift(home, 1), change(home, 1, masks, 10), pay(masks, 10), comeback(102, 4))
	parts, next, err := trace.ForwardFrom(ctx, b.Reader(), 100, 0, 1)
	if err != nil || len(parts) != 1 || next >= 0 {
		t.Errorf("%v, and the next page begins at %d; %v", parts, next, err)
	}
}
