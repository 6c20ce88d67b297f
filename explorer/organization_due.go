package explorer

import (
	"cmp"
	"context"
	"slices"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// publication is what a project published last, and by when it has to again.
type publication struct {
	Project  int64
	Name     string
	Index    int64 // of the last disclosure's record, 0 for none
	Kind     string
	Title    string
	Gone     bool // the words were withdrawn
	Recorded time.Time
	Due      *due
}

// publications gives the last disclosure of each project: what is overdue first, then
// what is due next, and what is not due at all last.
func publications(ctx context.Context, v visit, r Reads, list []view.Project) ([]publication, error) {
	indices := make([]int64, len(list))
	for i, p := range list {
		indices[i] = p.Index
	}
	records, err := r.LastAbout(ctx, indices, "disclosure")
	last := map[int64]view.Record{}
	for _, rec := range records {
		last[rec.Project] = rec
	}
	var all []publication
	for i := range list {
		p := publication{Project: list[i].Index, Name: list[i].Name}
		var days []ledger.Date
		if rec, ok := last[p.Project]; ok {
			d, _ := rec.Record.What.(*ledger.Disclosure)
			n := asNotice(rec, d)
			p.Index, p.Kind, p.Title, p.Gone, p.Recorded = n.Index, n.Kind, n.Title, n.Gone, n.Recorded
			if days, err = reported(ctx, r, rec); err != nil {
				return nil, err
			}
		}
		p.Due = dueAfter(&list[i], days, v.today)
		all = append(all, p)
	}
	slices.SortStableFunc(all, func(a, b publication) int { return cmp.Compare(a.dueOn(), b.dueOn()) })
	return all, err
}

func (p publication) dueOn() ledger.Date {
	if p.Due == nil {
		return "9999-12-31"
	}
	return p.Due.On
}

// reported gives the days on which a project published, back to the last report of its
// own: what was claimed of it elsewhere is none.
func reported(ctx context.Context, r Reads, last view.Record) ([]ledger.Date, error) {
	for list := []view.Record{last}; len(list) > 0; {
		for _, rec := range list {
			if d, ok := rec.Record.What.(*ledger.Disclosure); ok && d.Reports() {
				return []ledger.Date{ledger.Day(rec.Record.Recorded.In(china))}, nil
			}
		}
		var err error
		if list, err = r.About(ctx, last.Project, []string{"disclosure"}, list[len(list)-1].Record.Index, 1000); err != nil {
			return nil, err
		}
	}
	return nil, nil
}
