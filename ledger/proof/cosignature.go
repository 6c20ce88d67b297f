package proof

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
)

// Signature types of verifier keys (signed-note, "Signature types").
const (
	algEd25519     = 1
	algCosignature = 4
)

// stamped is how many bytes of a cosignature are before the signature: its time.
const stamped = 8

// NewVerifier reads a verifier key (signed-note, "Verifier keys") of a log or of a
// witness: one that signs a checkpoint as it is (Ed25519, type 1), or the time of
// seeing it with it (tlog-cosignature, type 4). Another type, and what is no key, is
// refused (Invalid, "verifier-unreadable"); so is another spelling of a key.
func NewVerifier(vkey string) (note.Verifier, error) {
	name, rest, _ := strings.Cut(vkey, "+")
	_, key, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || !validName(name) || vkey != fmt.Sprintf("%s+%08x+%s", name, keyHash(name, raw), base64.StdEncoding.EncodeToString(raw)) {
		return nil, refuseVerifier()
	}
	switch raw[0] {
	case algEd25519:
		return note.NewVerifier(vkey)
	case algCosignature:
		return witnessKey{name, keyHash(name, raw), raw[1:]}, nil
	}
	return nil, refuseVerifier()
}

func refuseVerifier() error {
	return ledger.Refuse(ledger.Invalid, "verifier-unreadable", "verifier",
		"不是签名验证密钥（Ed25519 或见证人联署）", "this is no verifier key of a signed note (Ed25519, or of a witness's cosignatures)")
}

// validName holds a key's name to signed-note, "Format".
func validName(name string) bool {
	return name != "" && utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool { return r == '+' || unicode.IsSpace(r) })
}

// keyHash is the key's number (signed-note, "Key ID"); key begins with its type.
func keyHash(name string, key []byte) uint32 {
	sum := sha256.Sum256([]byte(name + "\n" + string(key)))
	return binary.BigEndian.Uint32(sum[:])
}

// witnessKey verifies a witness's cosignatures (tlog-cosignature, "Ed25519 signed
// message").
type witnessKey struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (k witnessKey) Name() string    { return k.name }
func (k witnessKey) KeyHash() uint32 { return k.hash }

// Verify implements note.Verifier: text is a checkpoint and sig begins with a time.
func (k witnessKey) Verify(text, sig []byte) bool {
	if len(sig) != stamped+ed25519.SignatureSize {
		return false
	}
	seen := binary.BigEndian.Uint64(sig)
	if _, err := ParseCheckpoint(string(text)); err != nil || seen > math.MaxInt64 {
		return false
	}
	message := "cosignature/v1\ntime " + strconv.FormatUint(seen, 10) + "\n" + string(text)
	return ed25519.Verify(k.key, []byte(message), sig[stamped:])
}

// Seen gives the time at which a witness signed, by its own clock; ok is false for a
// signature that carries none. It says nothing about who signed: ask only of one that
// was verified.
func Seen(sig note.Signature) (at time.Time, ok bool) {
	raw, err := base64.StdEncoding.DecodeString(sig.Base64)
	if err != nil || len(raw) != 4+stamped+ed25519.SignatureSize {
		return time.Time{}, false
	}
	return time.Unix(int64(binary.BigEndian.Uint64(raw[4:])&math.MaxInt64), 0).UTC(), true
}
