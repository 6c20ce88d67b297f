package contract

import (
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// excuse lets a record in although it is refused, if platform and regulator agreed on
// this leaf at this index; else it gives the refusal back.
func (a *anchoring) excuse(r *record.Record, leaf tlog.Hash, cause error) error {
	row, err := a.exceptions.get(a.index)
	if err != nil {
		return err
	}
	if !row.V.InForce() || row.V.Platform.Leaf != leaf {
		return cause
	}
	row.change().Used = true
	a.head.Excepted++
	a.answer.Excepted++
	if r == nil {
		return nil
	}
	if f, ok := r.What.(*ledger.Flow); ok {
		for _, p := range poolsOf(f) {
			if err := a.uncheck(p); err != nil {
				return err
			}
		}
	}
	if r.Index != a.index {
		return nil // nobody can name it by an index that it does not have
	}
	return a.register(r)
}

// uncheck makes a pool hashed but unchecked from this record on.
func (a *anchoring) uncheck(p ledger.Pool) error {
	row, err := a.pools.get(p)
	if err != nil || row.V.Unchecked != nil {
		return err
	}
	since := a.index
	row.change().Unchecked = &since
	a.head.Unchecked++
	project, err := a.projects.get(p.Project)
	if err == nil && project.there && project.V.Unchecked == nil {
		project.change().Unchecked = &since
	}
	return err
}

// unchecked says whether a pool that was looked at is so.
func (t *tx) unchecked(p ledger.Pool) bool {
	row, err := t.pools.get(p)
	return err == nil && row.V.Unchecked != nil
}

// agreeable is a head of a pool, and holes in it, to which the flow's units fit exactly:
// what an unchecked pool shows to the rule, so that the flow's other side can be checked.
func agreeable(f *ledger.Flow, p ledger.Pool) (ledger.Head, *ledger.HoleSet) {
	if f.In != nil && f.In.Pool == p {
		return ledger.Head{In: f.In.Span.From, Next: f.In.Span.From}, &ledger.HoleSet{}
	}
	if f.Out == nil || f.Out.Pool != p {
		return ledger.Head{}, &ledger.HoleSet{}
	}
	runs := runsOf(f)
	head := ledger.Head{Next: runs[0].From, In: runs[len(runs)-1].Upto}
	var gaps []ledger.Span
	for i, run := range runs[1:] {
		if gap := (ledger.Span{From: runs[i].Upto, Upto: run.From}); !gap.Empty() {
			gaps = append(gaps, gap)
			head.Holed += gap.Len()
		}
	}
	return head, ledger.NewHoleSet(gaps)
}

// runsOf gives runs that a flow may have taken: those it names, or its envelope with
// the holes, of which only the sum is known, before its last unit.
func runsOf(f *ledger.Flow) []ledger.Span {
	var runs []ledger.Span
	for _, take := range f.Out.Takes {
		runs = append(runs, take.Span)
	}
	s := f.Out.Span
	switch {
	case f.Named():
	case s.Len() == f.Amount:
		runs = append(runs, s)
	default:
		runs = append(runs, ledger.Span{From: s.From, Upto: s.From + f.Amount - 1}, ledger.Span{From: s.Upto - 1, Upto: s.Upto})
	}
	return runs
}
