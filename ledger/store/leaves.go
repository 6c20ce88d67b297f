package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"sort"

	"golang.org/x/mod/sumdb/tlog"
	"gorm.io/gorm"

	"mingzhang/ledger/proof"
)

// leafIndex finds a leaf by its hash. Of the runs it reads one row each, which has one
// record in 256, and the tiles of what is alike so far; of the records after the runs,
// all tiles; and what is in no tile yet is hashed here.
func (s *Store) leafIndex(ctx context.Context, hash tlog.Hash) (int64, bool, error) {
	db := s.reads.WithContext(ctx)
	head, err := s.Head(ctx) // before runs and tiles, of which there may be more meanwhile
	if err != nil {
		return 0, false, err
	}
	alike, runs, err := leavesAlike(db, hash)
	if err != nil {
		return 0, false, err
	}
	for _, index := range alike {
		number := index / proof.TileWidth
		tile, err := leafTiles(db, number, number+1)
		if err != nil {
			return 0, false, err
		}
		if leafIn(tile[0], hash) == index%proof.TileWidth {
			return index, true, nil
		}
	}
	if index, err := leafAfter(db, runs*runLeaves/proof.TileWidth, hash); err != nil || index >= 0 {
		return index, err == nil, err
	}
	begun := head.Size / proof.TileWidth * proof.TileWidth
	last, err := readLeaves(db, begun, head.Size-begun)
	at := leafIn(last, hash)
	return begun + at, err == nil && at >= 0, err
}

// leavesAlike gives the records of the runs whose hashes begin with the same three bytes,
// and how many runs there are. Behind a run that is missing none counts.
func leavesAlike(db *gorm.DB, hash tlog.Hash) (alike []int64, runs int64, err error) {
	first := slotOf(hash[0], 0)
	rows := db.Raw("SELECT slot, entries FROM leaf_runs WHERE slot >= ? AND slot < ? ORDER BY slot", first, first+1<<32)
	err = eachBlob(rows, func(slot int64, entries []byte) bool {
		if slot != first+runs {
			return false
		}
		for _, place := range placesIn(entries, hash) {
			alike = append(alike, runs*runLeaves+place)
		}
		runs++
		return true
	})
	if err != nil {
		err = fmt.Errorf("look a leaf up in the runs: %w", err)
	}
	return alike, runs, err
}

// placesIn gives the places in a run that its row has for hashes like this one.
func placesIn(entries []byte, hash tlog.Hash) (places []int64) {
	n := len(entries) / 4
	entry := func(i int) uint32 { return binary.BigEndian.Uint32(entries[4*i:]) }
	least := entryOf(hash[:], 0)
	for i := sort.Search(n, func(i int) bool { return entry(i) >= least }); i < n && entry(i)>>16 == least>>16; i++ {
		places = append(places, int64(uint16(entry(i))))
	}
	return places
}

// leafAfter gives the index of a leaf that is in one of the tiles from a number on, −1
// for none.
func leafAfter(db *gorm.DB, from int64, hash tlog.Hash) (index int64, err error) {
	index = -1
	rows := db.Raw("SELECT number, hashes FROM tiles WHERE level = 0 AND number >= ? ORDER BY number", from)
	err = eachBlob(rows, func(number int64, hashes []byte) bool {
		if at := leafIn(hashes, hash); at >= 0 {
			index = number*proof.TileWidth + at
		}
		return index < 0
	})
	if err != nil {
		err = fmt.Errorf("look a leaf up in the tiles: %w", err)
	}
	return index, err
}

// leafIn gives the place of a hash among others, −1 for none.
func leafIn(hashes []byte, hash tlog.Hash) int64 {
	for i := 0; i+tlog.HashSize <= len(hashes); i += tlog.HashSize {
		if bytes.Equal(hashes[i:i+tlog.HashSize], hash[:]) {
			return int64(i / tlog.HashSize)
		}
	}
	return -1
}

// eachBlob gives the rows of a question for a number and bytes, while do wants more. The
// bytes are do's until it returns: megabytes go by.
func eachBlob(question *gorm.DB, do func(number int64, blob []byte) bool) error {
	rows, err := question.Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	var number int64
	var blob sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&number, &blob); err != nil {
			return err
		}
		if !do(number, blob) {
			return nil
		}
	}
	return rows.Err()
}
