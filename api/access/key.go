package access

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"strings"

	"mingzhang/ledger"
)

// Key is an API key as its holder keeps it. It shows itself only to who calls Reveal:
// printed, logged or encoded it is its id.
type Key struct{ id, text string }

// ID is what the key is known by, in records and lists. It is no secret.
func (k Key) ID() string { return k.id }

// Reveal is the whole key, to be shown to its holder once.
func (k Key) Reveal() string { return k.text }

// Format implements fmt.Formatter, for every verb.
func (k Key) Format(s fmt.State, _ rune) { io.WriteString(s, prefix+k.id+"_…") }

// LogValue implements slog.LogValuer.
func (k Key) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(k)) }

const (
	prefix    = "mz_"
	idLength  = 10                     // two letters of the role, a hyphen, seven of chance
	head      = len(prefix) + idLength // and an underscore
	keyLength = head + 1 + 64
)

// random is the secret part of a key.
type random [36]byte

// letters begin the id of a key of each role.
var letters = map[ledger.OrganizationKind]string{
	ledger.Platform: "pl", ledger.Charity: "ch", ledger.Partner: "pa", ledger.Regulator: "re", ledger.Auditor: "au",
}

// alphabet has no letter that is easily taken for another (Crockford's base 32).
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

var (
	codes      = base32.NewEncoding(alphabet).WithPadding(base32.NoPadding)
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

// draw makes a new key of a role.
func draw(role ledger.OrganizationKind, fill func([]byte)) (Key, random) {
	var chance [5]byte
	var r random
	fill(chance[:])
	fill(r[:])
	return named(role, codes.EncodeToString(chance[:])[:idLength-3], r), r
}

// named makes a key of a role whose id ends in a name.
func named(role ledger.OrganizationKind, name string, r random) Key {
	id := letters[role] + "-" + name
	return Key{id, spell(id, r)}
}

// spell writes a key. The checksum finds whatever differs within 32 bits in a row:
// any one character, any two neighbours in the wrong order.
func spell(id string, r random) string {
	text := prefix + id
	sum := crc32.Update(crc32.Checksum([]byte(text), castagnoli), castagnoli, r[:])
	return text + "_" + codes.EncodeToString(binary.LittleEndian.AppendUint32(r[:], sum))
}

// read reads a key. Whatever draw cannot have made is refused.
func read(text string) (id string, r random, ok bool) {
	if len(text) != keyLength || text[:len(prefix)] != prefix || text[head] != '_' || !isID(text[len(prefix):head]) {
		return "", r, false
	}
	out, ok := decode(text[head+1:])
	copy(r[:], out[:])
	sum := crc32.Update(crc32.Checksum([]byte(text[:head]), castagnoli), castagnoli, r[:])
	return text[len(prefix):head], r, ok && sum == binary.LittleEndian.Uint32(out[len(r):])
}

// decode reads what codes writes, eight letters as five bytes. Package base32, which
// also skips line breaks, would take half the time of an authentication.
func decode(text string) (out [len(random{}) + crc32.Size]byte, ok bool) {
	var seen byte
	for i := 0; i < len(out)/5; i++ {
		var group uint64
		for _, c := range []byte(text[8*i : 8*i+8]) {
			seen |= values[c]
			group = group<<5 | uint64(values[c]&31)
		}
		binary.BigEndian.PutUint32(out[5*i:], uint32(group>>8))
		out[5*i+4] = byte(group)
	}
	return out, seen < 32
}

// values are the digits that letters stand for, more than 31 for what is no letter.
var values = func() (v [256]byte) {
	for c := range v {
		v[c] = byte(strings.IndexByte(alphabet, byte(c))) // -1 is 255
	}
	return v
}()

// isID accepts what the id of a key looks like.
func isID(s string) bool {
	if len(s) != idLength || s[2] != '-' || !isLetter(s[0]) || !isLetter(s[1]) {
		return false
	}
	for i := 3; i < idLength; i++ {
		if values[s[i]] > 31 {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }
