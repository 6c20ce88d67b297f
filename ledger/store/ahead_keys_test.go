package store_test

import (
	"fmt"
	"testing"

	"mingzhang/ledger/book"
)

// paid is a gift with the number of its payment.
func paid(amount int64, serial string) book.Income {
	g := gift(east, amount)
	g.Serial = serial
	return g
}

// TestKeyUnderWay: what is under way is asked for again, with the same words, with other
// words, and as the same payment under another key. All hear of the one record.
func TestKeyUnderWay(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		n := w.size
		first, held := w.underWay(atBegin, ask(paid(100, "s1"), "1"))
		fresh := w.put(ask(gift(east, 30), "2"))
		w.taken()
		again, other := w.put(ask(paid(100, "s1"), "1")), w.put(ask(paid(101, "s1"), "1"))
		noticed, contradicted := w.put(ask(paid(100, "s1"), "3")), w.put(ask(paid(102, "s1"), "4"))
		last := w.put(ask(pay(east, 1130), "5"))
		held.letGo()
		wantSpan(t, "the first gift", laid(first.wantNew(n)), 1000, 1100)
		wantSpan(t, "another gift", laid(fresh.wantNew(n+1)), 1100, 1130)
		again.wantAgain(n)
		other.wantRefused("key-reused")
		noticed.wantAgain(n)
		contradicted.wantRefused("key-reused")
		wantSpan(t, "the payment of all", taken(last.wantNew(n+2)), 0, 1130)
		w.put(ask(gift(east, 30), "2")).wantAgain(n + 1)
		audit(t, w.s.Store)
	})
}

// TestPaymentUnderWay: a payment is asked for again that is under way and leaves too little
// for another like it.
func TestPaymentUnderWay(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		first, held := w.underWay(atBegin, ask(pay(east, 900), "1"))
		again := w.put(ask(pay(east, 900), "1"))
		w.taken()
		other, rest := w.put(ask(pay(east, 901), "1")), w.put(ask(pay(east, 100), "2"))
		held.letGo()
		first.wantNew(w.size)
		again.wantAgain(w.size)
		other.wantRefused("key-reused")
		wantSpan(t, "the payment of the rest", taken(rest.wantNew(w.size+1)), 900, 1000)
		w.sound()
	})
}

// TestKeyUnderWayFails: what was under way is asked for again and never came to be, so
// that the second is the first.
func TestKeyUnderWayFails(t *testing.T) {
	onBothFailing(t, func(t *testing.T, w *warm, at step) {
		n := w.size
		lost, held := w.underWay(atBegin, ask(paid(100, "s1"), "1"))
		again := w.put(ask(paid(100, "s1"), "1"))
		w.taken()
		other, noticed := w.put(ask(gift(east, 101), "1")), w.put(ask(paid(100, "s1"), "3"))
		w.s.fail(at, errBroken)
		held.letGo()
		lost.wantRefused("store-unavailable")
		wantSpan(t, "the gift", laid(again.wantNew(n)), 1000, 1100)
		other.wantRefused("key-reused")
		noticed.wantAgain(n)
		if size := checkLog(t, w.s.Store); size != n+1 {
			t.Errorf("the log has %d records, want %d", size, n+1)
		}
		audit(t, w.s.Store)
	})
}

// TestKeyTwiceAhead: a key comes twice in one group that is played ahead.
func TestKeyTwiceAhead(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		n := w.size
		first, held := w.underWay(atBegin, ask(gift(east, 100), "1"))
		one, again := w.put(ask(paid(10, "s2"), "2")), w.put(ask(paid(10, "s2"), "2"))
		other, noticed := w.put(ask(gift(east, 11), "2")), w.put(ask(paid(10, "s2"), "3"))
		refused := w.put(ask(pay(east, 1111), "4"))
		covered := w.put(ask(gift(east, 1), "5"))
		paid := w.put(ask(pay(east, 1111), "4")) // which was refused before
		w.taken()
		held.letGo()
		first.wantNew(n)
		one.wantNew(n + 1)
		again.wantAgain(n + 1)
		other.wantRefused("key-reused")
		noticed.wantAgain(n + 1)
		refused.wantLeft(1110)
		covered.wantNew(n + 2)
		wantSpan(t, "the payment", taken(paid.wantNew(n+3)), 0, 1111)
		w.wantGroups(1, 3)
		audit(t, w.s.Store)
	})
}

