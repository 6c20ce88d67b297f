// Package ledgertest has what tests of the rules need: [Book], the smallest book
// that ledger.Apply and a trace run on, and [Model], which reaches the same answers
// naively by moving single units one by one.
package ledgertest

import (
	"slices"
	"sort"

	"mingzhang/ledger"
	"mingzhang/ledger/trace"
)

// Book holds flows and what they did to their pools. [Book.State] and
// [Book.Reader] show it to the rules.
type Book struct {
	flows   map[int64]*flow
	last    int64
	pools   map[ledger.Pool]*pool
	owners  map[int64]int64
	journal []int64
}

type flow struct {
	ledger.Flow
	pieces  []ledger.Piece
	undone  int64
	returns []int64 // that stand, the latest last
}

type pool struct {
	head  ledger.Head
	holes ledger.HoleSet
	laid  []trace.Entry // by address
	taken []trace.Entry // by address
}

// New is a book in which each project belongs to the organization given.
func New(owners map[int64]int64) *Book {
	return &Book{flows: map[int64]*flow{}, pools: map[ledger.Pool]*pool{}, owners: owners, last: 99}
}

// Record applies and commits a flow and gives its index.
func (b *Book) Record(f ledger.Flow) (int64, error) {
	e, err := ledger.Apply(b.State(), f)
	if err != nil {
		return 0, err
	}
	return b.Commit(e), nil
}

// Commit makes an effect part of the book and gives the flow's index.
func (b *Book) Commit(e *ledger.Effect) int64 {
	b.last++
	f := &flow{Flow: e.Flow, pieces: e.Pieces}
	b.flows[b.last] = f
	b.journal = append(b.journal, b.last)
	for _, c := range e.Pools {
		p := b.pool(c.Pool)
		p.head = c.Head
		p.holes.Apply(c)
	}
	if f.In != nil {
		p := b.pool(f.In.Pool)
		p.laid = append(p.laid, trace.Entry{Piece: f.Laid(), Index: b.last, Flow: &f.Flow})
	}
	for _, piece := range f.pieces {
		p := b.pool(f.Out.Pool)
		i := sort.Search(len(p.taken), func(i int) bool { return p.taken[i].From >= piece.From })
		p.taken = slices.Insert(p.taken, i, trace.Entry{Piece: piece, Index: b.last, Flow: &f.Flow})
	}
	for _, u := range e.Undone {
		b.undo(u)
	}
	return b.last
}

// undo sets what came back of a flow, and which returns stand.
func (b *Book) undo(u ledger.Undone) {
	of := b.flows[u.Index]
	if u.Units > of.undone {
		of.returns = append(of.returns, b.last)
	} else {
		of.returns = of.returns[:len(of.returns)-1]
	}
	of.undone = u.Units
}

// Skip leaves out indices: the next record gets the one given. An auditor plays a log
// in which not every record is a flow.
func (b *Book) Skip(next int64) { b.last = next - 1 }

// Next is the index that the next record gets.
func (b *Book) Next() int64 { return b.last + 1 }

// Indices lists the records in order.
func (b *Book) Indices() []int64 { return b.journal }

// Pools lists every pool that was touched, in no order.
func (b *Book) Pools() []ledger.Pool {
	var all []ledger.Pool
	for p := range b.pools {
		all = append(all, p)
	}
	return all
}

func (b *Book) pool(p ledger.Pool) *pool {
	if b.pools[p] == nil {
		b.pools[p] = &pool{}
	}
	return b.pools[p]
}

func (b *Book) find(index int64) (*flow, error) {
	if f := b.flows[index]; f != nil {
		return f, nil
	}
	return nil, ledger.Refuse(ledger.NotFound, "no-such-flow", "of", "没有编号为 %d 的流水", "there is no flow %d", index)
}
