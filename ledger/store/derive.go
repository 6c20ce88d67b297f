package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/bits"
	"strings"
	"time"

	"gorm.io/gorm"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
	"mingzhang/ledger/record"
)

// Derived is what a database should have beside the bytes of its records, made anew from
// these alone: the tables that follow from them, and the columns and openings beside each
// record. An audit makes one as it goes, and holds the database against it.
//
// In memory are 9 bytes for each record, a row of each table that sums up, and the nouns.
type Derived struct {
	Lost     int64 // openings that are not there, though no record erased them
	tables   map[string]map[string][]any
	sums     book.Totals
	about    []int64 // the project of each record, 0 for none
	seals    []seals // of each record
	recorded time.Time
	ids      map[ledger.Pool]int64
	pending  []*book.Entry
}

// seals is what became of the openings of a record: which are missing, and which a later
// record erased.
type seals byte

const (
	publicMissing seals = 1 << iota
	privateMissing
	publicErased
	privateErased
)

// Unlike is a row that is otherwise than the records say. Index is that of the record
// which it stands beside, −1 where it is of another table.
type Unlike struct {
	Index            int64
	What, Want, Have string
}

func (u *Unlike) Error() string { return fmt.Sprintf("%s: %s, not %s", u.What, u.Have, u.Want) }

// derivedTables are those that Derived has whole, by how many columns their keys have.
var derivedTables = []struct {
	name string
	keys int
}{{"organizations", 1}, {"assets", 1}, {"projects", 1}, {"designations", 2}, {"evidence", 1}, {"keys", 1}, {"totals", 4}, {"parties", 4}, {"lines", 2}, {"sizes", 3}, {"undone", 1}}

// NewDerived is for a book without records.
func NewDerived() *Derived {
	d := &Derived{tables: map[string]map[string][]any{}, ids: map[ledger.Pool]int64{}, recorded: time.Unix(0, 0)}
	d.sums = book.Totals{Lines: map[account.Total]book.Tally{}, Parties: map[book.PartyLine]book.PartySum{}, Sizes: map[book.SizeBand]account.Sum{}, Stored: map[book.ProjectLine]int64{}}
	for _, t := range derivedTables {
		d.tables[t.name] = map[string][]any{}
	}
	return d
}

// Add takes the next record; of a flow also the lines that it counts on, and the flow
// that it reverses, nil for none.
func (d *Derived) Add(r *record.Record, counts []account.Count, reversed *ledger.Flow) {
	e := &book.Entry{Index: r.Index, Record: r, Project: r.Project()}
	if of, refers := r.Refers(); refers && e.Project == 0 && of < int64(len(d.about)) {
		e.Project = d.about[of]
	}
	d.about, d.seals, d.recorded = append(d.about, e.Project), append(d.seals, 0), r.Recorded
	if f, ok := r.What.(*ledger.Flow); ok && len(counts) > 0 {
		e.Line = d.count(r, f, counts, reversed)
		d.undo(f, reversed)
	}
	d.noun(r)
	d.pending = append(d.pending, e)
}

// row gives a row of a table by its key, which is empty where it is new.
func (d *Derived) row(table string, key ...any) []any { return d.tables[table][fmt.Sprintln(key...)] }

// undo keeps how many units of earlier flows came back or were reversed.
func (d *Derived) undo(f, reversed *ledger.Flow) {
	add := func(index, units int64) {
		if row := d.row("undone", index); row != nil {
			units += row[1].(int64)
		}
		d.put("undone", 1, index, units)
	}
	if f.Kind == ledger.Return {
		add(f.Of, f.Amount)
	}
	if reversed != nil {
		add(f.Of, reversed.Amount)
		if reversed.Kind == ledger.Return {
			add(reversed.Of, -reversed.Amount)
		}
	}
}