// TestOldKeyAmongNew: what was recorded long ago is asked for again among new requests, by
// its key, or as the same payment under another key. It is answered as then, the others
// are recorded once, and later groups are played ahead as before.
func TestOldKeyAmongNew(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		old := w.size
		w.put(ask(paid(100, "s0"), "old")).wantNew(old)
		for i := range int64(3) {
			w.put(ask(gift(west, 1), fmt.Sprint("between ", i))).wantNew(old + 1 + i)
		}
		for round, again := range []book.Request{ask(paid(100, "s0"), "old"), ask(paid(100, "s0"), "notice")} {
			n := checkLog(t, w.s.Store)
			key := func(i int) string { return fmt.Sprint(round, ".", i) }
			first, held := w.underWay(atBegin, ask(gift(east, 20), key(1)))
			before, known := w.put(ask(gift(east, 10), key(2))), w.put(again)
			after, payment := w.put(ask(gift(east, 5), key(3))), w.put(ask(pay(east, 35), key(4)))
			contradicted := w.put(ask(paid(99, "s0"), key(5)))
			w.taken()
			held.letGo()
			first.wantNew(n)
			before.wantNew(n + 1)
			known.wantAgain(old)
			after.wantNew(n + 2)
			wantSpan(t, "the payment", taken(payment.wantNew(n+3)), int64(round)*35, int64(round+1)*35)
			contradicted.wantRefused("key-reused")
			w.put(ask(gift(east, 10), key(2))).wantAgain(n + 1)
			w.put(ask(gift(west, 1), key(6))).wantNew(n + 4)
			looked := w.s.lookups.Load()
			w.put(ask(gift(west, 1), key(7))).wantNew(n + 5)
			w.wantAhead(looked)
		}
		audit(t, w.s.Store)
	})
}

// TestBehindOldKey: a group was played on one that had a known key in it, and took that for
// new. All that both did is taken back, over the holes of a pool and in a project, too: a
// payment that only the second coming of the gift would have covered is refused.
func TestBehindOldKey(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		n := w.size
		w.put(ask(gift(east, 500), "old")).wantNew(n)
		hole := w.put(ask(book.Refund{Of: n, Amount: 200, Occurred: "2026-11-20"}, "0")).wantNew(n + 1)
		wantTake(t, "the refund", hole, 1000, 1200)
		first, held := w.underWay(atBegin, ask(pay(east, 1100), "1"), freeze(west, false), ask(gift(east, 500), "old"), ask(gift(east, 10), "2"))
		tooMuch, all := w.put(ask(pay(east, 211), "3")), w.put(ask(pay(east, 210), "4"))
		frozen, given := w.put(ask(pay(west, 1), "5")), w.put(ask(gift(west, 1), "6"))
		w.taken()
		held.letGo()
		wantSpan(t, "the payment over the hole", taken(first.wantAnswer(0, n+2, false)), 0, 1300)
		first.wantAnswer(1, n+3, false)
		first.wantAnswer(2, n, true)
		wantSpan(t, "the gift", laid(first.wantAnswer(3, n+4, false)), 1500, 1510)
		tooMuch.wantLeft(210)
		wantSpan(t, "the payment of all", taken(all.wantNew(n+5)), 1300, 1510)
		frozen.wantRefused("project-frozen")
		wantSpan(t, "the gift to the frozen project", laid(given.wantNew(n+6)), 1000, 1001)
		w.sound()
	})
}

// TestOldKeyWithNewPool: a group with a known key in it brings the first gift to a pool,
// which has its number by the time the key is met, and loses it again.
func TestOldKeyWithNewPool(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		n := w.size
		w.put(ask(gift(east, 500), "old")).wantNew(n)
		w.put(ask(spent(1), "")).wantLeft(0) // the book knows the pool from now on
		first, held := w.underWay(atBegin, ask(dollars(10), "1"), ask(gift(east, 500), "old"))
		second := w.put(ask(dollars(20), "2"))
		w.taken()
		held.letGo()
		wantSpan(t, "the first gift", laid(first.wantAnswer(0, n+1, false)), 0, 10)
		first.wantAnswer(1, n, true)
		wantSpan(t, "the second", laid(second.wantNew(n+2)), 10, 30)
		w.wantOnePool()
	})
}

// TestOldKeyOfSpent: what was recorded long ago would be refused today. Who asks again is
// told of the record all the same: a refusal would say that it never was.
func TestOldKeyOfSpent(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		n := w.size
		w.put(ask(pay(east, 900), "old")).wantNew(n)
		w.put(ask(gift(west, 1), "1")).wantNew(n + 1)
		w.put(ask(pay(east, 900), "old")).wantAgain(n)
		w.put(ask(gift(west, 1), "2")).wantNew(n + 2)
		first, held := w.underWay(atBegin, ask(gift(east, 20), "3"))
		before, known, after := w.put(ask(gift(east, 10), "4")), w.put(ask(pay(east, 900), "old")), w.put(ask(gift(east, 5), "5"))
		other := w.put(ask(pay(east, 901), "old"))
		batch := w.putBatch(ask(gift(east, 1), "6"), ask(pay(east, 900), "old"))
		w.taken()
		held.letGo()
		first.wantNew(n + 3)
		before.wantNew(n + 4)
		known.wantAgain(n)
		after.wantNew(n + 5)
		other.wantRefused("key-reused")
		batch.wantAnswer(0, n+6, false)
		batch.wantAnswer(1, n, true)
		w.sound()
	})
}
