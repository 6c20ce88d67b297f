package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
)

func ask(what any, key string) book.Request { return book.Request{By: platform, Key: key, What: what} }

func wantCode(t testing.TB, what string, err error, code string) {
	t.Helper()
	if !errors.Is(err, &ledger.Error{Code: code}) {
		t.Errorf("%s: got %v, want the refusal %s", what, err, code)
	}
}

// checkLog reads the whole log back: every record at its index, with its hash in the
// tree, and the tree's root in the head.
func checkLog(t testing.TB, s *store.Store) int64 {
	t.Helper()
	head, err := s.Head(ctx)
	must(t, err)
	var leaves []tlog.Hash
	for i := range head.Size {
		data, err := s.Stored(ctx, i)
		must(t, err)
		r, err := record.Parse(data)
		must(t, err)
		if r.Index != i {
			t.Fatalf("record %d says it is %d", i, r.Index)
		}
		leaves = append(leaves, record.Hash(data))
	}
	var edge proof.Edge
	edge.Append(leaves)
	if edge.Root() != head.Root {
		t.Fatalf("the records do not give the root of the head at %d", head.Size)
	}
	return head.Size
}

func TestIdempotency(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		first, err := b.Submit(ctx, ask(gift(east, 1000), "a"))
		must(t, err)
		again, err := b.Submit(ctx, ask(gift(east, 1000), "a"))
		must(t, err)
		if !again.Replayed || again.Index != first.Index || !bytes.Equal(again.Bytes, first.Bytes) {
			t.Errorf("the same request again: %d replayed %v, want %d again", again.Index, again.Replayed, first.Index)
		}
		_, err = b.Submit(ctx, ask(gift(east, 1001), "a"))
		wantCode(t, "the same key with another amount", err, "key-reused")
		other, err := b.Submit(ctx, book.Request{By: ledger.Author{Org: 1, Key: "c1"}, Key: "a", What: gift(east, 1000)})
		must(t, err)
		if other.Replayed {
			t.Error("the key of one caller answered another's")
		}
		results, err := b.SubmitAll(ctx, []book.Request{ask(gift(east, 5), "b"), ask(gift(east, 5), "b"), ask(gift(east, 6), "b")}, false)
		must(t, err)
		if results[0].Err != nil || results[1].Err != nil || !results[1].Answer.Replayed || results[1].Answer.Index != results[0].Answer.Index {
			t.Errorf("the same key twice in a group: %+v", results)
		}
		wantCode(t, "the same key with another input in a group", results[2].Err, "key-reused")
	})
}

// TestSerial: a payment's number is there once for each channel, whoever reports it.
func TestSerial(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		b := openBook(t, openStore(t, address))
		found(t, b)
		g := gift(east, 1000)
		g.Serial = "42000001"
		first := do(t, b, g)
		g.Note = "second notice of the same payment"
		again, err := b.Submit(ctx, ask(g, "another key"))
		must(t, err)
		if !again.Replayed || again.Index != first {
			t.Errorf("the payment again: record %d, want %d", again.Index, first)
		}
		g.Amount = 999
		_, err = b.Submit(ctx, ask(g, ""))
		wantCode(t, "the payment with another amount", err, "key-reused")
		g.Channel = "alipay"
		if do(t, b, g) == first {
			t.Error("the number of another channel is another payment")
		}
	})
}

