package store_test

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/store/pgtest"
)

// TestTwoProcesses: two processes give to one pool and spend from it, and one of them
// is killed again and again. What all callers saw is what one after the other would
// have seen: the pool is linearizable.
func TestTwoProcesses(t *testing.T) {
	if r := role(); len(r) > 0 {
		tradeUntilKilled(t, r[0], r[1], r[2])
		return
	}
	const lives = 10
	address, folder := pgtest.DSN(t), t.TempDir()
	s := openStore(t, address)
	b := openBook(t, s)
	found(t, b)
	steady := bear(t, "steady", address, filepath.Join(folder, "steady"))
	var lines []string
	for life := range lives {
		mortal := bear(t, fmt.Sprint("mortal", life), address, filepath.Join(folder, "mortal"))
		select {
		case line, ok := <-mortal.lines:
			if !ok {
				t.Fatal("the child ended by itself")
			}
			lines = append(lines, line)
		case <-time.After(patience):
			t.Fatal("the child does nothing")
		}
		moment(150 * time.Millisecond)
		lines = append(lines, mortal.kill()...)
	}
	lines = append(lines, steady.finish(t)...)
	history := settled(t, b, lines)
	a := audit(t, s)
	a.wantOneRecordForEachKey()
	wantLinearizable(t, history)
	wantEachIndexOnce(t, a, history)
}

// trade is one thing that a caller asks of the pool: to give, or to spend.
type trade struct {
	Key     string
	Amount  int64 // negative to spend
	Project int64 // whose pool; 0 for the one that all share
}

func (d trade) request() book.Request {
	project := cmp.Or(d.Project, east)
	if d.Amount < 0 {
		return ask(pay(project, -d.Amount), d.Key)
	}
	return ask(gift(project, d.Amount), d.Key)
}

// outcome is what the caller was told: the units given or spent, or what was left.
type outcome struct {
	Index int64 // of the record; -1 for a refusal
	At    int64 // the first address; of a refusal, what was left
	Leaf  tlog.Hash
}

func tradeOn(b *book.Book, d trade) (outcome, error) {
	a, err := b.Submit(ctx, d.request())
	var refusal *ledger.Error
	if errors.As(err, &refusal) && refusal.Kind == ledger.Shortfall {
		return outcome{Index: -1, At: refusal.Data.(ledger.Shortage).Left}, nil
	}
	if err != nil {
		return outcome{}, err
	}
	f := a.Record.What.(*ledger.Flow)
	if f.In != nil {
		return outcome{a.Index, f.In.Span.From, a.Leaf}, nil
	}
	return outcome{a.Index, f.Out.Span.From, a.Leaf}, nil
}

// tradeUntilKilled is the child. Its lines tell when it asked and when it had the
// answer, by the clock of the machine, which the children share. Each caller trades at
// least once, and the first one begins with more than there can be: a walk of chance
// alone may never meet the bottom.
func tradeUntilKilled(t *testing.T, name, address, keeper string) {
	b := childBook(t, address, keeper)
	var wg sync.WaitGroup
	over := make(chan bool)
	for i := range 4 {
		wg.Go(func() {
			for n := 0; ; n++ {
				d := trade{Key: fmt.Sprint(name, ".", i, ".", n), Amount: rand.Int64N(39) - 19}
				switch {
				case i == 0 && n == 0:
					d.Amount = -1 << 40
				case i == 1 && n == 0 || d.Amount == 0:
					d.Amount = 1
				}
				say("ask %s %d %d", d.Key, d.Amount, time.Now().UnixNano())
				o, err := tradeOn(b, d)
				if err != nil {
					t.Error(err)
					return
				}
				say("told %s %d %d %d", d.Key, o.Index, o.At, time.Now().UnixNano())
				select {
				case <-over:
					return
				default:
				}
			}
		})
	}
	untilOrphaned()
	close(over)
	wg.Wait()
}

// settled reads what the children said. What was under way when one was killed is
// asked again, and so has its answer later.
func settled(t *testing.T, b *book.Book, lines []string) []porcupine.Operation {
	t.Helper()
	asked, history := map[string]porcupine.Operation{}, []porcupine.Operation{}
	for _, line := range lines {
		var d trade
		var o outcome
		var at int64
		if n, _ := fmt.Sscanf(line, "ask %s %d %d", &d.Key, &d.Amount, &at); n == 3 {
			asked[d.Key] = porcupine.Operation{Input: d, Call: at, Return: math.MaxInt64}
			continue
		}
		if n, _ := fmt.Sscanf(line, "told %s %d %d %d", &d.Key, &o.Index, &o.At, &at); n != 4 {
			if line != "PASS" { // at its end
				t.Fatalf("a child says %q", line)
			}
			continue
		}
		op := asked[d.Key]
		delete(asked, d.Key)
		op.Output, op.Return = o, at
		history = append(history, op)
	}
	for _, op := range asked {
		o, err := tradeOn(b, op.Input.(trade))
		must(t, err)
		op.Output, op.Return = o, time.Now().UnixNano()
		history = append(history, op)
	}
	t.Logf("%d operations, %d of them were under way when their process was killed", len(history), len(asked))
	return history
}

// hotPool is how one pool answers to one caller after the other: a gift lies at its
// end, a payment takes its lowest units, and one that is too large is told what is
// left. Of several pools each does so for itself.
var hotPool = porcupine.Model{
	Init: func() any { return ledger.Head{} },
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		pools := map[int64][]porcupine.Operation{}
		for _, op := range history {
			of := op.Input.(trade).Project
			pools[of] = append(pools[of], op)
		}
		return slices.Collect(maps.Values(pools))
	},
	Step: func(state, input, output any) (bool, any) {
		h, d, o := state.(ledger.Head), input.(trade), output.(outcome)
		switch {
		case d.Amount > 0:
			right := o.Index >= 0 && o.At == h.In
			h.In += d.Amount
			return right, h
		case -d.Amount > h.Balance():
			return o.Index == -1 && o.At == h.Balance(), h
		}
		right := o.Index >= 0 && o.At == h.Next
		h.Next -= d.Amount
		return right, h
	},
}

func wantLinearizable(t *testing.T, history []porcupine.Operation) {
	t.Helper()
	if result := porcupine.CheckOperationsTimeout(hotPool, history, patience); result != porcupine.Ok {
		t.Errorf("is the history of the pool linearizable: %s", result)
	}
}

// wantEachIndexOnce: every answer has an index of its own, and there are no flows that
// nobody was told of.
func wantEachIndexOnce(t *testing.T, a *auditor, history []porcupine.Operation) {
	t.Helper()
	keys := map[int64]string{}
	refusals := 0
	for _, op := range history {
		d, o := op.Input.(trade), op.Output.(outcome)
		if o.Index < 0 {
			refusals++
		} else if other, twice := keys[o.Index]; twice {
			t.Errorf("record %d was given to %s and to %s", o.Index, other, d.Key)
		} else {
			keys[o.Index] = d.Key
		}
	}
	if len(keys) != a.flows || refusals == 0 || refusals == len(history) {
		t.Errorf("%d answers and %d refusals, but %d flows", len(keys), refusals, a.flows)
	}
}
