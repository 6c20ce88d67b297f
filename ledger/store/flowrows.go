package store

import (
	"context"

	"gorm.io/gorm"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// readFlows gives the flows with these indices that are there, the last first.
func readFlows(db *gorm.DB, indices []int64) ([]view.Flow, error) {
	if len(indices) == 0 {
		return nil, nil
	}
	l, err := readNoted(db, "?", listOf(indices))
	if err != nil {
		return nil, err
	}
	flows, err := l.flows()
	if err != nil {
		return nil, err
	}
	return flows, readFiles(db, flows)
}

// flows shows a list's records as flows, but for their files.
func (l *noted) flows() (flows []view.Flow, err error) {
	notes := notesOf(l.said)
	flows = make([]view.Flow, len(l.rows))
	for i, r := range l.rows {
		if flows[i], err = r.flow(notes[r.Idx]); err != nil {
			return nil, err
		}
	}
	return flows, nil
}

// flow shows a row as a flow.
func (r storedRow) flow(n notes) (view.Flow, error) {
	rec, err := record.Parse(r.Bytes)
	if err != nil {
		return view.Flow{}, err
	}
	f, ok := rec.What.(*ledger.Flow)
	if !ok {
		return view.Flow{}, absent("no-such-flow", "记录 %d 不是流水", "record %d is not a flow", r.Idx)
	}
	texts, err := openedTexts(rec.Public, r.Public)
	return view.Flow{Record: rec, Flow: f, Leaf: record.Hash(r.Bytes), Texts: texts,
		Undone: r.Undone, Refunded: n.refunded, Delivered: n.delivered, Corrections: n.corrections}, err
}

// openedTexts reads a stored opening, nil for none.
func openedTexts(c record.Commitment, opening []byte) ([]record.Text, error) {
	if opening == nil {
		return nil, nil
	}
	o, err := record.Open(c, opening)
	if err != nil {
		return nil, err
	}
	return o.Texts, nil
}

// notes are what later records say about one.
type notes struct {
	delivered   int64
	refunded    int64
	deliveries  []int64
	corrections []int64
}

type noteRow struct {
	Of, Idx, Amount, Undone int64
	Type                    int
}

func (r *noteRow) fields() []any { return []any{&r.Of, &r.Idx, &r.Amount, &r.Undone, &r.Type} }

// isNote is the condition that a record is a delivery, a refund or a correction: what is
// told beside the record that it is of.
const isNote = "(r.type IN (?, ?) OR r.line = ?)"

func noteArgs() []any {
	return []any{typeNumber("delivery"), typeNumber("correction"), int64(account.LineRefund)}
}

// notesOf puts together what is said about each record. A refund that was reversed, or
// came back, is none.
func notesOf(rows []noteRow) map[int64]notes {
	delivery, correction := typeNumber("delivery"), typeNumber("correction")
	all := map[int64]notes{}
	for _, r := range rows {
		n := all[r.Of]
		switch r.Type {
		case delivery:
			n.delivered, n.deliveries = n.delivered+r.Amount, append(n.deliveries, r.Idx)
		case correction:
			n.corrections = append(n.corrections, r.Idx)
		default:
			n.refunded += r.Amount - r.Undone
		}
		all[r.Of] = n
	}
	return all
}

// Flow gives one flow as a list has it; absent is a ledger.NotFound.
func (s *Store) Flow(ctx context.Context, index int64) (*view.Flow, error) {
	rows, err := readFlows(s.reads.WithContext(ctx), []int64{index})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, absent("no-such-flow", "没有编号为 %d 的流水", "there is no flow %d", index)
	}
	return &rows[0], nil
}
