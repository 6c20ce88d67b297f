// Package verify checks what somebody has in hand, a receipt, an exported list or a
// whole log, against the log's public key, and says in words what that proves and what
// it does not.
//
//	report, err := verify.Receipt(ctx, r, verify.Trust{Policy: policy})
//
// Nothing is trusted but the log's key, and where they are given the keys of witnesses
// and the permissioned ledger. A server is only asked for bytes, which are then held
// against what the log signed; how many it may send, how long it may take and where it
// may send us to is bounded.
//
// An error of the kind ledger.Corrupt refutes what was given: the bytes are not those
// that the log signed for, or the log contradicts itself. Any other error means that it
// could not be checked. What was not asked at all (no witness given, no ledger given) is
// no error: the report says that it was left open.
package verify
