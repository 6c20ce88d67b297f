package intake

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

// digest is enough of a SHA-256 that no two rows share one.
type digest [16]byte

// identity tells rows apart, and the same row from itself when it comes again. A row is
// its source, its content, and how many rows before it in the file have the same
// content. What columns mean is not in it: a list that is read again in another way
// contradicts what was recorded of it, and does not double it.
type identity struct {
	source digest
	seen   map[digest]uint32
	buf    []byte
}

// newIdentity begins a file of a source.
func newIdentity(kind Kind, source string) *identity {
	sum := sha256.Sum256([]byte(string(kind) + "\x00" + source))
	return &identity{source: digest(sum[:16]), seen: map[digest]uint32{}}
}

// key gives the idempotency key of the next row.
func (id *identity) key(cells []string) string {
	id.buf = id.buf[:0]
	for _, c := range cells {
		id.buf = append(append(id.buf, c...), 0x1F)
	}
	sum := sha256.Sum256(id.buf)
	content := digest(sum[:16])
	ordinal := id.seen[content]
	id.seen[content] = ordinal + 1
	id.buf = append(append(id.buf[:0], id.source[:]...), content[:]...)
	sum = sha256.Sum256(binary.BigEndian.AppendUint32(id.buf, ordinal))
	return "row:" + base64.RawURLEncoding.EncodeToString(sum[:16])
}
