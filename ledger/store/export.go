package store

import (
	"cmp"
	"context"
	"iter"

	"gorm.io/gorm"

	"mingzhang/ledger/view"
)

// exportPage is how many records an export reads at once: enough that a statement's
// own cost is lost in them, few enough that several pages fit into a few megabytes.
// Between pages no transaction is open, so that a reader who takes an hour does not
// keep the database from clearing its log behind him.
var exportPage = int64(2048) // less in a test

// exportBytes ends a page before it has that many records: long texts must not make
// an export need more memory than short ones.
const exportBytes = 1 << 20

// EachFlow gives the flows of a filter that are among the first upto records of the
// log, the oldest first, all of them whatever the filter's After, Limit and Oldest say.
// It ends at the first error of do.
//
// Flows never change. What later records say about one is as it stands while its page
// is read: an undoing that was recorded after upto may be counted in Undone.
func (s *Store) EachFlow(ctx context.Context, f view.FlowFilter, upto int64, do func(*view.Flow) error) error {
	pages := func(ctx context.Context) iter.Seq[*rowPage] { return s.flowPages(ctx, f, upto) }
	files := func(list []view.Flow) error { return readFiles(s.reads.WithContext(ctx), list) }
	return each(ctx, pages, storedRow.flow, files, do)
}

// EachRecord gives the records of a filter that are among the first upto of the log, in
// their order. It ends at the first error of do.
func (s *Store) EachRecord(ctx context.Context, f view.RecordFilter, upto int64, do func(*view.Record) error) error {
	pages := func(ctx context.Context) iter.Seq[*rowPage] { return s.recordPages(ctx, f, upto) }
	return each(ctx, pages, storedRow.record, nil, do)
}

// rowPage is a page of rows on its way.
type rowPage struct {
	rows  []storedRow
	notes map[int64]notes
	err   error // it is the last page
}

// parsedPage is a page of what rows show.
type parsedPage[T any] struct {
	list []T
	err  error         // after the list
	done chan struct{} // closed
}

// each gives what the rows of pages show, to which more adds, unless it is nil, what
// they name. While do has one page, the next is parsed and the one after it is read.
func each[T any](ctx context.Context, pages func(context.Context) iter.Seq[*rowPage], parse func(storedRow, notes) (T, error), more func([]T) error, do func(*T) error) error {
	ctx, stop := context.WithCancel(ctx)
	parsed := make(chan *parsedPage[T], 2)
	go sendParsed(ctx, pages(ctx), parse, more, parsed)
	defer func() {
		stop()
		for range parsed { // until the reading has ended, too
		}
	}()
	for p := range parsed {
		<-p.done
		for i := range p.list {
			if err := do(&p.list[i]); err != nil {
				return err
			}
		}
		if p.err != nil {
			return cmp.Or(ctx.Err(), p.err) // a database that was stopped says so in many ways
		}
	}
	return ctx.Err()
}

// sendParsed reads page after page, each parsed by a goroutine of its own. How many
// there are at once, the channel bounds.
func sendParsed[T any](ctx context.Context, pages iter.Seq[*rowPage], parse func(storedRow, notes) (T, error), more func([]T) error, parsed chan<- *parsedPage[T]) {
	defer close(parsed)
	for rows := range pages {
		p := &parsedPage[T]{err: rows.err, done: make(chan struct{})}
		go p.parse(rows, parse, more)
		select {
		case parsed <- p:
		case <-ctx.Done():
			return
		}
	}
}

func (p *parsedPage[T]) parse(from *rowPage, parse func(storedRow, notes) (T, error), more func([]T) error) {
	defer close(p.done)
	p.list = make([]T, 0, len(from.rows))
	for _, r := range from.rows {
		one, err := parse(r, from.notes[r.Idx])
		if err != nil {
			p.err = err
			return
		}
		p.list = append(p.list, one)
	}
	if more == nil {
		return
	}
	if err := more(p.list); err != nil {
		p.list, p.err = nil, err
	}
}

// flowPages reads the pages of an export; one with an error is the last. Without a
// filter they follow from the order of the log; with one, its indices are found first.
func (s *Store) flowPages(ctx context.Context, f view.FlowFilter, upto int64) iter.Seq[*rowPage] {
	f.Oldest, f.After, f.Limit = true, nil, int(exportPage)
	read := func(r rowReader, at int64) (*rowPage, *int64, error) { return r.filtered(f, at, upto) }
	if everything(f) {
		read = func(r rowReader, at int64) (*rowPage, *int64, error) { return r.plain(at, upto, "r.line IS NOT NULL") }
	}
	return s.pages(ctx, read)
}

