package intake

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"mingzhang/ledger"
)

// Summary is what an import came to. Every row is counted once: it was added, was in
// the book before, was refused, or says that there is nothing.
type Summary struct {
	Rows    int64
	Added   int64
	Present int64
	Refused int64
	Empty   int64

	Assets   int64 // kinds of goods that were registered
	Totals   []Total
	Reasons  []Reason
	Refusals []Refusal // the first few
	Samples  []Sample  // of a dry run
	totals   map[ledger.AssetID]*Total
	reasons  map[string]*Reason
}

// Total is what the rows of one asset add up to, in its smallest unit.
type Total struct {
	Asset       ledger.AssetID
	Added       int64
	AddedRows   int64
	Present     int64
	PresentRows int64
}

// All is what of the list is in the book.
func (t Total) All() int64 { return t.Added + t.Present }

// Reason is why rows were refused.
type Reason struct {
	Code  string
	Rows  int64
	First *ledger.Error
}

// Refusal is one row that was refused.
type Refusal struct {
	File  string
	Line  int
	Error *ledger.Error
}

// Sample is what a row becomes, as the public is to see it.
type Sample struct {
	Line int
	Text string
}

// shown is how many refusals and samples a summary keeps.
const shown = 10

func newSummary() *Summary {
	return &Summary{totals: map[ledger.AssetID]*Total{}, reasons: map[string]*Reason{}}
}

func (s *Summary) total(id ledger.AssetID) *Total {
	if s.totals[id] == nil {
		s.totals[id] = &Total{Asset: id}
	}
	return s.totals[id]
}

// took counts a row that is in the book.
func (s *Summary) took(e *entry, before bool) {
	s.Rows++
	t := s.total(e.asset)
	if before {
		s.Present, t.Present, t.PresentRows = s.Present+1, t.Present+e.amount, t.PresentRows+1
		return
	}
	s.Added, t.Added, t.AddedRows = s.Added+1, t.Added+e.amount, t.AddedRows+1
}

// refused counts a row that is not, and gives why.
func (s *Summary) refused(file string, e *entry, err error) *ledger.Error {
	var why *ledger.Error
	if !errors.As(err, &why) {
		why = ledger.Refuse(ledger.Invalid, "row-refused", "", "%v", "%v", err)
	}
	s.Rows++
	s.Refused++
	if s.reasons[why.Code] == nil {
		s.reasons[why.Code] = &Reason{Code: why.Code, First: why}
	}
	s.reasons[why.Code].Rows++
	if len(s.Refusals) < shown {
		s.Refusals = append(s.Refusals, Refusal{file, e.row.line, why})
	}
	return why
}

// finish orders what was counted.
func (s *Summary) finish() {
	s.Totals, s.Reasons = nil, nil
	for _, id := range slices.Sorted(maps.Keys(s.totals)) {
		s.Totals = append(s.Totals, *s.totals[id])
	}
	for _, r := range s.reasons {
		s.Reasons = append(s.Reasons, *r)
	}
	slices.SortFunc(s.Reasons, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Code, b.Code))
	})
}
