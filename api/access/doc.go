// Package access says who may do what, and how often.
//
// # Keys
//
// A caller proves who it is with an API key in "Authorization: Bearer …":
//
//	mz_ch-k7m2q9x_6r0d…   64 letters and digits after the second "_"
//	   └─ id ───┘ └─ 36 random bytes and a checksum (CRC-32C)
//
// The id begins with two letters of the role and stands in every record that the key
// wrote, for all to see. The rest is shown once, when the key is made; it is spelled
// without i, l, o and u, and any one wrong character and any swap of two neighbours is
// told before anybody looks anything up. A scanner for leaked secrets finds keys by
// mz_[a-z]{2}-[0-9a-z]{7}_[0-9a-z]{64}.
//
// What is kept is an HMAC, under a secret that is not in the database, over the random
// bytes, the id, the role, the organization and the end of the key. They have full
// entropy, so a slow hash would only cost. A plain SHA-256 would hide a key as well; but
// whoever can write to the database could then make a key of their own, or turn a
// charity's into the platform's, and write into the book as somebody else. Under the
// HMAC they can only break keys. The price is that a lost secret ends all keys, as it
// ends receipt codes and idempotency keys.
//
// # Rules
//
// [Allow] is one table by action (table.go); its test is the table in words. It asks
// nobody for facts: the API looks up whose the project, the pool and the record are and
// says so in a [Target]. A fact that is not there is refused, never presumed. Public
// reads need no key and are no action.
//
// # Limits
//
// [Limits] counts requests in buckets, by key or by network address.
package access
