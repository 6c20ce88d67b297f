package trace_test

import (
	"errors"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/trace"
)

// Case 15. Refusals, on one book:
//
//	home  0        30       70       90   100  110      150      165  170
//	100   [0 ........................... 100)
//	101                                   [100 ....... 150)
//	out   [0 . 102)[30 . 103)[70 . 106)   [100 . 109)
//	in                                                 [150 . 104)[165 . 105)
//	east  102 [0 .. 30)  107 [30 .. 40), reversed by 108

func busy(t *testing.T) book {
	b := open(t)
	b.do(100,
		gift(home, 100),
		gift(home, 50),
		move(home, east, 30),
		pay(home, 40),
		comeback(103, 15), // places [25, 40) at [150, 165)
		comeback(103, 5),  // places [20, 25) at [165, 170)
		change(home, 20, dollars, 3),
		gift(east, 10),
		reverse(107),
		refund(101, 10))
	b.head(home, 170, 90, 10, 70, span(100, 110))
	b.head(east, 40, 0, 10, 30, span(30, 40))
	b.head(dollars, 3, 0, 0, 3)
	return b
}

func TestRefusals(t *testing.T) {
	short := func(p ledger.Pool, left, asked int64) ledger.Shortage {
		return ledger.Shortage{Pool: p, Left: left, Asked: asked}
	}
	for _, c := range []struct {
		name string
		f    ledger.Flow
		kind ledger.Kind
		code string
		data any
	}{
		{"overspend by one", pay(home, 71), ledger.Shortfall, "pool-shortfall", short(home, 70, 71)},
		{"overspend beside a hole", pay(east, 31), ledger.Shortfall, "pool-shortfall", short(east, 30, 31)},
		{"overspend of an empty pool", pay(west, 1), ledger.Shortfall, "pool-shortfall", short(west, 0, 1)},
		{"transfer of more than there is", move(home, east, 71), ledger.Shortfall, "pool-shortfall", short(home, 70, 71)},
		{"conversion of more than there is", change(home, 71, dollars, 1), ledger.Shortfall, "pool-shortfall", short(home, 70, 71)},

		{"refund of an unknown record", refund(999, 1), ledger.NotFound, "no-such-flow", nil},
		{"return of an unknown record", comeback(999, 1), ledger.NotFound, "no-such-flow", nil},
		{"reversal of an unknown record", reverse(999), ledger.NotFound, "no-such-flow", nil},
		{"transfer of an unknown record", moveOf(999, home, east, 1), ledger.NotFound, "no-such-flow", nil},
		{"refund of nothing", refund(0, 1), ledger.Invalid, "field-missing", nil},
		{"return of nothing", comeback(0, 1), ledger.Invalid, "field-missing", nil},
		{"reversal of nothing", reverse(0), ledger.Invalid, "", nil},

		{"refund of a transfer", refund(102, 1), ledger.Conflict, "not-a-gift", nil},
		{"refund of a payment", refund(103, 1), ledger.Conflict, "not-a-gift", nil},
		{"refund of a return", refund(104, 1), ledger.Conflict, "not-a-gift", nil},
		{"transfer of a transfer's units", moveOf(102, east, home, 1), ledger.Conflict, "not-a-gift", nil},
		{"return of a gift", comeback(100, 1), ledger.Conflict, "not-a-payment", nil},
		{"return of a transfer", comeback(102, 1), ledger.Conflict, "not-a-payment", nil},
		{"return of a conversion", comeback(106, 1), ledger.Conflict, "not-a-payment", nil},
		{"return of more than was paid", comeback(103, 21), ledger.Shortfall, "return-too-large", short(home, 20, 21)},

		{"reversal of a reversal", reverse(108), ledger.Conflict, "reversal-of-reversal", nil},
		{"reversal of a payment that came back in part", reverse(103), ledger.Conflict, "already-undone", nil},
		{"reversal of the earlier return", reverse(104), ledger.Conflict, "return-not-last", nil},
		{"reversal of a gift refunded in part", reverse(101), ledger.Shortfall, "gift-shortfall", trace.Elsewhere{
			Of: 101, Pool: home, Left: 40, Asked: 50, Rest: []trace.Rest{{State: trace.Refunded, Pool: home, Amount: 10, Via: 109}}}},
		{"reversal of a gift gone every way", reverse(100), ledger.Shortfall, "gift-shortfall", trace.Elsewhere{
			Of: 100, Pool: home, Left: 30, Asked: 100, Rest: []trace.Rest{ // 10 there, 20 came back
				{State: trace.Held, Pool: east, Amount: 30, Via: 102},
				{State: trace.Spent, Pool: home, Amount: 20, Via: 103},
				{State: trace.Converted, Pool: dollars, Amount: 20, Via: 106}}}},

		{"transfer to itself", move(home, home, 1), ledger.Invalid, "transfer-nowhere", nil},
		{"transfer into another asset", move(home, dollars, 1), ledger.Invalid, "transfer-asset", nil},
		{"transfer without a basis", moveOf(0, home, east, 1), ledger.Invalid, "basis-missing", nil},
		{"conversion into the same asset", change(home, 1, home, 1), ledger.Invalid, "conversion-asset", nil},
		{"conversion into another pool", change(home, 1, at(12, 2, "USD"), 1), ledger.Invalid, "conversion-pool", nil},

		{"gift of 0", gift(home, 0), ledger.Invalid, "amount-not-positive", nil},
		{"gift of -1", gift(home, -1), ledger.Invalid, "amount-not-positive", nil},
		{"gift of 2^53", gift(home, 1<<53), ledger.Invalid, "amount-too-large", nil},
		{"payment of 0", pay(home, 0), ledger.Invalid, "amount-not-positive", nil},
		{"payment of -1", pay(home, -1), ledger.Invalid, "amount-not-positive", nil},
		{"payment of 2^53", pay(home, 1<<53), ledger.Invalid, "amount-too-large", nil},
		{"transfer of 0", move(home, east, 0), ledger.Invalid, "amount-not-positive", nil},
		{"transfer of -1", move(home, east, -1), ledger.Invalid, "amount-not-positive", nil},
		{"transfer of 2^53", move(home, east, 1<<53), ledger.Invalid, "amount-too-large", nil},
		{"named transfer of 0", moveOf(101, home, east, 0), ledger.Invalid, "amount-not-positive", nil},
		{"named transfer of -1", moveOf(101, home, east, -1), ledger.Invalid, "amount-not-positive", nil},
		{"refund of 0", refund(101, 0), ledger.Invalid, "amount-not-positive", nil},
		{"refund of -1", refund(101, -1), ledger.Invalid, "amount-not-positive", nil},
		{"refund of 2^53", refund(101, 1<<53), 0, "", nil}, // too large, or more than is there
		{"return of 0", comeback(103, 0), ledger.Invalid, "amount-not-positive", nil},
		{"return of -1", comeback(103, -1), ledger.Invalid, "amount-not-positive", nil},
		{"return of 2^53", comeback(103, 1<<53), 0, "", nil},
		{"conversion of 0", change(home, 0, dollars, 1), ledger.Invalid, "amount-not-positive", nil},
		{"conversion of -1", change(home, -1, dollars, 1), ledger.Invalid, "amount-not-positive", nil},
		{"conversion of 2^53", change(home, 1<<53, dollars, 1), ledger.Invalid, "amount-too-large", nil},
		{"conversion into 0", change(home, 1, dollars, 0), ledger.Invalid, "amount-not-positive", nil},
		{"conversion into -1", change(home, 1, dollars, -1), ledger.Invalid, "amount-not-positive", nil},
		{"conversion into 2^53", change(home, 1, dollars, 1<<53), ledger.Invalid, "amount-too-large", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := busy(t)
			before := b.everything()
			_, err := b.Record(c.f)
			var e *ledger.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want a refusal", err)
			}
			if c.code == "" {
				c.code = e.Code
			}
			b.refused(c.code, c.data, c.f, err, before)
			if c.kind != 0 {
				want(t, "kind", e.Kind, c.kind)
			}
		})
	}
}

