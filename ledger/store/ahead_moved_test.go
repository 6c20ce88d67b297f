package store_test

import (
	"testing"

	"mingzhang/ledger/book"
)

// besides is a book in another process, as far as the store can tell, on the database of a
// warm one.
func besides(t *testing.T, address string) (*warm, *book.Book) {
	t.Helper()
	w := warmUp(t, address)
	return w, openBook(t, openStore(t, address))
}

// byOther records what another process does and gives the index of its last record.
func byOther(t *testing.T, b *book.Book, requests ...book.Request) (index int64) {
	t.Helper()
	for _, r := range requests {
		a, err := b.Submit(ctx, r)
		must(t, err)
		index = a.Index
	}
	return index
}

func freeze(project int64, release bool) book.Request {
	return ask(book.FreezeProject{Project: project, Order: "民函〔2026〕1号", Reason: "核查", Release: release}, "")
}

// TestHeadMoved: another process writes while one group is under way and the next is
// played. Both are played again: a project was frozen, money was spent, an address was
// laid, a key was used.
func TestHeadMoved(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w, other := besides(t, address)
		first, held := w.underWay(atBegin, ask(pay(east, 300), "1"))
		frozen, given := w.put(ask(pay(east, 200), "2")), w.put(ask(gift(east, 50), "3"))
		spent, covered := w.put(ask(pay(west, 51), "4")), w.put(ask(pay(west, 50), "5"))
		known := w.put(ask(gift(west, 5), "by the other"))
		w.taken()
		n := byOther(t, other, freeze(east, false), ask(pay(west, 955), "of the other"), ask(gift(west, 5), "by the other"))
		held.letGo()
		first.wantRefused("project-frozen")
		frozen.wantRefused("project-frozen")
		wantSpan(t, "the gift to the frozen project", laid(given.wantNew(n+1)), 1000, 1050)
		spent.wantLeft(50)
		wantSpan(t, "the payment of the rest", taken(covered.wantNew(n+2)), 955, 1005)
		known.wantAgain(n)
		w.sound()
	})
}

// TestRefusedAhead: groups in which everything is refused, on a head that is not the
// log's any more: another process has released the project and given money. A refusal
// that is wrong by now is not given, and one that was always right is.
func TestRefusedAhead(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w, other := besides(t, address)
		w.put(freeze(east, false)).result(0)
		w.put(ask(gift(west, 1), "0")).wantNew(w.size + 1)
		looked := w.s.lookups.Load()
		w.put(ask(pay(east, 1), "")).wantRefused("project-frozen")
		w.put(ask(pay(west, 1002), "")).wantLeft(1001)
		w.wantAhead(looked) // refused ahead, and truly
		first, held := w.underWay(atBegin, ask(pay(east, 1), "1"))
		second, third := w.put(ask(pay(west, 1002), "2")), w.put(ask(pay(west, 2000), "3"))
		w.taken()
		n := byOther(t, other, freeze(east, true), ask(gift(west, 500), "of the other"))
		held.letGo()
		wantSpan(t, "the payment of the released project", taken(first.wantNew(n+1)), 0, 1)
		wantSpan(t, "the payment of what came", taken(second.wantNew(n+2)), 0, 1002)
		third.wantLeft(499)
		w.sound()
	})
}

// TestMovedWhilePlayed: the head moves after the group under way was written, before the
// one that was played on it is.
func TestMovedWhilePlayed(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w, other := besides(t, address)
		first, held := w.underWay(atBegin, ask(gift(east, 100), "1"))
		second, refused := w.put(ask(gift(east, 10), "2")), w.put(ask(pay(west, 1001), "3"))
		w.taken()
		next := w.s.hold(atBegin)
		held.letGo()
		first.wantNew(w.size)
		<-next.came
		third := w.put(ask(pay(east, 1115), "4"))
		w.taken()
		n := byOther(t, other, ask(gift(east, 5), "of the other"), ask(gift(west, 1), "and one more"))
		next.letGo()
		wantSpan(t, "the second gift", laid(second.wantNew(n+1)), 1105, 1115)
		wantSpan(t, "the payment that the other's gift covers", taken(refused.wantNew(n+2)), 0, 1001)
		wantSpan(t, "the payment of all", taken(third.wantNew(n+3)), 0, 1115)
		w.sound()
	})
}