// put keeps a row whose key is the cells at its beginning.
func (d *Derived) put(table string, keys int, cells ...any) {
	d.tables[table][fmt.Sprintln(cells[:keys]...)] = cells
}

// noun keeps the current state of what a record registers or changes, as writeNoun does.
func (d *Derived) noun(r *record.Record) {
	switch w := r.What.(type) {
	case *ledger.Organization:
		d.put("organizations", 1, r.Index, w.Scheme, w.Code, w.Name, string(w.Kind), w.PublicFundraising)
	case *ledger.Asset:
		d.put("assets", 1, string(w.ID), string(w.Class), w.Name, w.Unit, int64(w.Scale))
	case *ledger.Project:
		var filing any
		if w.Filing != "" {
			filing = w.Filing
		}
		d.put("projects", 1, r.Index, w.Organization, w.Name, filing, string(w.Kind), w.Cause, w.Place, string(ledger.Draft), false, "", "", int64(0), "", int64(0))
	case *ledger.Plan:
		if p := d.row("projects", w.Project); p != nil {
			target := ledger.Sum{}
			if w.Target != nil {
				target = *w.Target
			}
			p[9], p[10], p[11], p[12], p[13] = string(w.Starts), string(w.Ends), r.Index, string(target.Asset), target.Amount
		}
	case *ledger.StatusChange:
		if p := d.row("projects", w.Project); p != nil {
			p[7] = string(w.Status)
		}
	case *ledger.Freeze:
		if p := d.row("projects", w.Project); p != nil {
			p[8] = !w.Release
		}
	case *ledger.Erasure:
		if what := publicErased; w.Of < int64(len(d.seals)) {
			if w.Seal == string(record.Private) {
				what = privateErased
			}
			d.seals[w.Of] |= what
		}
	case *ledger.Evidence:
		size := w.Size
		if before := d.row("evidence", w.Hash); before != nil {
			size = before[2].(int64) // of the same bytes
		}
		d.put("evidence", 1, w.Hash, r.Index, size, w.Media, w.Public, w.Redacted)
	case *ledger.Key:
		d.put("keys", 1, w.ID, r.Index, w.Org, w.Use, w.Verifier, w.Replaces)
	case *ledger.Designation:
		d.put("designations", 2, w.Project, w.ID, w.Name, string(w.Class))
	}
}

// count adds a flow to the sums and gives the line it is stored under, as the book does.
func (d *Derived) count(r *record.Record, f *ledger.Flow, counts []account.Count, reversed *ledger.Flow) account.Line {
	for _, c := range counts {
		key := account.Total{Pool: c.Pool, Line: c.Line, Occurred: c.Occurred, Recorded: account.Today(r.Recorded)}
		sum, there := d.sums.Lines[key]
		if !there {
			sum.First = r.Index
		}
		sum.Sum, sum.Last = plus(sum.Sum, c.Sum), r.Index
		d.sums.Lines[key] = sum
	}
	counted, line, c := f, counts[0].Line, counts[0]
	if reversed != nil {
		counted, line = reversed, -line
	}
	d.sums.Stored[book.ProjectLine{Project: f.Project(), Line: line}]++
	if p := counted.Party; p != nil && p.Kind == ledger.Organized {
		key := book.PartyLine{Project: c.Pool.Project, Line: c.Line, Asset: c.Pool.Asset, Party: p.Key()}
		sum := d.sums.Parties[key]
		if sum.Sum = plus(sum.Sum, c.Sum); reversed == nil {
			sum.Name = p.Name
		}
		d.sums.Parties[key] = sum
	}
	if c.Line == account.LineDonation {
		key := book.SizeBand{Project: c.Pool.Project, Asset: c.Pool.Asset, Band: account.Band(counted.Amount)}
		d.sums.Sizes[key] = plus(d.sums.Sizes[key], c.Sum)
	}
	return line
}

func plus(a, b account.Sum) account.Sum {
	return account.Sum{Units: a.Units + b.Units, Flows: a.Flows + b.Flows}
}

