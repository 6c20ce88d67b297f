package proof

import (
	"crypto/sha256"
	"math/bits"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
)

var emptyRoot = tlog.Hash(sha256.Sum256(nil)) // RFC 6962, section 2.1

// Edge is the right edge of a growing tree: what a writer keeps in memory to
// extend it without reading anything. The zero Edge is the empty tree. An Edge
// takes about 2 kB and at most 8 kB for each level of tiles; it is not safe for
// concurrent use.
type Edge struct {
	size  int64
	roots [63]tlog.Hash  // roots[i]: of the perfect subtree of 2^i leaves, where bit i of size is set
	rows  [levels][]byte // hashes of each level's partial tile, at most 255
}

// TileData is a tile and its hashes, 32 bytes each. A store keeps it as the row
// (Level, Number), in the place of a narrower one: that was a prefix of this.
type TileData struct {
	Tile
	Hashes []byte // shared with the Edge that made it: not to be modified
}

// Size gives the number of leaves.
func (e *Edge) Size() int64 { return e.size }

// Root gives the Merkle tree hash (RFC 6962, section 2.1). It costs one hash
// for each bit set in the size.
func (e *Edge) Root() tlog.Hash {
	if e.size == 0 {
		return emptyRoot
	}
	i := bits.TrailingZeros64(uint64(e.size))
	h := e.roots[i]
	for i++; e.size>>i > 0; i++ {
		if e.size>>i&1 == 1 {
			h = tlog.NodeHash(e.roots[i], h)
		}
	}
	return h
}

// Clone gives an independent Edge of the same tree, for a batch that may fail.
// It copies no hashes of tiles: the copy's rows have no room left, so the first
// thing appended to one of them moves it.
func (e *Edge) Clone() *Edge {
	c := *e
	for level, row := range c.rows {
		c.rows[level] = slices.Clip(row)
	}
	return &c
}

// Append adds leaf hashes and gives the tiles that changed: those now full and
// those that grew, as they stand after the last leaf, by level, then by number.
func (e *Edge) Append(leaves []tlog.Hash) []TileData {
	before := e.size
	var full [levels][]TileData
	for i := range leaves {
		e.add(leaves[i], &full)
	}
	var changed []TileData
	for level, tiles := range full {
		changed = append(changed, tiles...)
		have := hashesAt(level, e.size)
		if row := e.rows[level]; len(row) > 0 && have > hashesAt(level, before) {
			t := Tile{level, have / TileWidth, len(row) / tlog.HashSize}
			changed = append(changed, TileData{t, slices.Clip(row)})
		}
	}
	return changed
}

// add climbs from the leaf through every subtree that it completes; each eighth
// step is a hash of the next level of tiles.
func (e *Edge) add(h tlog.Hash, full *[levels][]TileData) {
	for i := 0; ; i++ {
		if i%TileHeight == 0 {
			e.put(i/TileHeight, h, full)
		}
		if e.size>>i&1 == 0 {
			e.roots[i] = h
			break
		}
		h = tlog.NodeHash(e.roots[i], h)
	}
	e.size++
}

// put adds a hash to the level's partial tile. Bytes once written are never
// written again, so what Append gave away stays as it was.
func (e *Edge) put(level int, h tlog.Hash, full *[levels][]TileData) {
	row := e.rows[level]
	if len(row) == cap(row) {
		row = append(make([]byte, 0, TileWidth*tlog.HashSize), row...)
	}
	row = append(row, h[:]...)
	if len(row) == TileWidth*tlog.HashSize {
		t := Tile{level, hashesAt(level, e.size) / TileWidth, TileWidth}
		full[level] = append(full[level], TileData{t, row})
		row = nil
	}
	e.rows[level] = row
}

// Resume rebuilds the Edge of a stored tree from its partial tiles, one read for
// each level. It hashes nothing that lies left of them: compare Root with the
// stored head before appending. A tile that is not exactly as wide as the size
// says is refused (Corrupt, "tile-length"): tiles and head are then of different
// trees. A fault of the reader is wrapped.
func Resume(size int64, tiles TileReader) (*Edge, error) {
	if size < 0 || size > MaxSize {
		return nil, refuseSize(size)
	}
	e := &Edge{size: size}
	for _, t := range RightEdge(size) {
		row, err := readTile(tiles, t)
		if err != nil {
			return nil, err
		}
		if len(row) != t.Width*tlog.HashSize {
			return nil, refuseLength(t, row)
		}
		e.rows[t.Level] = slices.Clone(row)
		e.stack(t.Level)
	}
	return e, nil
}

// stack finds the roots of the perfect subtrees that a partial tile is made of.
func (e *Edge) stack(level int) {
	var n int64
	for hash := range slices.Chunk(e.rows[level], tlog.HashSize) {
		h, i := tlog.Hash(hash), level*TileHeight
		for m := n; m&1 == 1; m >>= 1 {
			h = tlog.NodeHash(e.roots[i], h)
			i++
		}
		e.roots[i] = h
		n++
	}
}

func refuseSize(size int64) error {
	return ledger.Refuse(ledger.Corrupt, "tree-size", "size",
		"树的大小 %d 不在 0 与 %d 之间", "the tree size %d is not between 0 and %d", size, int64(MaxSize))
}
