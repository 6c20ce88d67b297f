package proof

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
)

func TestOpenCheckpoint(t *testing.T) {
	s, v := key(t, testOrigin, 1)
	s2, v2 := key(t, "witness.example", 2)
	_, v3 := key(t, "absent.example", 3)
	cp := Checkpoint{testOrigin, 3, naive(numbered(3))}
	got, n, err := OpenCheckpoint(sign(t, cp, s, s2), testOrigin, v, v2, v3)
	if got != cp || err != nil {
		t.Fatalf("OpenCheckpoint = %v, %v, want %v", got, err, cp)
	}
	if len(n.Sigs) != 2 || len(n.UnverifiedSigs) != 0 {
		t.Errorf("got %d verified and %d unverified signatures, want 2 and 0", len(n.Sigs), len(n.UnverifiedSigs))
	}
	if _, n, _ = OpenCheckpoint(sign(t, cp, s2, s), testOrigin, v); len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 1 {
		t.Errorf("got %d verified and %d unverified signatures, want 1 and 1", len(n.Sigs), len(n.UnverifiedSigs))
	}
}

func TestOpenCheckpointRefuses(t *testing.T) {
	s, v := key(t, testOrigin, 1)
	s2, v2 := key(t, "witness.example", 2)
	rotated, _ := key(t, testOrigin, 4)
	cp := Checkpoint{testOrigin, 3, naive(numbered(3))}
	other := Checkpoint{"other.example", 3, cp.Root}
	raw := func(text string, signers ...note.Signer) []byte {
		msg, err := note.Sign(&note.Note{Text: text}, signers...)
		if err != nil {
			t.Fatal(err)
		}
		return msg
	}
	for _, c := range []struct {
		name   string
		msg    []byte
		origin string
		log    note.Verifier
		code   string
	}{
		{"another origin", sign(t, cp, s), "other.example", v, "checkpoint-unsigned"},
		{"another name", sign(t, cp, s, s2), testOrigin, v2, "checkpoint-unsigned"},
		{"witness alone", raw(cp.Text(), s2), testOrigin, v, "checkpoint-unsigned"},
		{"another key of the name", sign(t, cp, rotated), testOrigin, v, "checkpoint-unsigned"},
		{"another log's text", raw(other.Text(), s), testOrigin, v, "checkpoint-origin"},
		{"extension line", raw(cp.Text()+"more\n", s), testOrigin, v, "checkpoint"},
		{"no last newline", bytes.TrimSuffix(sign(t, cp, s), []byte("\n")), testOrigin, v, "checkpoint"},
		{"stray bits", stray(sign(t, cp, s)), testOrigin, v, "checkpoint-unsigned"},
		{"no signatures", []byte(cp.Text()), testOrigin, v, "checkpoint"},
		{"nothing", nil, testOrigin, v, "checkpoint"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := OpenCheckpoint(c.msg, c.origin, c.log)
			wantCode(t, c.name, err, ledger.Corrupt, c.code)
		})
	}
	_, _, err := OpenCheckpoint(raw(cp.Text(), s2), testOrigin, v, v2)
	wantCode(t, "known witness alone", err, ledger.Corrupt, "checkpoint-unsigned")
	wrong := sign(t, cp, s)
	wrong = append(wrong, lastLine(sign(t, Checkpoint{testOrigin, 4, cp.Root}, s, s2))...)
	_, _, err = OpenCheckpoint(wrong, testOrigin, v, v2)
	wantCode(t, "witness of another text", err, ledger.Corrupt, "checkpoint-signature")
	if _, _, err := OpenCheckpoint(wrong, testOrigin, v); err != nil {
		t.Errorf("a line by an unknown key is not ignored: %v", err)
	}
}

func lastLine(msg []byte) []byte {
	lines := bytes.SplitAfter(msg, []byte("\n"))
	return lines[len(lines)-2]
}

// stray respells the last signature: the same bytes, with an unused bit set.
func stray(msg []byte) []byte {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	last := len(msg) - len("x=\n")
	out := bytes.Clone(msg)
	out[last] = alphabet[strings.IndexByte(alphabet, msg[last])|1]
	return out
}

func TestOpenCheckpointRefusesEveryFlippedBit(t *testing.T) {
	s, v := key(t, testOrigin, 1)
	for _, n := range []int{0, 300} {
		msg := sign(t, Checkpoint{testOrigin, int64(n), naive(numbered(n))}, s)
		flips(msg, func(bit int) {
			if cp, _, err := OpenCheckpoint(msg, testOrigin, v); ledger.KindOf(err) != ledger.Corrupt {
				t.Errorf("bit %d of %q: got %v, %v, want a refusal", bit, msg, cp, err)
			}
		})
	}
}