// addUp makes rows of the sums.
func (d *Derived) addUp() {
	for k, s := range d.sums.Lines {
		d.put("totals", 4, k.Pool.String(), int64(k.Line), day(k.Occurred), day(k.Recorded), s.Units, s.Flows, s.First, s.Last)
	}
	for k, s := range d.sums.Parties {
		d.put("parties", 4, k.Project, int64(k.Line), string(k.Asset), k.Party, s.Name, s.Units, s.Flows)
	}
	for k, n := range d.sums.Stored {
		d.put("lines", 2, k.Project, int64(k.Line), n)
	}
	for k, s := range d.sums.Sizes {
		d.put("sizes", 3, k.Project, string(k.Asset), int64(k.Band), s.Units, s.Flows)
	}
}

// CompareRecords holds what the database has beside the records that were added since the
// last time against them: their columns, the runs that they took, and their openings. The
// first difference is an *Unlike.
func (d *Derived) CompareRecords(ctx context.Context, s *Store) error {
	if len(d.pending) == 0 {
		return nil
	}
	from, upto := d.pending[0].Index, d.pending[len(d.pending)-1].Index+1
	db := s.reads.WithContext(ctx)
	if err := d.poolNumbers(db); err != nil {
		return err
	}
	have := make([]besideRow, 0, len(d.pending))
	var takes []takeRow
	err := together(db, into(&have, db.Raw(selectBeside, from, upto)), into(&takes, db.Raw("SELECT pool, lo, hi, idx, at FROM takes WHERE idx >= ? AND idx < ? ORDER BY idx, at", from, upto)))
	if err != nil {
		return fmt.Errorf("what stands beside the records from %d on: %w", from, err)
	}
	for i, e := range d.pending {
		if i >= len(have) || *have[i].cells[0] != e.Index {
			return &Unlike{e.Index, "records", "a row", "none"}
		}
		if err := d.compareBeside(e, &have[i]); err != nil {
			return err
		}
		n := 0
		for n < len(takes) && takes[n].Idx <= e.Index {
			n++
		}
		if err := d.compareTakes(e, takes[:n]); err != nil {
			return err
		}
		takes = takes[n:]
	}
	d.pending = d.pending[:0]
	return nil
}

// poolNumbers learns the numbers of pools that records may refer to.
func (d *Derived) poolNumbers(db *gorm.DB) error {
	for _, e := range d.pending {
		f, ok := e.Record.What.(*ledger.Flow)
		if !ok || (f.In == nil || d.ids[f.In.Pool] != 0) && (f.Out == nil || d.ids[f.Out.Pool] != 0) {
			continue
		}
		var rows []poolName
		if err := together(db, into(&rows, db.Raw("SELECT id, project, holder, designation, asset FROM pools"))); err != nil {
			return fmt.Errorf("the numbers of the pools: %w", err)
		}
		for _, r := range rows {
			d.ids[r.pool()] = r.ID
		}
		return nil
	}
	return nil
}

type poolName struct {
	ID, Project, Holder int64
	Designation, Asset  string
}

func (r *poolName) fields() []any {
	return []any{&r.ID, &r.Project, &r.Holder, &r.Designation, &r.Asset}
}

func (r *poolName) pool() ledger.Pool {
	return ledger.Pool{Project: r.Project, Holder: r.Holder, Designation: r.Designation, Asset: ledger.AssetID(r.Asset)}
}

type takeRow struct{ Pool, Lo, Hi, Idx, At int64 }

func (r *takeRow) fields() []any { return []any{&r.Pool, &r.Lo, &r.Hi, &r.Idx, &r.At} }

// besideRow is a record's row without its bytes, and its openings. What is NULL is nil.
type besideRow struct {
	cells           [11]*int64 // those of recordColumns but bytes and party
	party           *string
	public, private []byte
}

