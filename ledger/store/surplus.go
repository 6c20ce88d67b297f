package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"mingzhang/ledger/proof"
)

// alien asks for a cell that is not of its column's type, which a row of SQLite may have:
// a text that is kept as bytes looks the same, but nobody who asks for it finds it, and
// two rows can have one key.
func alien(t *Table) string {
	kinds := map[string]string{"int": "integer", "text": "text", "bytes": "blob", "bool": "integer"}
	var any []string
	for _, c := range t.Columns {
		any = append(any, fmt.Sprintf("typeof(%s) NOT IN ('null', '%s')", c.Name, kinds[c.Type]))
		if c.Type == "bool" {
			any = append(any, c.Name+" NOT IN (0, 1)")
		}
	}
	return "SELECT EXISTS (SELECT 1 FROM " + t.Name + " WHERE " + strings.Join(any, " OR ") + ")"
}

// typedTables are those of records and of what follows from them.
var typedTables = []string{"records", "takes", "tiles", "log_head", "openings", "lookups", "pools", "holes", "undone", "totals", "parties", "lines", "sizes",
	"organizations", "projects", "designations", "assets", "evidence", "keys", "leaf_runs", "anchors"}

// compareTypes holds the cells of these tables against the types of their columns.
func compareTypes(ctx context.Context, s *Store, tx *look) error {
	if _, ok := s.d.(sqliteDialect); !ok {
		return nil // PostgreSQL does
	}
	for _, name := range typedTables {
		t, err := columnsOf(ctx, tx, name)
		if err != nil {
			return fmt.Errorf("the columns of %s: %w", name, err)
		}
		var there bool
		if err := tx.QueryRowContext(ctx, alien(&t)).Scan(&there); err != nil {
			return fmt.Errorf("the types in %s: %w", t.Name, err)
		}
		if there {
			return &Unlike{-1, t.Name, "cells of their columns' types", "one of another type"}
		}
	}
	return nil
}

// comparePlaces makes sure that no row stands where no record does, and that the log ends
// where its last record says.
func (d *Derived) comparePlaces(ctx context.Context, s *Store, tx *look) error {
	size := int64(len(d.about))
	for _, table := range []string{"records", "takes", "openings", "lookups"} {
		var row struct{ idx, n int64 }
		q := fmt.Sprintf("SELECT coalesce(min(idx), 0), count(*) FROM %s WHERE idx < 0 OR idx >= %d", table, size)
		if err := tx.QueryRowContext(ctx, q).Scan(&row.idx, &row.n); err != nil {
			return fmt.Errorf("the places of %s: %w", table, err)
		}
		if row.n > 0 {
			return &Unlike{-1, table, fmt.Sprintf("none beyond the log's %d records", size), fmt.Sprintf("%d such rows, one of %d", row.n, row.idx)}
		}
	}
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	if head.Recorded.Unix() != d.recorded.Unix() {
		return &Unlike{-1, "log_head.recorded", d.recorded.UTC().String(), head.Recorded.String()}
	}
	return compareTiles(ctx, tx, size)
}

