package book

import (
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// Request is something that an author asks the book to record. Key, if given, makes
// it idempotent: the same key with the same What gives the first answer again.
type Request struct {
	By   ledger.Author
	Key  string
	What any // one of the types below
}

// RegisterOrganization registers a body.
type RegisterOrganization struct {
	USCC              string                  `json:"uscc,omitempty"`
	Scheme            string                  `json:"scheme,omitempty"` // abroad, with Code, in the place of USCC
	Code              string                  `json:"code,omitempty"`
	Name              string                  `json:"name"`
	Kind              ledger.OrganizationKind `json:"kind"`
	PublicFundraising bool                    `json:"public_fundraising,omitempty"`
}

// RegisterAsset registers what is to be counted.
type RegisterAsset struct {
	ID    ledger.AssetID    `json:"id"`
	Class ledger.AssetClass `json:"class"`
	Name  string            `json:"name"`
	Unit  string            `json:"unit"`
	Scale int               `json:"scale,omitempty"`
}

// RegisterProject registers a project with its plan and designations: one record for
// each, in one piece.
type RegisterProject struct {
	Organization string             `json:"organization"` // USCC, or scheme:code
	Name         string             `json:"name"`
	Filing       string             `json:"filing_number,omitempty"`
	Kind         ledger.ProjectKind `json:"kind"`
	Cause        string             `json:"cause"`
	Place        string             `json:"place"`
	PlanFields
	Designations []Designation `json:"designations,omitempty"`
}

// Designation is a purpose within a project.
type Designation struct {
	ID    string       `json:"id"`
	Name  string       `json:"name"`
	Class ledger.Class `json:"class"`
}

// PlanFields are the fields of a fundraising plan.
type PlanFields struct {
	Target        *ledger.Sum         `json:"target,omitempty"`
	Starts        ledger.Date         `json:"starts,omitempty"`
	Ends          ledger.Date         `json:"ends,omitempty"`
	Budget        []ledger.BudgetLine `json:"budget,omitempty"`
	Beneficiaries int64               `json:"beneficiaries,omitempty"`
	Partners      []int64             `json:"partners,omitempty"`
	Plan          PlanTexts           `json:"plan,omitzero"`
}

// PlanTexts is the prose of a plan, sealed as public text.
type PlanTexts struct {
	Purpose       string `json:"purpose,omitempty"`
	Use           string `json:"use,omitempty"`
	Area          string `json:"area,omitempty"`
	Beneficiaries string `json:"beneficiaries,omitempty"`
	Selection     string `json:"selection,omitempty"`
	Remaining     string `json:"remaining,omitempty"`
	Contact       string `json:"contact,omitempty"`
}

// ChangePlan replaces a project's plan.
type ChangePlan struct {
	Project int64 `json:"-"`
	PlanFields
	Reason string `json:"reason,omitempty"`
}

// ChangeStatus moves a project to a later status.
type ChangeStatus struct {
	Project int64         `json:"-"`
	Status  ledger.Status `json:"status"`
	Reason  string        `json:"reason,omitempty"`
}

// Party is the other end of a flow as the caller knows it. Of a natural person the
// record gets the kind only: Name goes into the private seal and Display, the name
// as the person agreed to show it, into the public one.
type Party struct {
	Kind    ledger.PartyKind `json:"kind,omitempty"` // person if left out
	Name    string           `json:"name,omitempty"`
	Display string           `json:"display,omitempty"`
	USCC    ledger.USCC      `json:"uscc,omitempty"`
	Contact string           `json:"contact,omitempty"`
	Related bool             `json:"related,omitempty"`
}

// PoolRef names a pool but for its asset. Holder defaults to the project's
// organization, designation to "general".
type PoolRef struct {
	Project     int64  `json:"project"`
	Holder      *int64 `json:"holder,omitempty"`
	Designation string `json:"designation,omitempty"`
}

// Income is units that come into the book: a donation unless Kind says otherwise.
type Income struct {
	PoolRef
	Kind     ledger.FlowKind `json:"kind,omitempty"`
	Asset    ledger.AssetID  `json:"asset"`
	Amount   int64           `json:"amount"`
	Occurred string          `json:"occurred"` // a day or an interval
	Channel  string          `json:"channel,omitempty"`
	Serial   string          `json:"serial,omitempty"`  // the channel's number of the payment, there once
	Account  string          `json:"account,omitempty"` // sealed
	Time     string          `json:"time,omitempty"`    // sealed
	Invoice  string          `json:"invoice,omitempty"` // 捐赠票据 number, sealed
	Donor    *Party          `json:"donor,omitempty"`
	Payer    *Party          `json:"payer,omitempty"`
	Value    *Value          `json:"value,omitempty"`
	Evidence []string        `json:"evidence,omitempty"`
	Note     string          `json:"note,omitempty"`
}

// Value is the fair value of goods in fen and its basis.
type Value struct {
	Amount int64  `json:"amount"`
	Basis  string `json:"basis"`
}

// Spend is an expenditure.
type Spend struct {
	PoolRef
	Asset    ledger.AssetID  `json:"asset"`
	Amount   int64           `json:"amount"`
	Occurred string          `json:"occurred"`
	Category ledger.Category `json:"category"`
	Payee    *Party          `json:"payee,omitempty"`
	Account  string          `json:"account,omitempty"` // sealed
	Purpose  string          `json:"purpose,omitempty"`
	Evidence []string        `json:"evidence,omitempty"`
}

// Transfer moves units between pools. Of names a gift to put in its right place.
type Transfer struct {
	From     PoolRef        `json:"from"`
	To       PoolRef        `json:"to"`
	Of       int64          `json:"of,omitempty"`
	Asset    ledger.AssetID `json:"asset"`
	Amount   int64          `json:"amount"`
	Occurred string         `json:"occurred"`
	Basis    int64          `json:"basis,omitempty"`
	Consent  *ledger.Author `json:"-"` // who agreed for the receiving organization
	Purpose  string         `json:"purpose,omitempty"`
	Evidence []string       `json:"evidence,omitempty"`
}

// Convert changes units of one asset into another.
type Convert struct {
	Pool     PoolRef    `json:"pool"`
	From     ledger.Sum `json:"from"`
	To       ledger.Sum `json:"to"`
	Occurred string     `json:"occurred"`
	Basis    string     `json:"basis"`
	Payee    *Party     `json:"payee,omitempty"` // whom things were bought from or sold to
	Evidence []string   `json:"evidence,omitempty"`
}

// Refund gives units of a gift back. From names the pool they are in now, if it is
// not the one the gift came into.
type Refund struct {
	Of       int64    `json:"of"`
	From     *PoolRef `json:"from,omitempty"`
	Amount   int64    `json:"amount"`
	Occurred string   `json:"occurred"`
	Reason   string   `json:"reason,omitempty"`
}

// Return is units of a payment or refund that came back.
type Return struct {
	Of       int64  `json:"of"`
	Amount   int64  `json:"amount"`
	Occurred string `json:"occurred"`
	Reason   string `json:"reason,omitempty"`
}

// Reverse undoes an entry that should not have been made.
type Reverse struct {
	Of     int64  `json:"of"`
	Reason string `json:"reason"`
}

// Deliver is the recipient's sign-off for units of an expenditure.
type Deliver struct {
	Of        int64    `json:"of"`
	Amount    int64    `json:"amount"`
	Occurred  string   `json:"occurred"`
	Recipient *Party   `json:"recipient"`
	Evidence  []string `json:"evidence,omitempty"`
}

// Disclose publishes a text about a project.
type Disclose struct {
	Project int64  `json:"project"`
	Period  string `json:"period"`
	Kind    string `json:"kind"`
	Title   string `json:"title"`
	Text    string `json:"text"`
	At      int64  `json:"at"`
}

// Correct puts a wrong word of a record right.
type Correct struct {
	Of     int64  `json:"of"`
	Field  string `json:"field"`
	Old    string `json:"old"`
	New    string `json:"new"`
	Reason string `json:"reason"`
}

// FreezeProject stops a project's payments, or releases them.
type FreezeProject struct {
	Project int64  `json:"project"`
	Order   string `json:"order"`
	Reason  string `json:"reason"`
	Release bool   `json:"release,omitempty"`
}

// AddEvidence records a file that is kept by its hash.
type AddEvidence struct {
	ledger.Evidence
	File string // the name it came with
}

// Erase deletes the opening of a seal (PIPL 47). The record stays, and so does its
// proof; nobody can tell any more what was sealed.
type Erase struct {
	Of    int64       `json:"of"`
	Seal  record.Seal `json:"seal"`
	Basis string      `json:"basis"` // a machine name: pipl-47
}

// RegisterKey makes a public key known: the log's own, an author's, a witness's.
type RegisterKey struct {
	ID       string `json:"id"`
	Org      int64  `json:"org"`
	Use      string `json:"use"` // log, author or witness
	Verifier string `json:"verifier"`
	Replaces string `json:"replaces,omitempty"`
}

// Except says that platform and regulator made the permissioned ledger take a record
// that its rules refuse.
type Except struct {
	Of     int64     `json:"of"`
	Leaf   tlog.Hash `json:"leaf"`
	Reason string    `json:"reason"`
}

// Answer is a record as it was written.
type Answer struct {
	Entry
	Replayed bool // the answer to the same request before
}
