package store

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gorm.io/gorm"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/trace"
	"mingzhang/ledger/view"
)

// storedRow is a record with what is known beside it.
type storedRow struct {
	Idx     int64
	Bytes   []byte
	Project int64 // that it is about, 0 for none
	Public  []byte
	Undone  int64
}

func (r *storedRow) fields() []any { return []any{&r.Idx, &r.Bytes, &r.Project, &r.Public, &r.Undone} }

// noted is some records and what later ones say about them.
type noted struct {
	rows []storedRow
	said []noteRow
}

// notedRow is a record of a list, or what a later one says about it.
type notedRow struct {
	storedRow
	Of, Amount int64 // Of is −1 in a record of the list
	Type       int
}

func (r *notedRow) fields() []any { return append(r.storedRow.fields(), &r.Of, &r.Amount, &r.Type) }

// these asks for the records whose indices a question gives as idx, and what is said about
// them. It is one question, and so about one moment. The joins are cross joins, which SQLite
// takes in the order written: how short a list is, it cannot know.
func (l *noted) these(db *gorm.DB, indices string, args ...any) question {
	return onEach(db.Raw("WITH list AS MATERIALIZED ("+indices+") SELECT r.idx, r.bytes, coalesce(r.project, 0), o.public, "+undoneOf+`, -1, 0, 0
		FROM list CROSS JOIN records r LEFT JOIN openings o ON o.idx = r.idx WHERE r.idx = list.idx
		UNION ALL SELECT r.idx, NULL, 0, NULL, `+undoneOf+", r.of, coalesce(r.amount, 0), r.type FROM list CROSS JOIN records r WHERE r.of = list.idx AND "+isNote,
		append(args, noteArgs()...)...), l.take)
}

func (l *noted) take(r *notedRow) {
	if r.Of < 0 {
		l.rows = append(l.rows, r.storedRow)
		return
	}
	l.said = append(l.said, noteRow{r.Of, r.Idx, r.Amount, r.Undone, r.Type})
}

// inOrder sorts what the database gave: it was not asked to.
func (l *noted) inOrder(oldest bool) {
	slices.SortFunc(l.rows, func(a, b storedRow) int {
		if oldest {
			a, b = b, a
		}
		return cmp.Compare(b.Idx, a.Idx)
	})
	slices.SortFunc(l.said, func(a, b noteRow) int { return cmp.Compare(a.Idx, b.Idx) })
}

// readNoted gives the records whose indices a question gives, the last first.
func readNoted(db *gorm.DB, indices string, args ...any) (l noted, err error) {
	err = together(db, l.these(db, indices, args...))
	l.inOrder(false)
	return l, err
}

// Record gives a record as anyone may see it; absent is a ledger.NotFound.
func (s *Store) Record(ctx context.Context, index int64) (*view.Record, error) {
	list, err := readRecords(s.reads.WithContext(ctx), "?", listOf([]int64{index}))
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, absent("no-such-record", "没有编号为 %d 的记录", "there is no record %d", index)
	}
	return &list[0], nil
}

// About gives records of some types that are about a project, the last first, before
// an index, 0 for all. With a project of −1 they are those that are about none.
func (s *Store) About(ctx context.Context, project int64, types []string, before int64, limit int) ([]view.Record, error) {
	var strands []strand
	for _, t := range types {
		one := strand{where: "line IS NULL AND type = ? AND project = ?", args: []any{typeNumber(t), project}}
		if project < 0 {
			one = strand{where: "line IS NULL AND type = ? AND project IS NULL", args: one.args[:1]}
		}
		strands = append(strands, one)
	}
	return s.lastOf(ctx, strands, before, limit)
}

// LastAbout gives the last record of a type about each of some projects.
func (s *Store) LastAbout(ctx context.Context, projects []int64, of string) ([]view.Record, error) {
	if len(projects) == 0 {
		return nil, nil
	}
	return readRecords(s.reads.WithContext(ctx),
		"SELECT max(idx) AS idx FROM records WHERE line IS NULL AND type = ? AND ? GROUP BY project", typeNumber(of), among("project", projects))
}

// Latest gives the last records of the log before an index, 0 for all.
func (s *Store) Latest(ctx context.Context, before int64, limit int) ([]view.Record, error) {
	where, args := "", []any(nil)
	if before > 0 {
		where, args = " WHERE idx < ?", []any{before}
	}
	return readRecords(s.reads.WithContext(ctx), "SELECT idx FROM records"+where+" ORDER BY idx DESC"+atMost(limited(limit)), args...)
}

// Records gives the last records of a filter before an index, 0 for all.
func (s *Store) Records(ctx context.Context, f view.RecordFilter, before int64, limit int) ([]view.Record, error) {
	if f.Project == nil && len(f.Types) == 0 {
		return s.Latest(ctx, before, limit)
	}
	strands, err := recordStrands(s.reads.WithContext(ctx), f)
	if err != nil {
		return nil, err
	}
	return s.lastOf(ctx, strands, before, limit)
}

// lastOf gives the last records of strands before an index, 0 for all.
func (s *Store) lastOf(ctx context.Context, strands []strand, before int64, limit int) ([]view.Record, error) {
	if len(strands) == 0 {
		return nil, nil
	}
	if before == 0 {
		before = math.MaxInt64
	}
	text, args := sideBySide(s.d, strands, "idx", "idx < ?", "DESC", []any{before}, limited(limit), true)
	return readRecords(s.reads.WithContext(ctx), text, args...)
}

