package api

import (
	"context"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/figures"
	"mingzhang/ledger/store"
)

// partnerRow is what became of what a partner got of a project in one pool.
type partnerRow struct {
	Project     int64          `json:"project"`
	Partner     int64          `json:"partner"`
	Name        string         `json:"name"`
	Designation string         `json:"designation"`
	Class       ledger.Class   `json:"class,omitempty"`
	Asset       ledger.AssetID `json:"asset"`
	Received    int64          `json:"received"` // net of reversals
	Paid        int64          `json:"paid"`
	Passed      int64          `json:"passed"` // back or on
	Held        int64          `json:"held"`
	Laid        int64          `json:"laid"` // units that ever came in
}

// exportPartners plans the export of what partners do with the money and goods of a
// project, or of all projects of an organization.
func (s *server) exportPartners(ctx context.Context, q *query) (exported, error) {
	project, organization := q.index("project"), q.index("organization")
	q.check((project == nil) != (organization == nil), "project", "")
	if err := q.whole(); err != nil {
		return nil, err
	}
	var a ask
	if err := s.scope(ctx, &a, project, organization); err != nil {
		return nil, err
	}
	if organization == nil {
		owner, err := s.Store.Owner(ctx, *project)
		if err != nil {
			return nil, err
		}
		organization = &owner
	}
	scales, err := s.scales(ctx)
	return atOnce(s, partnerColumns(scales), func(ctx context.Context, r *store.Store) ([]partnerRow, error) {
		return readPartners(ctx, r, a.Scope, *organization)
	}), err
}

func readPartners(ctx context.Context, r *store.Store, scope account.Scope, organization int64) ([]partnerRow, error) {
	pools, sums, err := r.Monthly(ctx, scope)
	if err != nil {
		return nil, err
	}
	var rows []partnerRow
	var holders []int64
	for _, k := range figures.ByPartners(organization, pools, sums) {
		rows = append(rows, partnerRow{k.Project, k.Holder, "", k.Designation, k.Class, k.Asset, k.Received, k.Paid, k.Passed, k.Balance(), k.In})
		holders = append(holders, k.Holder)
	}
	names, err := r.Names(ctx, holders)
	for i := range rows {
		rows[i].Name = names[rows[i].Partner]
	}
	return rows, err
}

func partnerColumns(s scales) []export.Column[partnerRow] {
	columns := []export.Column[partnerRow]{
		numberColumn("project", "项目编号", "Project", func(r partnerRow) int64 { return r.Project }),
		numberColumn("partner", "执行机构编号", "Partner", func(r partnerRow) int64 { return r.Partner }),
		textColumn("name", "执行机构", "Partner's name", func(r partnerRow) string { return r.Name }),
		textColumn("designation", "指定用途", "Designation", func(r partnerRow) string { return r.Designation }),
		textColumn("class", "用途类别", "Class of the designation", func(r partnerRow) string { return string(r.Class) }),
		textColumn("asset", "资产", "Asset", func(r partnerRow) string { return string(r.Asset) }),
	}
	units := func(name, zh, en string, of func(partnerRow) int64) {
		columns = append(columns, amounts(s, name, zh, en, inAsset(func(r partnerRow) ledger.AssetID { return r.Asset }, of))...)
	}
	units("received", "累计收到", "Received in all", func(r partnerRow) int64 { return r.Received })
	units("paid", "已付出", "Paid out", func(r partnerRow) int64 { return r.Paid })
	units("passed", "退回、转出", "Given back or on", func(r partnerRow) int64 { return r.Passed })
	units("held", "未付出", "Not yet paid out", func(r partnerRow) int64 { return r.Held })
	units("laid", "累计进入（含已冲销）", "Ever came in, reversals included", func(r partnerRow) int64 { return r.Laid })
	return columns
}