// Two returns are reversed in the order that is allowed, then the payment.
func TestReversalsLastFirst(t *testing.T) {
	b := busy(t)
	b.do(110, reverse(105), reverse(104), reverse(103))
	b.named(110, "home[165, 170) via []")
	b.named(111, "home[150, 165) via []")
	b.laid(112, span(170, 210))
	b.head(home, 210, 90, 30, 90, span(100, 110), span(150, 165), span(165, 170))
	b.forward(100,
		"[0, 30) held east[0, 30) via [102]",
		"[30, 70) held home[170, 210) via [103 112]",
		"[70, 90) converted dollars[0, 3) via [106]",
		"[90, 100) held home[90, 100) via []")
	b.forward(104, "[0, 15) reversed home[150, 165) via [111]")
	b.back(111, "[0, 15) of 100[55, 70) via [103 104 111]")
	b.refuse("return-too-large", ledger.Shortage{Pool: home, Left: 0, Asked: 1}, comeback(103, 1))

	b.do(113, pay(home, 80)) // 10 + 40 + 30 of the 40 that the reversal laid
	b.took(113, span(90, 200), "[90, 100)@0", "[110, 150)@10", "[170, 200)@50")
	b.head(home, 210, 200, 0, 10)
	b.back(113,
		"[0, 10) of 100[90, 100) via [113]",
		"[10, 50) of 101[10, 50) via [113]",
		"[50, 80) of 100[30, 60) via [103 112 113]")
}

// An entry is reversed once. Past the drawing of units the rule itself says so.
func TestReversedTwice(t *testing.T) {
	b := busy(t)
	b.refuse("already-reversed", nil, reverse(107))
}

func TestPoolWithoutAddresses(t *testing.T) {
	b := open(t)
	b.do(100, gift(west, most)) // [0 .. 2^53−1)
	e := b.refuse("pool-full", nil, gift(west, 1))
	want(t, "kind", e.Kind, ledger.Conflict)
	b.do(101, pay(west, most))
	b.head(west, 9007199254740991, 9007199254740991, 0, 0)
	b.refuse("pool-full", nil, comeback(101, 1))
	b.refuse("pool-full", nil, reverse(101))
	b.do(102, gift(home, 1))
	b.refuse("pool-full", nil, move(home, west, 1))
	b.forward(102, "[0, 1) held home[0, 1) via []")
	b.back(101, "[0, 9007199254740991) of 100[0, 9007199254740991) via [101]")
}

// Takes that the drawing of units would never give, handed straight to the rules.
