// Package audit checks a whole log from its first record on, and believes nobody: not
// the platform, not its database, not its server.
//
// # What is checked
//
// [Blocks] reads what a permissioned ledger committed. It runs every call of the
// blocks again by the rules of package contract, over an empty state in memory: each
// record is parsed and hashed, stands at its place, moves the units that the rule of
// the pool gives, and lies in the tree whose root the log signed. From the same records
// it adds up every project's account. Beside them it can hold a [Book], the platform's
// database or a running server: record by record, tile by tile of the tree, and total
// by total. Of a database, which is opened to be read only, that is all that follows from
// the records, and the anchors, which follow from the blocks; what it has behind the last
// block is judged as well. It names the first difference.
//
// [Log] checks a book by itself, where no blocks are at hand. The auditor plays both
// sides of a ledger of his own: he registers the log with a key made for the purpose and
// has the same rules judge all records. The signature that counts is then that of the
// log's checkpoint. What only a ledger can tell stays open: when the regulator's orders
// came, and that the checkpoint is the one that everybody else saw.
//
// # What it means
//
// An error of the kind ledger.Corrupt refutes the book or the ledger; a [Difference] is
// one, and says where. Any other error means that it could not be checked.
package audit
