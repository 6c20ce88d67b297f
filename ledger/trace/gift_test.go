package trace_test

import (
	"fmt"
	"testing"

	"mingzhang/ledger"
)

// Case 1. A thousand gifts of 1 fen, 999 of them spent.

func TestThousandGiftsOnePayment(t *testing.T) {
	b := open(t)
	for i := range int64(1000) { // gift 100+i lies at i
		b.do(100+i, gift(home, 1))
	}
	b.do(1100, pay(home, 999))

	b.took(1100, span(0, 999), "[0, 999)@0")
	b.head(home, 1000, 999, 0, 1)
	var sources []string
	for i := range int64(999) {
		sources = append(sources, fmt.Sprintf("[%d, %d) of %d[0, 1) via [1100]", i, i+1, 100+i))
		b.forward(100+i, fmt.Sprintf("[0, 1) spent home[%d, %d) via [1100]", i, i+1))
	}
	b.back(1100, sources...)
	b.forward(1099, "[0, 1) held home[999, 1000) via []")
}

func TestThousandGiftsThreePayments(t *testing.T) {
	b := open(t)
	for i := range int64(1000) {
		b.do(100+i, gift(home, 1))
	}
	b.do(1100, pay(home, 333), pay(home, 333), pay(home, 333))

	b.took(1100, span(0, 333), "[0, 333)@0")
	b.took(1101, span(333, 666), "[333, 666)@0")
	b.took(1102, span(666, 999), "[666, 999)@0")
	b.head(home, 1000, 999, 0, 1)
	for i, first := range []int64{100, 433, 766} { // the first gift of each payment
		var sources []string
		for k := range int64(333) {
			sources = append(sources, fmt.Sprintf("[%d, %d) of %d[0, 1) via [%d]", k, k+1, first+k, 1100+i))
			a := first - 100 + k
			b.forward(first+k, fmt.Sprintf("[0, 1) spent home[%d, %d) via [%d]", a, a+1, 1100+i))
		}
		b.back(int64(1100+i), sources...)
	}
	b.forward(1099, "[0, 1) held home[999, 1000) via []")
}

// Case 9. A gift booked to the wrong project is moved and leaves a hole.

func TestMispostedGift(t *testing.T) {
	misposted := func(t *testing.T) book {
		b := open(t)
		b.do(100,
			gift(home, 50),              // 100 [0 .. 50)
			gift(home, 30),              // 101         [50 .. 80)
			gift(home, 40),              // 102                  [80 .. 120)
			moveOf(101, home, east, 30)) // 103         [50 .. 80) to east [0 .. 30)
		b.named(103, "home[50, 80) via []")
		b.laid(103, span(0, 30))
		b.head(home, 120, 0, 30, 90, span(50, 80))
		b.head(east, 30, 0, 0, 30)
		b.forward(101, "[0, 30) held east[0, 30) via [103]")
		return b
	}
	t.Run("a payment across the hole", func(t *testing.T) {
		b := misposted(t)
		b.do(104, pay(home, 70), pay(east, 10))
		b.took(104, span(0, 100), "[0, 50)@0", "[80, 100)@50")
		b.head(home, 120, 100, 0, 20)
		b.back(104,
			"[0, 50) of 100[0, 50) via [104]",
			"[50, 70) of 102[0, 20) via [104]")
		b.forward(102,
			"[0, 20) spent home[80, 100) via [104]",
			"[20, 40) held home[100, 120) via []")
		b.back(105, "[0, 10) of 101[0, 10) via [103 105]")
		b.forward(101,
			"[0, 10) spent east[0, 10) via [103 105]",
			"[10, 30) held east[10, 30) via [103]")
	})
	t.Run("a payment up to the hole", func(t *testing.T) {
		b := misposted(t)
		b.do(104, pay(home, 50), pay(home, 5))
		b.took(104, span(0, 50), "[0, 50)@0")
		b.took(105, span(80, 85), "[80, 85)@0")
		b.head(home, 120, 85, 0, 35)
		b.back(105, "[0, 5) of 102[0, 5) via [105]")
	})
	t.Run("what came back of a payment across the hole", func(t *testing.T) {
		b := misposted(t)
		// Places [45, 70) of the payment: addresses [45, 50) and [80, 100).
		b.do(104, pay(home, 70), comeback(104, 25))
		b.laid(105, span(120, 145), span(45, 70))
		b.forward(100,
			"[0, 45) spent home[0, 45) via [104]",
			"[45, 50) held home[120, 125) via [104 105]")
		b.forward(102,
			"[0, 20) held home[125, 145) via [104 105]",
			"[20, 40) held home[100, 120) via []")
		b.do(106, refund(102, 40))
		b.named(106,
			"home[100, 120) via []",
			"home[125, 145) via [104 105]")
		b.head(home, 145, 120, 20, 5, span(125, 145))
		b.back(106,
			"[0, 20) of 102[20, 40) via [106]",
			"[20, 40) of 102[0, 20) via [104 105 106]")
	})
}

