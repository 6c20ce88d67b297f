package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

// anchorOf is an anchor of records [first, upto) on the channel "books".
func anchorOf(first, upto int64) store.Anchor {
	return store.Anchor{First: first, Upto: upto, Anchor: proof.Anchor{Backend: "fabric", Channel: "books", Block: 10 + first, Tx: fmt.Sprint("tx", first),
		Code: "VALID", Orgs: []string{"PlatformMSP", "RegulatorMSP"}, Time: noon.Add(time.Duration(first) * time.Millisecond)}}
}

var books = store.Chain{Backend: "fabric", Channel: "books"}

// TestAnchors: rows follow each other, each ledger's for itself, and are found by any
// record in them.
func TestAnchors(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		_, err := s.Anchor(ctx, books, 0)
		wantCode(t, "no anchor", err, "not-anchored")
		for _, a := range []store.Anchor{anchorOf(0, 5), anchorOf(5, 6), anchorOf(6, 300)} {
			must(t, s.AddAnchor(ctx, a))
			must(t, s.AddAnchor(ctx, a)) // again
		}
		other := anchorOf(0, 7)
		other.Backend, other.Channel = "local", ""
		must(t, s.AddAnchor(ctx, other))
		for index, want := range map[int64]store.Anchor{0: anchorOf(0, 5), 4: anchorOf(0, 5), 5: anchorOf(5, 6), 6: anchorOf(6, 300), 299: anchorOf(6, 300)} {
			got, err := s.Anchor(ctx, books, index)
			must(t, err)
			if fmt.Sprint(*got) != fmt.Sprint(want) {
				t.Errorf("record %d: got %v, want %v", index, *got, want)
			}
		}
		_, err = s.Anchor(ctx, books, 300)
		wantCode(t, "beyond the last", err, "not-anchored")
		if upto, err := s.AnchoredUpto(ctx, books); upto != 300 || err != nil {
			t.Errorf("anchored up to %d (%v)", upto, err)
		}
		page, err := s.Anchors(ctx, books, 0, 2)
		must(t, err)
		last, err := s.Anchors(ctx, books, page[1].First, 2)
		must(t, err)
		if len(page) != 2 || len(last) != 1 || page[0].First != 6 || last[0].First != 0 {
			t.Errorf("pages %v and %v", page, last)
		}
	})
}

// TestAnchorsKept: never a gap, never another in a place, never a change.
func TestAnchorsKept(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		must(t, s.AddAnchor(ctx, anchorOf(0, 5)))
		wantCode(t, "a gap", s.AddAnchor(ctx, anchorOf(6, 7)), "anchor-gap")
		longer := anchorOf(0, 6)
		wantCode(t, "another", s.AddAnchor(ctx, longer), "anchor-differs")
		within := anchorOf(3, 5)
		wantCode(t, "a part", s.AddAnchor(ctx, within), "anchor-differs")
		for _, change := range []string{"UPDATE anchors SET tx = 'x'", "DELETE FROM anchors"} {
			if err := s.Tamper(change); err == nil || !strings.Contains(err.Error(), "never changed") {
				t.Errorf("%s: got %v", change, err)
			}
		}
	})
}

// TestRange: records come in order, fewer at the end, and a hole is noticed.
func TestRange(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		head, err := s.Head(ctx)
		must(t, err)
		all, err := s.Range(ctx, 0, 1000)
		must(t, err)
		if int64(len(all)) != head.Size {
			t.Fatalf("%d records, want %d", len(all), head.Size)
		}
		for i, data := range all {
			one, err := s.Stored(ctx, int64(i))
			must(t, err)
			if string(one) != string(data) {
				t.Errorf("record %d is %s, want %s", i, data, one)
			}
		}
		some, err := s.RecordsAt(ctx, []int64{1, 3, head.Size - 1})
		must(t, err)
		if len(some) != 3 || string(some[1]) != string(all[3]) {
			t.Errorf("records 1, 3 and the last: %s", some)
		}
		if _, err := s.RecordsAt(ctx, []int64{1, head.Size}); ledger.KindOf(err) != ledger.NotFound {
			t.Errorf("a record that is not there: %v", err)
		}
		if none, err := s.Range(ctx, head.Size, 10); len(none) > 0 || err != nil {
			t.Errorf("beyond the end: %d records (%v)", len(none), err)
		}
	})
}

// TestLock: one at a time, by name; whoever has it, keeps it until the end of its
// connection.
func TestLock(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		first, second := openStore(t, address), openStore(t, address)
		one, err := first.TryLock(ctx, "a")
		must(t, err)
		for name, s := range map[string]*store.Store{"another program": second, "the same program": first} {
			if again, err := s.TryLock(ctx, "a"); again != nil || err != nil {
				t.Errorf("%s has the lock too: %v", name, err)
			}
		}
		other, err := second.TryLock(ctx, "b")
		must(t, err)
		must(t, one.Held(ctx))
		must(t, one.Release())
		two, err := second.TryLock(ctx, "a")
		must(t, err)
		must(t, two.Held(ctx))
		must(t, two.Release())
		must(t, other.Release())
	})
}

// TestLockLost: a lock whose connection was ended says so, and is free.
func TestLockLost(t *testing.T) {
	s := openStore(t, pgtest.DSN(t))
	one, err := s.TryLock(ctx, "a")
	must(t, err)
	must(t, s.DB().Exec("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'").Error)
	if err := one.Held(ctx); err == nil {
		t.Error("the lock is still held")
	}
	eventually(t, "the lock is free", func() bool {
		two, err := s.TryLock(ctx, "a")
		return err == nil && two != nil && two.Release() == nil
	})
	one.Release()
}
