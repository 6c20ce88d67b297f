package trace_test

import (
	"context"
	"fmt"
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
		checkPages(t, book, rapid.IntRange(1, 4).Draw(t, "most"))
	})
}

// TestPagesThroughConversions: gifts are changed, once and again, into fewer units and
// into more, so that pages end within units at every depth.
func TestPagesThroughConversions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		book := ledgertest.New(owners)
		record := func(f ledger.Flow) {
			if _, err := book.Record(f); err != nil {
				t.Fatal(err)
			}
		}
		pools := []ledger.Pool{home, dollars, masks, home, dollars}[:rapid.IntRange(2, 5).Draw(t, "pools")]
		units := map[ledger.Pool]int64{}
		for range rapid.IntRange(1, 2).Draw(t, "rounds") {
			for range rapid.IntRange(1, 20).Draw(t, "gifts") {
				n := rapid.Int64Range(1, 9).Draw(t, "given")
				record(gift(home, n))
				units[home] += n
			}
			for i, to := range pools[1:] {
				for from := pools[i]; units[from] > 0; {
					n := rapid.Int64Range(1, units[from]).Draw(t, "changed")
					m := rapid.Int64Range(1, 30).Draw(t, "into")
					record(change(from, n, to, m))
					units[from], units[to] = units[from]-n, units[to]+m
				}
			}
		}
		for last := pools[len(pools)-1]; units[last] > 0; {
			n := rapid.Int64Range(1, units[last]).Draw(t, "paid")
			record(pay(last, n))
			units[last] -= n
		}
		checkPages(t, book, rapid.IntRange(1, 4).Draw(t, "most"))
	})
}

// checkPages compares the pages of every flow with its whole traces.
func checkPages(t *rapid.T, book *ledgertest.Book, most int) {
	for _, index := range book.Indices() {
		f, _ := book.State().Flow(index)
		units, moved := trace.Units(f)
		parts, err := trace.Forward(ctx, book.Reader(), index)
		samePages(t, index, parts, err, func(from int64) ([]trace.Part, int64, bool, error) {
			page, next, err := trace.ForwardFrom(ctx, book.Reader(), index, from, most)
			if next >= 0 && (next <= from || next >= units) {
				t.Fatalf("flow %d: the page after %d begins at %d of %d", index, from, next, units)
			}
			return page, next, next >= 0, err
		})
		sources, err := trace.Back(ctx, book.Reader(), index)
		samePages(t, index, sources, err, func(from trace.Mark) ([]trace.Source, trace.Mark, bool, error) {
			page, next, err := backFrom(book.Reader(), index, from, most)
			if next != nil && (len(page) != most || next[0] >= moved) {
				t.Fatalf("flow %d: the page from %v has %d sources of %d, and the next is %v of %d", index, from, len(page), most, next, moved)
			}
			return page, next, next != nil, err
		})
	}
}

// samePages reads page after page and compares.
func samePages[T, P any](t *rapid.T, index int64, whole []T, err error, page func(from P) ([]T, P, bool, error)) {
	t.Helper()
	var all, some []T
	var at P
	for more := true; more && err == nil && len(all) <= len(whole); {
		some, at, more, err = page(at)
		all = append(all, some...)
	}
	if err != nil || !reflect.DeepEqual(all, whole) {
		t.Fatalf("flow %d: %v\nthe pages give %+v\nthe whole is   %+v", index, err, all, whole)
	}
}

// TestPagesOfOneUnit: a unit made of thousands of gifts is told page by page, and a page
// from its middle costs no more than the first.
func TestPagesOfOneUnit(t *testing.T) {
	const gifts = 5*trace.Chunk + 3
	b := open(t)
	record := func(f ledger.Flow) int64 {
		index, err := b.Record(f)
		if err != nil {
			t.Fatal(err)
		}
		return index
	}
	for range gifts {
		record(gift(home, 70))
	}
	record(move(home, partner, gifts*70))
	record(change(partner, gifts*70, at(11, 9, "USD"), gifts*10))
	record(change(at(11, 9, "USD"), gifts*10, at(11, 9, "goods/ambulance"), 2))
	paid := record(pay(at(11, 9, "goods/ambulance"), 2))
	whole, err := trace.Back(ctx, b.Reader(), paid)
	if err != nil || len(whole) != gifts {
		t.Fatalf("%d sources, want %d; %v", len(whole), gifts, err)
	}
	for _, most := range []int{1, 2, 7, 1000} {
		var all []trace.Source
		var costliest, calls int
		r := inChunks{b.Reader(), &calls}
		for from, more := trace.Mark(nil), true; more && len(all) <= len(whole); more = from != nil {
			calls = 0
			page, next, err := backFrom(r, paid, from, most)
			if err != nil || len(page) > most || len(page) == 0 {
				t.Fatalf("%d sources at most: from %v %d, %v", most, from, len(page), err)
			}
			all, from, costliest = append(all, page...), next, max(costliest, calls)
		}
		if !reflect.DeepEqual(all, whole) {
			t.Errorf("%d sources at most: the pages have %d of %d, or others", most, len(all), len(whole))
		}
		if costliest > 9 { // four pools from the payment to the gifts, in one unit or in two, and a second look
			t.Errorf("%d sources at most: a page looked for inflows %d times", most, costliest)
		}
	}
}

