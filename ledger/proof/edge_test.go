package proof

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"mingzhang/ledger"
)

func TestEdgeRootOfSmallTrees(t *testing.T) {
	leaves := numbered(600)
	var e Edge
	for n := 0; ; n++ {
		if got, want := e.Root(), naive(leaves[:n]); got != want {
			t.Fatalf("root of %d leaves = %v, want %v", n, got, want)
		}
		if n == len(leaves) {
			break
		}
		e.Append(leaves[n : n+1])
	}
}

// TestEdgeAgrees grows a tree in random batches and compares the root with tlog
// and with compact ranges, and the changed tiles with what tlog says changed.
func TestEdgeAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		batches := rapid.SliceOfN(rapid.IntRange(0, 700), 0, 6).Draw(t, "batches")
		ranges := &compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}
		theirs := ranges.NewEmptyRange(0)
		var stored hashList
		var e Edge
		leaves := numbered(6 * 700)
		for _, n := range batches {
			batch := leaves[e.Size():][:n]
			for i, leaf := range batch {
				stored.add(t, e.Size()+int64(i), leaf)
				if err := theirs.Append(leaf[:], nil); err != nil {
					t.Fatal(err)
				}
			}
			wantTiles := tlog.NewTiles(TileHeight, e.Size(), e.Size()+int64(n))
			tiles := e.Append(batch)
			compareTiles(t, tiles, wantTiles, stored)
		}
		want, err := tlog.TreeHash(e.Size(), stored)
		if err != nil {
			t.Fatal(err)
		}
		root, err := theirs.GetRootHash(nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Root(); got != want || e.Size() > 0 && !bytes.Equal(got[:], root) {
			t.Errorf("root of %d leaves = %v, want tlog's %v and the compact range's %x", e.Size(), got, want, root)
		}
	})
}

// hashList is tlog's own linear store.
type hashList []tlog.Hash

func (l hashList) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range indexes {
		out = append(out, l[i])
	}
	return out, nil
}

func (l *hashList) add(t rapid.TB, n int64, leaf tlog.Hash) {
	hashes, err := tlog.StoredHashesForRecordHash(n, leaf, *l)
	if err != nil {
		t.Fatal(err)
	}
	*l = append(*l, hashes...)
}

func compareTiles(t rapid.TB, got []TileData, want []tlog.Tile, stored hashList) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d changed tiles, want %d", len(got), len(want))
	}
	for i, w := range want {
		data, err := tlog.ReadTileData(w, stored)
		if err != nil {
			t.Fatal(err)
		}
		if (got[i].Tile != Tile{w.L, w.N, w.W}) || !bytes.Equal(got[i].Hashes, data) {
			t.Fatalf("changed tile %d is %v, want %v with its hashes", i, got[i].Tile, w)
		}
	}
}

// Any split of the same leaves stores the same rows, and gives away tiles that
// later batches do not touch.
func TestEdgeBatchesGiveTheSameTiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 1500).Draw(t, "n")
		whole := newTree(n)
		var e Edge
		split := rows{}
		var given, kept [][]byte
		for int(e.Size()) < n {
			batch := rapid.IntRange(1, n-int(e.Size())).Draw(t, "batch")
			tiles := e.Append(whole.leaves[e.Size():][:batch])
			split.write(tiles)
			for _, tile := range tiles {
				if cap(tile.Hashes) != len(tile.Hashes) {
					t.Fatalf("%s has room for a caller to write into the edge", tile.Path())
				}
				given, kept = append(given, tile.Hashes), append(kept, bytes.Clone(tile.Hashes))
			}
		}
		if !reflect.DeepEqual(split, whole.tiles) || e.Root() != whole.edge.Root() {
			t.Errorf("%d leaves in batches and at once are stored differently", n)
		}
		if !reflect.DeepEqual(given, kept) {
			t.Errorf("a later batch changed tiles that an earlier one gave away")
		}
	})
}

func TestEdgeOrder(t *testing.T) {
	tiles := new(Edge).Append(numbered(70_000))
	inOrder := slices.IsSortedFunc(tiles, func(a, b TileData) int {
		if a.Level != b.Level {
			return a.Level - b.Level
		}
		return int(a.Number - b.Number)
	})
	if !inOrder {
		t.Error("changed tiles are not by level, then by number")
	}
	if got := new(Edge).Append(nil); len(got) != 0 {
		t.Errorf("an empty batch changed %d tiles, want none", len(got))
	}
}

