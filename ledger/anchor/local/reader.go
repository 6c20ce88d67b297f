package local

import (
	"context"
	"iter"
	"path/filepath"

	"mingzhang/ledger/anchor"
	"mingzhang/ledger/store"
)

// Reader is the folder of an embedded ledger, for who only reads it: an audit needs no
// key and no write access, and a program may have the ledger open meanwhile. A block
// at the end that is not finished yet is not there.
type Reader string

// Chain implements anchor.Blocks.
func (Reader) Chain() store.Chain { return store.Chain{Backend: "local"} }

// Blocks implements anchor.Blocks: it checks every block that it gives, and from the
// first one on also that they follow each other.
func (r Reader) Blocks(ctx context.Context, from int64) iter.Seq2[*anchor.Block, error] {
	return func(yield func(*anchor.Block, error) bool) {
		for p, err := range walk(ctx, filepath.Join(string(r), "blocks"), from) {
			if err != nil {
				yield(nil, err)
				return
			}
			if p.block != nil && p.number >= from && !yield(p.view(), nil) {
				return
			}
		}
	}
}