func TestSignRefuses(t *testing.T) {
	s, _ := key(t, testOrigin, 1)
	s2, _ := key(t, "witness.example", 2)
	_, err := Sign(Checkpoint{testOrigin, 1, emptyRoot}, s2)
	wantCode(t, "witness alone", err, ledger.Corrupt, "checkpoint-unsigned")
	_, err = Sign(Checkpoint{testOrigin, 1, emptyRoot})
	wantCode(t, "nobody", err, ledger.Corrupt, "checkpoint-unsigned")
	_, err = Sign(Checkpoint{testOrigin, -1, emptyRoot}, s)
	wantCode(t, "negative size", err, ledger.Corrupt, "checkpoint")
	_, err = Sign(Checkpoint{"two words", 1, emptyRoot}, s)
	wantCode(t, "origin", err, ledger.Corrupt, "checkpoint")
	if _, err = Sign(Checkpoint{testOrigin, 1, emptyRoot}, brokenSigner{s}); err != errBroken {
		t.Errorf("a signer that fails: got %v, want its error", err)
	}
}

var errBroken = errors.New("the key is in the safe")

type brokenSigner struct{ note.Signer }

func (brokenSigner) Sign([]byte) ([]byte, error) { return nil, errBroken }

// cosigner is an Ed25519 witness as in tlog-cosignature: its signature begins
// with the time at which it saw the checkpoint, and covers that too.
type cosigner struct{ key ed25519.PrivateKey }

func (cosigner) Name() string { return "witness.example" }

func (c cosigner) KeyHash() uint32 {
	id := sha256.Sum256(append([]byte(c.Name()+"\n\x04"), c.key[32:]...))
	return binary.BigEndian.Uint32(id[:])
}

func (c cosigner) Sign(text []byte) ([]byte, error) {
	const seen = 1_795_000_000
	sig := ed25519.Sign(c.key, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", seen, text))
	return append(binary.BigEndian.AppendUint64(nil, seen), sig...), nil
}

func (c cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	signed := fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), text)
	return ed25519.Verify(ed25519.PublicKey(c.key[32:]), signed, sig[8:])
}

// The bytes that were stored before stay the first bytes.
func TestAddSignatures(t *testing.T) {
	s, v := key(t, testOrigin, 1)
	witness := cosigner{ed25519.NewKeyFromSeed(make([]byte, 32))}
	cp := Checkpoint{testOrigin, 3, naive(numbered(3))}
	msg := sign(t, cp, s)
	line := lastLine(sign(t, cp, s, witness))
	more, err := AddSignatures(msg, line, witness)
	if err != nil || !bytes.Equal(more, append(bytes.Clone(msg), line...)) {
		t.Fatalf("AddSignatures = %q, %v, want the note and %q", more, err, line)
	}
	got, n, err := OpenCheckpoint(more, testOrigin, v, witness)
	if got != cp || err != nil || len(n.Sigs) != 2 {
		t.Errorf("opened: got %v, %v, %v, want %v with 2 signatures", got, n, err, cp)
	}
	again, err := AddSignatures(more, append(bytes.Clone(line), line...), witness)
	if err != nil || !bytes.Equal(again, more) {
		t.Errorf("the same witness again: got %q, %v, want nothing added", again, err)
	}
}

func TestAddSignaturesRefuses(t *testing.T) {
	s, _ := key(t, testOrigin, 1)
	s2, v2 := key(t, "witness.example", 2)
	s3, _ := key(t, "stranger.example", 3)
	cp := Checkpoint{testOrigin, 3, naive(numbered(3))}
	msg := sign(t, cp, s)
	good := string(lastLine(sign(t, cp, s, s2)))
	longer, err := note.Sign(&note.Note{Text: cp.Text() + "\nmore\n"}, s2)
	if err != nil {
		t.Fatal(err)
	}
	for name, lines := range map[string]string{
		"nothing":         "",
		"no newline":      strings.TrimSuffix(good, "\n"),
		"blank line":      "\n" + good,
		"blank between":   good + "\n" + good,
		"other text":      "more\n\n" + good,
		"longer text":     "more\n\n" + string(lastLine(longer)),
		"stray bits":      string(stray([]byte(good))),
		"of another size": string(lastLine(sign(t, Checkpoint{testOrigin, 4, cp.Root}, s, s2))),
		"by a stranger":   string(lastLine(sign(t, cp, s, s3))),
		"one good one":    good + string(lastLine(sign(t, cp, s, s3))),
		"no padding":      strings.Replace(good, "=\n", "\n", 1),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := AddSignatures(msg, []byte(lines), v2)
			wantCode(t, name, err, ledger.Corrupt, "cosignature")
			if got != nil {
				t.Errorf("got %q beside the refusal", got)
			}
		})
	}
	_, err = AddSignatures([]byte("hello\n"), []byte(good), v2)
	wantCode(t, "not a note", err, ledger.Corrupt, "checkpoint")
	line := []byte(good)
	flips(line, func(bit int) {
		if _, err := AddSignatures(msg, line, v2); ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("bit %d of %q: got %v, want a refusal", bit, line, err)
		}
	})
}