// A clone is thrown away, another is kept, and the first edge goes on: none may
// write into another's rows.
func TestEdgeClone(t *testing.T) {
	for _, n := range []int{0, 1, 255, 256, 300, 65_535, 65_537} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			base := newTree(n)
			other := numbered(n + 600)[n:]
			slices.Reverse(other)
			failed, kept := base.edge.Clone(), base.edge.Clone()
			failed.Append(other)
			got := kept.Append(numbered(n + 600)[n:])
			base.edge.Append(other[:300])
			wantRoot := newTree(n + 600).edge.Root()
			var fresh Edge
			fresh.Append(base.leaves)
			want := fresh.Append(numbered(n + 600)[n:])
			if !reflect.DeepEqual(got, want) || kept.Root() != wantRoot {
				t.Errorf("a clone of %d leaves grew differently beside its siblings", n)
			}
		})
	}
}

func TestResume(t *testing.T) {
	full := numbered(66_200)
	for _, n := range []int{0, 1, 2, 255, 256, 257, 511, 512, 1000, 65_535, 65_536, 65_537, 65_792, 66_000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			stored := newTree(n)
			e, err := Resume(int64(n), stored.tiles)
			if err != nil {
				t.Fatalf("Resume(%d) = %v", n, err)
			}
			if e.Size() != int64(n) || e.Root() != stored.edge.Root() {
				t.Fatalf("resumed at %d with root %v, want %d and %v", e.Size(), e.Root(), n, stored.edge.Root())
			}
			for _, row := range stored.tiles {
				clear(row) // a reader may use its buffers again
			}
			got, want := e.Append(full[n:n+200]), stored.edge.Append(full[n:n+200])
			if !reflect.DeepEqual(got, want) || e.Root() != stored.edge.Root() {
				t.Errorf("after resuming at %d, growth differs", n)
			}
		})
	}
}

func TestResumeAnywhere(t *testing.T) {
	whole := newTree(3000)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 2900).Draw(t, "n")
		e, err := Resume(int64(n), narrow{whole.tiles})
		if err != nil {
			t.Fatal(err)
		}
		e.Append(whole.leaves[n:])
		if e.Root() != whole.edge.Root() {
			t.Errorf("resumed at %d and grown to 3000, the root is %v, want %v", n, e.Root(), whole.edge.Root())
		}
	})
}

func TestResumeRefuses(t *testing.T) {
	good := newTree(300)
	for name, row := range map[string][]byte{
		"empty": {}, "short": make([]byte, 43*32), "long": make([]byte, 45*32), "odd": make([]byte, 44*32-1),
	} {
		t.Run(name, func(t *testing.T) {
			tiles := rows{{0, 1}: row, {1, 0}: good.tiles[[2]int64{1, 0}]}
			_, err := Resume(300, tiles)
			wantCode(t, name, err, ledger.Corrupt, "tile-length")
		})
	}
	_, err := Resume(-1, good.tiles)
	wantCode(t, "negative", err, ledger.Corrupt, "tree-size")
	_, err = Resume(MaxSize+1, good.tiles)
	wantCode(t, "huge", err, ledger.Corrupt, "tree-size")
	if _, err := Resume(300, rows{}); !isAbsent(err) {
		t.Errorf("absent tile: got %v, want the reader's error wrapped", err)
	}
}

func BenchmarkEdgeAppend(b *testing.B) {
	for _, batch := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			leaves := numbered(batch)
			b.ReportAllocs()
			var e Edge
			n := 0
			for b.Loop() {
				e.Append(leaves)
				n += batch
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "leaves/s")
		})
	}
}

// BenchmarkEdgeCommit is what a writer does: clone, append, root.
func BenchmarkEdgeCommit(b *testing.B) {
	for _, batch := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			e := newTree(70_000).edge.Clone()
			leaves := numbered(batch)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				e = e.Clone()
				e.Append(leaves)
				e.Root()
				n += batch
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "leaves/s")
		})
	}
}
