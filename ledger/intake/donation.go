package intake

import (
	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// donation reads a gift of money, or another income.
func (l *list) donation(r row) (wish, error) {
	id, n, none, err := l.money(r)
	if err != nil || none {
		return wish{none: none}, err
	}
	w, err := l.when(r)
	if err != nil {
		return wish{}, err
	}
	number, err := l.long(r, colSerial)
	if err != nil {
		return wish{}, err
	}
	in := book.Income{PoolRef: l.ref(r), Kind: l.Income, Asset: id, Amount: n, Occurred: w.Occurred, Time: w.Time,
		Channel: l.word(r, colChannel, l.Channel), Serial: number, Account: l.cell(r, colAccount), Invoice: l.cell(r, colInvoice), Note: l.note(r)}
	if in.Donor = l.party(r, giver, ""); in.Donor.Kind == ledger.Anonymous && l.Income != "" && l.Income != ledger.Donation {
		in.Donor = nil // only gifts have somebody behind them in any case
	}
	return wish{what: in, asset: id, amount: n}, nil
}

// ref is the pool of a row.
func (l *list) ref(r row) book.PoolRef {
	ref := l.pool
	ref.Designation = l.word(r, colDesignation, l.Designation)
	return ref
}

// note is what a row says besides.
func (l *list) note(r row) string {
	if note := l.lines(r, colNote); note != "" {
		return note
	}
	return l.Note
}
