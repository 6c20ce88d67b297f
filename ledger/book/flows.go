package book

import (
	"errors"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
	"mingzhang/ledger/trace"
)

// looksBack says whether a request needs the store to show all records before it.
func looksBack(what any) bool {
	switch r := what.(type) {
	case Refund, Return, Reverse, Correct, RegisterProject, RegisterKey, Erase, Except:
		return true
	case Transfer:
		return r.Of != 0
	}
	return false
}

// move applies a flow and records it.
func (t *turn) move(p *prepared, f ledger.Flow) (*Entry, error) {
	if f.Of != 0 {
		if err := t.flush(); err != nil {
			return nil, err
		}
	}
	if err := t.allowed(&f); err != nil {
		return nil, err
	}
	effect, err := ledger.Apply(state{t}, f)
	if err != nil {
		return nil, err
	}
	if err := t.bounded(effect.Flow.In); err != nil {
		return nil, err
	}
	if err := t.allowed(&effect.Flow); err != nil { // a refund may have left its pool to the rule
		return nil, err
	}
	e, err := t.add(p, &effect.Flow)
	if err != nil {
		return nil, err
	}
	return e, t.enter(e, effect)
}

// enter makes the accounts what they are after a flow.
func (t *turn) enter(e *Entry, effect *ledger.Effect) (err error) {
	e.Effect = effect
	if e.Line, err = t.count(e.Index, &effect.Flow); err != nil {
		return err
	}
	for _, c := range effect.Pools {
		if err := t.change(c); err != nil {
			return err
		}
	}
	for _, u := range effect.Undone {
		before, had := t.undone[u.Index]
		t.undone[u.Index] = u.Units
		t.journal = append(t.journal, func() {
			if delete(t.undone, u.Index); had {
				t.undone[u.Index] = before
			}
		})
	}
	t.batch.Undone = append(t.batch.Undone, effect.Undone...)
	return nil
}

// allowed refuses an outflow of a frozen project. The ledger only marks one, because
// it may hear of the order later; this book knows.
func (t *turn) allowed(f *ledger.Flow) error {
	if f.Out == nil {
		return nil
	}
	p, err := t.project(f.Out.Pool.Project)
	if err != nil {
		return err
	}
	if p.Frozen {
		return ledger.Refuse(ledger.Frozen, "project-frozen", "project",
			"项目 %d 已被监管部门冻结，暂停支出", "the regulator has frozen project %d: nothing goes out of it", f.Out.Pool.Project)
	}
	return nil
}

// change makes a pool what it is after a flow.
func (t *turn) change(c ledger.Change) error {
	p, err := t.pool(c.Pool)
	if err != nil {
		return err
	}
	if len(c.Filled)+len(c.Dug) > 0 {
		if err := t.readHoles(p); err != nil {
			return err
		}
		p.holes.Apply(c)
	}
	t.lay(c.Pool, c.Head.In-p.Head.In)
	before, dirty := p.Head, p.dirty
	p.Head, p.dirty = c.Head, true
	if !dirty {
		t.dirty = append(t.dirty, p)
	}
	for _, s := range c.Filled {
		t.batch.Filled = append(t.batch.Filled, Hole{&p.PoolState, s})
	}
	for _, s := range c.Dug {
		t.batch.Dug = append(t.batch.Dug, Hole{&p.PoolState, s})
	}
	t.journal = append(t.journal, func() {
		p.Head, p.dirty = before, dirty
		if p.holes != nil {
			p.holes.Undo(c)
		}
	})
	return nil
}

// pool gives the state of a pool, which may be new.
func (t *turn) pool(name ledger.Pool) (*pool, error) {
	if p := t.cache.pools[name]; p != nil {
		return p, nil
	}
	states, err := t.tx.Pools([]ledger.Pool{name})
	if err != nil {
		return nil, err
	}
	if _, err := t.laid(name); err != nil { // so that who knows a pool need not ask again
		return nil, err
	}
	p := &pool{PoolState: PoolState{Pool: name}}
	for _, s := range states {
		p.PoolState, p.Head = *s.PoolState, s.Head
	}
	t.cache.pools[name] = p
	return p, nil
}

func (t *turn) readHoles(p *pool) error {
	if p.holes != nil {
		return nil
	}
	if p.Head.Holed == 0 {
		p.holes = &ledger.HoleSet{}
		return nil
	}
	spans, err := t.tx.Holes(p.ID)
	if err == nil {
		p.holes = ledger.NewHoleSet(spans)
	}
	return err
}

// flow gives an earlier flow, which may be in this very batch.
func (t *turn) flow(index int64) (*ledger.Flow, error) {
	r, err := t.earlier(index)
	if err != nil {
		return nil, err
	}
	f, ok := r.What.(*ledger.Flow)
	if !ok {
		return nil, ledger.Refuse(ledger.NotFound, "no-such-flow", "of", "记录 %d 不是流水", "record %d is not a flow", index)
	}
	return f, nil
}

// earlier gives an earlier record.
func (t *turn) earlier(index int64) (*record.Record, error) {
	if i := index - t.head.Size; i >= 0 && i < int64(len(t.batch.Entries)) {
		return t.batch.Entries[i].Record, nil
	}
	if index < 0 || index >= t.head.Size {
		return nil, ledger.Refuse(ledger.NotFound, "no-such-record", "of", "没有编号为 %d 的记录", "there is no record %d", index)
	}
	data, err := t.tx.Record(index)
	if err != nil {
		return nil, err
	}
	return record.Parse(data)
}

// state shows the turn to the rule of a flow.
type state struct{ *turn }

func (s state) Flow(index int64) (*ledger.Flow, error) { return s.flow(index) }

func (s state) Pieces(index int64) ([]ledger.Piece, error) {
	f, err := s.flow(index)
	if err != nil {
		return nil, err
	}
	if err := s.flush(); err != nil {
		return nil, err
	}
	entries, err := s.tx.Reader().Pieces(s.ctx, index, ledger.Span{Upto: f.Amount})
	var pieces []ledger.Piece
	for _, e := range entries {
		pieces = append(pieces, e.Piece)
	}
	return pieces, err
}

func (s state) Undone(index int64) (int64, error) {
	if n, ok := s.undone[index]; ok {
		return n, nil
	}
	return s.tx.Undone(index)
}

func (s state) Head(name ledger.Pool) (ledger.Head, error) {
	p, err := s.pool(name)
	if err != nil {
		return ledger.Head{}, err
	}
	return p.Head, s.readHoles(p)
}

func (s state) Holes(name ledger.Pool) ledger.Holes {
	p := s.cache.pools[name]
	if p == nil || p.holes == nil {
		return unread{}
	}
	return p.holes
}

// unread is the holes of a pool whose head nobody asked for, which Apply never does.
type unread struct{}

func (unread) After(int64) (ledger.Span, bool, error) {
	return ledger.Span{}, false, errors.New("the holes of a pool were asked for before its head")
}

func (s state) Draw(of int64, pool ledger.Pool, amount int64) ([]ledger.Take, error) {
	if err := s.flush(); err != nil {
		return nil, err
	}
	return trace.Draw(s.ctx, s.tx.Reader(), of, pool, amount)
}
