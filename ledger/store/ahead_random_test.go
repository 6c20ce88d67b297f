package store_test

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"mingzhang/ledger/book"
)

// TestTroubledStore: callers at once give, pay, refund and ask again for what they or
// others asked for, of a store whose transactions fail at random, before they begin, when
// all is written, at the commit, and after it. Every answer is true.
func TestTroubledStore(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		h := &handled{Store: openStore(t, address), t: t}
		c := config(t, h, book.File(filepath.Join(t.TempDir(), "checkpoint")))
		c.Log = slog.New(slog.DiscardHandler) // of each fault
		b, err := book.Open(ctx, c)
		must(t, err)
		t.Cleanup(func() { b.Close() })
		found(t, b)
		w := &witness{h: h, left: []map[int64]int64{{}}, keys: map[string]int64{}}
		must(t, w.read())
		rounds := 0
		rapid.Check(t, func(t *rapid.T) {
			rounds++
			trouble(t, b, h, w, fmt.Sprint(rounds))
		})
		must(t, b.Close())
		a := audit(t, h.Store)
		a.wantOneRecordForEachKey()
		t.Logf("%d answers, %d repetitions, %d payments and %d others refused, %d times unavailable; %d flows",
			w.fresh, w.repeated, w.short, w.refused, w.unavailable, a.flows)
	})
}

// errand is what several callers may ask for, under the one key.
type errand struct {
	Key    string
	What   string // "gift", "pay" or "refund"
	Amount int64
	East   bool
	Of     int // which errand to refund, by its place; of none, a record that is not there
}

func (e errand) project() int64 {
	if e.East {
		return east
	}
	return west
}

func drawErrand(t *rapid.T, i int, round string) errand {
	e := errand{Key: fmt.Sprint(round, ".", i), Amount: rapid.Int64Range(1, 30).Draw(t, "amount"), East: rapid.Bool().Draw(t, "east"),
		What: rapid.SampledFrom([]string{"gift", "gift", "pay", "pay", "refund"}).Draw(t, "what"), Of: rapid.IntRange(0, errandsEach-1).Draw(t, "of")}
	if e.What == "pay" {
		e.Amount *= 2 // so that the pools are empty more often than not
	}
	return e
}

// telling is what a caller was told, and how long the log was before and after that.
type telling struct {
	errand
	of            int64 // the record to refund
	before, after int64
	answer        *book.Answer
	err           error
}

// errandsEach is how many errands a round has.
const errandsEach = 12

// trouble is one round: errands, callers who run some of them, and faults.
func trouble(t *rapid.T, b *book.Book, h *handled, w *witness, round string) {
	var errands []errand
	for i := range errandsEach {
		errands = append(errands, drawErrand(t, i, round))
	}
	runs := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, errandsEach-1), 1, 8), 1, 8).Draw(t, "runs")
	faults := rapid.SliceOfN(rapid.SampledFrom([]string{"", "", "", "", "", "", "", "", "", "broken", "lost"}), 32, 32).Draw(t, "faults")
	var steps atomic.Int64
	chance := func(at step) error {
		switch fault := faults[steps.Add(1)%int64(len(faults))]; {
		case fault == "broken":
			return errBroken
		case fault == "lost" && at == atCommit:
			return errLost
		}
		return nil
	}
	before := w.size
	h.chance.Store(&chance)
	tellings := run(b, h, errands, runs)
	h.chance.Store(nil)
	if err := w.read(); err != nil {
		t.Fatal(err)
	}
	if err := w.holds(before, tellings); err != nil {
		t.Fatal(err)
	}
}

// run has callers run their errands, and gathers what they were told.
func run(b *book.Book, h *handled, errands []errand, runs [][]int) (all []telling) {
	var mu sync.Mutex
	given := make([]atomic.Int64, len(errands))
	var wg sync.WaitGroup
	for _, errandsOfOne := range runs {
		wg.Go(func() {
			for _, i := range errandsOfOne {
				told := errands[i].run(b, h, given)
				if told.answer != nil {
					given[i].Store(told.answer.Index)
				}
				mu.Lock()
				all = append(all, told)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return all
}

// run asks the book. What is to be refunded is known once it was given; the key is of
// that, too, so that it always stands for the same words.
func (e errand) run(b *book.Book, h *handled, given []atomic.Int64) telling {
	told := telling{errand: e, before: b.Head().Size}
	switch e.What {
	case "gift":
		told.answer, told.err = b.Submit(ctx, ask(gift(e.project(), e.Amount), e.Key))
	case "pay":
		told.answer, told.err = b.Submit(ctx, ask(pay(e.project(), e.Amount), e.Key))
	case "refund":
		if told.of = given[e.Of].Load(); told.of == 0 {
			told.of = 1 << 40
		}
		told.Key = fmt.Sprint(e.Key, " of ", told.of)
		told.answer, told.err = b.Submit(ctx, ask(book.Refund{Of: told.of, Amount: e.Amount, Occurred: "2026-11-20"}, told.Key))
	}
	head, err := h.Head(ctx)
	told.after, told.err = head.Size, errors.Join(told.err, err)
	return told
}
