package anchor

import (
	"context"
	"iter"
	"sort"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// Source gives a log's records from a ledger's blocks, for book.CatchUp. It believes
// the blocks; the catch-up believes nothing but the log's signature.
type Source struct {
	blocks Blocks
	origin string
	starts []start // of each batch, by index
}

// start is where a batch begins.
type start struct{ first, block int64 }

var _ book.Source = (*Source)(nil)

// NewSource makes a source of the blocks of a ledger: a Ledger, or a reader of files.
func NewSource(b Blocks, origin string) *Source { return &Source{blocks: b, origin: origin} }

// Checkpoint implements book.Source: the one behind the last batch. It reads all
// blocks, and remembers where the batches are.
func (s *Source) Checkpoint(ctx context.Context) ([]byte, error) {
	s.starts = nil
	var checkpoint []byte
	for a, err := range batches(ctx, s.blocks, 0, s.origin, 0) {
		if err != nil {
			return nil, err
		}
		s.starts = append(s.starts, start{a.First, a.block.Number})
		checkpoint = append(checkpoint[:0], a.Checkpoint...)
	}
	if checkpoint == nil {
		return nil, ledger.Refuse(ledger.NotFound, "nothing-anchored", "", "权限账本上没有日志 %q 的记录", "the ledger has no records of the log %q", s.origin)
	}
	return checkpoint, nil
}

// Records implements book.Source. They begin with the block that has the first one, if
// Checkpoint was asked before, else with the first block.
func (s *Source) Records(ctx context.Context, from int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		var at start
		if i := sort.Search(len(s.starts), func(i int) bool { return s.starts[i].first > from }); i > 0 {
			at = s.starts[i-1]
		}
		for a, err := range batches(ctx, s.blocks, at.block, s.origin, at.first) {
			if err != nil {
				yield(nil, err)
				return
			}
			for i := max(0, from-a.First); i < int64(len(a.Records)); i++ {
				if !yield(a.Records[i], nil) {
					return
				}
			}
		}
	}
}
