// Package backup puts a whole book into one file, while it is being written, and makes a
// book of it again.
//
// # The file
//
// A gzip-compressed tar archive, which any program can take apart:
//
//	database/schema.json         version, where the log ends, tables and their columns
//	database/TABLE.00000.jsonl   rows, a line each, by their key; more parts follow
//	evidence/HEX                 files of evidence, by their SHA-256
//	folder/…                     the data folder: the published checkpoint, the embedded
//	                             ledger's blocks, what witnesses signed, profiles
//	manifest.json                what is in the file, with the SHA-256 of everything
//
// A row is a JSON array of its cells in the order of the columns: numbers, true and
// false, texts, null, and bytes as base64. It does not depend on the kind of database:
// what was SQLite may be restored into PostgreSQL, and the other way round.
//
// The manifest comes last: a file that was cut short has none, and is refused.
//
// # Of one moment
//
// The checkpoint is read first, then the database in one transaction, then the files. So
// the database holds all that the checkpoint does, and every file that it speaks of
// is there; the embedded ledger may be some records ahead of it, which [Restore]'s
// caller has brought back by a catch-up like all others.
//
// # Keys
//
// The log's signing key, the secret of the look-ups and the embedded ledger's keys are
// left out unless they are asked for: who has them can sign in the log's name. They
// change seldom or never, and are better kept apart. The manifest names the public key
// and the secret's hash, so that a restore finds out whether it has the right ones. The
// openings of the seals, with all personal data, are in every backup.
//
// # After a restore
//
// A backup is older than the log. A folder that was restored is held
// (folder.Restoring): no book opens on it before a catch-up has brought back what was
// recorded since, and replayed the erasures among it.
package backup
