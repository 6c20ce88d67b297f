package figures

import (
	"context"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// Due is by when the next disclosure is to be published.
type Due struct {
	On   ledger.Date
	Late bool
}

// DueOf says by when a project that published at some moments has to publish next, nil
// where nothing is due.
func DueOf(p *view.Project, published []time.Time, today ledger.Date) *Due {
	var days []ledger.Date
	for _, at := range published {
		days = append(days, ledger.Day(at.In(china)))
	}
	on := ledger.NextDisclosure(p.Starts, p.Ends, days)
	if on == "" || p.Starts > today || p.Status == ledger.Draft {
		return nil
	}
	return &Due{On: on, Late: on < today}
}

// china is the time that clocks show where the book is kept.
var china = time.FixedZone("", 8*60*60)

// Published is what a project published last, and by when it has to again.
type Published struct {
	*view.Project
	Last *view.Record // a disclosure, of whatever kind; nil for none
	Due  *Due         // nil where nothing is
}

// Disclosures are what publications are read from.
type Disclosures interface {
	LastAbout(ctx context.Context, projects []int64, of string) ([]view.Record, error)
	About(ctx context.Context, project int64, types []string, before int64, limit int) ([]view.Record, error)
}

// PublishedBy gives what each of some projects published last.
func PublishedBy(ctx context.Context, r Disclosures, list []view.Project, today ledger.Date) ([]Published, error) {
	indices := make([]int64, len(list))
	for i, p := range list {
		indices[i] = p.Index
	}
	records, err := r.LastAbout(ctx, indices, "disclosure")
	if err != nil {
		return nil, err
	}
	last := map[int64]*view.Record{}
	for i := range records {
		last[records[i].Project] = &records[i]
	}
	all := make([]Published, len(list))
	for i := range list {
		p := Published{Project: &list[i], Last: last[list[i].Index]}
		var reports []time.Time
		if p.Last != nil {
			if reports, err = reported(ctx, r, *p.Last); err != nil {
				return nil, err
			}
		}
		p.Due = DueOf(p.Project, reports, today)
		all[i] = p
	}
	return all, nil
}

// reported gives when a project last published a report of its own: what was claimed of it
// elsewhere is none.
func reported(ctx context.Context, r Disclosures, last view.Record) ([]time.Time, error) {
	for list := []view.Record{last}; len(list) > 0; {
		for _, rec := range list {
			if d, ok := rec.Record.What.(*ledger.Disclosure); ok && d.Reports() {
				return []time.Time{rec.Record.Recorded}, nil
			}
		}
		var err error
		if list, err = r.About(ctx, last.Project, []string{"disclosure"}, list[len(list)-1].Record.Index, 1000); err != nil {
			return nil, err
		}
	}
	return nil, nil
}
