package contract

import "mingzhang/ledger"

// rules shows the state to ledger.Apply for one flow.
type rules struct {
	*anchoring
	flow *ledger.Flow
}

func (r rules) Flow(index int64) (*ledger.Flow, error) { return r.flowAt(index) }

func (r rules) Undone(index int64) (int64, error) {
	n, err := r.tally(index)
	return n.Undone, err
}

func (r rules) Head(p ledger.Pool) (ledger.Head, error) {
	row, err := r.pools.get(p)
	if err != nil {
		return ledger.Head{}, err
	}
	if row.V.Unchecked != nil {
		head, _ := agreeable(r.flow, p)
		return head, nil
	}
	return row.V.head(), nil
}

func (r rules) Holes(p ledger.Pool) ledger.Holes {
	row, err := r.pools.get(p)
	switch {
	case err != nil:
		return unread{err}
	case row.V.Unchecked != nil:
		_, free := agreeable(r.flow, p)
		return free
	}
	return holes{r.tx, p, &row.V}
}

// unread is the holes of a pool whose row could not be read.
type unread struct{ err error }

func (u unread) After(int64) (ledger.Span, bool, error) { return ledger.Span{}, false, u.err }

// Draw refuses: a ledger checks the units that a record names and chooses none.
func (rules) Draw(int64, ledger.Pool, int64) ([]ledger.Take, error) {
	return nil, ledger.Refuse(ledger.Invalid, "takes-missing", "takes", "记录没有写明取用的区段", "the record does not say which units it takes")
}

// Pieces gives the runs that an earlier ordinary outflow took: its envelope without the
// holes that were dug there before. None can have been dug there since, because the
// pool's head has passed the envelope.
func (r rules) Pieces(index int64) ([]ledger.Piece, error) {
	f, err := r.flowAt(index)
	if err != nil {
		return nil, err
	}
	row, err := r.pools.get(f.Out.Pool)
	if err != nil {
		return nil, err
	}
	if since := row.V.Unchecked; since != nil && *since <= index {
		return nil, ledger.Refuse(ledger.Conflict, "path-unchecked", "takes",
			"路径经过不再核验的资金池 %s", "the path leads through the pool %s, which is unchecked", f.Out.Pool)
	}
	return holes{r.tx, f.Out.Pool, &row.V}.between(f.Out.Span, f.Amount)
}
