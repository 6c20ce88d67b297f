package contract

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"mingzhang/ledger"
	"mingzhang/ledger/ledgertest"
	"mingzhang/ledger/record"
)

// TestHistories anchors random histories of all kinds of flows in batches of any size,
// on two ledgers, and compares what they keep with the book that made them.
func TestHistories(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newScribe(newWorld(t))
		for range rapid.IntRange(20, 90).Draw(rt, "flows") {
			f := ledgertest.Draw(rt, s.Book)
			f.Basis = basis(&f)
			if e, err := ledger.Apply(s.State(), f); err == nil {
				s.put(e)
			}
		}
		twin := newWorld(t)
		for first, end := int64(0), int64(len(s.records)); first < end; {
			size := min(end, first+rapid.Int64Range(1, 40).Draw(rt, "batch"))
			data := s.marshal(s.batch(first, size))
			answer := s.must(platform, "Anchor", data)
			if again := twin.must(platform, "Anchor", data); !bytes.Equal(answer, again) {
				t.Fatalf("two ledgers answer\n%s\n%s", answer, again)
			}
			first = size
		}
		if !maps.EqualFunc(s.values, twin.values, bytes.Equal) {
			t.Fatal("the same calls left two ledgers with different bytes")
		}
		compare(t, s)
	})
}

func basis(f *ledger.Flow) int64 {
	if f.Kind == ledger.Transfer && f.Out.Pool.Project != f.In.Pool.Project {
		return f.In.Pool.Project + 2
	}
	return 0
}

// compare holds the ledger's state against the book's.
func compare(t *testing.T, s *scribe) {
	t.Helper()
	head := ask[Head](s.world, charity, "Head")
	if size := int64(len(s.records)); head.Size != size || head.Root != s.root(size) {
		t.Fatalf("the head is %d %v, the log %d %v", head.Size, head.Root, size, s.root(size))
	}
	for i, data := range s.bytes {
		page := ask[Leaves](s.world, charity, "Leaves", i)
		if got := ask[Leaf](s.world, charity, "Leaf", i).Leaf; got != tlog.Hash(record.Hash(data)) || page.Leaves[0] != got {
			t.Fatalf("leaf %d is %v and %v", i, got, page.Leaves[0])
		}
		if end := min(head.Size, int64(i/tileWidth+1)*tileWidth); page.From+int64(len(page.Leaves)) != end || page.Size != head.Size {
			t.Fatalf("the leaves from %d: %d of %d", i, len(page.Leaves), page.Size)
		}
	}
	tx, err := begin(s.memory, Call{}, s.origin, false)
	if err != nil {
		t.Fatal(err)
	}
	held := map[holding]int64{}
	for _, p := range s.Pools() {
		want, err := s.State().Head(p)
		if err != nil {
			t.Fatal(err)
		}
		row, err := tx.pools.get(p)
		if err != nil || row.V.head() != want {
			t.Fatalf("pool %s: got %v, want %v (%v)", p, row.V.head(), want, err)
		}
		if got, want := live(t, holes{tx, p, &row.V}), live(t, s.State().Holes(p)); !slices.Equal(got, want) {
			t.Fatalf("pool %s: holes %v, want %v", p, got, want)
		}
		held[holding{p.Project, p.Asset}] += want.Balance()
	}
	comparePieces(t, s, tx)
	for _, project := range []int64{11, 12} {
		for _, sum := range ask[Project](s.world, charity, "Project", project).Totals {
			in := sum.Opening + sum.Income + sum.Returns + sum.TransfersIn + sum.ConvertedIn
			out := sum.Expenditure + sum.Refunds + sum.TransfersOut + sum.ConvertedOut
			if want := held[holding{project, sum.Asset}]; sum.Held != want || in-out != want {
				t.Fatalf("project %d holds %d: %+v", project, want, sum)
			}
			delete(held, holding{project, sum.Asset})
		}
	}
	for h, n := range held {
		if n != 0 {
			t.Fatalf("the ledger has no totals of %v, which holds %d", h, n)
		}
	}
}

func live(t *testing.T, h ledger.Holes) []ledger.Span {
	t.Helper()
	var all []ledger.Span
	for at := int64(0); ; {
		hole, found, err := h.After(at)
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			return all
		}
		all, at = append(all, hole), hole.Upto
	}
}

// comparePieces makes sure that the ledger still knows what every outflow took.
func comparePieces(t *testing.T, s *scribe, tx *tx) {
	t.Helper()
	for _, index := range s.Indices() {
		f := s.records[index].What.(*ledger.Flow)
		if f.Out == nil || f.Named() {
			continue
		}
		want, err := s.State().Pieces(index)
		if err != nil {
			t.Fatal(err)
		}
		row, err := tx.pools.get(f.Out.Pool)
		if err != nil {
			t.Fatal(err)
		}
		got, err := holes{tx, f.Out.Pool, &row.V}.between(f.Out.Span, f.Amount)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("flow %d took %v, the ledger says %v (%v)", index, want, got, err)
		}
	}
}

// TestManyHoles digs thousands of holes at random and compares with the plain set.
func TestManyHoles(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	m := newMemory()
	w := newLog(t, m, origin)
	w.writes, w.reads = map[string][]byte{}, map[string]bool{}
	tx, err := begin(m, Call{}, origin, false)
	if err != nil {
		t.Fatal(err)
	}
	row := &poolRow{In: 1 << 40}
	tree, set := holes{tx, main, row}, &ledger.HoleSet{}
	for _, at := range random.Perm(9000) {
		hole := ledger.Span{From: int64(at) * 10, Upto: int64(at)*10 + 1 + random.Int64N(10)}
		if err := tree.dig(hole); err != nil {
			t.Fatal(err)
		}
		row.Holed += hole.Len()
		set.Apply(ledger.Change{Dug: []ledger.Span{hole}})
	}
	if got, want := live(t, tree), live(t, set); !slices.Equal(got, want) {
		t.Fatal("the tree and the set hold different holes")
	}
	for range 2000 {
		at := random.Int64N(90_100)
		got, found, err := tree.After(at)
		want, there, _ := set.After(at)
		if got != want || found != there || err != nil {
			t.Fatalf("After(%d): got %v %v, want %v %v (%v)", at, got, found, want, there, err)
		}
	}
	for key, n := range tx.nodes.rows {
		if len(n.V.Entries) > fan || len(n.V.Entries) == 0 {
			t.Fatalf("node %d has %d entries", key.ID, len(n.V.Entries))
		}
	}
}

// TestOnlyUnitsReplaced: what sameUnits does not compare, Apply leaves as it was.
func TestOnlyUnitsReplaced(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := ledgertest.New(ledgertest.Owners)
		for range 30 {
			f := ledgertest.Draw(rt, b)
			e, err := ledger.Apply(b.State(), f)
			if err != nil {
				continue
			}
			b.Commit(e)
			got := e.Flow
			got.Amount, got.Into, got.Cut, got.In, got.Out = f.Amount, f.Into, f.Cut, f.In, f.Out
			if !reflect.DeepEqual(got, f) {
				rt.Fatalf("Apply replaced more: %+v, was %+v", got, f)
			}
		}
	})
}
