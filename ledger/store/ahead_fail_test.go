package store_test

import (
	"testing"

	"mingzhang/ledger/book"
)

// failures are the ways in which a transaction surely does not take place.
var failures = map[string]step{"begin": atBegin, "write": atWrite, "commit": atCommit}

// onBothFailing runs a test on each database for each of them.
func onBothFailing(t *testing.T, test func(t *testing.T, w *warm, at step)) {
	for name, at := range failures {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, address string) { test(t, warmUp(t, address), at) })
		})
	}
}

// TestGroupBeforeFails: a group was played on one that never came to be. Who was in that
// is told so; the others are answered as if it had never been asked for.
func TestGroupBeforeFails(t *testing.T) {
	onBothFailing(t, func(t *testing.T, w *warm, at step) {
		n := w.size
		lost, held := w.underWay(atBegin, ask(gift(east, 5000), "lost"))
		tooMuch := w.put(ask(pay(east, 5500), "2")) // which the lost gift would have covered
		given := w.put(ask(gift(east, 7), "3"))
		all := w.put(ask(pay(east, 1007), "4"))
		elsewhere := w.put(ask(gift(west, 1), "5"))
		w.taken()
		w.s.fail(at, errBroken)
		held.letGo()
		lost.wantRefused("store-unavailable")
		tooMuch.wantLeft(1000)
		wantSpan(t, "the gift behind", laid(given.wantNew(n)), 1000, 1007)
		wantSpan(t, "the payment of all", taken(all.wantNew(n+1)), 0, 1007)
		wantSpan(t, "a gift to another", laid(elsewhere.wantNew(n+2)), 1000, 1001)
		w.sound()
		wantSpan(t, "the lost gift", laid(w.put(ask(gift(east, 5000), "lost")).wantNew(n+3)), 1007, 6007)
		w.sound()
	})
}

// TestAnswerLostAhead: the group before was recorded, and only the answer was lost. What
// was played on it stands.
func TestAnswerLostAhead(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		n := w.size
		first, held := w.underWay(atBegin, ask(gift(east, 5000), "1"))
		second := w.put(ask(pay(east, 5500), "2"))
		w.taken()
		w.s.fail(atCommit, errLost)
		held.letGo()
		first.wantNew(n)
		wantSpan(t, "the payment", taken(second.wantNew(n+1)), 0, 5500)
		w.put(ask(gift(east, 5000), "1")).wantAgain(n)
		w.sound()
	})
}

// TestGroupAheadFails: it is the later group that fails, not the one that it was played
// behind, and then the next after it is played anew.
func TestGroupAheadFails(t *testing.T) {
	onBothFailing(t, func(t *testing.T, w *warm, at step) {
		n := w.size
		first, held := w.underWay(atBegin, ask(gift(east, 100), "1"))
		second := w.put(ask(pay(east, 1050), "2"))
		w.taken()
		next := w.s.hold(atBegin)
		held.letGo()
		first.wantNew(n)
		<-next.came
		third := w.put(ask(pay(east, 1060), "3"))
		w.taken()
		w.s.fail(at, errBroken)
		next.letGo()
		second.wantRefused("store-unavailable")
		wantSpan(t, "the payment that would have been too large", taken(third.wantNew(n+1)), 0, 1060)
		w.put(ask(pay(east, 1050), "2")).wantLeft(40)
		w.sound()
	})
}

// dollars is a gift to a pool that no gift has come into; spent is a payment from it.
func dollars(amount int64) book.Income {
	g := gift(west, amount)
	g.Asset = "USD"
	return g
}

func spent(amount int64) book.Spend {
	p := pay(west, amount)
	p.Asset = "USD"
	return p
}

// TestNewPoolAhead: while the first gift to a pool is under way, before and after the pool
// got its number, the next is played. A book that has refused a payment from the pool
// knows it; another has to ask.
func TestNewPoolAhead(t *testing.T) {
	for name, c := range map[string]struct {
		known bool
		at    step
	}{"unknown": {false, atCommit}, "known": {true, atBegin}, "numbered": {true, atCommit}} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, address string) {
				w := warmUp(t, address)
				if c.known {
					w.put(ask(spent(1), "")).wantLeft(0)
				}
				looked := w.s.lookups.Load()
				first, held := w.underWay(c.at, ask(dollars(10), "1"))
				second, third := w.put(ask(dollars(20), "2")), w.put(ask(spent(30), "3"))
				if c.known {
					w.taken()
				}
				held.letGo()
				wantSpan(t, "the first gift", laid(first.wantNew(w.size)), 0, 10)
				wantSpan(t, "the second", laid(second.wantNew(w.size+1)), 10, 30)
				wantSpan(t, "the payment", taken(third.wantNew(w.size+2)), 0, 30)
				if c.known {
					w.wantAhead(looked)
				}
				w.wantOnePool()
			})
		})
	}
}

// TestNewPoolFails: the first gift to the pool never comes in, though the pool had its
// number by then.
func TestNewPoolFails(t *testing.T) {
	onBothFailing(t, func(t *testing.T, w *warm, at step) {
		w.put(ask(spent(1), "")).wantLeft(0)
		lost, held := w.underWay(atBegin, ask(dollars(10), "1"))
		second, tooMuch := w.put(ask(dollars(20), "2")), w.put(ask(spent(30), "3"))
		w.taken()
		w.s.fail(at, errBroken)
		held.letGo()
		lost.wantRefused("store-unavailable")
		wantSpan(t, "the gift behind", laid(second.wantNew(w.size)), 0, 20)
		tooMuch.wantLeft(20)
		wantSpan(t, "the lost gift", laid(w.put(ask(dollars(10), "1")).wantNew(w.size+1)), 20, 30)
		w.wantOnePool()
	})
}

// wantOnePool: the dollars are in one pool, and all is as the records say.
func (w *warm) wantOnePool() {
	w.t.Helper()
	a := audit(w.t, w.s.Store)
	a.wantOneRecordForEachKey()
	if n := a.count("SELECT count(*) FROM pools WHERE asset = ?", "USD"); n != 1 {
		w.t.Errorf("there are %d pools of dollars, want 1", n)
	}
}
