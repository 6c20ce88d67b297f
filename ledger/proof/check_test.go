package proof

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
)

// Our own vectors: the proofs are those of RFC 6962's definition, computed by
// the naive functions beside this file.
func TestCheckInclusion(t *testing.T) {
	leaves := numbered(300)
	good := func(n, i int) (Checkpoint, int64, tlog.Hash, tlog.RecordProof) {
		return Checkpoint{testOrigin, int64(n), naive(leaves[:n])}, int64(i), leaves[i], naivePath(i, leaves[:n])
	}
	for _, c := range [][2]int{{1, 0}, {2, 0}, {2, 1}, {3, 2}, {7, 3}, {8, 7}, {255, 254}, {256, 0}, {257, 256}, {300, 299}} {
		n, i := c[0], c[1]
		t.Run(fmt.Sprintf("%d of %d", i, n), func(t *testing.T) {
			cp, index, leaf, p := good(n, i)
			if err := CheckInclusion(cp, index, leaf, p); err != nil {
				t.Fatalf("a true proof: got %v", err)
			}
			refuse := func(what string, cp Checkpoint, index int64, leaf tlog.Hash, p tlog.RecordProof) {
				wantCode(t, what, CheckInclusion(cp, index, leaf, p), ledger.Corrupt, "inclusion")
			}
			for _, wrong := range []int64{-1, index + 1, index ^ 2, cp.Size, math.MaxInt64, math.MinInt64} {
				refuse(fmt.Sprintf("index %d", wrong), cp, wrong, leaf, p)
			}
			for _, size := range []int64{0, -1, index, 4 * cp.Size, MaxSize, MaxSize + 1, 1<<62 + 1, math.MaxInt64, math.MinInt64} {
				refuse(fmt.Sprintf("size %d", size), Checkpoint{cp.Origin, size, cp.Root}, index, leaf, p)
			}
			refuse("a hash more", cp, index, leaf, append(slices.Clone(p), leaf))
			refuse("a hash before", cp, index, leaf, append(tlog.RecordProof{leaf}, p...))
			refuse("very many hashes", cp, index, leaf, make(tlog.RecordProof, 10_000))
			if len(p) > 0 {
				refuse("a hash less", cp, index, leaf, p[1:])
				refuse("no hashes", cp, index, leaf, nil)
			}
		})
	}
	refuseEmpty := CheckInclusion(Checkpoint{testOrigin, 0, emptyRoot}, 0, leaves[0], nil)
	wantCode(t, "empty tree", refuseEmpty, ledger.Corrupt, "inclusion")
}

// Sizes so large that tlog's own search for a power of two would not end.
func TestCheckEndsForHugeSizes(t *testing.T) {
	p := make([]tlog.Hash, 64)
	for _, size := range []int64{1 << 61, MaxSize, 1 << 62, 1<<62 + 1, math.MaxInt64} {
		cp := Checkpoint{testOrigin, size, tlog.Hash{}}
		wantCode(t, "inclusion", CheckInclusion(cp, size-1, tlog.Hash{}, p), ledger.Corrupt, "inclusion")
		old := Checkpoint{testOrigin, size/2 + 1, tlog.Hash{}}
		wantCode(t, "consistency", CheckConsistency(old, cp, p), ledger.Corrupt, "consistency")
	}
}

func TestCheckConsistency(t *testing.T) {
	leaves := numbered(300)
	at := func(n int) Checkpoint { return Checkpoint{testOrigin, int64(n), naive(leaves[:n])} }
	for _, c := range [][2]int{{0, 0}, {0, 1}, {0, 300}, {1, 1}, {1, 2}, {2, 3}, {3, 7}, {4, 8}, {6, 8}, {255, 256}, {256, 257}, {256, 256}, {299, 300}} {
		t.Run(fmt.Sprintf("%d of %d", c[0], c[1]), func(t *testing.T) {
			old, cur := at(c[0]), at(c[1])
			p := tlog.TreeProof{}
			if c[0] > 0 {
				p = naiveProof(c[0], leaves[:c[1]])
			}
			if err := CheckConsistency(old, cur, p); err != nil {
				t.Fatalf("a true proof: got %v", err)
			}
			refuse := func(what string, old, cur Checkpoint, p tlog.TreeProof) {
				wantCode(t, what, CheckConsistency(old, cur, p), ledger.Corrupt, "consistency")
			}
			other := leaves[299]
			refuse("another log", Checkpoint{"elsewhere.example", old.Size, old.Root}, cur, p)
			refuse("wrong old root", Checkpoint{testOrigin, old.Size, other}, cur, p)
			refuse("a hash more", old, cur, append(slices.Clone(p), other))
			refuse("very many hashes", old, cur, make(tlog.TreeProof, 10_000))
			refuse("negative old size", Checkpoint{testOrigin, -1, old.Root}, cur, p)
			refuse("huge new size", old, Checkpoint{testOrigin, math.MaxInt64, cur.Root}, p)
			if old.Size != cur.Size {
				refuse("swapped", cur, old, p)
			}
			if old.Size > 0 || cur.Size == 0 {
				refuse("wrong new root", old, Checkpoint{testOrigin, cur.Size, other}, p)
			}
			if len(p) > 0 {
				refuse("a hash less", old, cur, p[1:])
				refuse("no hashes", old, cur, nil)
			}
		})
	}
}

func TestInclusionRefusesEveryFlippedBit(t *testing.T) {
	leaves := numbered(300)
	for _, c := range [][2]int{{1, 0}, {7, 0}, {7, 3}, {7, 6}, {300, 7}, {300, 299}} {
		n, i := c[0], c[1]
		root, leaf, p := naive(leaves[:n]), leaves[i], naivePath(i, leaves[:n])
		parts := []*tlog.Hash{&root, &leaf}
		for j := range p {
			parts = append(parts, &p[j])
		}
		for j, part := range parts {
			flips(part[:], func(bit int) {
				err := CheckInclusion(Checkpoint{testOrigin, int64(n), root}, int64(i), leaf, p)
				wantCode(t, fmt.Sprintf("%d of %d, part %d, bit %d", i, n, j, bit), err, ledger.Corrupt, "inclusion")
			})
		}
	}
}

func TestConsistencyRefusesEveryFlippedBit(t *testing.T) {
	leaves := numbered(300)
	for _, c := range [][2]int{{1, 1}, {1, 2}, {3, 7}, {4, 7}, {6, 7}, {255, 300}, {256, 300}, {299, 300}} {
		m, n := c[0], c[1]
		old, cur := Checkpoint{testOrigin, int64(m), naive(leaves[:m])}, Checkpoint{testOrigin, int64(n), naive(leaves[:n])}
		p := naiveProof(m, leaves[:n])
		parts := []*tlog.Hash{&old.Root, &cur.Root}
		for j := range p {
			parts = append(parts, &p[j])
		}
		for j, part := range parts {
			flips(part[:], func(bit int) {
				err := CheckConsistency(old, cur, p)
				wantCode(t, fmt.Sprintf("%d of %d, part %d, bit %d", m, n, j, bit), err, ledger.Corrupt, "consistency")
			})
		}
	}
}
