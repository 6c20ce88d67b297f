package api

import (
	"context"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// exportProjects plans the export of projects.
func (s *server) exportProjects(ctx context.Context, q *query) (exported, error) {
	f := s.projectFilter(q)
	if err := q.whole(); err != nil {
		return nil, err
	}
	scales, err := s.scales(ctx)
	return projectExport{projectColumns(scales), func(ctx context.Context, upto int64, do func(view.Project) error) error {
		return s.Store.EachProject(ctx, f, upto, do)
	}}, err
}

// projectExport is the export of projects. In a table a project has a row for each
// asset, so that every number is one; as an item it has all in a list.
type projectExport struct {
	columns []export.Column[projectRow]
	each    func(ctx context.Context, upto int64, do func(view.Project) error) error
}

// projectRow is a project with what it holds of one asset, nil where it never held any.
type projectRow struct {
	view.Project
	holding *view.Holding
}

func (p projectExport) headings(language string) []string {
	return export.Headings(p.columns, language)
}

func (p projectExport) rows(ctx context.Context, upto int64, to export.Sheet) error {
	return p.each(ctx, upto, func(v view.Project) error {
		if len(v.Holdings) == 0 {
			return export.Put(to, p.columns, projectRow{v, nil})
		}
		for i := range v.Holdings {
			if err := export.Put(to, p.columns, projectRow{v, &v.Holdings[i]}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p projectExport) items(ctx context.Context, upto int64, to *export.JSON) error {
	return p.each(ctx, upto, func(v view.Project) error { return to.Item(asProject(v)) })
}

type projectColumn = export.Column[projectRow]

func projectColumns(s scales) []projectColumn {
	columns := []projectColumn{
		{Name: "id", Zh: "项目编号", En: "Project", Put: func(x export.Sheet, p projectRow) { x.Number(p.Index) }},
		{Name: "name", Zh: "名称", En: "Name", Put: func(x export.Sheet, p projectRow) { x.Text(p.Name) }},
		{Name: "filing_number", Zh: "备案编号", En: "Filing number", Put: func(x export.Sheet, p projectRow) { x.Text(p.Filing) }},
		{Name: "organization", Zh: "组织编号", En: "Organization", Put: func(x export.Sheet, p projectRow) { x.Number(p.Organization) }},
		{Name: "organization_code", Zh: "组织代码", En: "Organization's code", Put: func(x export.Sheet, p projectRow) { x.Text(p.Owner.Code) }},
		{Name: "organization_name", Zh: "组织名称", En: "Organization's name", Put: func(x export.Sheet, p projectRow) { x.Text(p.Owner.Name) }},
		{Name: "kind", Zh: "类型", En: "Kind", Put: func(x export.Sheet, p projectRow) { x.Text(string(p.Kind)) }},
		{Name: "cause", Zh: "领域", En: "Cause", Put: func(x export.Sheet, p projectRow) { x.Text(p.Cause) }},
		{Name: "place", Zh: "地区", En: "Place", Put: func(x export.Sheet, p projectRow) { x.Text(p.Place) }},
		{Name: "status", Zh: "状态", En: "Status", Put: func(x export.Sheet, p projectRow) { x.Text(string(p.Status)) }},
		{Name: "frozen", Zh: "已冻结", En: "Frozen", Put: func(x export.Sheet, p projectRow) { x.Flag(p.Frozen) }},
		{Name: "starts", Zh: "募捐开始", En: "Starts", Put: func(x export.Sheet, p projectRow) { x.Text(string(p.Starts)) }},
		{Name: "ends", Zh: "募捐结束", En: "Ends", Put: func(x export.Sheet, p projectRow) { x.Text(string(p.Ends)) }},
		{Name: "target_asset", Zh: "目标资产", En: "Target's asset", Put: target(func(x export.Sheet, t ledger.Sum) { x.Text(string(t.Asset)) })},
		{Name: "target", Zh: "目标（最小单位）", En: "Target (smallest units)", Put: target(func(x export.Sheet, t ledger.Sum) { x.Number(t.Amount) })},
		{Name: "target_whole", Zh: "目标", En: "Target (whole units)", Put: target(func(x export.Sheet, t ledger.Sum) { x.Amount(t.Amount, s.of(t.Asset)) })},
	}
	return append(columns, holdingColumns(s)...)
}

// target writes something of a project's target, where it has one.
func target(put func(export.Sheet, ledger.Sum)) func(export.Sheet, projectRow) {
	return func(x export.Sheet, p projectRow) {
		if p.Target == nil {
			x.Blank()
			return
		}
		put(x, *p.Target)
	}
}

// holdingColumns are what a project holds of the row's asset.
func holdingColumns(s scales) []projectColumn {
	held := func(put func(export.Sheet, *view.Holding)) func(export.Sheet, projectRow) {
		return func(x export.Sheet, p projectRow) {
			if p.holding == nil {
				x.Blank()
				return
			}
			put(x, p.holding)
		}
	}
	columns := []projectColumn{{Name: "asset", Zh: "资产", En: "Asset", Put: held(func(x export.Sheet, h *view.Holding) { x.Text(string(h.Asset)) })}}
	units := func(name, zh, en string, of func(*view.Holding) int64) {
		columns = append(columns,
			projectColumn{Name: name, Zh: zh + "（最小单位）", En: en + " (smallest units)", Put: held(func(x export.Sheet, h *view.Holding) { x.Number(of(h)) })},
			projectColumn{Name: name + "_whole", Zh: zh, En: en + " (whole units)", Put: held(func(x export.Sheet, h *view.Holding) { x.Amount(of(h), s.of(h.Asset)) })})
	}
	count := func(name, zh, en string, of func(*view.Holding) int64) {
		columns = append(columns, projectColumn{Name: name, Zh: zh, En: en, Put: held(func(x export.Sheet, h *view.Holding) { x.Number(of(h)) })})
	}
	units("income", "收入", "Income", func(h *view.Holding) int64 { return h.Income.Units })
	count("income_flows", "收入笔数", "Incomes", func(h *view.Holding) int64 { return h.Income.Flows })
	units("spent", "支出", "Spent", func(h *view.Holding) int64 { return h.Spent.Units })
	count("spent_flows", "支出笔数", "Payments", func(h *view.Holding) int64 { return h.Spent.Flows })
	units("held", "结余", "Held", func(h *view.Holding) int64 { return h.Held })
	units("in_transit", "在途（结余之中）", "In transit, of held", func(h *view.Holding) int64 { return h.InTransit })
	units("agency", "受托代理结余", "Agency", func(h *view.Holding) int64 { return h.Agency })
	return columns
}
