package api

import (
	"context"

	"mingzhang/api/export"
	"mingzhang/ledger/view"
)

// exportParties plans the export of parties.
func (s *server) exportParties(ctx context.Context, q *query) (exported, error) {
	f := q.partyFilter()
	f.Project, f.Organization = q.index("project"), q.index("organization")
	if err := q.whole(); err != nil {
		return nil, err
	}
	scales, err := s.scales(ctx)
	return listed[view.Party]{partyColumnsOf(scales), func(ctx context.Context, _ int64, do func(view.Party) error) error {
		return s.Store.EachParty(ctx, f, do)
	}, func(p view.Party) any { return asProjectParty(p) }}, err
}

func partyColumnsOf(s scales) []export.Column[view.Party] {
	return []export.Column[view.Party]{
		{Name: "project", Zh: "项目编号", En: "Project", Put: func(x export.Sheet, p view.Party) { x.Number(p.Project) }},
		{Name: "party", Zh: "代码或名称", En: "Code, or name", Put: func(x export.Sheet, p view.Party) { x.Text(p.Key) }},
		{Name: "name", Zh: "名称", En: "Name", Put: func(x export.Sheet, p view.Party) { x.Text(p.Name) }},
		{Name: "kind", Zh: "类别", En: "Kind", Put: func(x export.Sheet, p view.Party) { x.Text(string(p.Line.Kind())) }},
		{Name: "category", Zh: "支出类别", En: "Category", Put: func(x export.Sheet, p view.Party) { x.Text(string(p.Line.Category())) }},
		{Name: "asset", Zh: "资产", En: "Asset", Put: func(x export.Sheet, p view.Party) { x.Text(string(p.Asset)) }},
		{Name: "amount", Zh: "数额（最小单位，人民币为分）", En: "Amount (smallest units; CNY: fen)", Put: func(x export.Sheet, p view.Party) { x.Number(p.Units) }},
		{Name: "amount_whole", Zh: "数额（元或计量单位）", En: "Amount (whole units; CNY: yuan)", Put: func(x export.Sheet, p view.Party) { x.Amount(p.Units, s.of(p.Asset)) }},
		{Name: "flows", Zh: "笔数", En: "Flows", Put: func(x export.Sheet, p view.Party) { x.Number(p.Flows) }},
	}
}
