package proof

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
)

// TileReader gives stored tiles.
type TileReader interface {
	// ReadTile gives the hashes of tile (Level, Number), 32 bytes each, at least
	// Width of them: a reader may give the whole stored row. An absent tile is an
	// error. The bytes need not be trusted, and are not kept or modified.
	ReadTile(t Tile) ([]byte, error)
}

// Inclusion makes the proof that the tree with this size and root has its leaf
// number index, bottom hash first (RFC 6962, section 2.1.1). Every tile it reads
// is checked against the root; a mismatch is Corrupt, "tiles-mismatch". An index
// outside the tree is NotFound.
func Inclusion(size int64, root tlog.Hash, index int64, tiles TileReader) (tlog.RecordProof, error) {
	if size < 0 || size > MaxSize {
		return nil, refuseSize(size)
	}
	if index < 0 || index >= size {
		return nil, ledger.Refuse(ledger.NotFound, "index-outside", "index",
			"日志现有 %d 条记录，没有第 %d 号", "the log has %d records; none has index %d", size, index)
	}
	s := &source{tiles: tiles}
	p, err := tlog.ProveRecord(size, index, s.hashes(size, root))
	return p, s.explain(err)
}

// Consistency makes the proof that the tree with newSize and newRoot begins with
// the leaves of the tree of oldSize (RFC 6962, section 2.1.2); it is empty for
// oldSize 0 and for equal sizes. Errors are those of Inclusion, and Invalid when
// the old tree is the larger.
func Consistency(oldSize, newSize int64, newRoot tlog.Hash, tiles TileReader) (tlog.TreeProof, error) {
	if newSize < 0 || newSize > MaxSize {
		return nil, refuseSize(newSize)
	}
	if oldSize < 0 || oldSize > newSize {
		return nil, ledger.Refuse(ledger.Invalid, "size-order", "size",
			"大小为 %d 的树不能是大小为 %d 的树的开头", "a tree of size %d cannot be the beginning of one of size %d", oldSize, newSize)
	}
	if oldSize == 0 {
		return tlog.TreeProof{}, nil
	}
	s := &source{tiles: tiles}
	p, err := tlog.ProveTree(newSize, oldSize, s.hashes(newSize, newRoot))
	return p, s.explain(err)
}

// Root computes the root that the tree had at size, now or in the past, from
// the tiles of its right edge. They have nothing to be checked against: compare
// the answer with a signed checkpoint.
func Root(size int64, tiles TileReader) (tlog.Hash, error) {
	e, err := Resume(size, narrow{tiles})
	if err != nil {
		return tlog.Hash{}, err
	}
	return e.Root(), nil
}

// narrow gives of each tile exactly the width asked for.
type narrow struct{ tiles TileReader }

func (n narrow) ReadTile(t Tile) ([]byte, error) {
	row, err := readTile(n.tiles, t)
	if err != nil {
		return nil, err
	}
	if len(row) < t.Width*tlog.HashSize {
		return nil, refuseLength(t, row)
	}
	return row[:t.Width*tlog.HashSize], nil
}

// source lends a TileReader to tlog, and remembers why a read failed: tlog's own
// errors mean that the tiles are wrong, the reader's that they were not to be had.
type source struct {
	tiles TileReader
	fault error
}

func (s *source) hashes(size int64, root tlog.Hash) tlog.HashReader {
	return tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, s)
}

func (s *source) Height() int { return TileHeight }

func (s *source) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	rows := make([][]byte, len(want))
	for i, t := range want {
		rows[i], s.fault = narrow{s.tiles}.ReadTile(Tile{t.L, t.N, t.W})
		if s.fault != nil {
			return nil, s.fault
		}
	}
	return rows, nil
}

func (s *source) SaveTiles([]tlog.Tile, [][]byte) {}

func (s *source) explain(err error) error {
	if err == nil || s.fault != nil {
		return s.fault
	}
	return ledger.Refuse(ledger.Corrupt, "tiles-mismatch", "",
		"存储的瓦片与日志的根不符", "the stored tiles do not agree with the root of the log")
}

func readTile(tiles TileReader, t Tile) ([]byte, error) {
	row, err := tiles.ReadTile(t)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", t.Path(), err)
	}
	return row, nil
}

func refuseLength(t Tile, row []byte) error {
	return ledger.Refuse(ledger.Corrupt, "tile-length", "",
		"瓦片 %s 有 %d 字节，应有 %d 字节", "tile %s has %d bytes where %d belong", t.Path(), len(row), t.Width*tlog.HashSize)
}
