package book

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"hash"
	"strings"
	"sync"

	"mingzhang/ledger"
)

// secret turns what must be found again, but not read, into keys: serial numbers,
// idempotency keys, receipt codes. It is not in the database, and so a stolen
// database tells nothing about them.
type secret struct {
	macs sync.Pool // of keyed hash.Hash: to key one anew costs more than to use it
}

func newSecret(key []byte) *secret {
	return &secret{sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

// key is an HMAC of parts, which are told apart by their lengths.
func (s *secret) key(domain string, parts ...string) Key {
	h := s.macs.Get().(hash.Hash)
	defer s.macs.Put(h)
	h.Reset()
	buf := make([]byte, 0, 256)
	buf = appendPart(buf, domain)
	for _, p := range parts {
		buf = appendPart(buf, p)
	}
	h.Write(buf)
	return Key(h.Sum(buf[:0])[:16])
}

func appendPart(b []byte, part string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(part))), part...)
}

// serial is the key of a payment: a channel's number is there once.
func (s *secret) serial(channel, serial string) Key { return s.key("serial", channel, serial) }

// PaymentKey is the key under which the record of a payment is found in the store.
func (b *Book) PaymentKey(channel, serial string) Key { return b.secret.serial(channel, serial) }

// idempotency is the key of a caller's own key.
func (s *secret) idempotency(by ledger.Author, key string) Key {
	return s.key("idempotency", string(binary.AppendVarint(nil, by.Org)), by.Key, key)
}

// codes spells receipt codes: no letter that is easily taken for another.
var codes = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// ReceiptCode is what the giver of a record keeps to find it: the index and 72 bits
// that only the book can make, so that it needs no place in the database.
func (b *Book) ReceiptCode(index int64) string { return b.secret.receipt(index) }

func (s *secret) receipt(index int64) string {
	data := binary.BigEndian.AppendUint64(nil, uint64(index))[2:]
	mac := s.key("receipt", string(data))
	return codes.EncodeToString(append(data, mac[:9]...))
}

// ReceiptIndex reads a receipt code. Every code that the book did not make is refused
// alike, in constant time.
func (b *Book) ReceiptIndex(code string) (int64, error) {
	code = strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
	data, err := codes.DecodeString(code)
	if err == nil && len(data) == 15 && len(code) == 24 {
		index := int64(binary.BigEndian.Uint64(append([]byte{0, 0}, data[:6]...)))
		mac := b.secret.key("receipt", string(data[:6]))
		if hmac.Equal(mac[:9], data[6:]) {
			return index, nil
		}
	}
	return 0, ledger.Refuse(ledger.NotFound, "receipt-unknown", "code", "没有找到对应的捐赠", "no gift is found for this")
}
