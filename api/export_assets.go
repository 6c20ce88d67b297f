package api

import (
	"context"

	"mingzhang/api/export"
	"mingzhang/ledger/view"
)

// exportAssets plans the export of assets.
func (s *server) exportAssets(_ context.Context, q *query) (exported, error) {
	return listed[Asset]{assetColumns, func(ctx context.Context, _ int64, do func(Asset) error) error {
		assets, err := s.assets(ctx)
		for _, a := range assets {
			if err == nil {
				err = do(a)
			}
		}
		return err
	}, func(a Asset) any { return a }}, q.whole()
}

// assets gives all assets of the book, the currencies in use first.
func (s *server) assets(ctx context.Context) ([]Asset, error) {
	registered, err := s.Store.Assets(ctx)
	if err != nil {
		return nil, err
	}
	used, err := s.Store.Groups(ctx, view.ByAsset)
	return assetsOf(registered, used), err
}

var assetColumns = []export.Column[Asset]{
	{Name: "id", Zh: "资产代码", En: "Asset", Put: func(x export.Sheet, a Asset) { x.Text(string(a.ID)) }},
	{Name: "class", Zh: "类别", En: "Class", Put: func(x export.Sheet, a Asset) { x.Text(string(a.Class)) }},
	{Name: "name", Zh: "名称", En: "Name", Put: func(x export.Sheet, a Asset) { x.Text(a.Name) }},
	{Name: "unit", Zh: "计量单位", En: "Unit", Put: func(x export.Sheet, a Asset) { x.Text(a.Unit) }},
	{Name: "scale", Zh: "小数位数", En: "Decimal places", Put: func(x export.Sheet, a Asset) { x.Number(int64(a.Scale)) }},
}
