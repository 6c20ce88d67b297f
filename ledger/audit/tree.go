package audit

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/proof"
)

// tree is that which the records make.
func (a *audit) tree() proof.TileReader { return contract.Tree(a.state, a.Origin) }

// compareTree holds every tile of the book against the tree of the records.
func (a *audit) compareTree() error {
	if a.moment {
		for t := range a.tiles(a.ctx) {
			if _, err := a.compareTile(a.ctx, t); err != nil {
				return err
			}
		}
		return a.ctx.Err()
	}
	for _, err := range ahead(a.ctx, a.tiles, a.compareTile) {
		if err != nil {
			return err
		}
	}
	return nil
}

// tiles names those of the tree, the leaves first.
func (a *audit) tiles(context.Context) iter.Seq2[proof.Tile, error] {
	return func(yield func(proof.Tile, error) bool) {
		for level := 0; a.size>>(level*proof.TileHeight) > 0; level++ {
			hashes := a.size >> (level * proof.TileHeight)
			for first := int64(0); first < hashes; first += proof.TileWidth {
				t := proof.Tile{Level: level, Number: first / proof.TileWidth, Width: int(min(proof.TileWidth, hashes-first))}
				if !yield(t, nil) {
					return
				}
			}
		}
	}
}

// compareTile names the first hash of a tile that differs.
func (a *audit) compareTile(_ context.Context, t proof.Tile) (same struct{}, err error) {
	want, err := a.tree().ReadTile(t)
	if err != nil {
		return same, err
	}
	there := a.end.Size>>(t.Level*proof.TileHeight) - t.Number*proof.TileWidth // a longer log has a wider tile
	have, err := a.against.ReadTile(proof.Tile{Level: t.Level, Number: t.Number, Width: int(min(proof.TileWidth, there))})
	if err != nil && ledger.KindOf(err) != ledger.NotFound { // what is not there differs
		return same, fmt.Errorf("the book's tree: %w", err)
	}
	for i := range t.Width {
		mine, theirs := want[i*tlog.HashSize:(i+1)*tlog.HashSize], have[min(len(have), i*tlog.HashSize):min(len(have), (i+1)*tlog.HashSize)]
		if bytes.Equal(mine, theirs) {
			continue
		}
		what := "tree"
		if t.Level == 0 {
			what = "leaf"
		}
		return same, ofRecord((t.Number*proof.TileWidth+int64(i))<<(t.Level*proof.TileHeight), what, fmt.Sprintf("%x", mine), fmt.Sprintf("%x", theirs))
	}
	return same, nil
}

// compareEnd makes sure that where the book says its log ends, there is a tree that
// begins with the records.
func (a *audit) compareEnd() error {
	root, err := proof.Root(a.size, a.tree())
	if err != nil {
		return err
	}
	if a.end.Size == a.size {
		if root != a.end.Root {
			return ofCheckpoint(a.size, root.String(), a.end.Root.String())
		}
		return nil
	}
	p, err := proof.Consistency(a.size, a.end.Size, a.end.Root, a.against)
	if err != nil {
		return fmt.Errorf("the book's tree: %w", err)
	}
	return proof.CheckConsistency(proof.Checkpoint{Origin: a.Origin, Size: a.size, Root: root},
		proof.Checkpoint{Origin: a.Origin, Size: a.end.Size, Root: a.end.Root}, p)
}

// compareCheckpoint holds the checkpoint that the auditor has, and the book's, against
// the tree.
func (a *audit) compareCheckpoint() error {
	for _, msg := range [][]byte{a.end.Note, a.Checkpoint} {
		if msg == nil {
			continue
		}
		cp, err := a.open(msg)
		if err != nil {
			return err
		}
		if err := a.holds(cp); err != nil {
			return err
		}
		a.report.Signed = max(a.report.Signed, cp.Size)
	}
	return nil
}

// open checks a checkpoint's signature: by one of the log's keys.
func (a *audit) open(msg []byte) (cp proof.Checkpoint, err error) {
	for _, key := range a.keys() {
		var v note.Verifier
		if v, err = note.NewVerifier(key); err != nil {
			return cp, fmt.Errorf("the log's key: %w", err)
		}
		if cp, _, err = proof.OpenCheckpoint(msg, a.Origin, v); err == nil {
			return cp, nil
		}
	}
	return cp, err
}

// keys are those that the log's checkpoints may be signed by, the latest first: by the
// ledger, or of a book by itself as the auditor has it.
func (a *audit) keys() (all []string) {
	if a.alone {
		return []string{a.Key}
	}
	for _, use := range slices.Backward(a.report.Keys) {
		all = append(all, use.Key)
	}
	return all
}

// holds: the log has a root that a checkpoint says, in the records or in what the book
// has beyond them.
func (a *audit) holds(cp proof.Checkpoint) error {
	tiles, size := a.tree(), a.size
	if a.against != nil && cp.Size > size {
		tiles, size = a.against, a.end.Size
	}
	if cp.Size > size && a.alone {
		return ofShort(cp.Size, size)
	}
	if cp.Size > size {
		return ledger.Refuse(ledger.Unavailable, "records-short", "", "只有 %d 条记录，检查点却有 %d 条", "there are %d records, and the checkpoint has %d", size, cp.Size)
	}
	root, err := proof.Root(cp.Size, tiles)
	if err != nil {
		return err
	}
	if root != cp.Root {
		return ofCheckpoint(cp.Size, root.String(), cp.Root.String())
	}
	return nil
}