func (r *besideRow) fields() []any {
	fields := make([]any, 0, 14)
	for i := range r.cells {
		fields = append(fields, &r.cells[i])
	}
	return append(fields, &r.party, &r.public, &r.private)
}

var besideColumns = append([]string{"idx"}, recordColumns[2:12]...)

var selectBeside = "SELECT r." + strings.Join(besideColumns, ", r.") + ", r.party, o.public, o.private FROM records r LEFT JOIN openings o ON o.idx = r.idx WHERE r.idx >= ? AND r.idx < ? ORDER BY r.idx"

// compareBeside holds the columns and openings of a record against it.
func (d *Derived) compareBeside(e *book.Entry, have *besideRow) error {
	row := recordRow(e, d.ids)
	want := append([]any{row[0]}, row[2:12]...)
	for i, w := range want {
		if have := value(have.cells[i]); have != plain(w) {
			return &Unlike{e.Index, "records." + besideColumns[i], shown(w), shown(have)}
		}
	}
	if have := value(have.party); have != row[12] {
		return &Unlike{e.Index, "records.party", shown(row[12]), shown(have)}
	}
	if err := d.compareOpening(e.Index, record.Public, e.Record.Public, have.public); err != nil {
		return err
	}
	return d.compareOpening(e.Index, record.Private, e.Record.Private, have.private)
}

// compareOpening holds an opening against the commitment of its record. One that is not
// there may have been erased, which a later record says.
func (d *Derived) compareOpening(index int64, seal record.Seal, sealed record.Commitment, have []byte) error {
	if len(have) == 0 {
		if what := publicMissing; sealed != (record.Commitment{}) {
			if seal == record.Private {
				what = privateMissing
			}
			d.seals[index] |= what
		}
		return nil
	}
	if sum := sha256.Sum256(have); sum != sealed {
		return &Unlike{index, "openings." + string(seal), fmt.Sprintf("an opening of %x", sealed), fmt.Sprintf("one of %x", sum)}
	}
	return nil
}

// value is a cell that may be NULL.
func value[T any](cell *T) any {
	if cell == nil {
		return nil
	}
	return *cell
}

// plain is a number as cells have it.
func plain(cell any) any {
	if n, ok := cell.(int); ok {
		return int64(n)
	}
	return cell
}

// shown is a cell for who reads of a difference.
func shown(cell any) string {
	if cell == nil {
		return "nothing"
	}
	return fmt.Sprint(cell)
}

// compareTakes holds the runs that a flow took against it. Where its envelope has holes,
// the record says where they begin and end and how many units they have.
func (d *Derived) compareTakes(e *book.Entry, have []takeRow) error {
	f, ok := e.Record.What.(*ledger.Flow)
	if !ok || f.Out == nil {
		if len(have) > 0 {
			return &Unlike{e.Index, "takes", "none", fmt.Sprint(have[0])}
		}
		return nil
	}
	pieces, complete := f.Pieces()
	unlike := &Unlike{e.Index, "takes", fmt.Sprint(pieces), fmt.Sprint(have)}
	if len(have) == 0 || complete && len(have) != len(pieces) {
		return unlike
	}
	at, before := int64(0), int64(-1)
	for i, t := range have {
		if t.Idx != e.Index || t.Pool != d.ids[f.Out.Pool] || t.At != at || t.Lo >= t.Hi || !f.Named() && t.Lo <= before {
			return unlike
		}
		if complete && (t.Lo != pieces[i].From || t.Hi != pieces[i].Upto) {
			return unlike
		}
		at, before = at+t.Hi-t.Lo, t.Hi
	}
	if at != f.Amount || !complete && (have[0].Lo != f.Out.Span.From || before != f.Out.Span.Upto) {
		return unlike
	}
	return nil
}

