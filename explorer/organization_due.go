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
			days = append(days, ledger.Day(n.Recorded.In(china)))
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
