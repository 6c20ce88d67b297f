package api

import (
	"context"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// exportPools plans the export of pools.
func (s *server) exportPools(ctx context.Context, q *query) (exported, error) {
	f := view.PoolFilter{Project: q.index("project"), Organization: q.index("organization"), Owner: q.index("owner"), Holder: q.index("holder"),
		Cause: q.text("cause"), Place: q.text("place"), Asset: ledger.AssetID(q.text("asset")), Transit: q.flag("transit")}
	if err := q.whole(); err != nil {
		return nil, err
	}
	scales, err := s.scales(ctx)
	return listed[view.Pool]{poolColumns(scales), func(ctx context.Context, _ int64, do func(view.Pool) error) error {
		return s.Store.EachPool(ctx, f, do)
	}, func(p view.Pool) any { return asPool(p) }}, err
}

func poolColumns(s scales) []export.Column[view.Pool] {
	return []export.Column[view.Pool]{
		{Name: "pool", Zh: "资金池", En: "Pool", Put: func(x export.Sheet, p view.Pool) { x.Text(p.String()) }},
		{Name: "project", Zh: "项目编号", En: "Project", Put: func(x export.Sheet, p view.Pool) { x.Number(p.Project) }},
		{Name: "holder", Zh: "持有组织", En: "Holder", Put: func(x export.Sheet, p view.Pool) { x.Number(p.Holder) }},
		{Name: "designation", Zh: "指定用途", En: "Designation", Put: func(x export.Sheet, p view.Pool) { x.Text(p.Designation) }},
		{Name: "class", Zh: "用途类别", En: "Class of the designation", Put: func(x export.Sheet, p view.Pool) { x.Text(string(p.Class)) }},
		{Name: "asset", Zh: "资产", En: "Asset", Put: func(x export.Sheet, p view.Pool) { x.Text(string(p.Asset)) }},
		{Name: "held", Zh: "结余（最小单位）", En: "Held (smallest units)", Put: func(x export.Sheet, p view.Pool) { x.Number(p.Balance()) }},
		{Name: "held_whole", Zh: "结余", En: "Held (whole units)", Put: func(x export.Sheet, p view.Pool) { x.Amount(p.Balance(), s.of(p.Asset)) }},
		{Name: "laid", Zh: "累计进入（最小单位）", En: "Ever came in (smallest units)", Put: func(x export.Sheet, p view.Pool) { x.Number(p.In) }},
		{Name: "laid_whole", Zh: "累计进入", En: "Ever came in (whole units)", Put: func(x export.Sheet, p view.Pool) { x.Amount(p.In, s.of(p.Asset)) }},
	}
}
