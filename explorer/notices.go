package explorer

import (
	"context"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/figures"
	"mingzhang/ledger/view"
)

// notice is a disclosure as it was published.
type notice struct {
	Index    int64
	Recorded time.Time
	Kind     string
	Period   ledger.Period
	At       int64
	Title    string
	Text     string
	Gone     bool // the words were withdrawn
}

// change is a correction: both the old value and the new one stay to be seen.
type change struct {
	Index, Of        int64
	Recorded         time.Time
	Field            string
	Old, New, Reason string
}

// freeze is an order of the regulator, or its release.
type freeze struct {
	Index    int64
	Recorded time.Time
	Order    string
	Reason   string
	Release  bool
}

// mostNotices is how many records of each type a page shows; the rest is in the list of
// the project's records.
const mostNotices = 30

// readWords reads what was published about the project beside its flows. What somebody
// claimed elsewhere has a page of its own, and crowds nothing out here.
func (s *Site) readWords(ctx context.Context, v visit, r Reads, out *projectPage) error {
	for before, shown := int64(0), 0; shown < mostNotices; {
		list, err := r.About(ctx, out.Index, []string{"disclosure", "correction", "freeze"}, before, mostNotices)
		if err != nil {
			return err
		}
		for _, rec := range list {
			if out.word(rec) {
				shown++
			}
		}
		if len(list) < mostNotices {
			break
		}
		before = list[len(list)-1].Record.Index
	}
	out.Due = dueOf(out, v.today)
	return nil
}

// word puts a record where the page shows it, and says whether it does.
func (p *projectPage) word(rec view.Record) bool {
	switch w := rec.Record.What.(type) {
	case *ledger.Disclosure:
		if !w.Reports() {
			p.Claimed = true
			return false
		}
		p.Disclosures = append(p.Disclosures, asNotice(rec, w))
	case *ledger.Correction:
		p.Corrections = append(p.Corrections, asChange(rec, w))
	case *ledger.Freeze:
		p.Freezes = append(p.Freezes, freeze{rec.Record.Index, rec.Record.Recorded, w.Order, text(rec.Texts, "reason"), w.Release})
	}
	return true
}

func asNotice(rec view.Record, d *ledger.Disclosure) notice {
	return notice{Index: rec.Record.Index, Recorded: rec.Record.Recorded, Kind: d.Kind, Period: d.Period, At: d.At,
		Title: text(rec.Texts, "title"), Text: text(rec.Texts, "text"), Gone: rec.Withdrawn}
}

func asChange(rec view.Record, c *ledger.Correction) change {
	return change{Index: rec.Record.Index, Of: c.Of, Recorded: rec.Record.Recorded, Field: c.Field,
		Old: text(rec.Texts, "old"), New: text(rec.Texts, "new"), Reason: text(rec.Texts, "reason")}
}

// dueOf says by when a project has to publish next, nil where nothing is due.
func dueOf(p *projectPage, today ledger.Date) *figures.Due {
	var published []time.Time
	for _, d := range p.Disclosures {
		published = append(published, d.Recorded)
	}
	return figures.DueOf(p.Project, published, today)
}
