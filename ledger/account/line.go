// Package account says what flows add up to: which line of a statement each flow
// counts on, and how lines make a statement. It is pure, so that the book, the
// permissioned ledger and an audit count alike.
package account

import (
	"slices"

	"mingzhang/ledger"
)

// Line is what a flow counts as in a statement. Its value is stored: never change
// one, only add.
type Line int16

// Lines that add to a pool.
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

// Lines that take from a pool. After them, from lineExpenditure on, each category of
// expenditure has one, in the order of ledger.Categories.
const (
	LineRefund Line = iota + 101
	LineConvertedOut
	LineInternalOut
	LineSisterOut
	LineTransferOut
)

const lineExpenditure Line = 201

var categories = ledger.Categories()

var incomeLines = map[ledger.FlowKind]Line{
	ledger.Donation: LineDonation, ledger.Membership: LineMembership, ledger.Service: LineService,
	ledger.Grant: LineGrant, ledger.Sale: LineSale, ledger.Investment: LineInvestment,
	ledger.Allocation: LineAllocation, ledger.Other: LineOther, ledger.Opening: LineOpening,
}

// LinesOfKind gives the lines that flows of a kind are stored under: one for an
// income, several for transfers and expenditures, which have one for each category,
// and none for a reversal, which has the line of what it reverses, negative.
func LinesOfKind(kind ledger.FlowKind) []Line {
	switch kind {
	case ledger.Return:
		return []Line{LineReturn}
	case ledger.Refund:
		return []Line{LineRefund}
	case ledger.Conversion:
		return []Line{LineConvertedOut}
	case ledger.Transfer:
		return []Line{LineInternalOut, LineSisterOut, LineTransferOut}
	case ledger.Expenditure:
		var lines []Line
		for i := range ledger.Categories() {
			lines = append(lines, lineExpenditure+Line(i))
		}
		return lines
	}
	if line, ok := incomeLines[kind]; ok {
		return []Line{line}
	}
	return nil
}

// LineOfCategory gives the line of an expenditure category.
func LineOfCategory(c ledger.Category) Line {
	return lineExpenditure + Line(slices.Index(ledger.Categories(), c))
}

// Lines gives all lines.
func Lines() []Line {
	var lines []Line
	for l := LineDonation; l <= LineTransferIn; l++ {
		lines = append(lines, l)
	}
	for l := LineRefund; l <= LineTransferOut; l++ {
		lines = append(lines, l)
	}
	return append(lines, LinesOfKind(ledger.Expenditure)...)
}

// Kind is the kind of flow that a line counts; a transfer between two pools has one
// line on each side.
func (l Line) Kind() ledger.FlowKind {
	for kind, line := range incomeLines {
		if line == l {
			return kind
		}
	}
	switch l {
	case LineReturn:
		return ledger.Return
	case LineRefund:
		return ledger.Refund
	case LineConvertedIn, LineConvertedOut:
		return ledger.Conversion
	}
	if l < lineExpenditure {
		return ledger.Transfer
	}
	return ledger.Expenditure
}

// Category is the category of an expenditure's line, "" for another.
func (l Line) Category() ledger.Category {
	if l < lineExpenditure {
		return ""
	}
	return categories[l-lineExpenditure]
}

// Income says whether a line is income: what the accounts took in, but for what was
// held when the book began.
func (l Line) Income() bool { return l >= LineDonation && l <= LineOther }

// Spent says whether a line is an expenditure.
func (l Line) Spent() bool { return l >= lineExpenditure }

// Sign says whether a line adds to a pool or takes from it.
func (l Line) Sign() int64 {
	if l < LineRefund {
		return 1
	}
	return -1
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
	Units int64 `json:"amount"`
	Flows int64 `json:"flows"`
}

// LineSum is what one flow adds to one line: of the pool it entered, or of the one it
// left.
type LineSum struct {
	In   bool
	Line Line
	Sum
}

// LinesOf gives back, from what is stored beside a flow's record, the lines that it
// added to: the same that the totals hold. A reversal is stored with a negative line
// and counts against the pools of what it reversed, which are its own the other way
// round.
func LinesOf(line Line, amount, laid int64) []LineSum {
	reversal := line < 0
	out, in := amount, laid
	sign := int64(1)
	if reversal {
		line, sign = -line, -1
		out, in = laid, amount
	}
	sum := func(entered bool, l Line, n int64) LineSum {
		return LineSum{entered != reversal, l, Sum{sign * n, sign}}
	}
	switch line {
	case LineConvertedOut:
		return []LineSum{sum(false, line, out), sum(true, LineConvertedIn, in)}
	case LineInternalOut, LineSisterOut, LineTransferOut:
		return []LineSum{sum(false, line, amount), sum(true, line-LineInternalOut+LineInternalIn, amount)}
	}
	return []LineSum{sum(line < LineRefund, line, amount)}
}

// Band is the size of an amount: how many decimal digits it has. In fen, band 4 is
// from 10.00 to 99.99 yuan.
func Band(units int64) int {
	band := 1
	for ; units >= 10; units /= 10 {
		band++
	}
	return band
}
