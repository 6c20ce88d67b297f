package book

import (
	"fmt"
	"slices"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// play records the requests of a group.
func (t *turn) play(group []*submission) error {
	found, err := t.tx.Lookup(t.keysOf(group))
	if err != nil {
		return fmt.Errorf("look up keys: %w", err)
	}
	if t.found = found; len(found) > 0 {
		t.cache.calm = false
	}
	for _, s := range group {
		if err := t.perform(s); err != nil {
			return err
		}
	}
	return nil
}

// perform records the requests of a submission, one piece after the other: a piece is a
// request that stands for itself, or all of an atomic submission. A refused piece leaves
// no trace; any other error ends the turn.
func (t *turn) perform(s *submission) error {
	s.results = make([]Result, len(s.requests))
	step := 1
	if s.atomic {
		step = len(s.requests)
	}
	for i := 0; i < len(s.requests); i += step {
		if err := t.piece(s.requests[i:i+step], s.results[i:i+step]); err != nil {
			return err
		}
	}
	return nil
}

// keysOf collects the look-up keys of all requests, so that one query finds them.
func (t *turn) keysOf(group []*submission) []Key {
	var keys []Key
	for _, s := range group {
		for _, p := range s.requests {
			keys = append(keys, p.keys()...)
		}
	}
	return keys
}

// piece records requests that stand or fall together.
func (t *turn) piece(requests []*prepared, results []Result) error {
	back := slices.ContainsFunc(requests, func(p *prepared) bool { return looksBack(p.What) })
	saved := back && len(requests) > 1 // such a piece writes before it is complete
	if back {
		if err := t.flush(); err != nil {
			return err
		}
	}
	if saved {
		if err := t.tx.Save(); err != nil {
			return err
		}
	}
	mark := t.mark()
	for i := range requests {
		answer, err := t.one(requests[i])
		if err == nil {
			results[i].Answer = answer
			continue
		}
		if ledger.KindOf(err) == 0 || ledger.KindOf(err) == ledger.Corrupt {
			return err
		}
		if err := t.rewind(mark, saved); err != nil {
			return err
		}
		for k := range results {
			t.batch.Refused = append(t.batch.Refused, requests[k].keys()...)
			results[k] = Result{Err: err}
			if k != i {
				results[k].Err = ledger.Refuse(ledger.Conflict, "batch-refused", "",
					"整批未记入：第 %d 条被拒绝", "nothing of the batch was recorded: line %d was refused", i+1)
			}
		}
		return nil
	}
	return nil
}

// mark is how far a turn was before a piece.
type mark struct {
	head    Head
	edge    *proof.Edge
	entries int
	dirty   int
	filled  int
	dug     int
	undone  int
	journal int
	refused int
}

func (t *turn) mark() mark {
	b := &t.batch
	return mark{t.head, t.edge, len(b.Entries), len(t.dirty), len(b.Filled), len(b.Dug), len(b.Undone), len(t.journal), len(b.Refused)}
}

// rewind makes the turn what it was at the mark. A piece that was saved began with
// an empty batch, and the store goes back to its save point.
func (t *turn) rewind(m mark, saved bool) error {
	for _, undo := range slices.Backward(t.journal[m.journal:]) {
		undo()
	}
	t.journal = t.journal[:m.journal]
	b := &t.batch
	b.Entries, t.dirty = b.Entries[:min(len(b.Entries), m.entries)], t.dirty[:min(len(t.dirty), m.dirty)]
	b.Filled, b.Dug, b.Undone = b.Filled[:min(len(b.Filled), m.filled)], b.Dug[:min(len(b.Dug), m.dug)], b.Undone[:min(len(b.Undone), m.undone)]
	b.Refused = b.Refused[:min(len(b.Refused), m.refused)]
	if !saved {
		return nil
	}
	t.batch = Batch{Totals: newTotals()}
	t.head, t.edge = m.head, m.edge
	t.cache.reset(t.cache.head) // pools that the piece made are no more
	return t.tx.Restore()
}

// takeBack makes a turn that flushed nothing what it was when it began.
func (t *turn) takeBack() { t.rewind(mark{}, false) }

// one answers one request: as before, if it came before, else by recording it.
func (t *turn) one(p *prepared) (*Answer, error) {
	if p.fault != nil {
		return nil, p.fault
	}
	for _, f := range p.found {
		if hit, ok := t.found[f.Key]; ok {
			return t.replay(p, hit, f)
		}
		if _, ok := t.before[f.Key]; ok {
			return nil, errUnasked
		}
	}
	if err := t.authored(p); err != nil {
		return nil, err
	}
	e, err := t.record(p)
	if err != nil {
		return nil, placed(p.What, err)
	}
	return &Answer{Entry: *e}, nil
}

// authored refuses an author that nobody registered. The first record is the
// platform's own: until it is there, nobody can be an author.
func (t *turn) authored(p *prepared) error {
	if t.next() > 0 {
		return t.holder(p.By.Org)
	}
	if o, ok := p.What.(RegisterOrganization); !ok || o.Kind != ledger.Platform || p.By.Org != 0 {
		return ledger.Refuse(ledger.Conflict, "platform-first", "", "账本的第一条记录须是平台自己的登记", "the first record of a book registers its platform")
	}
	return nil
}

// replay gives the first answer again.
func (t *turn) replay(p *prepared, hit Hit, f Found) (*Answer, error) {
	if hit.Input != f.Input {
		return nil, t.reused(p, hit.Index)
	}
	if i := hit.Index - t.head.Size; i >= 0 {
		return &Answer{Entry: *t.batch.Entries[i], Replayed: true}, nil
	}
	data, err := t.tx.Record(hit.Index)
	if err != nil {
		return nil, err
	}
	r, err := record.Parse(data)
	if err != nil {
		return nil, err
	}
	return &Answer{Entry: Entry{Index: hit.Index, Bytes: data, Leaf: record.Hash(data), Record: r}, Replayed: true}, nil
}

// reused is the refusal of what contradicts a record. Only those who keep that record's
// books hear which it is: from serial numbers another could find out whose gifts they are.
func (t *turn) reused(p *prepared, index int64) error {
	r, err := t.earlier(index)
	if err != nil {
		return err
	}
	theirs := p.By.Org == platform || r.By.Org == p.By.Org
	if !theirs && r.Project() != 0 {
		owner, err := t.owner(r.Project())
		if err != nil {
			return err
		}
		theirs = owner == p.By.Org
	}
	if !theirs {
		return ledger.Refuse(ledger.Conflict, "key-reused", "",
			"该支付流水号已由其他组织登记，内容与本次不同", "another organization has recorded a payment of this serial number, with other content")
	}
	return ledger.Refuse(ledger.Conflict, "key-reused", "",
		"同一幂等键或支付流水号已用于记录 %d，内容与本次不同", "the same idempotency key or payment serial number stands for record %d, with other content", index)
}

// platform is the record of the platform, which may record in everybody's books.
const platform = 0

// next is the index of the next record.
func (t *turn) next() int64 { return t.head.Size + int64(len(t.batch.Entries)) }

// place puts a record at the end of the batch.
func (t *turn) place(r *record.Record, bytes []byte) (*Entry, error) {
	project, err := t.about(r)
	if err != nil {
		return nil, err
	}
	e := &Entry{Index: r.Index, Bytes: bytes, Leaf: record.Hash(bytes), Record: r, Project: project}
	t.batch.Entries = append(t.batch.Entries, e)
	return e, nil
}

// about gives the project that a record is about. A correction is about the project
// of what it corrects.
func (t *turn) about(r *record.Record) (int64, error) {
	for {
		of, refers := r.Refers()
		if r.Project() != 0 || !refers {
			return r.Project(), nil
		}
		var err error
		if r, err = t.earlier(of); err != nil {
			return 0, err
		}
	}
}

// add makes the next record and puts it into the batch.
func (t *turn) add(p *prepared, what any) (*Entry, error) {
	r := &record.Record{Index: t.next(), Recorded: t.now, By: p.By, Public: p.public, Private: p.private, What: what}
	bytes, err := record.Format(r)
	if err != nil {
		return nil, err
	}
	e, err := t.place(r, bytes)
	if err != nil {
		return nil, err
	}
	e.Public, e.Private, e.Keys = p.publicOpening, p.privateOpening, p.found
	for _, f := range p.found {
		t.found[f.Key] = Hit{e.Index, f.Input}
		t.journal = append(t.journal, func() { delete(t.found, f.Key) })
	}
	return e, nil
}
