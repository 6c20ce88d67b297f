package local

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
)

const (
	magic         = "MZB1"
	headerLen     = 20
	signatureLen  = 64
	maxBody       = 32 << 20
	blockDomain   = "mingzhang/local-block\n"
	txDomain      = "mingzhang/local-tx\n"
	genesis       = "Genesis"
	genesisCode   = "GENESIS"
	leastBody     = sha256.Size + 8
	wholeBlockMin = headerLen + leastBody + signatureLen
)

type hash [sha256.Size]byte

// block is one block as it stands in a file.
type block struct {
	number    int64
	prev      hash
	time      time.Time // to the millisecond
	msp       string
	function  string
	args      [][]byte
	answer    []byte
	signature []byte // of the MSP
	writes    []byte
	bytes     []byte // the whole
	known     *hashes
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// hashes are those of a block that was read, checked, and is not to be changed.
type hashes struct{ id, whole hash }

// id is the transaction's: what the MSP signs.
func (b *block) id() hash {
	if b.known != nil {
		return b.known.id
	}
	return sha256.Sum256(b.appendCall(make([]byte, 0, b.room())))
}

// room is what a block may take, but for its signatures.
func (b *block) room() int {
	size := headerLen + 256 + len(b.answer)
	for _, a := range b.args {
		size += len(a) + binary.MaxVarintLen64
	}
	return size
}

func (b *block) appendCall(data []byte) []byte {
	data = binary.BigEndian.AppendUint64(data, uint64(b.time.UnixMilli()))
	data = appendBytes(data, []byte(b.msp))
	data = appendBytes(data, []byte(b.function))
	data = binary.AppendUvarint(data, uint64(len(b.args)))
	for _, a := range b.args {
		data = appendBytes(data, a)
	}
	return data
}

func appendBytes(data, b []byte) []byte {
	return append(binary.AppendUvarint(data, uint64(len(b))), b...)
}

// seal makes the block's bytes. The MSP has signed already.
func (b *block) seal(node note.Signer) error {
	data := append(make([]byte, headerLen, b.room()), b.prev[:]...)
	data = b.appendCall(data)
	for _, part := range [][]byte{b.answer, b.signature, b.writes} {
		data = appendBytes(data, part)
	}
	copy(data, magic)
	binary.BigEndian.PutUint64(data[4:], uint64(b.number))
	binary.BigEndian.PutUint32(data[12:], uint32(len(data)-headerLen))
	binary.BigEndian.PutUint32(data[16:], crc32.Checksum(data[:16], castagnoli))
	h := sha256.Sum256(data)
	signature, err := node.Sign(append([]byte(blockDomain), h[:]...))
	b.bytes = append(data, signature...)
	return err
}

// hash is what the following block names. The node's signature is over it.
func (b *block) hash() hash {
	if b.known != nil {
		return b.known.whole
	}
	return sha256.Sum256(b.bytes[:len(b.bytes)-signatureLen])
}

// readHeader gives number and length of the block that a header begins.
func readHeader(h []byte) (number, length int64, ok bool) {
	if string(h[:4]) != magic || binary.BigEndian.Uint32(h[16:]) != crc32.Checksum(h[:16], castagnoli) {
		return 0, 0, false
	}
	body := int64(binary.BigEndian.Uint32(h[12:]))
	number = int64(binary.BigEndian.Uint64(h[4:]))
	return number, headerLen + body + signatureLen, number >= 0 && body >= leastBody && body <= maxBody
}

// parseBlock takes a block's bytes apart; they stay shared. It checks the form alone.
func parseBlock(data []byte) (b *block, ok bool) {
	if len(data) < wholeBlockMin {
		return nil, false
	}
	number, length, ok := readHeader(data[:headerLen])
	if !ok || length != int64(len(data)) {
		return nil, false
	}
	r := &cutter{rest: data[headerLen : len(data)-signatureLen]}
	b = &block{number: number, prev: hash(r.take(sha256.Size)), bytes: data}
	b.time = time.UnixMilli(int64(binary.BigEndian.Uint64(r.take(8)))).UTC()
	b.msp, b.function = string(r.part()), string(r.part())
	b.args = make([][]byte, r.number(16))
	for i := range b.args {
		b.args[i] = r.part()
	}
	b.answer, b.signature, b.writes = r.part(), r.part(), r.part()
	return b, !r.failed && len(r.rest) == 0
}

// cutter takes bytes apart; after a fault everything is empty.
type cutter struct {
	rest   []byte
	failed bool
}

func (c *cutter) take(n int64) []byte {
	if c.failed = c.failed || n > int64(len(c.rest)); c.failed {
		return make([]byte, min(n, sha256.Size))
	}
	taken := c.rest[:n:n]
	c.rest = c.rest[n:]
	return taken
}

func (c *cutter) number(limit uint64) int64 {
	n, length := binary.Uvarint(c.rest)
	if c.failed = c.failed || length <= 0 || n > limit; c.failed {
		return 0
	}
	c.rest = c.rest[length:]
	return int64(n)
}

func (c *cutter) part() []byte { return c.take(c.number(maxBody)) }

// members are the keys that a chain's first block names.
type members struct {
	node note.Verifier
	msps map[string]note.Verifier
}

// membersOf reads them from the first block.
func membersOf(b *block) (m members, err error) {
	if b.number != 0 || b.function != genesis || len(b.args) != 3 {
		return m, damaged(b.number)
	}
	m.msps = map[string]note.Verifier{}
	for i, text := range b.args {
		v, err := note.NewVerifier(string(text))
		if err != nil {
			return m, damaged(b.number)
		}
		if i == 0 {
			m.node = v
		} else {
			m.msps[v.Name()] = v
		}
	}
	return m, nil
}

// check refuses a block that the node did not sign, or that holds a call which its MSP
// did not.
func (m members) check(b *block) error {
	b.known = &hashes{b.id(), b.hash()}
	id, h := b.known.id, b.known.whole
	if !m.node.Verify(append([]byte(blockDomain), h[:]...), b.bytes[len(b.bytes)-signatureLen:]) {
		return damaged(b.number)
	}
	if b.number == 0 {
		return nil
	}
	msp := m.msps[b.msp]
	if msp == nil || !msp.Verify(append([]byte(txDomain), id[:]...), b.signature) {
		return damaged(b.number)
	}
	return nil
}

func damaged(number int64) error {
	return ledger.Refuse(ledger.Corrupt, "block-damaged", "", "第 %d 号区块已损坏或被改动", "block %d is damaged or was changed", number)
}

// view gives the block as an audit sees it.
func (b *block) view() *anchor.Block {
	id := b.id()
	tx := anchor.Tx{Call: contract.Call{MSP: b.msp, Tx: hex.EncodeToString(id[:]), Time: b.time}, Function: b.function, Args: b.args,
		Code: anchor.Valid, Orgs: []string{b.msp}, Answer: b.answer, Writes: b.writes}
	if b.function == genesis {
		tx.Code, tx.Orgs = genesisCode, nil
	}
	return &anchor.Block{Number: b.number, Txs: []anchor.Tx{tx}, Bytes: b.bytes}
}

// unwritten says whether data holds a whole sector of zeros: what a plug pulled in the
// middle of a write leaves of it. No block has one, because all that is long in it is
// text or hashes. start is the place of data in its file.
func unwritten(data []byte, start int64) bool {
	const sector = 512
	var zeros [sector]byte
	for at := (sector - start%sector) % sector; at < int64(len(data)); at += sector {
		if part := data[at:min(at+sector, int64(len(data)))]; bytes.Equal(part, zeros[:len(part)]) && len(part) >= headerLen {
			return true
		}
	}
	return false
}
