package proof_test

import (
	"bytes"
	"fmt"
	"log"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger/proof"
)

// tileMap stores tiles as a database does: one row per (level, number).
type tileMap map[[2]int64][]byte

func (m tileMap) write(tiles []proof.TileData) {
	for _, t := range tiles {
		m[[2]int64{int64(t.Level), t.Number}] = t.Hashes
	}
}

func (m tileMap) ReadTile(t proof.Tile) ([]byte, error) {
	row, ok := m[[2]int64{int64(t.Level), t.Number}]
	if !ok {
		return nil, fmt.Errorf("no tile %s", t.Path())
	}
	return row, nil
}

// Three records are logged, and the second is proven to someone who has only
// its bytes, the proof's text and the log's public key.
func Example() {
	const origin = "mingzhang.example/log"
	skey, vkey, err := note.GenerateKey(bytes.NewReader(make([]byte, 32)), origin) // a real key is random
	check(err)
	signer, err := note.NewSigner(skey)
	check(err)
	verifier, err := note.NewVerifier(vkey)
	check(err)

	var leaves []tlog.Hash
	for i := range 3 {
		leaves = append(leaves, tlog.RecordHash(fmt.Appendf(nil, `{"index":%d,"v":1}`, i)))
	}
	var edge proof.Edge
	tiles := tileMap{}
	tiles.write(edge.Append(leaves))
	msg, err := proof.Sign(proof.Checkpoint{Origin: origin, Size: edge.Size(), Root: edge.Root()}, signer)
	check(err)
	hashes, err := proof.Inclusion(edge.Size(), edge.Root(), 1, tiles)
	check(err)
	text := proof.Proof{Index: 1, Hashes: hashes, Checkpoint: msg}.Format()
	fmt.Print(string(text))

	p, err := proof.ParseProof(text)
	check(err)
	cp, _, err := proof.OpenCheckpoint(p.Checkpoint, origin, verifier)
	check(err)
	check(proof.CheckInclusion(cp, p.Index, tlog.RecordHash([]byte(`{"index":1,"v":1}`)), p.Hashes))
	fmt.Println(proof.CheckInclusion(cp, p.Index, tlog.RecordHash([]byte(`{"index":1,"v":2}`)), p.Hashes))
	// Output:
	// c2sp.org/tlog-proof@v1
	// index 1
	// e6AvSdhTVKRctwqcjshwLcwTuDMPiS51JHqyIMoc5T8=
	// xhiSoYo/FhNEJ/f+9Z5XQhEyk/qWf8obMygwIND32MA=
	//
	// mingzhang.example/log
	// 3
	// 670qD5ulrd2zU/5bDqyQoS4qf5F4kCa3CUFeNZmzSuc=
	//
	// — mingzhang.example/log 5E6a86gNRTxL/aRJAxKLkSihEsZUe90nPbn/iFwEtXjZFdeRf/w9zZPA8U11RVrSssp++5Us02XoDDV4zfyCQRnKAgA=
	// the proof fails: the log of size 3 does not hold this record at index 1
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
