package trace_test

import (
	"testing"

	"mingzhang/ledger"
)

func take(from, upto int64, path ...int64) ledger.Take {
	return ledger.Take{Span: span(from, upto), Path: path}
}

func taking(f ledger.Flow, from ledger.Pool, takes ...ledger.Take) ledger.Flow {
	f.Out = &ledger.Outflow{Pool: from, Takes: takes}
	return f
}

func TestForgedTakes(t *testing.T) {
	for _, c := range []struct {
		name string
		code string
		f    ledger.Flow
	}{
		{"of another gift", "path-broken", taking(refund(100, 5), home, take(110, 115))},
		{"across the border of two gifts", "path-broken", taking(refund(100, 15), home, take(90, 105))},
		{"moved away before", "units-taken", taking(refund(100, 5), home, take(0, 5))},
		{"paid before", "units-taken", taking(refund(100, 5), home, take(30, 35))},
		{"paid in part before", "units-taken", taking(refund(100, 10), home, take(85, 95))},
		{"refunded before", "units-taken", taking(refund(101, 10), home, take(100, 110))},
		{"refunded in part before", "units-taken", taking(refund(101, 10), home, take(105, 115))},
		{"around what was refunded before", "units-taken", taking(refund(101, 50), home, take(100, 150))},
		{"reversed before", "units-taken", taking(refund(107, 10), east, take(30, 40))},
		{"beyond the gift", "path-broken", taking(refund(101, 10), home, take(145, 155))},
		{"beyond the pool", "path-broken", taking(refund(101, 10), home, take(170, 180))},
		{"across the end of the pool", "path-broken", taking(refund(100, 10), home, take(165, 175, 103, 105))},
		{"overlapping", "takes-contradict", taking(refund(101, 20), home, take(110, 125), take(120, 125))},
		{"twice the same", "takes-contradict", taking(refund(101, 20), home, take(110, 120), take(110, 120))},
		{"descending", "takes-contradict", taking(refund(101, 20), home, take(130, 140), take(110, 120))},
		{"empty", "takes-contradict", taking(refund(101, 20), home, take(110, 110), take(110, 130))},
		{"backwards", "takes-contradict", taking(refund(101, 20), home, take(110, 140), take(150, 140))},
		{"below zero", "takes-contradict", taking(refund(100, 10), home, take(-5, 5))},
		{"less than the amount", "takes-contradict", taking(refund(101, 20), home, take(110, 125))},
		{"more than the amount", "takes-contradict", taking(refund(101, 20), home, take(110, 135))},
		{"no path", "path-broken", taking(refund(100, 5), home, take(150, 155))},
		{"path of the other return", "path-broken", taking(refund(100, 5), home, take(150, 155, 103, 105))},
		{"path of another gift", "path-broken", taking(refund(101, 5), home, take(150, 155, 103, 104))},
		{"path that ends in a payment", "path-broken", taking(refund(100, 5), home, take(90, 95, 103))},
		{"path that leaves the payment out", "path-broken", taking(refund(100, 5), home, take(150, 155, 104))},
		{"path with an unrelated record", "path-broken", taking(refund(100, 5), home, take(90, 95, 107))},
		{"path with an unrelated record after a payment", "path-broken", taking(refund(100, 5), home, take(150, 155, 103, 107))},
		{"path with an unknown record", "no-such-flow", taking(refund(100, 5), home, take(90, 95, 999))},
		{"path that descends", "takes-contradict", taking(refund(100, 5), home, take(150, 155, 104, 103))},
		{"path that stands still", "takes-contradict", taking(refund(100, 5), home, take(150, 155, 103, 103))},
		{"path from before the gift", "takes-contradict", taking(refund(101, 5), home, take(110, 115, 100))},
		{"path through a conversion", "gift-asset", taking(refund(100, 3), dollars, take(0, 3, 106))},
		{"path of a transfer in the pool it left", "path-broken", taking(refund(100, 5), home, take(90, 95, 102))},
		{"no path into the other pool", "path-broken", taking(refund(100, 5), east, take(0, 5))},
		{"the other gift's units in the other pool", "path-broken", taking(refund(101, 5), east, take(0, 5, 102))},
		{"good and bad", "path-broken", taking(refund(100, 15), home, take(90, 100), take(110, 115))},
		{"moved, of another gift", "path-broken", taking(moveOf(100, home, east, 5), home, take(110, 115))},
		{"moved, taken before", "units-taken", taking(moveOf(100, home, east, 5), home, take(0, 5))},
		{"reversal with another gift's units", "path-broken", taking(reverse(101), home, take(90, 100), take(110, 150))},
		{"reversal of less", "takes-contradict", taking(reverse(101), home, take(110, 150))},
		{"reversal of a return with other units", "path-broken", taking(reverse(105), home, take(150, 155))},
		{"return with a pool it leaves", "field-misplaced", taking(comeback(103, 5), home, take(90, 95))},
		{"payment of a gift's units", "field-misplaced", func() ledger.Flow {
			f := taking(pay(home, 5), home, take(110, 115))
			f.Of = 101
			return f
		}()},
	} {
		t.Run(c.name, func(t *testing.T) { busy(t).forge(c.code, c.f) })
	}
}

// What a caller writes into a flow that only the rules may say is replaced.
func TestForgedUnits(t *testing.T) {
	forged := span(1, 2)
	b := busy(t)
	for _, c := range []struct {
		name string
		f    ledger.Flow
		out  ledger.Span
		in   ledger.Span
		cut  *ledger.Span
	}{
		{"gift", gift(home, 7), span(0, 0), span(170, 177), nil},
		{"payment", taking(pay(home, 7), home, take(110, 117)), span(90, 97), span(0, 0), nil},
		{"transfer", taking(move(home, east, 7), home, take(110, 117)), span(90, 97), span(40, 47), nil},
		{"return", comeback(103, 7), span(0, 0), span(170, 177), &ledger.Span{From: 13, Upto: 20}},
		{"reversal", reverse(106), span(0, 0), span(170, 190), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := c.f
			f.Cut = &forged
			if f.In != nil {
				f.In = &ledger.Inflow{Pool: f.In.Pool, Span: forged}
			}
			if f.Out != nil {
				f.Out.Span = forged
			}
			e, err := ledger.Apply(b.State(), f)
			if err != nil {
				return // refusing them is as good
			}
			if e.Flow.Out != nil {
				want(t, "envelope", e.Flow.Out.Span, c.out)
			}
			if e.Flow.In != nil {
				want(t, "laid", e.Flow.In.Span, c.in)
			}
			want(t, "places brought back", e.Flow.Cut, c.cut)
		})
	}
}

// Lower units that came the same way cannot be left for another day: that would be
// choosing whose money pays the next bill.
func TestLowestFirst(t *testing.T) {
	b := open(t)
	b.do(100, gift(home, 100), gift(home, 50), pay(home, 50), comeback(102, 50)) // [0 .. 50) came back at [150 .. 200)
	b.forge("not-lowest", taking(refund(100, 50), home, take(150, 200, 102, 103)))
	b.forge("not-lowest", taking(refund(100, 20), home, take(60, 80)))
	b.do(104, taking(refund(100, 60), home, take(50, 100), take(150, 160, 102, 103)))
}
