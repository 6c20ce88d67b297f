package store

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"
)

// RunsOf makes runs of n leaves, some whole tiles, until back is called.
func RunsOf(n int64) (back func()) {
	before := runLeaves
	runLeaves = n
	return func() { runLeaves = before }
}

// RunLeaves is how many leaves a run has.
func RunLeaves() int64 { return runLeaves }

// LeafIndex looks a leaf up without its record.
func (s *Store) LeafIndex(ctx context.Context, hash tlog.Hash) (int64, bool, error) {
	return s.leafIndex(ctx, hash)
}
