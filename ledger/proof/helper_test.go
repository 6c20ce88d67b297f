package proof

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
)

// rows stores tiles as a database does: one row per (level, number).
type rows map[[2]int64][]byte

func (m rows) write(tiles []TileData) {
	for _, t := range tiles {
		m[[2]int64{int64(t.Level), t.Number}] = bytes.Clone(t.Hashes)
	}
}

var errAbsent = errors.New("no such row")

func (m rows) ReadTile(t Tile) ([]byte, error) {
	row, ok := m[[2]int64{int64(t.Level), t.Number}]
	if !ok {
		return nil, fmt.Errorf("level %d number %d: %w", t.Level, t.Number, errAbsent)
	}
	return row, nil
}

// numbered gives n distinct leaf hashes, the same ones each time.
func numbered(n int) []tlog.Hash {
	leaves := make([]tlog.Hash, n)
	for i := range leaves {
		leaves[i] = tlog.RecordHash(binary.BigEndian.AppendUint64(nil, uint64(i)))
	}
	return leaves
}

// tree is a finished log with all its tiles.
type tree struct {
	leaves []tlog.Hash
	edge   Edge
	tiles  rows
}

func newTree(n int) *tree {
	t := &tree{leaves: numbered(n), tiles: rows{}}
	t.tiles.write(t.edge.Append(t.leaves))
	return t
}

// naive is the definition in RFC 6962, section 2.1, word for word.
func naive(leaves []tlog.Hash) tlog.Hash {
	switch len(leaves) {
	case 0:
		return emptyRoot
	case 1:
		return leaves[0]
	}
	k := split(len(leaves))
	return tlog.NodeHash(naive(leaves[:k]), naive(leaves[k:]))
}

// naivePath is PATH(m, D[n]) of RFC 6962, section 2.1.1.
func naivePath(m int, leaves []tlog.Hash) tlog.RecordProof {
	if len(leaves) == 1 {
		return tlog.RecordProof{}
	}
	k := split(len(leaves))
	if m < k {
		return append(naivePath(m, leaves[:k]), naive(leaves[k:]))
	}
	return append(naivePath(m-k, leaves[k:]), naive(leaves[:k]))
}

// naiveProof is PROOF(m, D[n]) of RFC 6962, section 2.1.2.
func naiveProof(m int, leaves []tlog.Hash) tlog.TreeProof {
	return naiveSubproof(m, leaves, true)
}

func naiveSubproof(m int, leaves []tlog.Hash, whole bool) tlog.TreeProof {
	if m == len(leaves) {
		if whole {
			return tlog.TreeProof{}
		}
		return tlog.TreeProof{naive(leaves)}
	}
	k := split(len(leaves))
	if m <= k {
		return append(naiveSubproof(m, leaves[:k], whole), naive(leaves[k:]))
	}
	return append(naiveSubproof(m-k, leaves[k:], false), naive(leaves[:k]))
}

// split gives the largest power of two below n.
func split(n int) int {
	k := 1
	for 2*k < n {
		k *= 2
	}
	return k
}

const testOrigin = "log.example/book"

// key makes a key pair from a number.
func key(t testing.TB, name string, seed byte) (note.Signer, note.Verifier) {
	t.Helper()
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 32)), name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	return s, v
}

func sign(t testing.TB, cp Checkpoint, signers ...note.Signer) []byte {
	t.Helper()
	msg, err := Sign(cp, signers...)
	if err != nil {
		t.Fatalf("Sign(%v) = %v", cp, err)
	}
	return msg
}

// wantCode holds an error to the Kind and Code of a refusal with two sentences.
func wantCode(t testing.TB, what string, err error, kind ledger.Kind, code string) {
	t.Helper()
	var e *ledger.Error
	if !errors.As(err, &e) {
		t.Fatalf("%s: got %v, want the refusal %q", what, err, code)
	}
	if e.Kind != kind || e.Code != code || e.Zh == "" || e.En == "" {
		t.Errorf("%s: got %+v, want kind %d, code %q and both sentences", what, e, kind, code)
	}
}

// flips calls f with each bit of data turned in its place, one at a time.
func flips(data []byte, f func(bit int)) {
	for bit := range 8 * len(data) {
		data[bit/8] ^= 1 << (bit % 8)
		f(bit)
		data[bit/8] ^= 1 << (bit % 8)
	}
}

// verify is all that a reader of a proof does.
func verify(text []byte, leaf tlog.Hash, log note.Verifier) error {
	p, err := ParseProof(text)
	if err != nil {
		return err
	}
	cp, _, err := OpenCheckpoint(p.Checkpoint, testOrigin, log)
	if err != nil {
		return err
	}
	return CheckInclusion(cp, p.Index, leaf, p.Hashes)
}
