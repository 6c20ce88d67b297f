package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/store/pgtest"
)

// TestCutBeforeCommit: the server never hears of the COMMIT. The caller is told that
// nothing was recorded, and that is so.
func TestCutBeforeCommit(t *testing.T) {
	p, address := through(t, pgtest.DSN(t))
	s := openStore(t, address)
	b := openBook(t, s)
	found(t, b)
	for i := range 10 {
		size := checkLog(t, s)
		p.armed.Store(int32(before))
		_, err := b.Submit(ctx, ask(gift(east, 1000), fmt.Sprint("k", i)))
		wantCode(t, "a COMMIT that was lost", err, "store-unavailable")
		if ledger.KindOf(err) != ledger.Unavailable {
			t.Errorf("the refusal is of kind %v", ledger.KindOf(err))
		}
		if now := checkLog(t, s); now != size {
			t.Fatalf("the log went from %d to %d records", size, now)
		}
		a, err := b.Submit(ctx, ask(gift(east, 1000), fmt.Sprint("k", i)))
		must(t, err)
		if a.Replayed || a.Index != size {
			t.Errorf("asked again: record %d, replayed %v; want %d anew", a.Index, a.Replayed, size)
		}
	}
	audit(t, s).wantOneRecordForEachKey()
}

// TestCutAfterCommit: the server commits, and its answer is lost: as it comes, or
// while the server still works on it, which is made to take 50 ms. The caller gets
// the true answer all the same.
func TestCutAfterCommit(t *testing.T) {
	for name, f := range map[string]fault{"after": after, "during": during} {
		t.Run(name, func(t *testing.T) {
			p, address := through(t, pgtest.DSN(t)+"&commit_delay=50000&commit_siblings=0")
			s := openStore(t, address)
			b := openBook(t, s)
			found(t, b)
			for i := range 10 {
				size := checkLog(t, s)
				p.armed.Store(int32(f))
				a, err := b.Submit(ctx, ask(gift(east, 1000), fmt.Sprint("k", i)))
				must(t, err)
				if a.Replayed || a.Index != size {
					t.Errorf("the answer is record %d, replayed %v; want %d", a.Index, a.Replayed, size)
				}
				again, err := b.Submit(ctx, ask(gift(east, 1000), fmt.Sprint("k", i)))
				must(t, err)
				if !again.Replayed || again.Leaf != a.Leaf {
					t.Errorf("asked again: record %d, want %d", again.Index, a.Index)
				}
			}
			if n := p.cuts.Load(); n != 10 {
				t.Errorf("%d connections were cut, want 10", n)
			}
			audit(t, s).wantOneRecordForEachKey()
		})
	}
}

// TestCutAnywhere cuts connections after a random number of bytes, again and again.
func TestCutAnywhere(t *testing.T) {
	p, address := through(t, pgtest.DSN(t))
	s := openStore(t, address)
	b := openBook(t, s)
	prepare(t, b)
	c := gather(t, b, "c", 8, nil)
	for i := range 150 {
		p.budget.Store(1 + rand.Int64N(20_000))
		eventually(t, "a cut", func() bool { return p.cuts.Load() > int64(i) })
		c.more(1)
	}
	c.disperse()
	c.wantAll(s)
	t.Logf("%d answers, %d refusals (%d unsure), %d cuts", len(c.answers), c.refused.Load(), c.unsure.Load(), p.cuts.Load())
}

