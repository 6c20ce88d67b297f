package proof

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
)

// vkey writes the verifier key of a witness.
func (c cosigner) vkey() string {
	return fmt.Sprintf("%s+%08x+%s", c.Name(), c.KeyHash(), base64.StdEncoding.EncodeToString(append([]byte{4}, c.key[32:]...)))
}

// TestCosignature holds the verifier against the signer beside it, which was written
// for itself; `make interop` holds it against one that others wrote.
func TestCosignature(t *testing.T) {
	s, log := key(t, testOrigin, 1)
	witness := cosigner{ed25519.NewKeyFromSeed(make([]byte, 32))}
	v, err := NewVerifier(witness.vkey())
	if err != nil {
		t.Fatal(err)
	}
	if v.Name() != witness.Name() || v.KeyHash() != witness.KeyHash() {
		t.Errorf("the key is %s %08x, want %s %08x", v.Name(), v.KeyHash(), witness.Name(), witness.KeyHash())
	}
	cp := Checkpoint{testOrigin, 3, naive(numbered(3))}
	msg := sign(t, cp, s, witness)
	_, n, err := OpenCheckpoint(msg, testOrigin, log, v)
	if err != nil || len(n.Sigs) != 2 {
		t.Fatalf("opened: %v, %v, want both signatures", n, err)
	}
	at, ok := Seen(n.Sigs[1])
	if want := time.Unix(1_795_000_000, 0).UTC(); !ok || !at.Equal(want) {
		t.Errorf("seen at %v, %v, want %v", at, ok, want)
	}
	if _, ok := Seen(n.Sigs[0]); ok {
		t.Error("the log's own signature carries a time")
	}
	line := lastLine(msg)
	flips(line, func(bit int) {
		if out, err := AddSignatures(sign(t, cp, s), line, v); ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("bit %d of %q: got %q, %v, want a refusal", bit, line, out, err)
		}
	})
}

// A key that signs texts of any sort must not be made to sign for a checkpoint.
func TestCosignatureOfOtherText(t *testing.T) {
	witness := cosigner{ed25519.NewKeyFromSeed(make([]byte, 32))}
	v, err := NewVerifier(witness.vkey())
	if err != nil {
		t.Fatal(err)
	}
	text := []byte("hello\n")
	sig, err := witness.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	if v.Verify(text, sig) {
		t.Error("a cosignature of what is no checkpoint was taken")
	}
}

func TestNewVerifier(t *testing.T) {
	_, log := key(t, testOrigin, 1)
	_, plain, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{1}, 32)), testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	v, err := NewVerifier(plain)
	if err != nil || v.KeyHash() != log.KeyHash() {
		t.Fatalf("a log's key: %v, %v", v, err)
	}
	good := cosigner{ed25519.NewKeyFromSeed(make([]byte, 32))}.vkey()
	name, rest, _ := strings.Cut(good, "+")
	hash, key64, _ := strings.Cut(rest, "+")
	raw, _ := base64.StdEncoding.DecodeString(key64)
	written := func(name string, raw []byte) string {
		return fmt.Sprintf("%s+%08x+%s", name, keyHash(name, raw), base64.StdEncoding.EncodeToString(raw))
	}
	if written(name, raw) != good {
		t.Fatal("the test does not write keys as they are")
	}
	for what, vkey := range map[string]string{
		"nothing":         "",
		"no key":          name + "+" + hash,
		"another hash":    name + "+00000000+" + key64,
		"upper-case hash": name + "+" + strings.ToUpper(hash) + "+" + key64,
		"another name":    "w" + good,
		"no name":         written("", raw),
		"a space":         written("two words", raw),
		"not UTF-8":       written("w\xff", raw),
		"a type unknown":  written(name, append([]byte{9}, raw[1:]...)),
		"ML-DSA":          written(name, append([]byte{6}, make([]byte, 1312)...)),
		"a short key":     written(name, raw[:32]),
		"a long key":      written(name, append(bytes.Clone(raw), 0)),
		"a signing key":   "PRIVATE+KEY+" + good,
		"a line more":     good + "\n",
	} {
		t.Run(what, func(t *testing.T) {
			_, err := NewVerifier(vkey)
			wantCode(t, what, err, ledger.Invalid, "verifier-unreadable")
		})
	}
}

func FuzzNewVerifier(f *testing.F) {
	f.Add(cosigner{ed25519.NewKeyFromSeed(make([]byte, 32))}.vkey())
	f.Add("mingzhang.example/log+e44e9af3+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("a+b+c")
	f.Fuzz(func(t *testing.T, vkey string) {
		v, err := NewVerifier(vkey)
		if err != nil {
			return
		}
		if want := fmt.Sprintf("%s+%08x+", v.Name(), v.KeyHash()); !strings.HasPrefix(vkey, want) {
			t.Errorf("%q reads as %q", vkey, want)
		}
		v.Verify([]byte("x\n1\n"+emptyRecord+"\n"), make([]byte, 72))
	})
}