// TestConcurrentDuplicates: of many that report the same payments at once, one
// records each.
func TestConcurrentDuplicates(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		before := checkLog(t, s)
		var wg sync.WaitGroup
		for caller := range 32 {
			wg.Go(func() {
				for i := range 20 {
					g := gift(east, int64(100+i))
					g.Serial = fmt.Sprint("s", i)
					if _, err := b.Submit(ctx, ask(g, fmt.Sprint(caller, "-", i))); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if n := checkLog(t, s) - before; n != 20 {
			t.Errorf("20 payments became %d records", n)
		}
	})
}

// TestHotPool: 64 writers spend one pool to the last fen and not one beyond.
func TestHotPool(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		do(t, b, gift(east, 1000))
		var mu sync.Mutex
		var spans []ledger.Span
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				for range 10 {
					a, err := b.Submit(ctx, ask(pay(east, 3), ""))
					if ledger.KindOf(err) == ledger.Shortfall {
						continue
					}
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					spans = append(spans, a.Record.What.(*ledger.Flow).Out.Span)
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(spans) != 333 {
			t.Errorf("%d payments of 3 out of 1,000, want 333", len(spans))
		}
		taken := map[int64]bool{}
		for _, span := range spans {
			for a := span.From; a < span.Upto; a++ {
				if taken[a] {
					t.Fatalf("address %d was spent twice", a)
				}
				taken[a] = true
			}
		}
		checkLog(t, s)
	})
}

// TestTwoBooks: two processes on one database stay in one order. (SQLite lets one
// process at a time write; its file lock is what keeps them apart.)
func TestTwoBooks(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		one, two := openStore(t, address), openStore(t, address)
		keeper := book.File(filepath.Join(t.TempDir(), "checkpoint"))
		a, err := book.Open(ctx, config(t, one, keeper))
		must(t, err)
		b, err := book.Open(ctx, config(t, two, keeper))
		must(t, err)
		found(t, a)
		do(t, b, gift(east, 10_000))
		seen := sync.Map{}
		var wg sync.WaitGroup
		for i := range 16 {
			bk := []*book.Book{a, b}[i%2]
			wg.Go(func() {
				for range 25 {
					answer, err := bk.Submit(ctx, ask(pay(east, 7), ""))
					if err != nil {
						t.Error(err)
						return
					}
					if _, twice := seen.LoadOrStore(answer.Index, true); twice {
						t.Errorf("index %d was given twice", answer.Index)
					}
				}
			})
		}
		wg.Wait()
		_, err = a.Submit(ctx, ask(pay(east, 10_000-16*25*7+1), ""))
		wantCode(t, "one fen too many", err, "pool-shortfall")
		must(t, a.Close())
		must(t, b.Close())
		checkLog(t, one)
	})
}

// TestRestart: a book opened again goes on where it was, and answers as before.
func TestRestart(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		keeper := book.File(filepath.Join(t.TempDir(), "checkpoint"))
		var last int64
		for round := range 3 {
			s := openStore(t, address)
			b, err := book.Open(ctx, config(t, s, keeper))
			must(t, err)
			if round == 0 {
				found(t, b)
			}
			for range 300 {
				last = do(t, b, gift(east, 10))
			}
			a, err := b.Submit(ctx, ask(gift(west, 77), "once"))
			must(t, err)
			if a.Replayed != (round > 0) {
				t.Errorf("round %d: replayed %v", round, a.Replayed)
			}
			must(t, b.Close())
			if size := checkLog(t, s); size <= last {
				t.Errorf("round %d: the log has %d records, the last answer was %d", round, size, last)
			}
			msg, err := keeper.Load()
			must(t, err)
			c := config(t, s, keeper)
			cp, _, err := proof.OpenCheckpoint(msg, origin, c.Verifier)
			must(t, err)
			if head, _ := s.Head(ctx); cp.Size != head.Size || cp.Root != head.Root {
				t.Errorf("the checkpoint kept is of %d, the head of %d", cp.Size, head.Size)
			}
			must(t, s.Close())
		}
	})
}

// TestOldBackup: a database file from before, put under a running history, is noticed.
func TestOldBackup(t *testing.T) {
	dir := t.TempDir()
	file, keeper := filepath.Join(dir, "book.db"), book.File(filepath.Join(dir, "checkpoint"))
	records := func(n int) {
		s, err := store.Open(ctx, "sqlite:"+file)
		must(t, err)
		b, err := book.Open(ctx, config(t, s, keeper))
		must(t, err)
		if n == 0 {
			found(t, b)
		}
		for range n {
			do(t, b, gift(east, 10))
		}
		must(t, b.Close())
		must(t, s.Close())
	}
	records(0)
	backup, err := os.ReadFile(file)
	must(t, err)
	records(5)
	must(t, os.WriteFile(file, backup, 0o600))
	s := openStore(t, "sqlite:"+file)
	_, err = book.Open(ctx, config(t, s, keeper))
	wantCode(t, "an old backup", err, "store-behind")
}

