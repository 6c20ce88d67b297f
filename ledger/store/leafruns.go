package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
	"gorm.io/gorm"

	"mingzhang/ledger/proof"
)

// runLeaves is how many leaves make a run: as many places as two bytes can tell. A run
// is written by the transaction that completes it, as 256 rows, where an index of the
// hashes would be written at 65,536 random places.
var runLeaves = int64(1 << 16) // less in a test, and some tiles

// slotOf is where the row of a run is for hashes with a first byte.
func slotOf(first byte, run int64) int64 { return int64(first)<<32 | run }

// entryOf is what a row has of a hash: its next two bytes and its place in the run.
func entryOf(hash []byte, place int) uint32 {
	return uint32(hash[1])<<24 | uint32(hash[2])<<16 | uint32(place)
}

// leafRows are the rows of a run, from its tiles.
func leafRows(run int64, tiles [][]byte) [][]any {
	var lists [256][]uint32
	place := 0
	for _, tile := range tiles {
		for hash := range slices.Chunk(tile, tlog.HashSize) {
			lists[hash[0]] = append(lists[hash[0]], entryOf(hash, place))
			place++
		}
	}
	rows := make([][]any, len(lists))
	for first, list := range lists {
		slices.Sort(list)
		var entries []byte
		for _, e := range list {
			entries = binary.BigEndian.AppendUint32(entries, e)
		}
		rows[first] = []any{slotOf(byte(first), run), entries}
	}
	return rows
}

// madeRuns is how many runs have their rows: all up to some, as each is written whole.
func madeRuns(db *gorm.DB) (int64, error) {
	made, err := numbers(db.Raw("SELECT coalesce(max(slot) + 1, 0) FROM leaf_runs WHERE slot < ?", slotOf(1, 0)))
	if err != nil {
		return 0, fmt.Errorf("count the runs of leaves: %w", err)
	}
	return made[0], nil
}

// makeRuns makes the runs before one that are not there yet. Their tiles are: it is the
// last thing that a transaction writes.
func (t *Tx) makeRuns(upto int64) error {
	made, err := madeRuns(t.db)
	if err != nil {
		return err
	}
	for run := made; run < upto; run++ {
		tiles, err := leafTiles(t.db, run*runLeaves/proof.TileWidth, (run+1)*runLeaves/proof.TileWidth)
		if err != nil {
			return err
		}
		if err := t.store.d.bulk(t.ctx, t.conn, part{"leaf_runs", []string{"slot", "entries"}, leafRows(run, tiles)}); err != nil {
			return fmt.Errorf("write run %d of leaves: %w", run, err)
		}
	}
	return nil
}

// tileRow is a stored tile of leaf hashes.
type tileRow struct {
	Number int64
	Hashes []byte
}

func (r *tileRow) fields() []any { return []any{&r.Number, &r.Hashes} }

// leafTiles gives the full tiles of leaf hashes from one to before another. One that is
// not whole in the database follows from the records: nothing that helps to find a record
// may keep others from being recorded.
func leafTiles(db *gorm.DB, from, upto int64) ([][]byte, error) {
	rows, err := ask[tileRow](db.Raw("SELECT number, hashes FROM tiles WHERE level = 0 AND number >= ? AND number < ? ORDER BY number", from, upto))
	if err != nil {
		return nil, fmt.Errorf("read tiles of leaves: %w", err)
	}
	tiles := make([][]byte, upto-from)
	for _, r := range rows {
		tiles[r.Number-from] = r.Hashes
	}
	for i, tile := range tiles {
		if err == nil && len(tile) != proof.TileWidth*tlog.HashSize {
			tiles[i], err = readLeaves(db, (from+int64(i))*proof.TileWidth, proof.TileWidth)
		}
	}
	return tiles, err
}

// completeRuns makes the runs of a log that an older program wrote, each in a
// transaction of its own, so that who writes meanwhile waits for one. Where none is
// missing it takes no lock.
func (s *Store) completeRuns(ctx context.Context) error {
	for {
		head, err := s.Head(ctx)
		if err != nil {
			return err
		}
		made, err := madeRuns(s.reads.WithContext(ctx))
		if err != nil || made >= head.Size/runLeaves {
			return err
		}
		if err := s.makeRun(ctx, made); err != nil {
			return err
		}
	}
}

// makeRun makes the first run that is missing, unless another program has just done so.
func (s *Store) makeRun(ctx context.Context, run int64) error {
	tx, err := s.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := tx.(*Tx).makeRuns(run + 1); err != nil {
		return err
	}
	return tx.Commit()
}
