package store

import (
	"cmp"
	"context"
	"database/sql"
	"iter"

	"gorm.io/gorm"

	"mingzhang/ledger/view"
)

// exportPage is how many records an export reads at once: enough that a statement's
// own cost is lost in them, few enough that several pages fit into a few megabytes.
// Between pages no transaction is open, so that a reader who takes an hour does not
// keep the database from clearing its log behind him.
var exportPage = int64(2048) // less in a test

// EachFlow gives the flows of a filter that are among the first upto records of the
// log, the oldest first, all of them whatever the filter's After, Limit and Oldest say.
// It ends at the first error of do. While do has one page, the next is parsed and the
// one after it is read.
//
// Flows never change. What later records say about one is as it stands while its page
// is read: an undoing that was recorded after upto may be counted in Undone.
func (s *Store) EachFlow(ctx context.Context, f view.FlowFilter, upto int64, do func(view.Flow) error) error {
	ctx, stop := context.WithCancel(ctx)
	pages := make(chan *flowPage, 2)
	go s.sendPages(ctx, f, upto, pages)
	defer func() {
		stop()
		for range pages { // until the reading has ended, too
		}
	}()
	for p := range pages {
		<-p.parsed
		for i := range p.flows {
			if err := do(p.flows[i]); err != nil {
				return err
			}
		}
		if p.err != nil {
			return cmp.Or(ctx.Err(), p.err) // a database that was stopped says so in many ways
		}
	}
	return ctx.Err()
}

// flowPage is a page of flows on its way: first as rows, then as flows.
type flowPage struct {
	rows   []listedFlow
	notes  map[int64]notes
	flows  []view.Flow
	err    error         // after the flows
	parsed chan struct{} // closed
}

// sendPages reads page after page, each parsed by a goroutine of its own. How many
// there are at once, the channel bounds.
func (s *Store) sendPages(ctx context.Context, f view.FlowFilter, upto int64, pages chan<- *flowPage) {
	defer close(pages)
	for p := range s.flowPages(ctx, f, upto) {
		p.parsed = make(chan struct{})
		go p.parse()
		select {
		case pages <- p:
		case <-ctx.Done():
			return
		}
	}
}

func (p *flowPage) parse() {
	defer close(p.parsed)
	p.flows = make([]view.Flow, 0, len(p.rows))
	for _, r := range p.rows {
		flow, err := r.view(p.notes[r.Idx])
		if err != nil {
			p.err = err
			return
		}
		p.flows = append(p.flows, flow)
	}
	p.rows = nil
}

// flowPages reads the pages of an export; one with an error is the last. Without a
// filter they follow from the order of the log; with one, its indices are found first.
func (s *Store) flowPages(ctx context.Context, f view.FlowFilter, upto int64) iter.Seq[*flowPage] {
	f.Oldest, f.After, f.Limit = true, nil, int(exportPage)
	read := func(db *gorm.DB, at int64) (*flowPage, *int64, error) { return filteredPage(db, f, at, upto) }
	if everything(f) {
		read = func(db *gorm.DB, at int64) (*flowPage, *int64, error) { return plainPage(db, at, upto) }
	}
	return func(yield func(*flowPage) bool) {
		for at := int64(-1); ; {
			var p *flowPage
			var next *int64
			err := s.reads.WithContext(ctx).Transaction(func(db *gorm.DB) (err error) {
				p, next, err = read(db, at)
				return err
			}, s.d.moment())
			if err != nil {
				p, next = &flowPage{err: err}, nil
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
	return f.Project == nil && f.Organization == nil && len(f.Kinds) == 0 && len(f.Categories) == 0 && f.Asset == "" &&
		f.From == "" && f.Upto == "" && f.Least == 0 && f.Most == 0 && f.Party == ""
}

// plainPage reads the flows of the records after an index.
func plainPage(db *gorm.DB, at, upto int64) (p *flowPage, next *int64, err error) {
	last := min(at+exportPage, upto-1)
	p = &flowPage{}
	if p.rows, err = readRows(db, at+1, last, "r.line IS NOT NULL"); err != nil {
		return nil, nil, err
	}
	if last < upto-1 {
		next = &last
	}
	return p, next, p.annotate(db)
}

// filteredPage reads the flows of a filter after an index. It may be empty and have a
// next one.
func filteredPage(db *gorm.DB, f view.FlowFilter, at, upto int64) (p *flowPage, next *int64, err error) {
	if at >= 0 {
		f.After = &at
	}
	found, next, err := findFlows(db, f)
	if err != nil {
		return nil, nil, err
	}
	if n := len(found); next != nil && *next >= upto-1 || n > 0 && found[n-1] >= upto {
		next = nil
	}
	for len(found) > 0 && found[len(found)-1] >= upto {
		found = found[:len(found)-1]
	}
	p = &flowPage{}
	if len(found) == 0 {
		return p, next, nil
	}
	if p.rows, err = readRows(db, found[0], found[len(found)-1], "r.idx IN ?", found); err != nil {
		return nil, nil, err
	}
	return p, next, p.annotate(db)
}

// readRows reads flows between two indices, without GORM's scanning, which costs more
// than the database. Both tables are told the range: from one alone PostgreSQL does not
// see that the other needs no scan.
func readRows(db *gorm.DB, first, last int64, where string, args ...any) ([]listedFlow, error) {
	const text = `SELECT r.idx, r.bytes, o.public FROM records r LEFT JOIN openings o ON o.idx = r.idx AND o.idx >= ? AND o.idx <= ?
		WHERE r.idx >= ? AND r.idx <= ? AND `
	rows, err := db.Raw(text+where+" ORDER BY r.idx", append([]any{first, last, first, last}, args...)...).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := make([]listedFlow, 0, exportPage)
	var a arena
	for rows.Next() {
		var r listedFlow
		var bytes, public sql.RawBytes
		if err := rows.Scan(&r.Idx, &bytes, &public); err != nil {
			return nil, err
		}
		r.Bytes, r.Public = a.keep(bytes), a.keep(public)
		list = append(list, r)
	}
	return list, rows.Err()
}

// arena keeps the bytes of a page's rows in few pieces.
type arena []byte

// keep copies bytes; nil stays nil.
func (a *arena) keep(b []byte) []byte {
	if b == nil {
		return nil
	}
	if cap(*a)-len(*a) < len(b) {
		*a = make(arena, 0, max(256<<10, len(b)))
	}
	from := len(*a)
	*a = append(*a, b...)
	return (*a)[from:len(*a):len(*a)]
}

// annotate adds what later records say about the flows of a page: little, so it is
// asked for by the range that they lie in and not by each.
func (p *flowPage) annotate(db *gorm.DB) error {
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
		p.notes, err = notesOn(db, noted)
	}
	return err
}
