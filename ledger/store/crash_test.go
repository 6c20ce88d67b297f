package store_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
)

const crashes = 24

// TestCrash kills a process that gives from many goroutines, at random moments, and
// opens what it left: everything that was answered is there, and nothing is half
// there.
func TestCrash(t *testing.T) {
	if r := role(); len(r) > 0 {
		giveUntilKilled(t, r[0], r[1], r[2])
		return
	}
	onBoth(t, func(t *testing.T, address string) {
		keeper := book.File(filepath.Join(t.TempDir(), "checkpoint"))
		s := openStore(t, address)
		b, err := book.Open(ctx, config(t, s, keeper))
		must(t, err)
		prepare(t, b)
		must(t, b.Close())
		must(t, s.Close())
		var all []answer
		for round := range crashes {
			c := bear(t, fmt.Sprint("r", round), address, string(keeper))
			lines := killed(t, c, round)
			all = append(all, afterCrash(t, address, keeper, lines)...)
		}
		s = openStore(t, address)
		wantThere(t, audit(t, s), all)
		t.Logf("%d answers in %d lives", len(all), crashes)
	})
}

// giveUntilKilled is the child. It says each answer once it has it.
func giveUntilKilled(t *testing.T, name, address, keeper string) {
	b := childBook(t, address, keeper)
	gather(t, b, name, 16, func(a answer) { say("%s %d %d %d %s", a.Key, a.N, a.Of, a.Index, a.Leaf) })
	untilOrphaned()
}

// killed lets a child work for a random while: now and then it does not even come to
// open the book.
func killed(t *testing.T, c *child, round int) []string {
	var lines []string
	if round%4 > 0 {
		select {
		case line, ok := <-c.lines:
			if !ok {
				t.Fatalf("the child of round %d ended by itself", round)
			}
			lines = append(lines, line)
		case <-time.After(patience):
			t.Fatalf("the child of round %d gives no answer", round)
		}
	}
	moment(80 * time.Millisecond)
	return append(lines, c.kill()...)
}

// afterCrash opens the database that a killed process left.
func afterCrash(t *testing.T, address string, keeper book.File, lines []string) []answer {
	t.Helper()
	answers, callers := understood(t, lines)
	s, err := store.Open(ctx, address)
	must(t, err)
	defer s.Close()
	wantNotAhead(t, s, keeper)
	b, err := book.Open(ctx, config(t, s, keeper))
	must(t, err)
	wantThere(t, audit(t, s), answers)
	wantReplayed(t, b, answers)
	for _, c := range callers { // what was under way: recorded or not, asked again it is there once
		d := c.next()
		a, err := b.Submit(ctx, d.request())
		if err != nil {
			t.Fatalf("%s, which was under way: %v", d.Key, err)
		}
		answers = append(answers, answer{d, a.Index, a.Leaf})
	}
	must(t, b.Close())
	a := audit(t, s)
	wantThere(t, a, answers)
	a.wantOneRecordForEachKey()
	return answers
}

// understood reads what a child said, and how far each of its callers was.
func understood(t *testing.T, lines []string) ([]answer, map[string]*caller) {
	t.Helper()
	var answers []answer
	callers := map[string]*caller{}
	for _, line := range lines {
		var a answer
		var leaf string
		if _, err := fmt.Sscanf(line, "%s %d %d %d %s", &a.Key, &a.N, &a.Of, &a.Index, &leaf); err != nil {
			t.Fatalf("the child says %q", line)
		}
		must(t, a.Leaf.UnmarshalJSON([]byte(`"`+leaf+`"`)))
		answers = append(answers, a)
		name := a.Key[:len(a.Key)-len(fmt.Sprint(".", a.N))]
		if callers[name] == nil {
			callers[name] = &caller{name: name}
		}
		callers[name].took(a.Index)
	}
	return answers, callers
}

// wantNotAhead: no checkpoint was published of what is not in the store.
func wantNotAhead(t testing.TB, s *store.Store, keeper book.Keeper) {
	t.Helper()
	head, err := s.Head(ctx)
	must(t, err)
	msg, err := keeper.Load()
	must(t, err)
	cp, _, err := proof.OpenCheckpoint(msg, origin, config(t, s, keeper).Verifier)
	must(t, err)
	if cp.Size > head.Size {
		t.Fatalf("the checkpoint is of %d records, the store has %d", cp.Size, head.Size)
	}
	if root, err := proof.Root(cp.Size, s); err != nil || root != cp.Root {
		t.Fatalf("the checkpoint of %d has the root %s, the store %s (%v)", cp.Size, cp.Root, root, err)
	}
}

// sizeOf reads the size in a checkpoint.
func sizeOf(t testing.TB, checkpoint []byte) int64 {
	t.Helper()
	cp, _, err := proof.OpenCheckpoint(checkpoint, origin, config(t, nil, nil).Verifier)
	must(t, err)
	return cp.Size
}
