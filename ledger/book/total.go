package book

import "mingzhang/ledger"

// Line is what a flow counts as in a statement. Its value is stored: never change
// one, only add.
type Line int16

const (
	LineDonation Line = iota + 1
	LineMembership
	LineService
	LineGrant
	LineSale
	LineInvestment
	LineAllocation
	LineOther
	LineOpening
	LineReturn
	LineConvertedIn
	LineInternalIn // a transfer within the project
	LineSisterIn   // a transfer from another project of the organization
	LineTransferIn // a transfer from another organization's project
)

const (
	LineRefund Line = iota + 101
	LineConvertedOut
	LineInternalOut
	LineSisterOut
	LineTransferOut
)

// lineExpenditure is the first line of expenditures: one for each category, in the
// order of ledger.Categories.
const lineExpenditure Line = 201

var incomeLines = map[ledger.FlowKind]Line{
	ledger.Donation: LineDonation, ledger.Membership: LineMembership, ledger.Service: LineService,
	ledger.Grant: LineGrant, ledger.Sale: LineSale, ledger.Investment: LineInvestment,
	ledger.Allocation: LineAllocation, ledger.Other: LineOther, ledger.Opening: LineOpening,
}

// Total names a sum: of one pool, one line, by the day it counts on and the day it
// was recorded. With the second, a statement can be given as the log once stood.
type Total struct {
	Pool     ledger.Pool
	Line     Line
	Occurred ledger.Date
	Recorded ledger.Date
}

// Sum is an amount and the number of flows in it, both net of reversals.
type Sum struct {
	Units int64
	Flows int64
}