// TestMarkUnreadable: what no trace wrote is no mark.
func TestMarkUnreadable(t *testing.T) {
	for _, text := range []string{"", ".", "1.", "x", "-1", "1.-1", "9007199254740992", "1 2"} {
		if m, ok := trace.ParseMark(text); ok {
			t.Errorf("%q is %v", text, m)
		}
	}
}

// TestMarkElsewhere: from a mark that no page gave there are at most the sources that
// there are.
func TestMarkElsewhere(t *testing.T) {
	b := open(t)
	b.do(100, gift(home, 300), gift(home, 600), change(home, 900, masks, 3), pay(masks, 2))
	for mark, want := range map[string]int{"0.0": 2, "0.100": 2, "0.300": 1, "0.600": 0, "0.900": 0, "0.901": 0, "1": 1, "2": 0, "3.5": 0, "0.0.0.0": 2} {
		m, ok := trace.ParseMark(mark)
		if !ok {
			t.Fatalf("%s is no mark", mark)
		}
		if got, _, err := trace.BackFrom(ctx, b.Reader(), 103, m, 10); err != nil || len(got) != want {
			t.Errorf("from %s: %v, want %d; %v", mark, got, want, err)
		}
	}
}

// TestManyOfOne: of a unit that became thousands, each paid by itself, the first is all
// that is looked for.
func TestManyOfOne(t *testing.T) {
	const paid = 5 * trace.Chunk
	b := open(t)
	b.do(100, gift(home, 1), change(home, 1, masks, paid))
	for range paid {
		if _, err := b.Record(pay(masks, 1)); err != nil {
			t.Fatal(err)
		}
	}
	r := inChunks{b.Reader(), new(int)}
	parts, err := trace.Forward(ctx, r, 100)
	if err != nil || len(parts) != 1 || *r.calls > 2 { // one look in each pool
		t.Errorf("%v after %d looks; %v", parts, *r.calls, err)
	}
}

// inChunks is a reader that gives no more than it must, and counts the looks.
type inChunks struct {
	trace.Reader
	calls *int
}

func (r inChunks) Inflows(ctx context.Context, p ledger.Pool, s ledger.Span) ([]trace.Entry, error) {
	*r.calls++
	all, err := r.Reader.Inflows(ctx, p, s)
	return all[:min(len(all), trace.Chunk)], err
}

func (r inChunks) Outflows(ctx context.Context, p ledger.Pool, s ledger.Span) ([]trace.Entry, error) {
	*r.calls++
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
	r := inChunks{book.Reader(), new(int)}
	sources, err := trace.Back(ctx, r, paid)
	if err != nil || len(sources) != n || sources[0].Flow != first || sources[n-1].Upto != 2*n {
		t.Errorf("back: %d sources, want %d; %v", len(sources), n, err)
	}
	parts, err := trace.Forward(ctx, r, big)
	if err != nil || len(parts) != n || parts[n-1].State == trace.Spent {
		t.Errorf("forward: %d parts, want %d; %v", len(parts), n, err)
	}
}

// backFrom is trace.BackFrom from a mark that was written and read.
func backFrom(r trace.Reader, index int64, from trace.Mark, most int) ([]trace.Source, trace.Mark, error) {
	if from != nil {
		read, ok := trace.ParseMark(from.String())
		if !ok {
			return nil, nil, fmt.Errorf("%s is no mark", from)
		}
		from = read
	}
	return trace.BackFrom(ctx, r, index, from, most)
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
