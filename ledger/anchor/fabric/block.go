package fabric

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"math"
	"math/big"

	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/peer"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
)

// headerHash is what the next block names: SHA-256 of number, previous hash and data
// hash in ASN.1 DER, as Fabric has it.
func headerHash(h *common.BlockHeader) []byte {
	der, err := asn1.Marshal(struct {
		Number             *big.Int
		Previous, DataHash []byte
	}{new(big.Int).SetUint64(h.GetNumber()), h.GetPreviousHash(), h.GetDataHash()})
	if err != nil {
		panic(err) // a number and bytes always encode
	}
	sum := sha256.Sum256(der)
	return sum[:]
}

// dataHash is SHA-256 over a block's envelopes, one behind the other.
func dataHash(envelopes [][]byte) []byte {
	h := sha256.New()
	for _, e := range envelopes {
		h.Write(e)
	}
	return h.Sum(nil)
}

// maxTxs bounds the transactions of a block: an empty one is two bytes of the 100 MB that
// fabric-sdk-go takes, and hundreds in memory. Orderers put 500 in ours.
const maxTxs = 100_000

// parseBlock checks a block by itself and takes it apart. Calls of other chaincodes
// than the one named are in it without function and arguments.
func parseBlock(b *common.Block, chaincode string) (*anchor.Block, error) {
	header, number, envelopes := b.GetHeader(), b.GetHeader().GetNumber(), b.GetData().GetData()
	switch {
	case header == nil || number > math.MaxInt64:
		return nil, damaged(-1, "it has no number")
	case len(envelopes) > maxTxs:
		return nil, damaged(int64(number), "it has too many transactions")
	}
	block := &anchor.Block{Number: int64(number), Txs: make([]anchor.Tx, len(envelopes))}
	if !bytes.Equal(header.DataHash, dataHash(envelopes)) {
		return nil, damaged(block.Number, "its transactions are not those of its header")
	}
	codes := metadata(b, common.BlockMetadataIndex_TRANSACTIONS_FILTER)
	if len(codes) != len(envelopes) {
		return nil, damaged(block.Number, "it does not say of each transaction whether it took effect")
	}
	for i, e := range envelopes {
		var err error
		block.Txs[i], err = parseEnvelope(e, chaincode)
		block.Txs[i].Code = peer.TxValidationCode(codes[i]).String()
		if err != nil && block.Txs[i].Code == anchor.Valid {
			return nil, damaged(block.Number, "a transaction that took effect is malformed")
		}
	}
	var err error
	block.Bytes, err = proto.Marshal(protoadapt.MessageV2Of(b))
	return block, err
}

// metadata is one of the entries that a peer and the orderers add to a block.
func metadata(b *common.Block, index common.BlockMetadataIndex) []byte {
	if all := b.GetMetadata().GetMetadata(); int(index) < len(all) {
		return all[index]
	}
	return nil
}

// commitHash is the hash that the peer keeps of all that it committed up to this block:
// of the validation codes and the writes. It is nil where the block has none.
func commitHash(b *common.Block) []byte {
	var m common.Metadata
	if read(metadata(b, common.BlockMetadataIndex_COMMIT_HASH), &m) != nil {
		return nil
	}
	return m.Value
}

// read takes a message apart.
func read(data []byte, m protoadapt.MessageV1) error {
	return proto.Unmarshal(data, protoadapt.MessageV2Of(m))
}

func damaged(number int64, en string) error {
	return ledger.Refuse(ledger.Corrupt, "block-damaged", "", "第 %[1]d 号区块已损坏或被改动", "block %[1]d is damaged or was changed: %[2]s", number, en)
}
