package store_test

import (
	"testing"

	"mingzhang/ledger/book"
)

// TestBatchAhead: nothing of an atomic batch with a refused line is recorded, and those
// around it are.
func TestBatchAhead(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		looked, n := w.s.lookups.Load(), w.size
		first, held := w.underWay(atBegin, ask(gift(east, 100), "1"))
		before := w.put(ask(gift(east, 10), "2"))
		bad := w.putBatch(ask(gift(east, 50), ""), ask(gift(west, 1), ""), ask(pay(east, 1161), ""), ask(gift(east, 1), ""))
		good := w.putBatch(ask(gift(east, 3), "3"), ask(pay(east, 1113), "4"))
		after := w.put(ask(gift(west, 2), "5"))
		w.taken()
		held.letGo()
		first.wantNew(n)
		wantSpan(t, "the gift before", laid(before.wantNew(n+1)), 1100, 1110)
		bad.wantBatchRefused(2, "pool-shortfall")
		wantSpan(t, "the gift of a good batch", laid(good.wantAnswer(0, n+2, false)), 1110, 1113)
		wantSpan(t, "the payment of a good batch", taken(good.wantAnswer(1, n+3, false)), 0, 1113)
		wantSpan(t, "the gift behind", laid(after.wantNew(n+4)), 1000, 1002)
		w.wantGroups(1, 4)
		w.wantAhead(looked)
		w.sound()
	})
}

// TestBatchKeysAhead: a key of a refused batch is free, in the same group and later.
func TestBatchKeysAhead(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		n := w.size
		first, held := w.underWay(atBegin, ask(gift(east, 100), "1"))
		bad := w.putBatch(ask(gift(east, 50), "2"), ask(gift(west, 1), "3"), ask(pay(east, 1151), "4"))
		other := w.put(ask(gift(east, 7), "2"))
		w.taken()
		held.letGo()
		first.wantNew(n)
		bad.wantBatchRefused(2, "pool-shortfall")
		wantSpan(t, "the gift under a key of the batch", laid(other.wantNew(n+1)), 1100, 1107)
		wantSpan(t, "a later one", laid(w.put(ask(gift(west, 2), "3")).wantNew(n+2)), 1000, 1002)
		w.sound()
	})
}

// TestBatchWithCorrection: a correction has what came before it in its batch written, and
// nothing of that stays where a later line is refused.
func TestBatchWithCorrection(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		n := w.size
		first, held := w.underWay(atBegin, ask(gift(east, 100), "1"))
		bad := w.putBatch(ask(gift(east, 50), "2"), ask(book.Correct{Of: n - 1, Field: "note", Old: "加油", New: "加油。", Reason: "笔误"}, "3"),
			ask(pay(east, 1151), "4"))
		w.taken()
		after := w.put(ask(gift(east, 7), "5"))
		held.letGo()
		first.wantNew(n)
		bad.wantBatchRefused(2, "pool-shortfall")
		wantSpan(t, "the gift behind", laid(after.wantNew(n+1)), 1100, 1107)
		w.sound()
	})
}

// wantBatchRefused: one line of an atomic batch was refused, and with it the others.
func (c *call) wantBatchRefused(line int, code string) {
	c.w.t.Helper()
	<-c.over
	for i := range c.results {
		want := "batch-refused"
		if i == line {
			want = code
		}
		wantCode(c.w.t, "a line of the batch", c.result(i).Err, want)
	}
}
