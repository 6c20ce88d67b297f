package contract

import (
	"mingzhang/ledger"
	"mingzhang/ledger/ledgertest"
)

// scribe writes flows whose units come from the book of the tests.
type scribe struct {
	*world
	*ledgertest.Book
}

func newScribe(w *world) *scribe {
	s := &scribe{w, ledgertest.New(ledgertest.Owners)}
	s.found()
	s.Skip(int64(len(w.records)))
	return s
}

// flow completes a flow with its units and writes it.
func (s *scribe) flow(f ledger.Flow) int64 {
	s.Helper()
	e, err := ledger.Apply(s.State(), f)
	if err != nil {
		s.Fatal(err)
	}
	return s.put(e)
}

func (s *scribe) put(e *ledger.Effect) int64 {
	s.Helper()
	s.Skip(int64(len(s.records)))
	index := s.Commit(e)
	flow := e.Flow
	if got := s.add(&flow); got != index {
		s.Fatalf("the book is at %d, the log at %d", index, got)
	}
	return index
}

// raw writes a flow as it is, whatever the rule says.
func (s *scribe) raw(f ledger.Flow) int64 { return s.add(&f) }

var (
	main   = ledger.Pool{Project: 11, Holder: 1, Designation: ledger.General, Asset: "CNY"}
	other  = ledger.Pool{Project: 12, Holder: 2, Designation: ledger.General, Asset: "CNY"}
	person = &ledger.Party{Kind: ledger.Person}
)

func gift(p ledger.Pool, n int64) ledger.Flow {
	return ledger.Flow{Kind: ledger.Donation, Amount: n, Occurred: ledger.On("2026-11-20"), In: &ledger.Inflow{Pool: p}, Party: person}
}

func payment(p ledger.Pool, n int64) ledger.Flow {
	return ledger.Flow{Kind: ledger.Expenditure, Amount: n, Occurred: ledger.On("2026-11-20"), Out: &ledger.Outflow{Pool: p}, Party: person, Category: "5101.direct_aid"}
}

func paid(p ledger.Pool, from, upto int64) ledger.Flow {
	f := payment(p, upto-from)
	f.Out.Span = ledger.Span{From: from, Upto: upto}
	return f
}

func naming(kind ledger.FlowKind, of, n int64) ledger.Flow {
	return ledger.Flow{Kind: kind, Of: of, Amount: n, Occurred: ledger.On("2026-11-20")}
}

func move(from, to ledger.Pool, n int64) ledger.Flow {
	f := ledger.Flow{Kind: ledger.Transfer, Amount: n, Occurred: ledger.On("2026-11-20"), Out: &ledger.Outflow{Pool: from}, In: &ledger.Inflow{Pool: to}}
	if from.Project != to.Project {
		f.Basis = to.Project + 2
	}
	return f
}
