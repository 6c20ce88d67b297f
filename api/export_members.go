package api

import (
	"context"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/store"
	"mingzhang/ledger/view"
)

// memberRow is a project that another handed units of an asset to, with what it has of
// that asset from all sources.
type memberRow struct {
	ID               int64          `json:"id"`
	Name             string         `json:"name"`
	Organization     int64          `json:"organization"`
	OrganizationName string         `json:"organization_name"`
	Status           ledger.Status  `json:"status"`
	Asset            ledger.AssetID `json:"asset"`
	Given            int64          `json:"given"`
	Income           int64          `json:"income"`
	Spent            int64          `json:"spent"`
	InTransit        int64          `json:"in_transit"`
	Held             int64          `json:"held"`
}

// exportMembers plans the export of the projects that one handed units to, as a joint
// campaign does to its members.
func (s *server) exportMembers(ctx context.Context, q *query) (exported, error) {
	asset := ledger.AssetID(q.text("asset"))
	if asset == "" {
		asset = "CNY"
	}
	q.check(asset.Check("") == nil, "asset", string(asset))
	project, err := s.required(ctx, q)
	if err != nil {
		return nil, err
	}
	scales, err := s.scales(ctx)
	return atOnce(s, memberColumns(scales), func(ctx context.Context, r *store.Store) (rows []memberRow, err error) {
		list, err := r.Members(ctx, project, asset, account.Today(s.Now()))
		for _, m := range list {
			rows = append(rows, asMember(m, asset))
		}
		return rows, err
	}), err
}

func asMember(m view.Member, asset ledger.AssetID) memberRow {
	row := memberRow{ID: m.Index, Name: m.Name, Organization: m.Organization, OrganizationName: m.Owner.Name, Status: m.Status, Asset: asset, Given: m.Given}
	for _, h := range m.Holdings {
		if h.Asset == asset {
			row.Income, row.Spent, row.InTransit, row.Held = h.Income.Units, h.Spent.Units, h.InTransit, h.Held
		}
	}
	return row
}

func memberColumns(s scales) []export.Column[memberRow] {
	columns := []export.Column[memberRow]{
		numberColumn("id", "项目编号", "Project", func(r memberRow) int64 { return r.ID }),
		textColumn("name", "名称", "Name", func(r memberRow) string { return r.Name }),
		numberColumn("organization", "组织编号", "Organization", func(r memberRow) int64 { return r.Organization }),
		textColumn("organization_name", "组织名称", "Organization's name", func(r memberRow) string { return r.OrganizationName }),
		textColumn("status", "状态", "Status", func(r memberRow) string { return string(r.Status) }),
		textColumn("asset", "资产", "Asset", func(r memberRow) string { return string(r.Asset) }),
	}
	units := func(name, zh, en string, of func(memberRow) int64) {
		columns = append(columns, amounts(s, name, zh, en, inAsset(func(r memberRow) ledger.AssetID { return r.Asset }, of))...)
	}
	units("given", "所得拨款", "Got from it", func(r memberRow) int64 { return r.Given })
	units("income", "收入", "Income", func(r memberRow) int64 { return r.Income })
	units("spent", "支出", "Spent", func(r memberRow) int64 { return r.Spent })
	units("in_transit", "在途（结余之中）", "In transit, of held", func(r memberRow) int64 { return r.InTransit })
	units("held", "结余", "Held", func(r memberRow) int64 { return r.Held })
	return columns
}
