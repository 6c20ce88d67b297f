package trace_test

import (
	"testing"

	"mingzhang/ledger/trace"
)

// Case 12. A partner spends part of what it got and sends the rest back.

func TestTransferSentBack(t *testing.T) {
	b := open(t)
	b.do(100,
		gift(home, 100),         // 100 home [0 ........ 100)
		move(home, partner, 80)) // 101 home [0 .. 80) to partner [0 .. 80)
	b.forward(100,
		"[0, 80) in_transit partner[0, 80) via [101]",
		"[80, 100) held home[80, 100) via []")

	b.do(102,
		pay(partner, 50),        // 102 partner [0 .. 50)
		move(partner, home, 30)) // 103 partner [50 .. 80) to home [100 .. 130)
	b.head(partner, 80, 80, 0, 0)
	b.head(home, 130, 80, 0, 50)
	b.forward(100,
		"[0, 50) spent partner[0, 50) via [101 102]",
		"[50, 80) held home[100, 130) via [101 103]",
		"[80, 100) held home[80, 100) via []")
	b.back(102, "[0, 50) of 100[0, 50) via [101 102]")
	b.back(103, "[0, 30) of 100[50, 80) via [101 103]")

	b.do(104, refund(100, 50))
	b.named(104,
		"home[80, 100) via []",
		"home[100, 130) via [101 103]")
	b.back(104,
		"[0, 20) of 100[80, 100) via [104]",
		"[20, 50) of 100[50, 80) via [101 103 104]")
}

// Case 13. A transfer is reversed once all that the receiver paid of it came back.
// The two returns changed the order of its units, and the reversal keeps that.

func TestReversalOfTransferPaidAndReturned(t *testing.T) {
	b := open(t)
	spent := func(left, amount int64) trace.Elsewhere {
		return trace.Elsewhere{Of: 101, Pool: east, Left: left, Asked: 60,
			Rest: []trace.Rest{{State: trace.Spent, Pool: east, Amount: amount, Via: 102}}}
	}
	b.do(100,
		gift(home, 100),      // 100 home [0 ....... 100)
		move(home, east, 60), // 101 home [0 .. 60) to east [0 .. 60)
		pay(east, 60))        // 102 east [0 .. 60)
	b.refuse("gift-shortfall", spent(0, 60), reverse(101))
	b.do(103, comeback(102, 20)) // places [40 .. 60) laid at east [60 .. 80)
	b.refuse("gift-shortfall", spent(20, 40), reverse(101))
	b.do(104,
		comeback(102, 40), // 104 places [0 .. 40) laid at east [80 .. 120)
		reverse(101))      // 105 east [60 .. 120) to home [100 .. 160)
	b.named(105,
		"east[60, 80) via [102 103]",
		"east[80, 120) via [102 104]")
	b.laid(105, span(100, 160))
	b.head(east, 120, 120, 0, 0)
	b.head(home, 160, 60, 0, 100)
	b.forward(100,
		"[0, 40) held home[120, 160) via [101 102 104 105]",
		"[40, 60) held home[100, 120) via [101 102 103 105]",
		"[60, 100) held home[60, 100) via []")

	b.do(106, refund(100, 100))
	b.named(106,
		"home[60, 100) via []",
		"home[100, 120) via [101 102 103 105]",
		"home[120, 160) via [101 102 104 105]")
	b.back(106,
		"[0, 40) of 100[60, 100) via [106]",
		"[40, 60) of 100[40, 60) via [101 102 103 105 106]",
		"[60, 100) of 100[0, 40) via [101 102 104 105 106]")
}
