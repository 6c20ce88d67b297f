// Package contract is the rules that the permissioned ledger enforces on a log of
// records. It is plain Go over a small key-value [State]: no Fabric type, no I/O, no
// clock, no randomness, so that every endorsing peer and the embedded ledger reach the
// same answer and write the same bytes.
//
// # What is refused
//
// The accounts must be right, or the ledger does not take them. Refused is what makes a
// record's place, bytes or amounts wrong:
//
//   - a batch by anyone but the log's registered MSP; one that does not start where the
//     last one ended; another batch where one is anchored already;
//   - a checkpoint of another log, size or root, or without the log's signature;
//   - a record that is not canonical, is not at its index, or whose time runs back;
//   - a flow that the rule of the pool refuses, or whose units are not those that the
//     rule gives; a delivery of what is no expenditure, or of more than was paid;
//   - a name that the accounts hang on and that no earlier record registered: the
//     author's organization, a project's organization, a record's project, a pool's
//     project, holder, designation and asset, the plan a transfer is based on or a plan
//     replaces; an asset or a designation registered twice;
//   - an older record that is not the one whose leaf is stored, or that is missing.
//
// # What is marked
//
// Money that moved against an order has moved all the same, and a log that cannot go on
// hides it. Policy is therefore marked: the record is committed, and a [Breach] says
// for ever what was wrong with it:
//
//	frozen             an outflow of a project after the record of its freeze
//	order-overdue      an outflow recorded later than ten minutes after an order to
//	                   freeze that has no record yet
//	order-unknown      a freeze or release record that names no order on this ledger
//	consent-missing    a transfer into another organization's project without the
//	                   consent of that side
//	exception-unknown  an exception record that this ledger knows nothing of
//	reference-unknown  a partner of a plan, or who gave consent, is no organization
//
// Not checked at all, because no amount hangs on it: the steps of a project's status,
// organizations or filing numbers registered twice, the author's key id, what seals hold.
// Of a named outflow, ledger.Apply sees that it takes the lowest units on the ways it
// lists; whether there is another way with lower ones only the whole history tells.
//
// # Freezes
//
// The regulator's order comes here first, by Freeze or Release, and gets a number. The
// platform then writes a freeze record that names it. From its place in the log on the
// project is frozen, and from the release record's on it is free again, if that
// release was ordered after the freeze that binds. A freeze record without an order binds
// as well; a release record without one lifts only such a freeze. An order that comes
// after its record is joined to it.
//
// # Exceptions
//
// When platform and regulator both call Except with the same index, leaf hash and
// reason, the record with that leaf may enter the tree at that index although it is
// refused. From then on the pools it names are hashed but unchecked: they agree
// with whatever their flows say, and their heads stay as they were. Of a flow between
// such a pool and another the other side is checked. [Head] and [Pool] tell.
//
// # What the ledger keeps
//
// All keys begin with the log's origin and a space, which no origin has in it. Values
// are JSON, but for tiles:
//
//	log                            registration: key, MSPs, rules version
//	proposal MSP                   a registration that waits for its confirmation
//	head                           size, root, time, checkpoint, counts
//	tile LEVEL NUMBER              up to 256 hashes of the Merkle tree (tlog-tiles)
//	pool POOL                      its head
//	hole POOL NODE                 a node of the tree of its holes, at most 256 entries
//	tally NUMBER                   of 256 indices: units undone and delivered, where any
//	noun NUMBER                    of 256 indices: which are organizations and plans
//	project INDEX                  its organization, freeze, orders waiting
//	total INDEX ASSET              what came in, went out and is held
//	assets INDEX PAGE              the assets of a project, 64 a page
//	designation INDEX ID           the record that registered it
//	asset ID                       the record that registered it
//	orders                         how many there are
//	order NUMBER                   an order of the regulator
//	ordered PROJECT VERB ORDER     its number
//	breach PAGE                    breaches, 64 a page
//	exceptions                     how many there are
//	exception INDEX                what either side said
//	excepted NUMBER                its index
//
// Holes are never forgotten, although the pool's head passes them: they also tell which
// runs an earlier ordinary outflow took within its envelope, so that nothing need be
// kept for that.
//
// An anchor in the ordinary course reads but does not write what Freeze and Except
// write, and they do not write what it reads, but for the project or record they are
// about. On Fabric an order can therefore not be crowded out by a stream of anchors.
package contract