// pages reads page after page, each at a moment of its own, from what follows an index
// on and up to a page without a next one.
func (s *Store) pages(ctx context.Context, read func(r rowReader, at int64) (*rowPage, *int64, error)) iter.Seq[*rowPage] {
	return func(yield func(*rowPage) bool) {
		for at := int64(-1); ; {
			var p *rowPage
			var next *int64
			err := s.momentRows(ctx, func(r rowReader) (err error) {
				p, next, err = read(r, at)
				return err
			})
			if err != nil {
				p, next = &rowPage{err: err}, nil
			}
			if !yield(p) || next == nil {
				return
			}
			at = *next
		}
	}
}

// everything says whether a filter leaves nothing out.
func everything(f view.FlowFilter) bool {
	return !scoped(f) && len(f.Kinds) == 0 && len(f.Categories) == 0 && f.Asset == "" &&
		f.From == "" && f.Upto == "" && f.Least == 0 && f.Most == 0 && f.Party == ""
}

// plain reads the records after an index that a condition holds for.
func (r rowReader) plain(at, upto int64, where string) (p *rowPage, next *int64, err error) {
	last := min(at+exportPage, upto-1)
	rows, full, err := r.rows(at+1, last, where)
	if err != nil {
		return nil, nil, err
	}
	if full {
		last = rows[len(rows)-1].Idx
	}
	if last < upto-1 {
		next = &last
	}
	p = &rowPage{rows: rows}
	return p, next, p.annotate(r.db)
}

// filtered reads the flows of a filter after an index. It may be empty and have a
// next one.
func (r rowReader) filtered(f view.FlowFilter, at, upto int64) (*rowPage, *int64, error) {
	if at >= 0 {
		f.After = &at
	}
	found, next, err := findFlows(r.db, f)
	if err != nil {
		return nil, nil, err
	}
	if n := len(found); next != nil && *next >= upto-1 || n > 0 && found[n-1] >= upto {
		next = nil
	}
	for len(found) > 0 && found[len(found)-1] >= upto {
		found = found[:len(found)-1]
	}
	return r.found(found, next)
}

// found reads the records of a list, which is in order. A page that gets too large ends
// before the list does, and has a next one.
func (r rowReader) found(list []int64, next *int64) (*rowPage, *int64, error) {
	if len(list) == 0 {
		return &rowPage{}, next, nil
	}
	last := list[len(list)-1]
	rows, full, err := r.rows(list[0], last, r.d.among("r.idx"), r.d.indices(list))
	if err != nil {
		return nil, nil, err
	}
	if full && rows[len(rows)-1].Idx < last {
		next = &rows[len(rows)-1].Idx
	}
	p := &rowPage{rows: rows}
	return p, next, p.annotate(r.db)
}

// annotate adds what later records say about those of a page: little, so it is
// asked for by the range that they lie in and not by each.
func (p *rowPage) annotate(db *gorm.DB) error {
	if len(p.rows) == 0 {
		return nil
	}
	first, last := p.rows[0].Idx, p.rows[len(p.rows)-1].Idx
	var undone []struct{ Idx, Units int64 }
	if err := db.Raw("SELECT idx, units FROM undone WHERE idx >= ? AND idx <= ?", first, last).Scan(&undone).Error; err != nil {
		return err
	}
	units := make(map[int64]int64, len(undone))
	for _, u := range undone {
		units[u.Idx] = u.Units
	}
	for i := range p.rows {
		p.rows[i].Undone = units[p.rows[i].Idx]
	}
	var noted []int64
	err := db.Raw("SELECT DISTINCT of FROM records WHERE of >= ? AND of <= ? AND type IN ?", first, last, []int{typeNumber("delivery"), typeNumber("correction")}).Scan(&noted).Error
	if err == nil && len(noted) > 0 {
		var said []noteRow
		said, err = ask[noteRow](db.Raw("SELECT of, idx, coalesce(amount, 0), "+undoneOf+", type FROM records r WHERE ? AND "+isNote+" ORDER BY idx",
			append([]any{among("of", noted)}, noteArgs()...)...))
		p.notes = notesOf(said)
	}
	return err
}
