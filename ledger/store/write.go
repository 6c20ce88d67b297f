package store

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// statement is one of those that a write sends in one go. Its places are written "?".
type statement struct {
	text string
	args []any
}

// later adds a statement to those that end the write: in PostgreSQL they travel
// together, which is what a lonely caller waits for.
func (t *Tx) later(text string, args ...any) { t.queue = append(t.queue, statement{text, args}) }

// part is rows that a write inserts in bulk.
type part struct {
	table   string
	columns []string
	rows    [][]any
}

// Write implements book.Tx.
func (t *Tx) Write(b *book.Batch) error {
	made := unnumbered(b)
	err := t.write(b)
	if err == nil {
		return nil
	}
	for _, p := range made {
		p.ID = 0 // there is no such pool, after all
	}
	return t.store.taken(err)
}

// taken tells a key that was there from other faults.
func (s *Store) taken(err error) error {
	if err != nil && s.d.taken(err, "lookups") {
		return errors.Join(book.ErrKeyTaken, err)
	}
	return err
}

// unnumbered are the new pools of a batch.
func unnumbered(b *book.Batch) (made []*book.PoolState) {
	for _, p := range b.Pools {
		if p.ID == 0 {
			made = append(made, p.PoolState)
		}
	}
	return made
}

func (t *Tx) write(b *book.Batch) error {
	if err := t.plan(b); err != nil {
		return err
	}
	if err := t.run(); err != nil {
		return err
	}
	if h := b.Head; h.Size/runLeaves != t.head.Size/runLeaves {
		return t.makeRuns(h.Size / runLeaves)
	}
	return nil
}

// run writes what was planned.
func (t *Tx) run() error {
	for _, p := range t.parts {
		if err := t.store.d.bulk(t.ctx, t.conn, p); err != nil {
			return fmt.Errorf("write %s: %w", p.table, err)
		}
	}
	if err := t.store.d.exec(t.ctx, t.conn, t.queue); err != nil {
		return fmt.Errorf("write what the records add up to: %w", err)
	}
	return nil
}

// plan gathers what a batch writes: the database is asked only for the numbers of pools
// that are new, or not among those that the batch changes.
func (t *Tx) plan(b *book.Batch) error {
	t.parts, t.queue = nil, nil
	if err := t.writePools(b); err != nil {
		return err
	}
	t.writeRecords(b)
	t.writeTotals(&b.Totals)
	t.writeHoles(b)
	t.writeUndone(b)
	t.writeTiles(b)
	for _, e := range b.Entries {
		t.writeNoun(e)
	}
	h := b.Head
	t.size = h.Size
	t.later("UPDATE log_head SET size = ?, root = ?, recorded = ?", h.Size, h.Root[:], h.Recorded.Unix())
	return nil
}

// earned is what flows add to a pool's income and expenditure.
type earned struct{ income, spent account.Sum }

// earnedBy adds up a batch by pool. A reversal counts on the pool of what it reverses,
// which is not always one that it changes.
func earnedBy(b *book.Batch) map[ledger.Pool]earned {
	sums := map[ledger.Pool]earned{}
	for key, sum := range b.Totals.Lines {
		e := sums[key.Pool]
		switch {
		case key.Line.Income():
			e.income = account.Sum{Units: e.income.Units + sum.Units, Flows: e.income.Flows + sum.Flows}
		case key.Line.Spent():
			e.spent = account.Sum{Units: e.spent.Units + sum.Units, Flows: e.spent.Flows + sum.Flows}
		}
		sums[key.Pool] = e
	}
	return sums
}

// writePools gives new pools their numbers, before records refer to them, and every
// pool of the batch is known by its number afterwards.
func (t *Tx) writePools(b *book.Batch) error {
	t.pools = map[ledger.Pool]int64{}
	sums := earnedBy(b)
	for _, p := range b.Pools {
		e := sums[p.Pool]
		delete(sums, p.Pool)
		if p.ID != 0 {
			t.pools[p.Pool] = p.ID
			t.later("UPDATE pools SET laid = ?, next = ?, holed = ?, income = income + ?, incomes = incomes + ?, spent = spent + ?, payments = payments + ? WHERE id = ?",
				p.Head.In, p.Head.Next, p.Head.Holed, e.income.Units, e.income.Flows, e.spent.Units, e.spent.Flows, p.ID)
			continue
		}
		name := p.Pool
		err := t.db.Raw("INSERT INTO pools (project, holder, designation, asset, laid, next, holed, income, incomes, spent, payments) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
			name.Project, name.Holder, name.Designation, string(name.Asset), p.Head.In, p.Head.Next, p.Head.Holed,
			e.income.Units, e.income.Flows, e.spent.Units, e.spent.Flows).Scan(&p.ID).Error
		if err != nil {
			return fmt.Errorf("write the pool %s: %w", name, err)
		}
		t.pools[p.Pool] = p.ID
	}
	for pool, e := range sums {
		id, err := (reader{t.db}).poolID(t.ctx, pool)
		if err != nil {
			return err
		}
		t.pools[pool] = id
		t.later("UPDATE pools SET income = income + ?, incomes = incomes + ?, spent = spent + ?, payments = payments + ? WHERE id = ?",
			e.income.Units, e.income.Flows, e.spent.Units, e.spent.Flows, id)
	}
	return nil
}