// compareTiles makes sure that there are no more tiles than the tree has: those that it has
// are compared with it elsewhere.
func compareTiles(ctx context.Context, tx *look, size int64) error {
	want := map[int64]int64{0: size / proof.TileWidth}
	for level, hashes := int64(1), size/proof.TileWidth; hashes > 0; level, hashes = level+1, hashes/proof.TileWidth {
		want[level] = (hashes + proof.TileWidth - 1) / proof.TileWidth
	}
	rows, err := tx.QueryContext(ctx, "SELECT level, min(number), max(number) FROM tiles GROUP BY level")
	if err != nil {
		return fmt.Errorf("count the tiles: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var level, first, last int64
		if err := rows.Scan(&level, &first, &last); err != nil {
			return err
		}
		if first < 0 || last >= want[level] {
			return &Unlike{-1, "tiles", fmt.Sprintf("%d of level %d", want[level], level), fmt.Sprintf("those from %d to %d", first, last)}
		}
	}
	return rows.Err()
}

// compareErased makes sure that what a record erased is not there.
func (d *Derived) compareErased(ctx context.Context, s *Store, _ *look) error {
	var erased []int64
	for index, of := range d.seals {
		if of&(publicErased|privateErased) != 0 {
			erased = append(erased, int64(index))
		}
	}
	for len(erased) > 0 {
		n := min(len(erased), rowsAtOnce)
		db := s.reads.WithContext(ctx)
		rows, err := ask[erasedRow](db.Raw("SELECT idx, public, private FROM openings WHERE ?", among("idx", erased[:n])))
		if err != nil {
			return fmt.Errorf("what was erased: %w", err)
		}
		for _, r := range rows {
			of := d.seals[r.Idx]
			if of&publicErased != 0 && len(r.Public) > 0 || of&privateErased != 0 && len(r.Private) > 0 {
				return &Unlike{r.Idx, "openings", "nothing, because a record erased it", "an opening"}
			}
		}
		erased = erased[n:]
	}
	return nil
}

type erasedRow struct {
	Idx             int64
	Public, Private []byte
}

func (r *erasedRow) fields() []any { return []any{&r.Idx, &r.Public, &r.Private} }

// compareTaken makes sure that each unit was taken once, and holds the holes against what
// was taken: they are the runs that begin above the lowest unit that nobody took.
func compareTaken(ctx context.Context, _ *Store, tx *look) error {
	for _, c := range []struct{ what, want, have, ask string }{
		{"takes", "each unit taken once", "those from %[2]d on in pool %[1]d taken twice",
			"SELECT pool, lo FROM (SELECT pool, lo, lag(hi) OVER (PARTITION BY pool ORDER BY lo) AS ended FROM takes) t WHERE ended > lo"},
		{"holes", "none but runs that were taken out of their turn", "one from %[2]d on in pool %[1]d",
			"SELECT h.pool, h.lo FROM holes h LEFT JOIN pools p ON p.id = h.pool LEFT JOIN takes t ON t.pool = h.pool AND t.lo = h.lo WHERE p.id IS NULL OR h.lo < p.next OR t.hi IS NULL OR t.hi <> h.hi"},
		{"holes", "all runs that were taken out of their turn", "not the one from %[2]d on in pool %[1]d",
			"SELECT t.pool, t.lo FROM pools p JOIN takes t ON t.pool = p.id AND t.lo >= p.next LEFT JOIN holes h ON h.pool = t.pool AND h.lo = t.lo WHERE h.pool IS NULL"},
	} {
		rows, err := tx.QueryContext(ctx, c.ask+atMost(1))
		if err != nil {
			return fmt.Errorf("the runs that were taken: %w", err)
		}
		var pool, lo int64
		there := rows.Next()
		if there {
			err = rows.Scan(&pool, &lo)
		}
		if err = errors.Join(err, rows.Err(), rows.Close()); err != nil {
			return fmt.Errorf("the runs that were taken: %w", err)
		}
		if there {
			return &Unlike{-1, c.what, c.want, fmt.Sprintf(c.have, pool, lo)}
		}
	}
	return nil
}

// compareRuns holds the index of leaf hashes against the tiles of leaf hashes, which were
// held against the records.
func (d *Derived) compareRuns(ctx context.Context, s *Store, tx *look) error {
	runs := int64(len(d.about)) / runLeaves
	for run := range runs {
		if err := compareRun(s.reads.WithContext(ctx), run); err != nil {
			return err
		}
	}
	var rows int64
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM leaf_runs").Scan(&rows); err != nil {
		return fmt.Errorf("the index of leaf hashes: %w", err)
	}
	if rows != 256*runs {
		return &Unlike{-1, "leaf_runs", fmt.Sprintf("%d rows", 256*runs), fmt.Sprint(rows)}
	}
	return nil
}

// compareRun does it with one run.
func compareRun(db *gorm.DB, run int64) error {
	tiles, err := leafTiles(db, run*runLeaves/proof.TileWidth, (run+1)*runLeaves/proof.TileWidth)
	if err != nil {
		return err
	}
	want := map[int64][]byte{}
	var slots []int64
	for _, row := range leafRows(run, tiles) {
		slot := row[0].(int64)
		want[slot], slots = row[1].([]byte), append(slots, slot)
	}
	var unlike error
	err = eachBlob(db.Raw("SELECT slot, entries FROM leaf_runs WHERE ?", among("slot", slots)), func(slot int64, have []byte) bool {
		if !bytes.Equal(have, want[slot]) {
			unlike = &Unlike{-1, fmt.Sprintf("leaf_runs %d", slot), fmt.Sprintf("%x", want[slot]), fmt.Sprintf("%x", have)}
		}
		delete(want, slot)
		return unlike == nil
	})
	if err != nil {
		return fmt.Errorf("the index of leaf hashes: %w", err)
	}
	if unlike == nil && len(want) > 0 {
		return &Unlike{-1, fmt.Sprintf("leaf_runs of run %d", run), "256 rows", fmt.Sprint(256 - len(want))}
	}
	return unlike
}
