package contract

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger/proof"
)

// tiles keeps the Merkle tree in the state: one key for up to 256 hashes.
type tiles struct {
	*store
	fresh []proof.TileData
}

func newTiles(s *store) *tiles {
	t := &tiles{store: s}
	s.tables = append(s.tables, t)
	return t
}

func (t *tiles) key(level int, number int64) string { return tileKey(t.prefix, level, number) }

func tileKey(prefix string, level int, number int64) string {
	return fmt.Sprintf("%stile %d %d", prefix, level, number)
}

// Tree shows the Merkle tree that a state keeps of a log.
func Tree(s State, origin string) proof.TileReader { return tree{s, origin + " "} }

type tree struct {
	state  State
	prefix string
}

// ReadTile implements proof.TileReader.
func (t tree) ReadTile(tile proof.Tile) ([]byte, error) {
	key := tileKey(t.prefix, tile.Level, tile.Number)
	rows, err := t.state.Get([]string{key})
	if err == nil && (len(rows) != 1 || rows[0] == nil) {
		err = broken(key)
	}
	if err != nil {
		return nil, err
	}
	return rows[0], nil
}

// wantLeaf asks for the leaf of a record with the next fetch.
func (t *tiles) wantLeaf(index int64) { t.want(t.key(0, index/proof.TileWidth)) }

// ReadTile implements proof.TileReader. It shows the tree before the transaction.
func (t *tiles) ReadTile(tile proof.Tile) ([]byte, error) {
	key := t.key(tile.Level, tile.Number)
	row, err := t.read(key)
	if err == nil && row == nil {
		err = broken(key)
	}
	return row, err
}

// leaf gives the leaf hash of a record that is anchored.
func (t *tiles) leaf(index int64) (tlog.Hash, error) {
	row, err := t.ReadTile(proof.Tile{Number: index / proof.TileWidth})
	if err != nil {
		return tlog.Hash{}, err
	}
	at := index % proof.TileWidth * tlog.HashSize
	if int64(len(row)) < at+tlog.HashSize {
		return tlog.Hash{}, broken(t.key(0, index/proof.TileWidth))
	}
	return tlog.Hash(row[at : at+tlog.HashSize]), nil
}

// edge rebuilds the right edge of the tree and holds it against the head.
func (t *tiles) edge(head *headRow) (*proof.Edge, error) {
	for _, tile := range proof.RightEdge(head.Size) {
		t.want(t.key(tile.Level, tile.Number))
	}
	if err := t.fetch(); err != nil {
		return nil, err
	}
	edge, err := proof.Resume(head.Size, t)
	if err == nil && head.Size > 0 && edge.Root() != head.Root {
		err = broken(t.prefix + "head")
	}
	return edge, err
}

func (t *tiles) changes() ([]change, error) {
	var all []change
	for _, tile := range t.fresh {
		all = append(all, change{t.key(tile.Level, tile.Number), tile.Hashes})
	}
	return all, nil
}
