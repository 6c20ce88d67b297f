package explorer

import (
	"cmp"
	"context"
	"slices"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/figures"
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
	Due      *figures.Due
}

// publications gives the last disclosure of each project: what is overdue first, then
// what is due next, and what is not due at all last.
func publications(ctx context.Context, v visit, r Reads, list []view.Project) ([]publication, error) {
	published, err := figures.PublishedBy(ctx, r, list, v.today)
	all := make([]publication, len(published))
	for i, p := range published {
		all[i] = publication{Project: p.Index, Name: p.Name, Due: p.Due}
		if p.Last != nil {
			d, _ := p.Last.Record.What.(*ledger.Disclosure)
			n := asNotice(*p.Last, d)
			all[i].Index, all[i].Kind, all[i].Title, all[i].Gone, all[i].Recorded = n.Index, n.Kind, n.Title, n.Gone, n.Recorded
		}
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