// TestEdited: history that somebody changed past the triggers does not give the root.
func TestEdited(t *testing.T) {
	dir := t.TempDir()
	address, keeper := "sqlite:"+filepath.Join(dir, "book.db"), book.File(filepath.Join(dir, "checkpoint"))
	s := openStore(t, address)
	b, err := book.Open(ctx, config(t, s, keeper))
	must(t, err)
	found(t, b)
	must(t, b.Close())
	edit := "UPDATE records SET bytes = x'00' WHERE idx = 2"
	if s.Tamper(edit) == nil {
		t.Error("the triggers let history be changed")
	}
	must(t, s.Tamper("DROP TRIGGER records_no_update", edit))
	_, err = book.Open(ctx, config(t, s, keeper))
	wantCode(t, "a record changed by hand", err, "head-broken")
}

// TestClock: a clock far behind the last record is set right first; one a little
// behind is not followed.
func TestClock(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		keeper := book.File(filepath.Join(t.TempDir(), "checkpoint"))
		b, err := book.Open(ctx, config(t, s, keeper))
		must(t, err)
		found(t, b)
		must(t, b.Close())
		c := config(t, s, keeper)
		c.Now = func() time.Time { return now().Add(-6 * time.Minute) }
		_, err = book.Open(ctx, c)
		wantCode(t, "a clock six minutes behind", err, "clock-behind")
		c.Now = func() time.Time { return now().Add(-4 * time.Minute) }
		b, err = book.Open(ctx, c)
		must(t, err)
		a, err := b.Submit(ctx, ask(gift(east, 1), ""))
		must(t, err)
		if !a.Record.Recorded.Equal(now()) {
			t.Errorf("recorded at %s, want %s: never running back", a.Record.Recorded, now())
		}
		must(t, b.Close())
	})
}

// TestClosed: a caller that is gone before it asks leaves no record; a closed book says
// that it is closed.
func TestClosed(t *testing.T) {
	s := openStore(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	b := openBook(t, s)
	found(t, b)
	before := checkLog(t, s)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	for range 20 { // some come as far as the queue
		if _, err := b.Submit(gone, ask(gift(east, 1), "")); !errors.Is(err, context.Canceled) {
			t.Errorf("a caller that is gone got %v", err)
		}
	}
	must(t, b.Close())
	if _, err := b.Submit(ctx, ask(gift(east, 1), "")); !errors.Is(err, book.ErrClosed) {
		t.Errorf("a closed book answers %v", err)
	}
	if now := checkLog(t, s); now != before {
		t.Errorf("the log went from %d to %d records", before, now)
	}
}

// TestLongList: a list longer than a group is recorded in its order; an atomic one is
// refused whole.
func TestLongList(t *testing.T) {
	s := openStore(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	c := config(t, s, book.File(filepath.Join(t.TempDir(), "checkpoint")))
	c.MaxGroup = 10
	b, err := book.Open(ctx, c)
	must(t, err)
	defer b.Close()
	found(t, b)
	var requests []book.Request
	for i := range 25 {
		requests = append(requests, ask(gift(east, int64(i+1)), ""))
	}
	before := checkLog(t, s)
	_, err = b.SubmitAll(ctx, requests, true)
	wantCode(t, "an atomic list of 25", err, "batch-too-large")
	if n := checkLog(t, s); n != before {
		t.Errorf("the log went from %d to %d records", before, n)
	}
	results, err := b.SubmitAll(ctx, requests, false)
	must(t, err)
	for i, r := range results {
		if r.Err != nil || r.Answer.Index != before+int64(i) || r.Answer.Record.What.(*ledger.Flow).Amount != int64(i+1) {
			t.Errorf("line %d: %+v", i, r)
		}
	}
}