// CompareTables holds the tables that follow from the records against them: s shows one
// moment, at which the log ends where the records do. The first difference is an *Unlike.
func (d *Derived) CompareTables(ctx context.Context, s *Store) error {
	for _, of := range d.seals {
		d.Lost += int64(bits.OnesCount8(uint8(of &^ (of >> 2) & (publicMissing | privateMissing))))
	}
	d.addUp()
	tx, ok := s.reads.Statement.ConnPool.(*look)
	if !ok {
		return errors.New("the tables are compared at one moment")
	}
	for _, step := range []func(context.Context, *Store, *look) error{compareTypes, d.comparePlaces, d.compareErased, d.comparePools, compareTaken, d.compareRuns} {
		if err := step(ctx, s, tx); err != nil {
			return err
		}
	}
	for _, t := range derivedTables {
		if err := d.compareTable(ctx, tx, s.d, t.name, t.keys); err != nil {
			return err
		}
	}
	return nil
}

// comparePools holds the pools, their income and their expenditure against the flows.
func (d *Derived) comparePools(ctx context.Context, _ *Store, tx *look) error {
	rows, err := tx.QueryContext(ctx, "SELECT id, project, holder, designation, asset, income, incomes, spent, payments FROM pools")
	if err != nil {
		return err
	}
	defer rows.Close()
	want := map[ledger.Pool]bool{}
	for key := range d.sums.Lines {
		want[key.Pool] = true
	}
	sums := earnedBy(&book.Batch{Totals: d.sums})
	for rows.Next() {
		var r poolName
		var income, spent account.Sum
		if err := rows.Scan(append(r.fields(), &income.Units, &income.Flows, &spent.Units, &spent.Flows)...); err != nil {
			return err
		}
		if !want[r.pool()] {
			return &Unlike{-1, "pools " + r.pool().String(), "no such row", "one"}
		}
		delete(want, r.pool())
		if want, have := sums[r.pool()], (earned{income, spent}); want != have {
			return &Unlike{-1, "pools " + r.pool().String() + " income and spent", fmt.Sprint(want), fmt.Sprint(have)}
		}
		d.ids[r.pool()] = r.ID
	}
	for pool := range want {
		return &Unlike{-1, "pools " + pool.String(), "a row", "none"}
	}
	return rows.Err()
}

// compareTable holds one table against what it should be. A row that was found is struck
// out: a second one like it is one too many.
func (d *Derived) compareTable(ctx context.Context, tx *look, on dialect, name string, keys int) error {
	t, err := columnsOf(ctx, tx, name)
	if err != nil {
		return fmt.Errorf("the columns of %s: %w", name, err)
	}
	names := map[int64]string{}
	for pool, id := range d.ids {
		names[id] = pool.String()
	}
	err = dumpTable(ctx, tx, on, &t, eachRow(func(cells []any) error {
		if id, ok := cells[0].(int64); ok && name == "totals" && names[id] != "" {
			cells[0] = names[id]
		}
		want := d.row(name, cells[:keys]...)
		if want == nil {
			return &Unlike{-1, fmt.Sprintf("%s %v", name, cells[:keys]), "no such row", fmt.Sprint(cells)}
		}
		delete(d.tables[name], fmt.Sprintln(cells[:keys]...))
		for i, c := range t.Columns {
			if cells[i] != want[i] {
				return &Unlike{-1, fmt.Sprintf("%s.%s of %v", name, c.Name, cells[:keys]), shown(want[i]), shown(cells[i])}
			}
		}
		return nil
	}))
	if err != nil {
		return err
	}
	for _, row := range d.tables[name] {
		return &Unlike{-1, fmt.Sprintf("%s %v", name, row[:keys]), fmt.Sprint(row), "no such row"}
	}
	return nil
}

// eachRow is a Dump of rows alone.
type eachRow func(cells []any) error

// Begin implements Dump.
func (eachRow) Begin(int, book.Head, []Table) error { return nil }

// Row implements Dump.
func (do eachRow) Row(_ *Table, cells []any) error { return do(cells) }