var (
	recordColumns  = []string{"idx", "bytes", "type", "project", "of", "line", "amount", "occurred", "in_pool", "in_from", "in_upto", "out_pool", "party"}
	takeColumns    = []string{"pool", "lo", "hi", "idx", "at"}
	openingColumns = []string{"idx", "public", "private"}
	lookupColumns  = []string{"key", "idx", "input"}
)

// writeRecords writes the history: most of all that is written. Keys come first, because
// they may turn out to be there.
func (t *Tx) writeRecords(b *book.Batch) {
	records := make([][]any, len(b.Entries))
	lookups := t.lookupRows(b)
	var takes, openings [][]any
	for i, e := range b.Entries {
		records[i] = recordRow(e, t.pools)
		if e.Public != nil || e.Private != nil {
			openings = append(openings, []any{e.Index, e.Public, e.Private})
		}
		if e.Effect != nil {
			for _, p := range e.Effect.Pieces {
				takes = append(takes, []any{t.pools[e.Effect.Flow.Out.Pool], p.From, p.Upto, e.Index, p.At})
			}
		}
	}
	for _, p := range []part{{"lookups", lookupColumns, lookups}, {"records", recordColumns, records}, {"takes", takeColumns, takes}, {"openings", openingColumns, openings}} {
		if len(p.rows) < few {
			t.insert(p)
		} else {
			t.parts = append(t.parts, p)
		}
	}
}

// lookupRows are the keys of a batch in their order, which is random: neighbours in the
// table's tree are so written one after the other.
func (t *Tx) lookupRows(b *book.Batch) [][]any {
	type found struct {
		book.Found
		index int64
	}
	var keys []found
	for _, e := range b.Entries {
		for _, f := range e.Keys {
			keys = append(keys, found{f, e.Index})
		}
	}
	slices.SortFunc(keys, func(a, b found) int { return bytes.Compare(a.Key[:], b.Key[:]) })
	rows := make([][]any, len(keys))
	for i, k := range keys {
		rows[i] = []any{t.store.d.key(k.Key), k.index, t.store.d.key(k.Input)}
	}
	return rows
}

// few is below how many rows a bulk insert costs more than it saves.
const few = 16

// insert adds rows as statements.
func (t *Tx) insert(p part) {
	text := "INSERT INTO " + p.table + " (" + strings.Join(p.columns, ", ") + ") VALUES (" + strings.Repeat("?, ", len(p.columns)-1) + "?)"
	for _, r := range p.rows {
		t.later(text, r...)
	}
}

