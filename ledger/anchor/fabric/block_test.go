package fabric

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go/msp"
	"github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/timestamppb"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
)

func bytesOf(m protoadapt.MessageV1) []byte {
	data, err := proto.Marshal(protoadapt.MessageV2Of(m))
	if err != nil {
		panic(err)
	}
	return data
}

func identity(msp_ string) []byte {
	return bytesOf(&msp.SerializedIdentity{Mspid: msp_, IdBytes: []byte("certificate")})
}

const noon = 1795233600

// endorsed is a call of a chaincode as it stands in a block.
func endorsed(chaincode string, args ...string) []byte {
	nonce, creator := []byte("nonce"), identity("PlatformMSP")
	id := sha256.Sum256(append(bytes.Clone(nonce), creator...))
	writes := &kvrwset.KVRWSet{Writes: []*kvrwset.KVWrite{{Key: "a", Value: []byte("1")}, {Key: "b", IsDelete: true}}}
	results := &rwset.TxReadWriteSet{NsRwset: []*rwset.NsReadWriteSet{{Namespace: "_lifecycle"}, {Namespace: chaincode, Rwset: bytesOf(writes)}}}
	name := &peer.ChaincodeID{Name: chaincode}
	spec := &peer.ChaincodeSpec{ChaincodeId: name, Input: &peer.ChaincodeInput{Args: texts(args)}}
	response := bytesOf(&peer.ChaincodeAction{ChaincodeId: name, Results: bytesOf(results), Response: &peer.Response{Status: 200, Payload: []byte("{}")}})
	action := &peer.ChaincodeActionPayload{
		ChaincodeProposalPayload: bytesOf(&peer.ChaincodeProposalPayload{Input: bytesOf(&peer.ChaincodeInvocationSpec{ChaincodeSpec: spec})}),
		Action: &peer.ChaincodeEndorsedAction{ProposalResponsePayload: bytesOf(&peer.ProposalResponsePayload{Extension: response}),
			Endorsements: []*peer.Endorsement{{Endorser: identity("RegulatorMSP")}, {Endorser: identity("PlatformMSP")}}},
	}
	header := &common.Header{
		ChannelHeader: bytesOf(&common.ChannelHeader{Type: int32(common.HeaderType_ENDORSER_TRANSACTION), TxId: hex.EncodeToString(id[:]),
			Timestamp: &timestamppb.Timestamp{Seconds: noon, Nanos: 5}}),
		SignatureHeader: bytesOf(&common.SignatureHeader{Creator: creator, Nonce: nonce}),
	}
	tx := &peer.Transaction{Actions: []*peer.TransactionAction{{Payload: bytesOf(action)}}}
	return bytesOf(&common.Envelope{Payload: bytesOf(&common.Payload{Header: header, Data: bytesOf(tx)}), Signature: []byte("signature")})
}

// blockWith is a block of envelopes; without codes all are valid.
func blockWith(number uint64, envelopes [][]byte, codes ...byte) *common.Block {
	if codes == nil {
		codes = make([]byte, len(envelopes))
	}
	return &common.Block{Header: &common.BlockHeader{Number: number, PreviousHash: []byte("before"), DataHash: dataHash(envelopes)},
		Data:     &common.BlockData{Data: envelopes},
		Metadata: &common.BlockMetadata{Metadata: [][]byte{nil, nil, codes, nil, bytesOf(&common.Metadata{Value: []byte("commit")})}}}
}

