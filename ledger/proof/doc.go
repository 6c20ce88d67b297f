// Package proof is the Merkle side of the log: it grows the tree, names and
// reads its tiles, makes proofs and checks them, and reads and writes the signed
// checkpoint. It does no I/O and knows no clock; server, offline verifier and
// chaincode share it. Hashing is that of RFC 6962 with SHA-256, and the
// arithmetic is that of golang.org/x/mod/sumdb/tlog.
//
// A leaf is SHA-256(0x00 || record), a node SHA-256(0x01 || left || right). The
// tree is kept as tiles of 256 consecutive hashes (c2sp.org/tlog-tiles): a hash
// of level 0 is a leaf, a hash of any level above is the root of a full tile
// below. The right edge of the tree is partial tiles, each a prefix of the full
// one that it becomes. A tree of 70,000 leaves is
//
//	tile/0/000 … tile/0/272, tile/0/273.p/112    leaves
//	tile/1/000, tile/1/001.p/17                  roots of 256 leaves
//	tile/2/000.p/1                               roots of 65,536 leaves
//	tile/entries/000 … tile/entries/273.p/112    the records themselves
//
// Entries are written as a big-endian uint16 length and the bytes.
//
// A checkpoint (c2sp.org/tlog-checkpoint) is a signed note of three lines: the
// log's origin, the size in decimal, the root in base64. A signature line is by
// the log or by a witness. A proof (c2sp.org/tlog-proof) adds the index of a
// record and the hashes that lead from its leaf to that root, so that whoever
// has the record and the log's public key needs nothing else:
//
//	c2sp.org/tlog-proof@v1
//	index 1
//	e6AvSdhTVKRctwqcjshwLcwTuDMPiS51JHqyIMoc5T8=
//	xhiSoYo/FhNEJ/f+9Z5XQhEyk/qWf8obMygwIND32MA=
//
//	mingzhang.example/log
//	3
//	670qD5ulrd2zU/5bDqyQoS4qf5F4kCa3CUFeNZmzSuc=
//
//	— mingzhang.example/log 5E6a86gNRTxL/aRJAxKLkSihEsZUe90nPbn/iFwEtXjZFdeRf/w9zZPA8U11RVrSssp++5Us02XoDDV4zfyCQRnKAgA=
//
// This package is stricter than those pages: a text has one spelling, extension
// lines are refused, and so is base64 with stray bits. Whatever is malformed or
// does not verify is a ledger.Error of Kind Corrupt. Nothing here panics or
// runs on for long, whatever bytes, sizes and indices it is given.
package proof