// Case 14. Every second of 2,000 gifts of 1 fen is refunded. The payment of 900 takes
// every second address, and its record still has nothing but an envelope.

func TestAlternatingRefunds(t *testing.T) {
	for _, c := range []struct {
		name          string
		refunded      int64 // address of the first gift refunded
		kept          int64 // address of the first gift kept
		before, after ledger.Head
		envelope      ledger.Span
	}{
		{"odd refunded", 1, 0, ledger.Head{In: 2000, Next: 0, Holed: 1000}, ledger.Head{In: 2000, Next: 1800, Holed: 100}, span(0, 1799)},
		{"even refunded", 0, 1, ledger.Head{In: 2000, Next: 1, Holed: 999}, ledger.Head{In: 2000, Next: 1801, Holed: 99}, span(1, 1800)},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := open(t)
			for i := range int64(2000) {
				b.do(100+i, gift(home, 1))
			}
			for i := range int64(1000) {
				b.do(2100+i, refund(100+c.refunded+2*i, 1))
			}
			h, _ := b.State().Head(home)
			want(t, "head before", h, c.before)
			b.do(3100, pay(home, 900))

			var pieces, sources []string
			for i := range int64(900) {
				a := c.kept + 2*i
				pieces = append(pieces, fmt.Sprintf("[%d, %d)@%d", a, a+1, i))
				sources = append(sources, fmt.Sprintf("[%d, %d) of %d[0, 1) via [3100]", i, i+1, 100+a))
			}
			b.took(3100, c.envelope, pieces...)
			b.back(3100, sources...)
			h, _ = b.State().Head(home)
			want(t, "head after", h, c.after)
			want(t, "balance", h.Balance(), 100)
			b.forward(100+c.kept+1798, fmt.Sprintf("[0, 1) spent home[%d, %d) via [3100]", c.kept+1798, c.kept+1799))
			b.forward(100+c.kept+1800, fmt.Sprintf("[0, 1) held home[%d, %d) via []", c.kept+1800, c.kept+1801))
			b.forward(100+c.refunded, fmt.Sprintf("[0, 1) refunded home[%d, %d) via [2100]", c.refunded, c.refunded+1))
		})
	}
}

// Case 16. Five transfers over three projects and a payment, all at once.

func TestLongChain(t *testing.T) {
	b := open(t)
	b.do(100,
		gift(home, 3),        // 100 home [0 .. 3)
		gift(home, 7),        // 101 home [3 .. 10)
		move(home, east, 10), // 102 home [0 .. 10)  to east [0 .. 10)
		move(east, west, 8),  // 103 east [0 .. 8)   to west [0 .. 8)
		move(west, home, 8),  // 104 west [0 .. 8)   to home [10 .. 18)
		move(home, east, 6),  // 105 home [10 .. 16) to east [10 .. 16)
		move(east, west, 4),  // 106 east [8 .. 12)  to west [8 .. 12)
		pay(west, 4))         // 107 west [8 .. 12)
	b.took(106, span(8, 12), "[8, 12)@0")
	b.back(107,
		"[0, 2) of 101[5, 7) via [102 106 107]",
		"[2, 4) of 100[0, 2) via [102 103 104 105 106 107]")
	b.forward(100,
		"[0, 2) spent west[10, 12) via [102 103 104 105 106 107]",
		"[2, 3) held east[12, 13) via [102 103 104 105]")
	b.forward(101,
		"[0, 3) held east[13, 16) via [102 103 104 105]",
		"[3, 5) held home[16, 18) via [102 103 104]",
		"[5, 7) spent west[8, 10) via [102 106 107]")
	b.forward(103,
		"[0, 2) spent west[10, 12) via [104 105 106 107]",
		"[2, 6) held east[12, 16) via [104 105]",
		"[6, 8) held home[16, 18) via [104]")
}