// recordStrands are the index ranges that have the records of a filter, each in order.
func recordStrands(db *gorm.DB, f view.RecordFilter) (all []strand, err error) {
	types := f.Types
	if len(types) == 0 {
		types = record.Types()
	}
	for _, t := range types {
		switch {
		case t == "flow" && f.Project == nil:
			all = append(all, strand{where: "line IS NOT NULL"})
		case t == "flow":
			lines, err := numbers(db.Raw("SELECT line FROM lines WHERE project = ?", *f.Project))
			if err != nil {
				return nil, err
			}
			for _, line := range lines {
				all = append(all, lineStrand(*f.Project, line))
			}
		case f.Project == nil:
			all = append(all, strand{where: "line IS NULL AND type = ?", args: []any{typeNumber(t)}})
		default:
			all = append(all, strand{where: "line IS NULL AND type = ? AND project = ?", args: []any{typeNumber(t), *f.Project}})
		}
	}
	return all, nil
}

// readRecords gives the records whose indices a question gives, the last first.
func readRecords(db *gorm.DB, indices string, args ...any) ([]view.Record, error) {
	l, err := readNoted(db, indices, args...)
	if err != nil {
		return nil, err
	}
	notes, list := notesOf(l.said), make([]view.Record, len(l.rows))
	for i, r := range l.rows {
		if list[i], err = r.record(notes[r.Idx]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// record shows a row as a record.
func (r storedRow) record(n notes) (view.Record, error) {
	rec, err := record.Parse(r.Bytes)
	if err != nil {
		return view.Record{}, err
	}
	texts, err := openedTexts(rec.Public, r.Public)
	return view.Record{Bytes: r.Bytes, Record: rec, Texts: texts, Opening: r.Public, Withdrawn: rec.Public != (record.Commitment{}) && r.Public == nil,
		Project: r.Project, Undone: r.Undone, Delivered: n.delivered, Corrections: n.corrections, Deliveries: n.deliveries}, err
}

// Trace shows the flows to a trace. Its answers need not be of one moment: history is
// never changed, so what they leave out is what came later.
func (s *Store) Trace() trace.Reader { return reader{s.reads} }

// Moment shows the flows of one moment to do, however long it takes.
func (s *Store) Moment(ctx context.Context, do func(trace.Reader) error) error {
	return s.moment(ctx, func(db *gorm.DB) error { return do(reader{db}) })
}

// Bundle gives the records of an entry bundle, which may be a part of one; absent is
// a ledger.NotFound.
func (s *Store) Bundle(ctx context.Context, number int64, width int) ([][]byte, error) {
	return readRange(s.reads.WithContext(ctx), number*proof.TileWidth, int64(width))
}

// Find gives the record that a key was recorded under; absent is a ledger.NotFound.
func (s *Store) Find(ctx context.Context, k book.Key) (int64, error) {
	rows, err := numbers(s.reads.WithContext(ctx).Raw("SELECT idx FROM lookups WHERE key = ?", s.d.key(k)))
	if err != nil {
		return 0, err
	}
	if len(rows) == 0 {
		return 0, absent("receipt-unknown", "没有找到对应的捐赠", "no gift is found for this")
	}
	return rows[0], nil
}

// Paid finds a payment by its key and its amount, which must both be right. A miss reads
// and compares as much as a hit does, so that its time does not tell a wrong amount from
// an unknown serial number.
func (s *Store) Paid(ctx context.Context, k book.Key, amount int64) (int64, error) {
	index, unknown := s.Find(ctx, k)
	if unknown != nil && ledger.KindOf(unknown) != ledger.NotFound {
		return 0, unknown
	}
	bytes, err := s.Stored(ctx, index) // of a miss, the first record
	if err != nil {
		return 0, err
	}
	r, err := record.Parse(bytes)
	if err != nil {
		return 0, err
	}
	f, ok := r.What.(*ledger.Flow)
	if unknown != nil || !ok || f.Amount != amount {
		return 0, absent("receipt-unknown", "没有找到对应的捐赠", "no gift is found for this")
	}
	return index, nil
}

// Evidence gives the record of a file by its hash; absent is a ledger.NotFound.
func (s *Store) Evidence(ctx context.Context, hash string) (index int64, e *ledger.Evidence, err error) {
	type row struct {
		Idx, Size             int64
		Media, Redacted, Hash string
		Public                bool
	}
	r, err := one[row](s.reads.WithContext(ctx), absent("no-such-evidence", "没有登记这个凭证文件", "no such file is registered"),
		"SELECT * FROM evidence WHERE hash = ?", hash)
	if err != nil {
		return 0, nil, err
	}
	return r.Idx, &ledger.Evidence{Hash: r.Hash, Size: r.Size, Media: r.Media, Public: r.Public, Redacted: r.Redacted}, nil
}

// Designations gives a project's designations, by id.
func (s *Store) Designations(ctx context.Context, project int64) ([]ledger.Designation, error) {
	rows, err := ask[designationRow](s.reads.WithContext(ctx).Raw("SELECT id, name, class FROM designations WHERE project = ? ORDER BY id", project))
	list := make([]ledger.Designation, len(rows))
	for i, r := range rows {
		list[i] = ledger.Designation{Project: project, ID: r.ID, Name: r.Name, Class: ledger.Class(r.Class)}
	}
	return list, err
}

// Assets gives the registered assets, by id.
func (s *Store) Assets(ctx context.Context) ([]ledger.Asset, error) {
	var rows []assetRow
	err := s.reads.WithContext(ctx).Raw("SELECT * FROM assets ORDER BY id").Scan(&rows).Error
	list := make([]ledger.Asset, len(rows))
	for i, r := range rows {
		list[i] = r.asset()
	}
	return list, err
}
