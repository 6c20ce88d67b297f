// Package record gives each public fact its canonical bytes. They are written once,
// stored, hashed and served as they are, and never encoded again.
//
// # The bytes
//
// A record is one JSON object in canonical form, a profile of RFC 8785: UTF-8, keys
// in ascending order, no white space, no escapes but \" and \\, no byte order mark,
// nothing before or after. Numbers are integers from 0 to 2^53−1 without sign,
// fraction, exponent or leading zeros. Text is in Unicode's form NFC and free of
// control and bidirectional characters. A member that is not needed is left out
// where it is zero, empty or false. At most 65,535 bytes. [Parse] accepts the bytes
// that [Format] gives and no others, so one fact has one record and one hash; only
// [Guard], which keeps numbers of persons out of names, binds the writer alone, so
// that it can grow and old records stay readable.
//
// Every record has these members, and only these:
//
//	by        {"key","org"}: whose request it was; org is the index of a record
//	index     the record's place in the log, from 0; its identity everywhere
//	private   commitment of the private seal, base64 of 32 bytes; optional
//	public    commitment of the public seal; optional
//	recorded  when the book recorded it, UTC to the second, never running back
//	type      one of the types below
//	v         1
//	what      the body, by type
//
// A key author_sig, which sorts before all of them, is kept free for a signature of
// the author over the record; in version 1 it is refused.
//
// # The bodies
//
// Members in brackets are optional. Indices refer to records before this one.
//
//	organization  code kind name [public_fundraising] scheme
//	key           id org [replaces] use verifier
//	asset         class id name scale unit
//	project       cause [filing_number] kind name organization place
//	plan          [beneficiaries] [budget: {amount category}…] [ends] [partners…]
//	              project [replaces] [starts] [target: {amount asset}]
//	status        project status
//	designation   class id name project
//	flow          amount [back] [basis] [category] [channel] [consent] [evidence…] [in]
//	              [into] kind [late] occurred [of] [out] [party] [value]
//	delivery      amount [evidence…] occurred of recipient
//	evidence      hash media [public] [redacted] size
//	disclosure    at kind period project
//	correction    field of
//	freeze        order project [release]
//	exception     leaf of
//	erasure       basis of seal
//
// The units of a flow, which package ledger explains:
//
//	in    {"from","pool","upto"}: the addresses it laid
//	out   {"from","pool","upto"}: the envelope of an ordinary outflow, from its first
//	      unit to just after its last; what named outflows took before lies in it
//	      and is not part of it
//	out   {"pool","takes":[{"from",["path":[INDEX…]],"upto"}…]}: the units of a flow
//	      that names a record, and the records they went through since
//	back  {"from","upto"}: the places of the flow "of" that a return brings back
//	into  the units of the new asset that "amount" units were changed into
//
// A pool is written project/holder/designation/asset: "5/1/general/CNY".
//
// # The seals
//
// A record holds no personal data. A natural person's name, even masked, and all
// free text are in the public seal; what only the donor and auditors may see is in
// the private seal. A seal is a commitment: SHA-256 of an opening, which is a
// canonical object again, in which text may have line breaks, escaped as \n:
//
//	{"salt":"…","seal":"public","texts":{"display":"李*","note":"加油"}}
//
// The salt is 16 to 64 random bytes, in base64. Openings lie outside the log. To
// withdraw one, it is deleted and an erasure is recorded: the record still verifies,
// its commitment tells nothing, and a copy that somebody kept still opens it.
//
// # The hash
//
// The leaf hash is SHA-256 of a zero byte and the bytes (RFC 6962, 2.1).
//
// record.schema.json beside this file describes the same to other programs. It
// cannot express the order of keys, the Unicode rules, or that units fit amounts.
package record
