// Package fabric is the permissioned ledger on Hyperledger Fabric: the rules of package
// contract run as chaincode on the peers of platform, regulator and charities, and
// this package is the client of one log there. It is the only one that imports
// fabric-sdk-go, and nothing of that shows outside.
//
//	l, err := fabric.Open(ctx, fabric.Config{Profile: "profile.yaml", Origin: origin})
//	…
//	head, err := l.Head(ctx)
//	for block, err := range l.Blocks(ctx, 0) { … }
//
// # What is asked of whom
//
// Reads go to a peer of the client's own organisation, which it has the least reason
// to doubt, and to another's where that one does not answer. A call that writes is
// endorsed by the peers that the chaincode's policy asks for (Fabric's discovery names
// them), put in order by whichever orderer takes it, and answered when the own peer
// has committed it.
//
// # Outcomes
//
// An answer says that the transaction is in a block, valid, and in which. A refusal of
// the contract counts when all endorsers say the same; one that only some say is a
// peer that is a block behind, and a fresh proposal follows. Nothing but a commit
// counts: where time runs out or the word of an orderer is lost, peers are asked for
// the transaction by its id. If none knows it, its outcome is open and the error says
// so; it may still be committed. That can do no harm twice: a batch that was anchored
// is a success which changes nothing, and of two that are under way for one place,
// Fabric's check of read versions lets one in.
//
// # Blocks
//
// A block's number, its data hash and the hash of the block before are checked, and
// each transaction is taken apart: who called, when, with which arguments; what the
// contract answered and wrote; who endorsed it; whether it took effect. Orderers sign
// the order of transactions, but whether one is valid each peer finds out by itself
// and notes in the block. One peer's blocks are therefore one organisation's word.
// [Client.Agreement] compares the hash that each organisation's peer keeps of all that
// it committed up to a block.
package fabric
