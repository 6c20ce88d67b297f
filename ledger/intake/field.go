package intake

import (
	"slices"

	"mingzhang/ledger"
)

// Kind is what the rows of a list are.
type Kind string

const (
	Donations    Kind = "donations"
	Expenditures Kind = "expenditures"
	Goods        Kind = "goods"  // things, received or handed out
	Claims       Kind = "claims" // totals that somebody published
)

// field is something that a row may say.
type field int

const (
	colDate field = iota
	colTime
	colAmount
	colAsset
	colChannel
	colSerial
	colAccount
	colInvoice
	colDonor
	colDonorDisplay
	colDonorKind
	colDonorUSCC
	colPayee
	colPayeeDisplay
	colPayeeKind
	colPayeeUSCC
	colContact
	colCategory
	colDesignation
	colNote
	colItem
	colSpec
	colUnit
	colQuantity
	colValue
	colValueBasis
	colTitle
	fields // how many there are
)

// fieldNames are what fields are called in profiles and in --columns.
var fieldNames = [fields]string{
	colDate: "date", colTime: "time", colAmount: "amount", colAsset: "asset", colChannel: "channel", colSerial: "serial", colAccount: "account", colInvoice: "invoice",
	colDonor: "donor", colDonorDisplay: "donor_display", colDonorKind: "donor_kind", colDonorUSCC: "donor_uscc",
	colPayee: "payee", colPayeeDisplay: "payee_display", colPayeeKind: "payee_kind", colPayeeUSCC: "payee_uscc",
	colContact: "contact", colCategory: "category", colDesignation: "designation", colNote: "note",
	colItem: "item", colSpec: "spec", colUnit: "unit", colQuantity: "quantity", colValue: "value", colValueBasis: "value_basis", colTitle: "title",
}

// kindFields are the fields of each kind of list.
var kindFields = map[Kind]struct{ needed, may []field }{
	Donations:    {[]field{colDate, colAmount}, []field{colTime, colAsset, colChannel, colSerial, colAccount, colInvoice, colDonor, colDonorDisplay, colDonorKind, colDonorUSCC, colContact, colDesignation, colNote}},
	Expenditures: {[]field{colDate, colAmount}, []field{colAsset, colAccount, colPayee, colPayeeDisplay, colPayeeKind, colPayeeUSCC, colContact, colCategory, colDesignation, colNote}},
	Goods:        {[]field{colDate, colItem, colQuantity}, []field{colTime, colUnit, colSpec, colValue, colValueBasis, colChannel, colSerial, colInvoice, colDonor, colDonorDisplay, colDonorKind, colDonorUSCC, colPayee, colPayeeDisplay, colPayeeKind, colPayeeUSCC, colContact, colCategory, colDesignation, colNote}},
	Claims:       {[]field{colDate}, []field{colTitle}},
}

// fieldOf finds a field of a kind of list by its name.
func fieldOf(kind Kind, name string) (field, error) {
	f := field(slices.Index(fieldNames[:], name))
	if known := kindFields[kind]; f < 0 || !slices.Contains(known.needed, f) && !slices.Contains(known.may, f) {
		return 0, ledger.Refuse(ledger.Invalid, "field-unknown", "columns",
			"%.40[1]q 不是这种清单的项目：%[2]v", "%.40[1]q is no field of such a list: %[2]v", name, namesOf(kind))
	}
	return f, nil
}

// namesOf lists the fields of a kind of list.
func namesOf(kind Kind) (names []string) {
	known := kindFields[kind]
	for _, f := range slices.Concat(known.needed, known.may) {
		names = append(names, fieldNames[f])
	}
	return names
}
