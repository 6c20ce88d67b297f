package api

import (
	"context"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// exportOrganizations plans the export of organizations.
func (s *server) exportOrganizations(_ context.Context, q *query) (exported, error) {
	f := organizationFilter(q)
	return listed[view.Organization]{organizationColumns, func(ctx context.Context, upto int64, do func(view.Organization) error) error {
		return s.Store.EachOrganization(ctx, f, upto, do)
	}, func(o view.Organization) any { return asOrganization(o) }}, q.whole()
}

// organizationFilter reads the filters of the list of organizations.
func organizationFilter(q *query) view.OrganizationFilter {
	return view.OrganizationFilter{Text: q.text("q"), Fundraising: q.flag("fundraising"),
		Kind: ledger.OrganizationKind(q.choice("kind", "", "charity", "platform", "partner", "regulator", "auditor"))}
}

var organizationColumns = []export.Column[view.Organization]{
	{Name: "id", Zh: "组织编号", En: "Organization", Put: func(x export.Sheet, o view.Organization) { x.Number(o.Index) }},
	{Name: "scheme", Zh: "代码体系", En: "Register", Put: func(x export.Sheet, o view.Organization) { x.Text(o.Scheme) }},
	{Name: "code", Zh: "代码", En: "Code", Put: func(x export.Sheet, o view.Organization) { x.Text(o.Code) }},
	{Name: "name", Zh: "名称", En: "Name", Put: func(x export.Sheet, o view.Organization) { x.Text(o.Name) }},
	{Name: "kind", Zh: "类型", En: "Kind", Put: func(x export.Sheet, o view.Organization) { x.Text(string(o.Kind)) }},
	{Name: "public_fundraising", Zh: "公开募捐资格", En: "Qualified for public fundraising", Put: func(x export.Sheet, o view.Organization) { x.Flag(o.PublicFundraising) }},
	{Name: "projects", Zh: "项目数", En: "Projects", Put: func(x export.Sheet, o view.Organization) { x.Number(o.Projects) }},
}
