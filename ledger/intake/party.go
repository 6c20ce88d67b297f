package intake

import (
	"unicode/utf8"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// other are the fields of whoever stands at the other end of a flow.
type other struct{ name, display, kind, uscc field }

var (
	giver    = other{colDonor, colDonorDisplay, colDonorKind, colDonorUSCC}
	receiver = other{colPayee, colPayeeDisplay, colPayeeKind, colPayeeUSCC}
)

// party reads the other end of a row's flow. Who is not said to be an organization is
// none: its name would be published for good. Nobody at all is anonymous.
func (l *list) party(r row, o other, unsaid string) *book.Party {
	p := &book.Party{Name: l.cell(r, o.name), Display: l.cell(r, o.display), Contact: l.cell(r, colContact),
		Kind: ledger.PartyKind(l.word(r, o.kind, l.Party))}
	if p.Name == "" && p.Display == "" {
		p.Name = unsaid
	}
	if p.Kind == "" {
		p.Kind = ledger.Person
		if p.Name == "" && p.Display == "" || l.words.look(o.kind, p.Name) == string(ledger.Anonymous) {
			return &book.Party{Kind: ledger.Anonymous}
		}
	}
	switch {
	case p.Kind == ledger.Organized:
		p.USCC = ledger.USCC(l.cell(r, o.uscc))
		if p.Name == "" {
			p.Name = p.Display
		}
		p.Display = ""
	case l.Mask && p.Kind == ledger.Person && p.Display == "" && p.Name != "":
		p.Display = mask(p.Name)
	}
	return p
}

// mask shows the first character of a name.
func mask(name string) string {
	_, n := utf8.DecodeRuneInString(name)
	return name[:n] + "*"
}
