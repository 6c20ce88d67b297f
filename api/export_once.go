package api

import (
	"context"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/store"
)

// atOnce is a list that is short enough to be read whole, from one moment of the book.
// What is behind the head that an export began with may be in it, as in every sum.
func atOnce[T any](s *server, columns []export.Column[T], read func(ctx context.Context, r *store.Store) ([]T, error)) listed[T] {
	return listed[T]{columns, func(ctx context.Context, _ int64, do func(T) error) error {
		var all []T
		err := s.Store.At(ctx, func(r *store.Store) (err error) {
			all, err = read(ctx, r)
			return err
		})
		return doAll(all, err, do)
	}, func(v T) any { return v }}
}

// amounts are the two columns of one figure: in smallest units, and in whole ones.
func amounts[T any](s scales, name, zh, en string, of func(T) (int64, ledger.AssetID)) []export.Column[T] {
	return []export.Column[T]{
		{Name: name, Zh: zh + "（最小单位）", En: en + " (smallest units)", Put: func(x export.Sheet, v T) {
			units, _ := of(v)
			x.Number(units)
		}},
		{Name: name + "_whole", Zh: zh, En: en + " (whole units)", Put: func(x export.Sheet, v T) {
			units, asset := of(v)
			x.Amount(units, s.of(asset))
		}},
	}
}

// inAsset reads a figure of a row that is in the row's asset.
func inAsset[T any](asset func(T) ledger.AssetID, units func(T) int64) func(T) (int64, ledger.AssetID) {
	return func(v T) (int64, ledger.AssetID) { return units(v), asset(v) }
}

// textColumn, numberColumn and flagColumn are columns of a row's member.
func textColumn[T any](name, zh, en string, of func(T) string) export.Column[T] {
	return export.Column[T]{Name: name, Zh: zh, En: en, Put: func(x export.Sheet, v T) { x.Text(of(v)) }}
}

func numberColumn[T any](name, zh, en string, of func(T) int64) export.Column[T] {
	return export.Column[T]{Name: name, Zh: zh, En: en, Put: func(x export.Sheet, v T) { x.Number(of(v)) }}
}

func flagColumn[T any](name, zh, en string, of func(T) bool) export.Column[T] {
	return export.Column[T]{Name: name, Zh: zh, En: en, Put: func(x export.Sheet, v T) { x.Flag(of(v)) }}
}

// required reads the project that a list is of, which there is.
func (s *server) required(ctx context.Context, q *query) (int64, error) {
	project := q.index("project")
	q.check(project != nil, "project", "")
	if err := q.whole(); err != nil {
		return 0, err
	}
	return *project, s.known(ctx, project, nil)
}
