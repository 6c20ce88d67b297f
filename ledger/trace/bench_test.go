package trace_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sort"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/trace"
)

// relay is a large book in little memory: gifts into a first pool, transfers from
// there through two more, and payments out of the last. Every look-up is a binary
// search, as in a database with an index.
type relay struct {
	gifts []int64          // end addresses in the first pool
	pools [4]ledger.Pool   // in order
	outs  [4][]trace.Entry // of each pool, by address
	flows []*ledger.Flow   // transfers and payments, after the gifts
}

func newRelay(gifts, transfers, payments int) *relay {
	r := &relay{gifts: make([]int64, gifts)}
	random := rand.New(rand.NewPCG(1, 2))
	var total int64
	for i := range r.gifts {
		total += 1 + random.Int64N(20000)
		r.gifts[i] = total
	}
	for i := range r.pools {
		r.pools[i] = ledger.Pool{Project: int64(11 + i), Holder: 1, Designation: ledger.General, Asset: "CNY"}
	}
	for stage := range 3 {
		r.cut(stage, transfers, total)
	}
	r.cut(3, payments, total*9/10)
	return r
}

// cut has n outflows take equal parts of a pool, in order.
func (r *relay) cut(stage, n int, total int64) {
	for i := range int64(n) {
		span := ledger.Span{From: total / int64(n) * i, Upto: total / int64(n) * (i + 1)}
		if i == int64(n)-1 {
			span.Upto = total
		}
		f := &ledger.Flow{Kind: ledger.Expenditure, Amount: span.Len(), Out: &ledger.Outflow{Pool: r.pools[stage], Span: span}}
		if stage < 3 {
			f.Kind, f.In = ledger.Transfer, &ledger.Inflow{Pool: r.pools[stage+1], Span: span}
		}
		r.flows = append(r.flows, f)
		index := int64(len(r.gifts) + len(r.flows) - 1)
		r.outs[stage] = append(r.outs[stage], trace.Entry{Piece: ledger.Piece{Span: span}, Index: index, Flow: f})
	}
}

func (r *relay) stage(p ledger.Pool) int { return int(p.Project - 11) }

func (r *relay) Flow(_ context.Context, index int64) (*ledger.Flow, error) {
	if index >= int64(len(r.gifts)) {
		return r.flows[index-int64(len(r.gifts))], nil
	}
	span := ledger.Span{Upto: r.gifts[index]}
	if index > 0 {
		span.From = r.gifts[index-1]
	}
	return &ledger.Flow{Kind: ledger.Donation, Amount: span.Len(), In: &ledger.Inflow{Pool: r.pools[0], Span: span}}, nil
}

func (r *relay) Inflows(ctx context.Context, p ledger.Pool, span ledger.Span) ([]trace.Entry, error) {
	if stage := r.stage(p); stage > 0 {
		return meeting(r.outs[stage-1], span), nil // a transfer lays what it took at the same addresses
	}
	var entries []trace.Entry
	for i := sort.Search(len(r.gifts), func(i int) bool { return r.gifts[i] > span.From }); i < len(r.gifts); i++ {
		f, _ := r.Flow(ctx, int64(i))
		if f.In.Span.From >= span.Upto {
			break
		}
		entries = append(entries, trace.Entry{Piece: f.Laid(), Index: int64(i), Flow: f})
	}
	return entries, nil
}

func (r *relay) Outflows(_ context.Context, p ledger.Pool, span ledger.Span) ([]trace.Entry, error) {
	return meeting(r.outs[r.stage(p)], span), nil
}

func meeting(entries []trace.Entry, span ledger.Span) []trace.Entry {
	i := sort.Search(len(entries), func(i int) bool { return entries[i].Upto > span.From })
	j := i
	for j < len(entries) && entries[j].From < span.Upto {
		j++
	}
	return append([]trace.Entry(nil), entries[i:j]...)
}

func (r *relay) Pieces(_ context.Context, index int64, places ledger.Span) ([]trace.Entry, error) {
	f := r.flows[index-int64(len(r.gifts))]
	piece := ledger.Piece{Span: f.Out.Span}.CutPlaces(places)
	return []trace.Entry{{Piece: piece, Index: index, Flow: f}}, nil
}

func (r *relay) Returns(context.Context, int64) ([]trace.Entry, error) { return nil, nil }

func (r *relay) Organization(context.Context, int64) (int64, error) { return 1, nil }

// BenchmarkForward traces one gift through three transfers to its payments.
func BenchmarkForward(b *testing.B) {
	for _, gifts := range []int{1e4, 1e5, 1e6, 1e7} {
		b.Run(fmt.Sprintf("gifts=1e%d", len(fmt.Sprint(gifts))-1), func(b *testing.B) {
			r := newRelay(gifts, 1000, 100_000)
			random := rand.New(rand.NewPCG(3, 4))
			parts := 0
			for b.Loop() {
				p, err := trace.Forward(ctx, r, random.Int64N(int64(gifts)))
				if err != nil {
					b.Fatal(err)
				}
				parts += len(p)
			}
			b.ReportMetric(float64(parts)/float64(b.N), "parts")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1000/float64(b.N), "µs")
		})
	}
}

// BenchmarkBack traces one payment to the gifts that paid it.
func BenchmarkBack(b *testing.B) {
	for _, gifts := range []int{1e4, 1e5, 1e6, 1e7} {
		b.Run(fmt.Sprintf("gifts=1e%d", len(fmt.Sprint(gifts))-1), func(b *testing.B) {
			r := newRelay(gifts, 1000, 100_000)
			random := rand.New(rand.NewPCG(3, 4))
			sources := 0
			for b.Loop() {
				s, err := trace.Back(ctx, r, int64(gifts)+3000+random.Int64N(100_000))
				if err != nil {
					b.Fatal(err)
				}
				sources += len(s)
			}
			b.ReportMetric(float64(sources)/float64(b.N), "sources")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1000/float64(b.N), "µs")
		})
	}
}
