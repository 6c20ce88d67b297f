package store_test

import (
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
)

// clock is a book's, which stands still until a test moves it on.
type clock struct {
	moved atomic.Int64
	reads atomic.Int64
}

func (c *clock) now() time.Time {
	c.reads.Add(1)
	return now().Add(time.Duration(c.moved.Load()))
}

// onClock gives a book the clock, and groups of so many requests.
func onClock(c *clock, group int) func(*book.Config) {
	return func(conf *book.Config) { conf.Now, conf.MaxGroup = c.now, group }
}

// TestHeldStore: the store is held for longer than the time of a record may lie back. What
// was played meanwhile carries the time of its writing, and is judged by that: a day to
// come may have come.
func TestHeldStore(t *testing.T) {
	for name, wait := range map[string]time.Duration{"three seconds": 3 * time.Second, "a day": 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, address string) {
				var c clock
				w := warmUp(t, address, onClock(&c, 0))
				looked, n := w.s.lookups.Load(), w.size
				first, held := w.underWay(atBegin, ask(gift(east, 100), "1"))
				reads := c.reads.Load()
				second := w.put(ask(pay(east, 1050), "2"))
				third := w.put(ask(gift(east, 7), "3"))
				tomorrow := gift(west, 1)
				tomorrow.Occurred = "2026-11-21"
				day := w.put(ask(tomorrow, ""))
				w.taken()
				eventually(t, "the group has its time", func() bool { return c.reads.Load() > reads })
				c.moved.Store(int64(wait))
				held.letGo()
				first.wantNew(n)
				wantSpan(t, "the payment", taken(second.wantNew(n+1)), 0, 1050)
				wantSpan(t, "the gift", laid(third.wantNew(n+2)), 1100, 1107)
				if wait < time.Hour {
					day.wantRefused("date-ahead")
				} else {
					day.wantNew(n + 3)
				}
				for _, later := range []*call{second, third} {
					later.wantRecorded(now().Add(wait))
				}
				w.wantAhead(looked)
				audit(t, w.s.Store)
			})
		})
	}
}

// TestHeldStoreFull: so it is with a group that is full before the store is free.
func TestHeldStoreFull(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		var c clock
		w := warmUp(t, address, onClock(&c, 2))
		n := w.size
		first, held := w.underWay(atBegin, ask(gift(east, 100), "1"))
		second, third := w.put(ask(gift(east, 10), "2")), w.put(ask(pay(east, 1110), "3"))
		w.taken()
		fourth := w.put(ask(gift(east, 1), "4"))
		c.moved.Store(int64(3 * time.Second))
		held.letGo()
		first.wantNew(n)
		second.wantNew(n + 1)
		third.wantNew(n + 2)
		fourth.wantNew(n + 3)
		for _, later := range []*call{second, third, fourth} {
			later.wantRecorded(now().Add(3 * time.Second))
		}
		w.sound()
	})
}

// TestGiveUpFull: who gives up while a full group waits for the store leaves no record.
func TestGiveUpFull(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address, func(c *book.Config) { c.MaxGroup = 3 })
		n := w.size
		first, held := w.underWay(atBegin, ask(gift(east, 100), "1"))
		second, gone, payment := w.put(ask(gift(east, 10), "2")), w.put(ask(gift(east, 50), "gone")), w.put(ask(pay(east, 1111), ""))
		w.taken()
		fourth := w.put(ask(gift(east, 1), "3"))
		gone.wantGone()
		held.letGo()
		first.wantNew(n)
		second.wantNew(n + 1)
		payment.wantLeft(1110)
		fourth.wantNew(n + 2)
		w.sound()
	})
}

// wantRecorded: the record of a single request carries the time.
func (c *call) wantRecorded(at time.Time) {
	c.w.t.Helper()
	if got := c.result(0).Answer.Record.Recorded; !got.Equal(at) {
		c.w.t.Errorf("recorded at %s, want %s", got, at)
	}
}

// TestCloseAhead: the book is closed while a group is under way and another is played. All
// are answered, also where the first fails, and the checkpoint kept is of all.
func TestCloseAhead(t *testing.T) {
	for name, fault := range map[string]error{"in peace": nil, "in trouble": errBroken} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, address string) {
				keeper := book.File(filepath.Join(t.TempDir(), "checkpoint"))
				w := warmUp(t, address, func(c *book.Config) { c.Keeper = keeper })
				n := w.size
				first, held := w.underWay(atBegin, ask(gift(east, 100), "1"))
				second, third := w.put(ask(gift(east, 10), "2")), w.put(ask(pay(east, 1001), "3"))
				closed := make(chan error, 1)
				go func() { closed <- w.Close() }()
				eventually(t, "the book closes", closing)
				next := w.s.hold(atBegin)
				if fault != nil {
					w.s.fail(atWrite, fault)
				}
				held.letGo()
				<-next.came // with the later group, while nothing else is to come
				for range 1000 {
					runtime.Gosched() // to a book that does not wait
				}
				next.letGo()
				must(t, <-closed)
				if fault == nil {
					first.wantNew(n)
					n++
				} else {
					first.wantRefused("store-unavailable")
				}
				second.wantNew(n)
				wantSpan(t, "the payment", taken(third.wantNew(n+1)), 0, 1001)
				w.sound()
				w.wantKept(keeper)
			})
		})
	}
}

// TestCloseLookBack: the book is closed while requests wait that need the store.
func TestCloseLookBack(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		w := warmUp(t, address)
		n := w.size
		first, held := w.underWay(atBegin, ask(gift(east, 100), "1"))
		second := w.put(ask(pay(east, 1001), "2"))
		tooMuch := w.put(ask(book.Refund{Of: n, Amount: 100, Occurred: "2026-11-20"}, "3"))
		last := w.put(ask(gift(east, 2), "4"))
		closed := make(chan error, 1)
		go func() { closed <- w.Close() }()
		eventually(t, "the book closes", closing)
		held.letGo()
		must(t, <-closed)
		first.wantNew(n)
		second.wantNew(n + 1)
		tooMuch.wantRefused("gift-shortfall")
		wantSpan(t, "the last gift", laid(last.wantNew(n+2)), 1100, 1102)
		w.sound()
	})
}

// closing says whether somebody waits for a book to close.
func closing() bool {
	stacks := make([]byte, 1<<22)
	return strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), "[chan receive]:\nmingzhang/ledger/book.(*Book).Close(")
}

// wantKept: the checkpoint kept outside the store is of the whole log.
func (w *warm) wantKept(keeper book.File) {
	w.t.Helper()
	msg, err := keeper.Load()
	must(w.t, err)
	cp, _, err := proof.OpenCheckpoint(msg, origin, w.Verifier)
	must(w.t, err)
	head, err := w.s.Head(ctx)
	must(w.t, err)
	if cp.Size != head.Size || cp.Root != head.Root {
		w.t.Errorf("the checkpoint kept is of %d records, the log has %d", cp.Size, head.Size)
	}
}
