// Package local is the embedded permissioned ledger: the rules of package contract over
// hash-chained, signed blocks in the folder of one program. It is the default, where
// no Fabric network is. It shows that nothing was changed since to whoever keeps a
// block or the node's key; it cannot show that several parties agreed, because one
// machine holds both keys.
//
// # Files
//
//	keys/node, keys/platform, keys/regulator   signing keys, mode 0600
//	blocks/0000000000000000.blocks …           blocks, 64 MB to a file, named by the first
//	state.db                                   what the blocks add up to
//
// The blocks are the ledger. The state follows from them: it is an SQLite file that
// carries the number of the block it is at, written after the block is on the disk,
// and may be deleted while no program has the ledger open; the next start makes it
// again at the speed of the rules. It takes some 50 bytes for each record, and next to
// none of it is in memory (SQLite's cache, 32 MB, and 8 bytes for each file of blocks), so
// a ledger of 10 million records starts as fast as an empty one.
//
// # A block
//
// A block holds one transaction. Its bytes are
//
//	header      "MZB1", number (8 bytes), length of the body (4), CRC-32C of these 16
//	body        SHA-256 of header and body of the block before (32 bytes), time in Unix
//	            milliseconds (8); then, each behind its length as a varint: MSP, function,
//	            arguments (their count, then each), answer, the MSP's signature, digest of
//	            what the call wrote (anchor.State)
//	signature   of the node over "mingzhang/local-block\n" and SHA-256 of header and body
//
// with numbers in big-endian order and Ed25519 signatures. The MSP signs
// "mingzhang/local-tx\n" and the transaction's id, which is SHA-256 of the time, MSP,
// function and arguments as they stand in the body. Block 0 has the function "Genesis"
// and the verifier keys of node, platform and regulator as arguments.
//
// # What survives
//
// An answer is given when the block is on the disk. What a killed program or a pulled
// plug left of a block at the very end is cut off at the next start, with a line in the
// program's log: nobody had an answer for it. Everything else that is not as it was
// written is refused: a gap, a changed byte, a block in another's place. Whether whole
// blocks are missing at the end the files cannot tell; the rows in the book's database
// and the log's own checkpoint do.
package local
