package intake

import "mingzhang/ledger"

// Settings say what rows do not. They stand in a profile, and on the command line, where
// they go before the profile's.
type Settings struct {
	Layout
	Asset       ledger.AssetID  `json:"asset,omitempty" help:"Currency of the amounts; CNY if left out."`
	Channel     string          `json:"channel,omitempty" help:"How the money came, where rows do not say: bank, wechat, alipay."`
	Income      ledger.FlowKind `json:"income,omitempty" help:"Kind of income, if not donation: grant, membership, service, sale, investment, allocation, other, opening."`
	Designation string          `json:"designation,omitempty" help:"Designation within the project, where rows do not say."`
	Category    ledger.Category `json:"category,omitempty" help:"Category of expenditure, where rows do not say: 5101.direct_aid, 5301."`
	Party       string          `json:"party,omitempty" help:"What givers or payees are, where rows do not say: person, organization, group, anonymous, public. Givers are persons if left out; for payees it must be said, as only organizations are named in public." placeholder:"KIND"`
	Payee       string          `json:"payee,omitempty" help:"Who was paid, where rows do not say."`
	Note        string          `json:"note,omitempty" help:"Note or purpose, where rows do not say."`
	Direction   string          `json:"direction,omitempty" help:"Of goods: in or out; by the columns if left out."`
	EmptyIsNone bool            `json:"empty_is_none,omitempty" help:"Leave out rows without an amount, as in a bank's list that has payments in another column."`
	Mask        bool            `json:"mask,omitempty" help:"Show persons by the first character of their name and an asterisk, where rows do not say how they want to be shown."`
}

// Layout says how a file is laid out and what it counts in. All of it but the unit is
// found out if it is left out.
type Layout struct {
	Unit      Unit   `json:"unit,omitempty" help:"What amounts count: fen, yuan or wan (万元), unless the cell says it. Yuan if left out." placeholder:"UNIT"`
	Encoding  string `json:"encoding,omitempty" help:"Encoding of the text, as in utf-8, gb18030, utf-16le; found out if left out."`
	Delimiter string `json:"delimiter,omitempty" help:"What separates the cells of a text: , ; | or tab; found out if left out."`
	Sheet     string `json:"sheet,omitempty" help:"Name of the sheet in a workbook; the first if left out."`
	Header    int    `json:"header,omitempty" help:"Line that has the names of the columns; found out if left out."`
}

// override puts settings over those of the profile.
func (s *Settings) override(by Settings) {
	over(&s.Unit, by.Unit)
	over(&s.Encoding, by.Encoding)
	over(&s.Delimiter, by.Delimiter)
	over(&s.Sheet, by.Sheet)
	over(&s.Header, by.Header)
	over(&s.Asset, by.Asset)
	over(&s.Channel, by.Channel)
	over(&s.Income, by.Income)
	over(&s.Designation, by.Designation)
	over(&s.Category, by.Category)
	over(&s.Party, by.Party)
	over(&s.Payee, by.Payee)
	over(&s.Note, by.Note)
	over(&s.Direction, by.Direction)
	over(&s.EmptyIsNone, by.EmptyIsNone)
	over(&s.Mask, by.Mask)
}

func over[T comparable](s *T, by T) {
	var zero T
	if by != zero {
		*s = by
	}
}
