package intake

import (
	"context"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
	"mingzhang/ledger/view"
)

// Recorded is what the book has on each day.
type Recorded map[RecordedOn]account.Sum

// RecordedOn names what flows of a day add up to. Without a channel it is all of them.
type RecordedOn struct {
	Day     ledger.Date
	Measure Measure
	Channel string
	Asset   ledger.AssetID
}

// Series is where the totals of days are read.
type Series interface {
	Series(ctx context.Context, f view.SeriesFilter) ([]view.Moment, error)
}

// ReadRecorded reads what a project has on each day, net of reversals. What is held for
// beneficiaries whom givers named is not in it.
func ReadRecorded(ctx context.Context, s Series, project int64) (Recorded, error) {
	moments, err := s.Series(ctx, view.SeriesFilter{Project: &project, Every: view.Day})
	recorded := Recorded{}
	for _, m := range moments {
		on := RecordedOn{Day: ledger.Date(m.Period), Asset: m.Asset}
		switch {
		case m.Line.Income():
			on.Measure = Received
		case m.Line.Spent():
			on.Measure = Spent
		default:
			continue
		}
		recorded.add(on, m.Sum)
	}
	return recorded, err
}

func (r Recorded) add(on RecordedOn, s account.Sum) {
	sum := r[on]
	r[on] = account.Sum{Units: sum.Units + s.Units, Flows: sum.Flows + s.Flows}
}

// Flows is where single flows are read.
type Flows interface {
	EachFlow(ctx context.Context, f view.FlowFilter, upto int64, do func(*view.Flow) error) error
	Designations(ctx context.Context, project int64) ([]ledger.Designation, error)
	Head(ctx context.Context) (book.Head, error)
}

// AddChannels adds what came by each channel. No total holds it, and so it reads every
// income of the project.
func (r Recorded) AddChannels(ctx context.Context, s Flows, project int64) error {
	agency := map[string]bool{}
	list, err := s.Designations(ctx, project)
	for _, d := range list {
		agency[d.ID] = d.Class == ledger.Agency
	}
	if err != nil {
		return err
	}
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	return s.EachFlow(ctx, view.FlowFilter{Project: &project, Kinds: incomes()}, head.Size, func(f *view.Flow) error {
		in := f.Flow.In.Pool
		if f.Flow.Channel != "" && f.Undone == 0 && in.Project == project && !agency[in.Designation] {
			r.add(RecordedOn{f.Flow.Occurred.Last, Received, f.Flow.Channel, in.Asset}, account.Sum{Units: f.Flow.Amount, Flows: 1})
		}
		return nil
	})
}

// incomes are the kinds of flow that are income.
func incomes() (kinds []ledger.FlowKind) {
	for _, line := range account.Lines() {
		if line.Income() {
			kinds = append(kinds, line.Kind())
		}
	}
	return kinds
}
