package fabric

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go/msp"
	"github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/protobuf/protoadapt"

	"mingzhang/ledger/anchor"
)

// parseEnvelope takes a transaction out of a block apart. Its code is in another place.
func parseEnvelope(data []byte, chaincode string) (anchor.Tx, error) {
	var envelope common.Envelope
	var payload common.Payload
	p := parser{chaincode: chaincode}
	p.read(data, &envelope)
	p.read(envelope.Payload, &payload)
	if payload.Header == nil {
		return anchor.Tx{}, errMalformed
	}
	channel, signature := p.headers(payload.Header)
	if common.HeaderType(channel.Type) != common.HeaderType_ENDORSER_TRANSACTION {
		return p.head(channel, signature), p.err
	}
	var tx peer.Transaction
	p.read(payload.Data, &tx)
	return p.call(channel, signature, &tx), p.err
}

// parser takes apart what may be anything; the first fault stays, and after it
// everything is empty. The lengths are those of the bytes that came: no number in them
// makes anything be allocated.
type parser struct {
	chaincode string
	err       error
}

var errMalformed = errors.New("malformed transaction")

func (p *parser) read(data []byte, m protoadapt.MessageV1) {
	if p.err == nil && read(data, m) != nil {
		p.err = errMalformed
	}
}

func (p *parser) must(ok bool) bool {
	if !ok && p.err == nil {
		p.err = errMalformed
	}
	return p.err == nil
}

// transaction takes one apart of which the header is still bytes.
func (p *parser) transaction(header []byte, tx *peer.Transaction) anchor.Tx {
	var h common.Header
	p.read(header, &h)
	channel, signature := p.headers(&h)
	return p.call(channel, signature, tx)
}

func (p *parser) headers(h *common.Header) (*common.ChannelHeader, *common.SignatureHeader) {
	channel, signature := &common.ChannelHeader{}, &common.SignatureHeader{}
	p.read(h.ChannelHeader, channel)
	p.read(h.SignatureHeader, signature)
	return channel, signature
}

// head says who sent a transaction and when.
func (p *parser) head(channel *common.ChannelHeader, signature *common.SignatureHeader) (tx anchor.Tx) {
	tx.Tx, tx.MSP = channel.TxId, p.mspOf(signature.Creator)
	if t := channel.Timestamp; t != nil {
		tx.Time = time.Unix(t.Seconds, int64(t.Nanos)).UTC()
	}
	return tx
}

func (p *parser) mspOf(identity []byte) string {
	var id msp.SerializedIdentity
	p.read(identity, &id)
	return id.Mspid
}

// call reads a call of the chaincode; of another's only who sent it.
func (p *parser) call(channel *common.ChannelHeader, signature *common.SignatureHeader, t *peer.Transaction) anchor.Tx {
	tx := p.head(channel, signature)
	id := sha256.Sum256(append(slices.Clone(signature.Nonce), signature.Creator...))
	if !p.must(len(t.GetActions()) == 1 && tx.Tx == hex.EncodeToString(id[:])) {
		return tx
	}
	var action peer.ChaincodeActionPayload
	p.read(t.Actions[0].GetPayload(), &action)
	for _, e := range action.GetAction().GetEndorsements() {
		tx.Orgs = append(tx.Orgs, p.mspOf(e.GetEndorser()))
	}
	slices.Sort(tx.Orgs)
	tx.Orgs = slices.Compact(tx.Orgs)
	if args := p.arguments(action.ChaincodeProposalPayload); len(args) > 0 {
		tx.Function, tx.Args = string(args[0]), args[1:]
		tx.Answer, tx.Writes = p.effect(action.GetAction().GetProposalResponsePayload())
	}
	return tx
}

// arguments are those of a call of the chaincode, the function first.
func (p *parser) arguments(proposal []byte) [][]byte {
	var payload peer.ChaincodeProposalPayload
	var invocation peer.ChaincodeInvocationSpec
	p.read(proposal, &payload)
	p.read(payload.Input, &invocation)
	spec := invocation.GetChaincodeSpec()
	if spec.GetChaincodeId().GetName() != p.chaincode || p.err != nil {
		return nil
	}
	return spec.GetInput().GetArgs()
}

// effect is what the contract answered, and the digest of what it wrote.
func (p *parser) effect(response []byte) (answer, writes []byte) {
	var payload peer.ProposalResponsePayload
	var action peer.ChaincodeAction
	p.read(response, &payload)
	p.read(payload.Extension, &action)
	p.must(action.GetChaincodeId().GetName() == p.chaincode && action.Response != nil)
	return action.GetResponse().GetPayload(), p.digest(action.Results)
}

// digest is that of anchor.State. Fabric keeps writes in the order of their keys, and so
// does the contract.
func (p *parser) digest(results []byte) []byte {
	var all rwset.TxReadWriteSet
	p.read(results, &all)
	over := anchor.Over(nil)
	for _, ns := range all.GetNsRwset() {
		if ns.GetNamespace() != p.chaincode {
			continue
		}
		var set kvrwset.KVRWSet
		p.read(ns.Rwset, &set)
		for _, w := range set.GetWrites() {
			if w.GetIsDelete() {
				over.Delete(w.GetKey())
			} else {
				over.Put(w.GetKey(), w.GetValue())
			}
		}
	}
	return over.Digest()
}
