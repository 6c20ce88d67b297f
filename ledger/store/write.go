package store

import (
	"fmt"
	"strconv"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
)

// Write implements book.Tx.
func (t *Tx) Write(b *book.Batch) error {
	for _, step := range []func(*book.Batch) error{t.writePools, t.writeRecords, t.writeHoles, t.writeUndone, t.writeTotals, t.writeTiles, t.writeNouns} {
		if err := step(b); err != nil {
			return err
		}
	}
	h := b.Head
	return t.db.Exec("UPDATE log_head SET size = ?, root = ?, recorded = ?", h.Size, h.Root[:], h.Recorded.Unix()).Error
}

// writePools gives new pools their numbers, before records refer to them.
func (t *Tx) writePools(b *book.Batch) error {
	for _, p := range b.Pools {
		name := p.Pool
		err := t.db.Raw(`INSERT INTO pools (project, holder, designation, asset, laid, next, holed) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (project, holder, designation, asset) DO UPDATE SET laid = excluded.laid, next = excluded.next, holed = excluded.holed
			RETURNING id`, name.Project, name.Holder, name.Designation, string(name.Asset), p.Head.In, p.Head.Next, p.Head.Holed).Scan(&p.ID).Error
		if err != nil {
			return fmt.Errorf("write the pool %s: %w", name, err)
		}
	}
	return nil
}

var (
	recordColumns  = []string{"idx", "bytes", "type", "project", "of", "line", "amount", "occurred", "in_pool", "in_from", "in_upto", "out_pool"}
	takeColumns    = []string{"pool", "lo", "hi", "idx", "at"}
	openingColumns = []string{"idx", "public", "private"}
	lookupColumns  = []string{"key", "idx", "input"}
)

// writeRecords writes the history: most of all that is written.
func (t *Tx) writeRecords(b *book.Batch) error {
	ids := map[ledger.Pool]int64{}
	for _, p := range b.Pools {
		ids[p.Pool] = p.ID
	}
	records := make([][]any, len(b.Entries))
	var takes, openings, lookups [][]any
	for i, e := range b.Entries {
		records[i] = recordRow(e, ids)
		if e.Public != nil || e.Private != nil {
			openings = append(openings, []any{e.Index, e.Public, e.Private})
		}
		for _, f := range e.Keys {
			lookups = append(lookups, []any{t.store.d.key(f.Key), e.Index, t.store.d.key(f.Input)})
		}
		if e.Effect != nil {
			for _, p := range e.Effect.Pieces {
				takes = append(takes, []any{ids[e.Effect.Flow.Out.Pool], p.From, p.Upto, e.Index, p.At})
			}
		}
	}
	for _, part := range []struct {
		table   string
		columns []string
		rows    [][]any
	}{{"records", recordColumns, records}, {"takes", takeColumns, takes}, {"openings", openingColumns, openings}, {"lookups", lookupColumns, lookups}} {
		if len(part.rows) == 0 {
			continue
		}
		if err := t.store.d.bulk(t.ctx, t.conn, part.table, part.columns, part.rows); err != nil {
			return fmt.Errorf("write %s: %w", part.table, err)
		}
	}
	return nil
}

// recordRow is the wide row of a record.
func recordRow(e *book.Entry, ids map[ledger.Pool]int64) []any {
	row := []any{e.Index, e.Bytes, typeNumber(e.Record.Type()), nil, nil, nil, nil, nil, nil, nil, nil, nil}
	switch w := e.Record.What.(type) {
	case *ledger.Flow:
		row[4], row[5], row[6], row[7] = orNull(w.Of), int64(e.Line), w.Amount, day(w.Occurred.Last)
		if w.In != nil {
			row[3], row[8], row[9], row[10] = w.In.Pool.Project, ids[w.In.Pool], w.In.Span.From, w.In.Span.Upto
		}
		if w.Out != nil {
			row[3], row[11] = w.Out.Pool.Project, ids[w.Out.Pool]
		}
	case *ledger.Delivery:
		row[4], row[6], row[7] = w.Of, w.Amount, day(w.Occurred.Last)
	case *ledger.Plan:
		row[3] = w.Project
	case *ledger.StatusChange:
		row[3] = w.Project
	case *ledger.Designation:
		row[3] = w.Project
	case *ledger.Disclosure:
		row[3] = w.Project
	case *ledger.Freeze:
		row[3] = w.Project
	case *ledger.Correction:
		row[4] = w.Of
	}
	return row
}

func orNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// day is a date as a number, 20261120.
func day(d ledger.Date) int64 {
	n, _ := strconv.ParseInt(strings.ReplaceAll(string(d), "-", ""), 10, 64)
	return n
}

