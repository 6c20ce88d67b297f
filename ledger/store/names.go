package store

import (
	"context"
	"slices"
)

type nameRow struct {
	Idx  int64
	Name string
}

func (r *nameRow) fields() []any { return []any{&r.Idx, &r.Name} }

// Names gives what organizations and projects are called, by the index of their record.
// What is neither is not in it.
func (s *Store) Names(ctx context.Context, indices []int64) (map[int64]string, error) {
	names := map[int64]string{}
	if len(indices) == 0 {
		return names, nil
	}
	indices = slices.Compact(slices.Sorted(slices.Values(indices)))
	rows, err := ask[nameRow](s.reads.WithContext(ctx).Raw("SELECT idx, name FROM organizations WHERE ? UNION ALL SELECT idx, name FROM projects WHERE ?", among("idx", indices), among("idx", indices)))
	for _, r := range rows {
		names[r.Idx] = r.Name
	}
	return names, err
}
