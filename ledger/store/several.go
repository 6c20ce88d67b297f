package store

import (
	"context"

	"mingzhang/ledger/view"
)

// Several gives flows by index, asked for however often. Every index is that of a flow.
func (s *Store) Several(ctx context.Context, indices []int64) (map[int64]view.Flow, error) {
	once := map[int64]bool{}
	for _, index := range indices {
		once[index] = true
	}
	rows, err := readFlows(s.reads.WithContext(ctx), mapKeys(once))
	flows := make(map[int64]view.Flow, len(rows))
	for _, f := range rows {
		flows[f.Record.Index] = f
	}
	return flows, err
}