func (t *Tx) writeHoles(b *book.Batch) error {
	for _, h := range b.Dug {
		if err := t.db.Exec("INSERT INTO holes (pool, lo, hi) VALUES (?, ?, ?)", h.Pool.ID, h.From, h.Upto).Error; err != nil {
			return fmt.Errorf("write a hole: %w", err)
		}
	}
	for _, h := range b.Filled {
		if err := t.db.Exec("DELETE FROM holes WHERE pool = ? AND lo = ?", h.Pool.ID, h.From).Error; err != nil {
			return fmt.Errorf("fill a hole: %w", err)
		}
	}
	return nil
}

func (t *Tx) writeUndone(b *book.Batch) error {
	for _, u := range b.Undone {
		if err := t.db.Exec("INSERT INTO undone (idx, units) VALUES (?, ?) ON CONFLICT (idx) DO UPDATE SET units = excluded.units", u.Index, u.Units).Error; err != nil {
			return fmt.Errorf("write what came back: %w", err)
		}
	}
	return nil
}

// writeTotals adds to the totals, in one order so that no two books wait for each
// other; the head's lock already sees to that, and the plan is the same each time.
func (t *Tx) writeTotals(b *book.Batch) error {
	ids := map[ledger.Pool]int64{}
	for _, p := range b.Pools {
		ids[p.Pool] = p.ID
	}
	for key, sum := range b.Totals {
		id := ids[key.Pool]
		if id == 0 {
			var err error
			if id, err = (reader{t.db}).poolID(t.ctx, key.Pool); err != nil {
				return err
			}
		}
		err := t.db.Exec(`INSERT INTO totals (pool, line, occurred, recorded, units, flows) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (pool, line, occurred, recorded) DO UPDATE SET units = totals.units + excluded.units, flows = totals.flows + excluded.flows`,
			id, int64(key.Line), day(key.Occurred), day(key.Recorded), sum.Units, sum.Flows).Error
		if err != nil {
			return fmt.Errorf("write a total: %w", err)
		}
	}
	return nil
}

// writeTiles keeps full tiles and the partial ones above the leaves.
func (t *Tx) writeTiles(b *book.Batch) error {
	for _, tile := range b.Tiles {
		if tile.Level == 0 && tile.Width < proof.TileWidth {
			continue
		}
		err := t.db.Exec("INSERT INTO tiles (level, number, hashes) VALUES (?, ?, ?) ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes",
			tile.Level, tile.Number, tile.Hashes).Error
		if err != nil {
			return fmt.Errorf("write %s: %w", tile.Path(), err)
		}
	}
	return nil
}

// writeNouns keeps the current state of what records register and change.
func (t *Tx) writeNouns(b *book.Batch) error {
	for _, e := range b.Entries {
		if err := t.writeNoun(e); err != nil {
			return fmt.Errorf("write what record %d registers: %w", e.Index, err)
		}
	}
	return nil
}

func (t *Tx) writeNoun(e *book.Entry) error {
	switch w := e.Record.What.(type) {
	case *ledger.Organization:
		return t.db.Exec("INSERT INTO organizations (idx, scheme, code, name, kind, fundraising) VALUES (?, ?, ?, ?, ?, ?)",
			e.Index, w.Scheme, w.Code, w.Name, string(w.Kind), w.PublicFundraising).Error
	case *ledger.Asset:
		return t.db.Exec("INSERT INTO assets (id, class, name, unit, scale) VALUES (?, ?, ?, ?, ?)", string(w.ID), string(w.Class), w.Name, w.Unit, w.Scale).Error
	case *ledger.Project:
		var filing any
		if w.Filing != "" {
			filing = w.Filing
		}
		return t.db.Exec("INSERT INTO projects (idx, organization, name, filing, kind, cause, place, status, frozen, starts, ends, plan) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', 0)",
			e.Index, w.Organization, w.Name, filing, string(w.Kind), w.Cause, w.Place, string(ledger.Draft), false).Error
	case *ledger.Plan:
		return t.db.Exec("UPDATE projects SET plan = ?, starts = ?, ends = ? WHERE idx = ?", e.Index, string(w.Starts), string(w.Ends), w.Project).Error
	case *ledger.StatusChange:
		return t.db.Exec("UPDATE projects SET status = ? WHERE idx = ?", string(w.Status), w.Project).Error
	case *ledger.Freeze:
		return t.db.Exec("UPDATE projects SET frozen = ? WHERE idx = ?", !w.Release, w.Project).Error
	case *ledger.Designation:
		return t.db.Exec("INSERT INTO designations (project, id, name, class) VALUES (?, ?, ?, ?)", w.Project, w.ID, w.Name, string(w.Class)).Error
	}
	return nil
}