// recordRow is the wide row of a record.
func recordRow(e *book.Entry, ids map[ledger.Pool]int64) []any {
	row := []any{e.Index, e.Bytes, typeNumber(e.Record.Type()), orNull(e.Project), nil, nil, nil, nil, nil, nil, nil, nil, nil}
	if of, ok := e.Record.Refers(); ok {
		row[4] = of
	}
	switch w := e.Record.What.(type) {
	case *ledger.Flow:
		row[5], row[6], row[7] = int64(e.Line), w.Amount, day(w.Occurred.Last)
		if party := w.Party.Key(); party != "" {
			row[12] = party
		}
		if w.In != nil {
			row[8], row[9], row[10] = ids[w.In.Pool], w.In.Span.From, w.In.Span.Upto
		}
		if w.Out != nil {
			row[11] = ids[w.Out.Pool]
		}
	case *ledger.Delivery:
		row[6], row[7] = w.Amount, day(w.Occurred.Last)
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

func (t *Tx) writeHoles(b *book.Batch) {
	for _, h := range b.Dug {
		t.later("INSERT INTO holes (pool, lo, hi) VALUES (?, ?, ?)", h.Pool.ID, h.From, h.Upto)
	}
	for _, h := range b.Filled {
		t.later("DELETE FROM holes WHERE pool = ? AND lo = ?", h.Pool.ID, h.From)
	}
}

func (t *Tx) writeUndone(b *book.Batch) {
	for _, u := range b.Undone {
		t.later("INSERT INTO undone (idx, units) VALUES (?, ?) ON CONFLICT (idx) DO UPDATE SET units = excluded.units", u.Index, u.Units)
	}
}

// writeTotals adds to the totals.
func (t *Tx) writeTotals(totals *book.Totals) {
	for key, sum := range totals.Lines {
		t.later(`INSERT INTO totals (pool, line, occurred, recorded, units, flows, first, last) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (pool, line, occurred, recorded) DO UPDATE SET units = totals.units + excluded.units, flows = totals.flows + excluded.flows, last = excluded.last`,
			t.pools[key.Pool], int64(key.Line), day(key.Occurred), day(key.Recorded), sum.Units, sum.Flows, sum.First, sum.Last)
	}
	for key, sum := range totals.Parties {
		t.later(`INSERT INTO parties (project, line, asset, party, name, units, flows) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (project, line, asset, party) DO UPDATE SET name = CASE excluded.name WHEN '' THEN parties.name ELSE excluded.name END, units = parties.units + excluded.units, flows = parties.flows + excluded.flows`,
			key.Project, int64(key.Line), string(key.Asset), key.Party, sum.Name, sum.Units, sum.Flows)
	}
	for key, flows := range totals.Stored {
		t.later("INSERT INTO lines (project, line, flows) VALUES (?, ?, ?) ON CONFLICT (project, line) DO UPDATE SET flows = lines.flows + excluded.flows",
			key.Project, int64(key.Line), flows)
	}
	for key, sum := range totals.Sizes {
		t.later(`INSERT INTO sizes (project, asset, band, units, flows) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (project, asset, band) DO UPDATE SET units = sizes.units + excluded.units, flows = sizes.flows + excluded.flows`,
			key.Project, string(key.Asset), int64(key.Band), sum.Units, sum.Flows)
	}
}

// writeTiles keeps full tiles and the partial ones above the leaves.
func (t *Tx) writeTiles(b *book.Batch) {
	for _, tile := range b.Tiles {
		if tile.Level > 0 || tile.Width == proof.TileWidth {
			t.later("INSERT INTO tiles (level, number, hashes) VALUES (?, ?, ?) ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes",
				int64(tile.Level), tile.Number, tile.Hashes)
		}
	}
}

// writeNoun keeps the current state of what a record registers or changes.
func (t *Tx) writeNoun(e *book.Entry) {
	switch w := e.Record.What.(type) {
	case *ledger.Organization:
		t.later("INSERT INTO organizations (idx, scheme, code, name, kind, fundraising) VALUES (?, ?, ?, ?, ?, ?)",
			e.Index, w.Scheme, w.Code, w.Name, string(w.Kind), w.PublicFundraising)
	case *ledger.Asset:
		t.later("INSERT INTO assets (id, class, name, unit, scale) VALUES (?, ?, ?, ?, ?)", string(w.ID), string(w.Class), w.Name, w.Unit, int64(w.Scale))
	case *ledger.Project:
		var filing any
		if w.Filing != "" {
			filing = w.Filing
		}
		t.later("INSERT INTO projects (idx, organization, name, filing, kind, cause, place, status, frozen, starts, ends, plan, target_asset, target) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', 0, '', 0)",
			e.Index, w.Organization, w.Name, filing, string(w.Kind), w.Cause, w.Place, string(ledger.Draft), false)
	case *ledger.Plan:
		target := ledger.Sum{}
		if w.Target != nil {
			target = *w.Target
		}
		t.later("UPDATE projects SET plan = ?, starts = ?, ends = ?, target_asset = ?, target = ? WHERE idx = ?",
			e.Index, string(w.Starts), string(w.Ends), string(target.Asset), target.Amount, w.Project)
	case *ledger.StatusChange:
		t.later("UPDATE projects SET status = ? WHERE idx = ?", string(w.Status), w.Project)
	case *ledger.Freeze:
		t.later("UPDATE projects SET frozen = ? WHERE idx = ?", !w.Release, w.Project)
	case *ledger.Erasure:
		t.erase(w)
	case *ledger.Evidence:
		t.later("INSERT INTO evidence (hash, idx, size, media, public, redacted) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO UPDATE SET idx = excluded.idx, media = excluded.media, public = excluded.public, redacted = excluded.redacted",
			w.Hash, e.Index, w.Size, w.Media, w.Public, w.Redacted)
	case *ledger.Key:
		t.later("INSERT INTO keys (id, idx, org, use, verifier, replaces) VALUES (?, ?, ?, ?, ?, ?)", w.ID, e.Index, w.Org, w.Use, w.Verifier, w.Replaces)
	case *ledger.Designation:
		t.later("INSERT INTO designations (project, id, name, class) VALUES (?, ?, ?, ?)", w.Project, w.ID, w.Name, string(w.Class))
	}
}

// erase takes the opening of one seal out of its row. After the commit the bytes are
// overwritten where the database keeps its files.
func (t *Tx) erase(e *ledger.Erasure) {
	column := "public"
	if e.Seal == string(record.Private) {
		column = "private"
	}
	t.later("UPDATE openings SET "+column+" = NULL WHERE idx = ?", e.Of)
	t.erased = true
}