// TestCutGroups arms every kind of fault under load, so that a cut is of a group of
// many callers, while another book moves the head on.
func TestCutGroups(t *testing.T) {
	direct := pgtest.DSN(t) + "&commit_delay=5000&commit_siblings=0"
	p, address := through(t, direct)
	s := openStore(t, address)
	b := openBook(t, s)
	prepare(t, b)
	c, other := gather(t, b, "c", 24, nil), gather(t, openBook(t, openStore(t, direct)), "other", 4, nil)
	for i := range 60 {
		p.armed.Store(int32(before) + rand.Int32N(3))
		eventually(t, "a cut", func() bool { return p.cuts.Load() > int64(i) })
		c.more(1)
	}
	c.disperse()
	other.disperse()
	wantThere(t, audit(t, s), other.answers)
	c.answers = append(c.answers, other.answers...)
	c.wantAll(s)
	if c.unsure.Load()+other.refused.Load() > 0 {
		t.Errorf("%d times the outcome stayed unknown, though the server was there; the other book refused %d times", c.unsure.Load(), other.refused.Load())
	}
	t.Logf("%d answers, %d refusals, %d cuts", len(c.answers), c.refused.Load(), p.cuts.Load())
}

// TestHolderVanishes: a process falls silent while it holds the head's lock, as when
// its machine loses power, and nobody closes its connection. The server gives the lock
// to the next before long.
func TestHolderVanishes(t *testing.T) {
	direct := pgtest.DSN(t)
	p, address := through(t, direct)
	s := openStore(t, direct)
	b := openBook(t, s)
	found(t, b)
	silenced := openBook(t, openStore(t, address))
	p.armed.Store(int32(silent))
	late := make(chan error, 1)
	go func() {
		_, err := silenced.Submit(ctx, ask(gift(east, 1000), "from the silenced"))
		late <- err
	}()
	eventually(t, "silence", func() bool { return p.cuts.Load() == 1 })
	hurried, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := b.Submit(hurried, ask(gift(east, 1000), "from the other"))
	must(t, err)
	close(p.heal)
	wantCode(t, "a COMMIT that never came through", <-late, "store-unavailable")
	_, err = silenced.Submit(ctx, ask(gift(east, 1000), "from the silenced"))
	must(t, err)
	audit(t, s).wantOneRecordForEachKey()
}

// TestSilence: nothing comes from the server any more, and no connection breaks. The
// callers are not held for ever, and the book goes on with another connection.
func TestSilence(t *testing.T) {
	p, address := through(t, pgtest.DSN(t)+"&idle_in_transaction_session_timeout=1s")
	s := openStore(t, address)
	prepared(t, s)
	b := openImpatient(t, s, 2*time.Second)
	c := gather(t, b, "c", 8, nil)
	for i := range 3 {
		p.armed.Store(int32(silent))
		eventually(t, "silence", func() bool { return p.cuts.Load() > int64(i) })
		c.more(50)
	}
	close(p.heal)
	c.disperse()
	c.wantAll(s)
	t.Logf("%d answers, %d refusals (%d unsure)", len(c.answers), c.refused.Load(), c.unsure.Load())
}

// TestUnknown: the answer to a COMMIT is lost, and the server cannot be reached again
// in time. The caller is told just that, finds the record by its key later, and the
// checkpoint comes to hold it though nothing else is recorded.
func TestUnknown(t *testing.T) {
	direct := pgtest.DSN(t)
	p, address := through(t, direct)
	s := openStore(t, direct)
	prepared(t, s)
	b := openImpatient(t, openStore(t, address), 3*time.Second)
	size := checkLog(t, s)
	p.shut.Store(true)
	p.armed.Store(int32(after))
	_, err := b.Submit(ctx, ask(gift(east, 1000), "k"))
	wantCode(t, "an answer that was lost", err, "outcome-unknown")
	if now := checkLog(t, s); now != size+1 {
		t.Fatalf("the log has %d records, want %d", now, size+1)
	}
	p.shut.Store(false)
	a, err := b.Submit(ctx, ask(gift(east, 1000), "k"))
	must(t, err)
	if !a.Replayed || a.Index != size {
		t.Errorf("asked again: record %d, replayed %v; want %d again", a.Index, a.Replayed, size)
	}
	eventually(t, "a checkpoint with the record", func() bool { return sizeOf(t, b.Checkpoint()) == size+1 })
}
