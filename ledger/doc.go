// Package ledger holds the nouns and the rules of an open book for public
// fundraising. It computes and never fetches: no clock, no randomness, no I/O,
// no map iteration and no floating point, so that the server, the verifier and
// the chaincode reach the same answer from the same input.
//
// # Every fen has an address
//
// Money that one holder keeps for one project, under one designation, in one
// asset, lies in a [Pool]. A pool is a number line. An inflow of n units takes
// the next n addresses; an outflow takes addresses that nothing took before. A
// [Flow] therefore always says exactly which units it moved, and one gift can be
// followed through payments, transfers, returns and conversions without rounding.
//
//	gift 2,000 fen        [0 ......... 2000)
//	gift   500 fen                     [2000 .. 2500)
//	payment 2,100 fen     [0 ................ 2100)   2,000 of the first gift, 100 of the second
//
// [Head] is the state of a pool and the whole rule of it: put, take, take by
// name. [Apply] is the rule of a flow: it gives the flow its units and says what
// changes, or refuses and changes nothing.
//
// # Amounts
//
// Amounts are whole numbers of an asset's smallest unit (CNY: fen), from 1 to
// [MaxUnits]. Sums are checked; nothing wraps and nothing is rounded.
//
// # Refusals
//
// Every refusal is an [Error]: a [Kind] for the edges, a sentence for a person in
// Chinese and in English, and the figures a caller needs to act on it.
package ledger
