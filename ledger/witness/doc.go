// Package witness asks witnesses to cosign the log's checkpoints (c2sp.org/tlog-witness).
//
// A witness is a program of somebody else. It remembers the last checkpoint of each log
// that it was shown, and signs a later one only with a proof that the log has grown from
// there. Who finds enough witnesses' signatures on a checkpoint knows that the log was
// not shown in one form to them and in another to others.
//
//	c, err := witness.Open(witness.Config{Witnesses: ws, Quorum: 2, Origin: origin, …})
//	book.Config.Cosign = c.Cosign
//
// # What waits for what
//
// A checkpoint is kept outside the database first, then witnesses are asked, all at
// once, and then it is published: with the quorum's signatures, or after half a second
// with those that have come. What comes later is added to it while it is the latest.
// A witness that has failed is asked again after a second, then after two, up to a
// minute, and no checkpoint waits for it until it has answered again. So a log with
// witnesses is published as steadily as one without, and each checkpoint says in its own
// signature lines who has vouched for it: what suffices is for the reader to say.
//
// # What a witness tells the log
//
// A witness that has seen more records than the database holds, or other ones, is a sign
// that the database is not the log's. [Client.Cosign] then gives an error of the kind
// ledger.Corrupt; a book refuses to open with it, and goes on with a loud line in the
// program's log where it comes later: one witness alone must not be able to stop the
// log. The first checkpoint of a program waits three seconds, so that a slow witness
// is heard before anything is recorded.
//
// The last checkpoint that each witness signed is kept in a file of its own, named by
// the number of its key. It says from where to prove when the program starts again, and
// that a database is too old even where the witness does not answer.
package witness
