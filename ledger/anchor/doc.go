// Package anchor carries the log's records to a permissioned ledger, which checks
// them (package contract), and reads them back from its blocks, to rebuild a lost
// database. Package audit checks all of them again.
//
// # Never twice, never a gap
//
// How far the records are carried, the ledger alone knows: its head is read at the
// start and after every fault. The next batch begins at that head, ends where the log
// signed a checkpoint, and moves the head as a whole or not at all. A submission that
// does not answer may have been committed: the head tells, and until it can be read,
// nothing is submitted. One that is still under way then, and lands later, finds the
// place taken or takes it first; the contract lets one of the two in.
//
// One program at a time submits for a log. A lock in the database sees to that, for
// the sake of order: were it lost, the ledger would refuse the second.
//
// # Where a record stands
//
// What the ledger answered, block and transaction, is kept in the database for each
// batch. Were the answer or the row lost, the rows are made again from the blocks. The
// blocks' bytes are not kept: they hold all records once more, so a database would
// double its size for what is seldom asked for; they are read from the ledger.
//
// # The log's key
//
// The ledger takes checkpoints by the one key that platform and regulator registered.
// While the key changes the book signs with the old one and the next, so that it does
// not matter at which block the regulator confirms it. A book that signs with the next
// one alone too early meets a refusal.
//
// # The regulator's orders
//
// An order to freeze is on the ledger before the record that names it, or that record is
// marked. On a consortium's ledger the regulator puts it there. The embedded one has no
// regulator: there the platform is all parties at once, and the loop gives the order
// right before the record ([Deputy]), dated as the record is. Its words stay in the
// record's seal, where they can be erased.
//
// # A refusal
//
// An honest book never meets one. Should the ledger refuse a batch, or the ledger and
// the log contradict each other, the loop logs an error, shows it in [Standing] and
// stops. It skips nothing, and goes on where it stopped only when told to, by
// [Loop.Resume] or a restart.
package anchor