func TestParseBlock(t *testing.T) {
	envelopes := [][]byte{endorsed("mingzhang", "Anchor", "log", "batch"), endorsed("other", "Anchor", "log"), []byte("\xff no transaction")}
	b, err := parseBlock(blockWith(7, envelopes, 0, 11, byte(peer.TxValidationCode_BAD_PAYLOAD)), "mingzhang")
	if err != nil {
		t.Fatal(err)
	}
	over := anchor.Over(nil)
	over.Put("a", []byte("1"))
	over.Delete("b")
	want := anchor.Tx{Function: "Anchor", Args: texts([]string{"log", "batch"}), Code: "VALID", Orgs: []string{"PlatformMSP", "RegulatorMSP"},
		Answer: []byte("{}"), Writes: over.Digest()}
	want.MSP, want.Tx, want.Time = "PlatformMSP", b.Txs[0].Tx, time.Unix(noon, 5).UTC()
	if got := b.Txs[0]; b.Number != 7 || !reflect.DeepEqual(got, want) || len(got.Tx) != 64 {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := b.Txs[1]; got.Code != "MVCC_READ_CONFLICT" || got.Args != nil || got.Function != "" || got.MSP != "PlatformMSP" {
		t.Errorf("another chaincode's: %+v", got)
	}
	if got := b.Txs[2]; got.Code != "BAD_PAYLOAD" || got.Tx != "" {
		t.Errorf("no transaction: %+v", got)
	}
}

// TestHostileBlocks: what is not what it should be is refused.
func TestHostileBlocks(t *testing.T) {
	good := [][]byte{endorsed("mingzhang", "Head", "log")}
	change := func(f func(b *common.Block)) *common.Block {
		b := blockWith(7, good)
		f(b)
		return b
	}
	for name, b := range map[string]*common.Block{
		"nothing":             nil,
		"no header":           change(func(b *common.Block) { b.Header = nil }),
		"no metadata":         change(func(b *common.Block) { b.Metadata = nil }),
		"no data":             change(func(b *common.Block) { b.Data = nil }),
		"number":              blockWith(1<<63, good),
		"data hash":           change(func(b *common.Block) { b.Header.DataHash = []byte("other") }),
		"a code more":         blockWith(7, good, 0, 0),
		"malformed and valid": blockWith(7, [][]byte{{1, 2, 3}}),
		"empty and valid":     blockWith(7, [][]byte{nil}),
		"another's id":        blockWith(7, [][]byte{bytes.Replace(good[0], []byte("nonce"), []byte("ecnon"), 1)}),
		"too many":            blockWith(7, make([][]byte, maxTxs+1)),
	} {
		if got, err := parseBlock(b, "mingzhang"); ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// TestEveryBit: with any bit of a block changed, it is refused, or gives the same calls.
// Only whether a call took effect the block itself cannot show: Agreement does.
func TestEveryBit(t *testing.T) {
	whole := bytesOf(blockWith(7, [][]byte{endorsed("mingzhang", "Anchor", "log", "batch")}))
	want, err := parsed(whole)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		for bit := range 8 {
			bad := bytes.Clone(whole)
			bad[i] ^= 1 << bit
			got, err := parsed(bad)
			if err != nil {
				continue
			}
			got.Txs[0].Code = want.Txs[0].Code
			if !reflect.DeepEqual(got.Txs, want.Txs) {
				t.Fatalf("bit %d of byte %d: %+v", bit, i, got)
			}
		}
	}
}

// parsed reads a block that should be number 7 behind one with the hash "before".
func parsed(data []byte) (*anchor.Block, error) {
	var b common.Block
	if err := read(data, &b); err != nil {
		return nil, err
	}
	if err := follows(&b, 7, []byte("before")); err != nil {
		return nil, err
	}
	return parseBlock(&b, "mingzhang")
}

// FuzzParseBlock: nothing makes it panic, and a call has arguments or none at all.
func FuzzParseBlock(f *testing.F) {
	f.Add(bytesOf(blockWith(7, [][]byte{endorsed("mingzhang", "Anchor", "log", "batch")})))
	f.Add(bytesOf(blockWith(7, [][]byte{endorsed("other"), {1, 2, 3}, nil}, 0, 1, 255)))
	f.Fuzz(func(t *testing.T, data []byte) {
		var b common.Block
		if read(data, &b) != nil {
			return
		}
		if b.Header != nil && b.Data != nil { // let the fuzzer past the hash
			b.Header.DataHash = dataHash(b.Data.Data)
		}
		commitHash(&b)
		block, err := parseBlock(&b, "mingzhang")
		if (block == nil) == (err == nil) {
			t.Fatalf("%v, %v", block, err)
		}
	})
}

// TestCompare: peers that differ in anything are a fault; one that is silent is none.
func TestCompare(t *testing.T) {
	a := Opinion{MSP: "A", Block: "1", Codes: "00", Commit: "2"}
	b := a
	b.MSP = "B"
	change := func(f func(*Opinion)) []Opinion {
		c := b
		f(&c)
		return []Opinion{a, c}
	}
	silent := Opinion{Err: fmt.Errorf("down")}
	for name, c := range map[string]struct {
		all  []Opinion
		kind ledger.Kind
		ok   bool
	}{
		"same":        {[]Opinion{a, b}, 0, true},
		"one silent":  {[]Opinion{silent, a, b}, 0, true},
		"all silent":  {[]Opinion{silent, silent}, 0, false},
		"block":       {change(func(o *Opinion) { o.Block = "x" }), ledger.Corrupt, false},
		"codes":       {change(func(o *Opinion) { o.Codes = "0b" }), ledger.Corrupt, false},
		"commit hash": {change(func(o *Opinion) { o.Commit = "x" }), ledger.Corrupt, false},
		"damaged":     {change(func(o *Opinion) { o.Err = damaged(7, "x") }), ledger.Corrupt, false},
	} {
		if err := compare(c.all, 7); (err == nil) != c.ok || ledger.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
}
