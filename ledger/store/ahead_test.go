package store_test

import (
	"context"
	"errors"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// TestPlayedAhead: what comes while a group is under way is played on what that will have
// made, and written without a question, wherever the group is held.
func TestPlayedAhead(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		looked, n := w.s.lookups.Load(), w.size
		first, held := w.underWay(atBegin, ask(gift(east, 100), "1"))
		second, third := w.put(ask(pay(east, 1100), "2")), w.put(ask(gift(east, 30), "3"))
		refused := w.put(ask(pay(east, 31), ""))
		w.taken()
		next := w.s.hold(atBegin)
		held.letGo()
		wantSpan(t, "the first gift", laid(first.wantNew(n)), 1000, 1100)
		next = w.onTo(next, atWrite)
		fourth := w.put(ask(pay(east, 30), "5"))
		w.taken()
		next = w.onTo(next, atCommit)
		fifth := w.put(ask(gift(west, 1), "6"))
		w.taken()
		next.letGo()
		wantSpan(t, "the payment of all", taken(second.wantNew(n+1)), 0, 1100)
		wantSpan(t, "the gift after it", laid(third.wantNew(n+2)), 1100, 1130)
		refused.wantLeft(30)
		wantSpan(t, "the payment of the rest", taken(fourth.wantNew(n+3)), 1100, 1130)
		wantSpan(t, "a gift to another", laid(fifth.wantNew(n+4)), 1000, 1001)
		w.wantGroups(1, 2, 2)
		w.wantAhead(looked)
		w.sound()
	})
}

// TestGiveUpAhead: who gives up while the group waits for the store, played ahead
// already, leaves no record and no gap.
func TestGiveUpAhead(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		looked, n := w.s.lookups.Load(), w.size
		first, held := w.underWay(atBegin, ask(gift(east, 100), "1"))
		second := w.put(ask(gift(east, 20), "2"))
		gone := w.put(ask(gift(east, 5000), "gone"))
		payment := w.put(ask(pay(east, 1121), ""))
		third := w.put(ask(gift(east, 3), "3"))
		w.taken()
		gone.wantGone()
		held.letGo()
		first.wantNew(n)
		wantSpan(t, "the gift before", laid(second.wantNew(n+1)), 1100, 1120)
		payment.wantLeft(1120)
		wantSpan(t, "the gift behind", laid(third.wantNew(n+2)), 1120, 1123)
		w.wantGroups(1, 2)
		w.wantAhead(looked)
		w.put(ask(gift(east, 5000), "gone")).wantNew(n + 3)
		w.sound()
	})
}

// TestAllGiveUpAhead: nobody is left of a group that was played ahead.
func TestAllGiveUpAhead(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		first, held := w.underWay(atBegin, ask(gift(east, 100), "1"))
		one, two := w.put(ask(gift(east, 20), "2")), w.put(ask(pay(east, 1100), "3"))
		w.taken()
		one.wantGone()
		two.wantGone()
		held.letGo()
		first.wantNew(w.size)
		wantSpan(t, "the next payment", taken(w.put(ask(pay(east, 1100), "4")).wantNew(w.size+1)), 0, 1100)
		w.sound()
	})
}

// wantGone has a caller give up, who is told so at once.
func (c *call) wantGone() {
	c.w.t.Helper()
	c.giveUp()
	if <-c.over; !errors.Is(c.err, context.Canceled) {
		c.w.t.Errorf("who gave up got %v", c.err)
	}
}

// TestLookBackAhead: requests that need the store to show what came before wait for the
// group under way, and with them all that came later; everything is done in its order.
func TestLookBackAhead(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		n, day := w.size, "2026-11-20"
		first, held := w.underWay(atBegin, ask(gift(east, 500), "1"))
		second := w.put(ask(gift(east, 300), "2"))
		w.taken()
		ofFirst := w.put(ask(book.Refund{Of: n, Amount: 100, Occurred: day}, "3"))
		w.taken()
		left := w.put(ask(gift(east, 9000), "left"))
		tooMuch := w.put(ask(book.Refund{Of: n + 1, Amount: 301, Occurred: day}, "4"))
		reversal := w.put(ask(book.Reverse{Of: n + 1, Reason: "误录"}, "5"))
		gone := w.put(ask(book.Refund{Of: n + 1, Amount: 1, Occurred: day}, "6"))
		moved := w.put(ask(book.Transfer{From: book.PoolRef{Project: east}, To: book.PoolRef{Project: west}, Of: n, Asset: "CNY", Amount: 50,
			Occurred: day, Basis: east + 1, Consent: &ledger.Author{Org: 2, Key: "c2"}}, "7"))
		project := w.put(ask(book.RegisterProject{Organization: uscc(2), Name: "南项目", Filing: uscc(2) + "A26002", Kind: ledger.Campaign,
			Cause: "education", Place: "440100"}, ""))
		south := n + 5 // and its plan and status
		given, spent := w.put(ask(gift(south, 70), "8")), w.put(ask(pay(south, 70), "9"))
		back := w.put(ask(book.Return{Of: south + 4, Amount: 20, Occurred: day}, "10"))
		ahead := w.put(ask(book.Return{Of: south + 7, Amount: 20, Occurred: day}, "11"))
		last := w.put(ask(gift(east, 5), "12"))
		left.wantGone()
		held.letGo()
		wantSpan(t, "the first gift", laid(first.wantNew(n)), 1000, 1500)
		wantSpan(t, "the gift after it", laid(second.wantNew(n+1)), 1500, 1800)
		wantTake(t, "the refund", ofFirst.wantNew(n+2), 1000, 1100)
		tooMuch.wantRefused("gift-shortfall")
		wantTake(t, "the reversal", reversal.wantNew(n+3), 1500, 1800)
		gone.wantRefused("gift-shortfall")
		wantTake(t, "the transfer of the first gift", moved.wantNew(n+4), 1100, 1150)
		project.wantNew(south)
		wantSpan(t, "the gift to the new project", laid(given.wantNew(south+3)), 0, 70)
		wantSpan(t, "the payment of it", taken(spent.wantNew(south+4)), 0, 70)
		wantSpan(t, "what came back", laid(back.wantNew(south+5)), 70, 90)
		ahead.wantRefused("no-such-record")
		wantSpan(t, "the last gift", laid(last.wantNew(south+6)), 1800, 1805)
		w.wantGroups(1, 11)
		w.sound()
	})
}

// wantTake: a named flow took one run of addresses.
func wantTake(t testing.TB, what string, f *ledger.Flow, from, upto int64) {
	t.Helper()
	if len(f.Out.Takes) != 1 {
		t.Fatalf("%s took %v, want one run", what, f.Out.Takes)
	}
	wantSpan(t, what, f.Out.Takes[0].Span, from, upto)
}
