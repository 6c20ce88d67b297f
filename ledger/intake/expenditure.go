package intake

import (
	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// expenditure reads a payment.
func (l *list) expenditure(r row) (wish, error) {
	id, n, none, err := l.money(r)
	if err != nil || none {
		return wish{none: none}, err
	}
	w, err := l.when(r)
	if err != nil {
		return wish{}, err
	}
	out := book.Spend{PoolRef: l.ref(r), Asset: id, Amount: n, Occurred: w.Occurred, Account: l.cell(r, colAccount), Purpose: l.note(r)}
	if err := l.spentOn(r, &out); err != nil {
		return wish{}, err
	}
	return wish{what: out, asset: id, amount: n}, nil
}

// spentOn reads what a payment was for and who got it; a loss has nobody.
func (l *list) spentOn(r row, out *book.Spend) error {
	if out.Category = ledger.Category(l.word(r, colCategory, string(l.Category))); out.Category == "" {
		return missing("category")
	}
	if out.Category.Account() == string(ledger.Impairment) {
		return nil
	}
	out.Payee = l.party(r, receiver, l.Payee)
	named := out.Payee.Kind == ledger.Person || out.Payee.Kind == ledger.Organized
	if named && out.Payee.Name == "" && out.Payee.Display == "" {
		return missing("payee")
	}
	return nil
}
