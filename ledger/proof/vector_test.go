package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// The vectors that other implementations share lie beside the repository. Where
// they are absent the rest of this folder still runs; CI must have them.
func sharedVectors(t *testing.T, name string, into any) bool {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "vectors", name))
	if errors.Is(err, os.ErrNotExist) && os.Getenv("CI") == "" {
		t.Logf("%s is not here; only our own vectors are run", name)
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
	return true
}

var errNotAHash = errors.New("a hash is not 32 bytes")

type inclusionVector struct {
	Name    string   `json:"name"`
	Index   uint64   `json:"leafIdx"`
	Size    uint64   `json:"treeSize"`
	Root    []byte   `json:"root"`
	Leaf    []byte   `json:"leafHash"`
	Proof   [][]byte `json:"proof"`
	Refused bool     `json:"wantErr"`
}

// check maps what our types cannot say, a number beyond int64 or a hash of
// another length, to a refusal: it would have been one where it was parsed.
func (v inclusionVector) check() error {
	p, ok := hashesOf(append(v.Proof, v.Root, v.Leaf))
	if !ok || v.Index > math.MaxInt64 || v.Size > math.MaxInt64 {
		return errNotAHash
	}
	n := len(v.Proof)
	return CheckInclusion(Checkpoint{Size: int64(v.Size), Root: p[n]}, int64(v.Index), p[n+1], p[:n])
}

type consistencyVector struct {
	Name    string   `json:"name"`
	Old     uint64   `json:"size1"`
	Size    uint64   `json:"size2"`
	OldRoot []byte   `json:"root1"`
	Root    []byte   `json:"root2"`
	Proof   [][]byte `json:"proof"`
	Refused bool     `json:"wantErr"`
}

// check maps as the one above. Two equal roots of another length stand for any
// two equal roots: some vectors only ask that they be compared.
func (v consistencyVector) check() error {
	if len(v.Root) < tlog.HashSize && bytes.Equal(v.Root, v.OldRoot) {
		v.Root = append(v.Root, make([]byte, tlog.HashSize-len(v.Root))...)
		v.OldRoot = v.Root
	}
	p, ok := hashesOf(append(v.Proof, v.OldRoot, v.Root))
	if !ok || v.Old > math.MaxInt64 || v.Size > math.MaxInt64 {
		return errNotAHash
	}
	n := len(v.Proof)
	return CheckConsistency(Checkpoint{Size: int64(v.Old), Root: p[n]}, Checkpoint{Size: int64(v.Size), Root: p[n+1]}, tlog.TreeProof(p[:n]))
}

func hashesOf(raw [][]byte) (hashes tlog.RecordProof, ok bool) {
	for _, h := range raw {
		if len(h) != tlog.HashSize {
			return nil, false
		}
		hashes = append(hashes, tlog.Hash(h))
	}
	return hashes, true
}

func TestSharedInclusionVectors(t *testing.T) {
	var vectors []inclusionVector
	if sharedVectors(t, "merkle-inclusion.json", &vectors) && len(vectors) != 98 {
		t.Errorf("got %d vectors, want 98", len(vectors))
	}
	for _, v := range vectors {
		if err := v.check(); (err != nil) != v.Refused {
			t.Errorf("%s: got %v, want refused %t", v.Name, err, v.Refused)
		}
	}
}

func TestSharedConsistencyVectors(t *testing.T) {
	var vectors []consistencyVector
	if sharedVectors(t, "merkle-consistency.json", &vectors) && len(vectors) != 98 {
		t.Errorf("got %d vectors, want 98", len(vectors))
	}
	for _, v := range vectors {
		if err := v.check(); (err != nil) != v.Refused {
			t.Errorf("%s: got %v, want refused %t", v.Name, err, v.Refused)
		}
	}
}
