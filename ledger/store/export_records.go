package store

import (
	"context"
	"iter"

	"mingzhang/ledger/view"
)

// recordPages reads the pages of an export of records. Without a filter they follow
// from the order of the log; with one, its indices are found first.
func (s *Store) recordPages(ctx context.Context, f view.RecordFilter, upto int64) iter.Seq[*rowPage] {
	if f.Project == nil && len(f.Types) == 0 {
		return s.pages(ctx, func(r rowReader, at int64) (*rowPage, *int64, error) { return r.plain(at, upto, "TRUE") })
	}
	where, args := "TRUE", []any{}
	if f.Project != nil {
		where, args = "project = ?", []any{*f.Project}
	}
	if len(f.Types) > 0 {
		numbers := make([]int, len(f.Types))
		for i, t := range f.Types {
			numbers[i] = typeNumber(t)
		}
		where, args = where+" AND type IN ?", append(args, numbers)
	}
	return s.pages(ctx, func(r rowReader, at int64) (*rowPage, *int64, error) {
		all := append(append([]any{}, args...), at, upto)
		found, err := numbers(r.db.Raw("SELECT idx FROM records WHERE "+where+" AND idx > ? AND idx < ? ORDER BY idx"+atMost(int(exportPage)), all...))
		if err != nil {
			return nil, nil, err
		}
		var next *int64
		if n := len(found); n == int(exportPage) {
			next = &found[n-1]
		}
		return r.found(found, next)
	})
}
