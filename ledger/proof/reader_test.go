package proof

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"mingzhang/ledger"
)

func isAbsent(err error) bool { return errors.Is(err, errAbsent) && ledger.KindOf(err) == 0 }

// TestProofsAgree makes proofs of random trees, as they are and as they once
// were, and gives them to tlog, to transparency-dev's verifier and to ours.
func TestProofsAgree(t *testing.T) {
	whole := newTree(70_000)
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, whole.edge.Size()).Draw(t, "size")
		old := rapid.Int64Range(1, size).Draw(t, "old")
		index := rapid.Int64Range(0, size-1).Draw(t, "index")
		root, oldRoot := rootOf(t, size, whole), rootOf(t, old, whole)
		cur, before := Checkpoint{testOrigin, size, root}, Checkpoint{testOrigin, old, oldRoot}
		leaf := whole.leaves[index]

		p, err := Inclusion(size, root, index, whole.tiles)
		if err != nil {
			t.Fatal(err)
		}
		if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(index), uint64(size), leaf[:], slicesOf(p), root[:]); err != nil {
			t.Errorf("inclusion of %d in %d: they say %v", index, size, err)
		}
		if err := CheckInclusion(cur, index, leaf, p); err != nil {
			t.Errorf("inclusion of %d in %d: we say %v", index, size, err)
		}
		c, err := Consistency(old, size, root, whole.tiles)
		if err != nil {
			t.Fatal(err)
		}
		if err := proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(old), uint64(size), slicesOf(c), oldRoot[:], root[:]); err != nil {
			t.Errorf("consistency of %d with %d: they say %v", old, size, err)
		}
		if err := CheckConsistency(before, cur, c); err != nil {
			t.Errorf("consistency of %d with %d: we say %v", old, size, err)
		}
	})
}

func rootOf(t rapid.TB, size int64, whole *tree) tlog.Hash {
	root, err := Root(size, whole.tiles)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestRootOfThePast(t *testing.T) {
	whole := newTree(70_000)
	for _, size := range []int64{1, 255, 256, 257, 65_535, 65_536, 65_537, 65_792, 69_999, 70_000} {
		var e Edge
		e.Append(whole.leaves[:size])
		if got := rootOf(t, size, whole); got != e.Root() {
			t.Errorf("Root(%d) = %v, want %v", size, got, e.Root())
		}
	}
	_, err := Root(MaxSize+1, whole.tiles)
	wantCode(t, "huge", err, ledger.Corrupt, "tree-size")
}

func slicesOf[P ~[]tlog.Hash](p P) [][]byte {
	var out [][]byte
	for _, h := range p {
		out = append(out, slices.Clone(h[:]))
	}
	return out
}

// Every proof of every small tree is the one that RFC 6962 defines.
func TestProofsOfSmallTrees(t *testing.T) {
	whole := newTree(20)
	for size := 1; size <= 20; size++ {
		leaves := whole.leaves[:size]
		for i := range size {
			p, err := Inclusion(int64(size), naive(leaves), int64(i), whole.tiles)
			if want := naivePath(i, leaves); err != nil || !slices.Equal(p, want) {
				t.Errorf("Inclusion of %d in %d = %v, %v, want %v", i, size, p, err, want)
			}
			c, err := Consistency(int64(i+1), int64(size), naive(leaves), whole.tiles)
			if want := naiveProof(i+1, leaves); err != nil || !slices.Equal(c, want) {
				t.Errorf("Consistency of %d with %d = %v, %v, want %v", i+1, size, c, err, want)
			}
		}
	}
}

func TestProofsFromEmpty(t *testing.T) {
	whole := newTree(3)
	for _, size := range []int64{0, 3} {
		if p, err := Consistency(0, size, whole.edge.Root(), whole.tiles); len(p) != 0 || err != nil {
			t.Errorf("Consistency(0, %d) = %v, %v, want an empty proof", size, p, err)
		}
	}
	if root, err := Root(0, rows{}); root != emptyRoot || err != nil {
		t.Errorf("Root(0) = %v, %v, want %v", root, err, emptyRoot)
	}
}

func TestReaderRefuses(t *testing.T) {
	whole := newTree(70_000)
	size, root := whole.edge.Size(), whole.edge.Root()
	include := func(size, index int64) error {
		_, err := Inclusion(size, root, index, whole.tiles)
		return err
	}
	extend := func(old, size int64) error {
		_, err := Consistency(old, size, root, whole.tiles)
		return err
	}
	for _, c := range []struct {
		name string
		err  error
		kind ledger.Kind
		code string
	}{
		{"index at size", include(size, size), ledger.NotFound, "index-outside"},
		{"negative index", include(size, -1), ledger.NotFound, "index-outside"},
		{"index in an empty tree", include(0, 0), ledger.NotFound, "index-outside"},
		{"negative size", include(-1, 0), ledger.Corrupt, "tree-size"},
		{"huge size", include(math.MaxInt64, 0), ledger.Corrupt, "tree-size"},
		{"larger old tree", extend(2, 1), ledger.Invalid, "size-order"},
		{"negative old size", extend(-1, 1), ledger.Invalid, "size-order"},
		{"huge new size", extend(1, MaxSize+1), ledger.Corrupt, "tree-size"},
		{"wrong size", include(size-1, 5), ledger.Corrupt, "tiles-mismatch"},
		{"wrong size for consistency", extend(5, size-1), ledger.Corrupt, "tiles-mismatch"},
	} {
		t.Run(c.name, func(t *testing.T) { wantCode(t, c.name, c.err, c.kind, c.code) })
	}
	if err := include(MaxSize, 5); !isAbsent(err) {
		t.Errorf("greatest size: got %v, want the reader's error wrapped", err)
	}
}

func TestReaderFindsDamage(t *testing.T) {
	whole := newTree(70_000)
	const index = 1234
	prove := func(tiles TileReader) error {
		_, err := Inclusion(whole.edge.Size(), whole.edge.Root(), index, tiles)
		return err
	}
	needed := [][2]int64{{0, index / 256}, {1, 0}, {2, 0}, {1, 1}, {0, 273}}
	for _, row := range needed {
		flips(whole.tiles[row][:32], func(bit int) {
			wantCode(t, "bit flip", prove(whole.tiles), ledger.Corrupt, "tiles-mismatch")
		})
		good := whole.tiles[row]
		whole.tiles[row] = good[:len(good)-1]
		wantCode(t, "cut tile", prove(whole.tiles), ledger.Corrupt, "tile-length")
		delete(whole.tiles, row)
		if err := prove(whole.tiles); !isAbsent(err) {
			t.Errorf("absent row %v: got %v, want the reader's error wrapped", row, err)
		}
		whole.tiles[row] = good
	}
	if err := prove(whole.tiles); err != nil {
		t.Errorf("the mended tiles give %v", err)
	}
}
