package store

import (
	"context"

	"mingzhang/ledger/view"
)

// EachProject gives the projects of a filter that are among the first upto records of
// the log, in their order, all of them whatever the filter's Sort, After and Limit say.
// What they hold is as it stands while their page is read.
func (s *Store) EachProject(ctx context.Context, f view.ProjectFilter, upto int64, do func(view.Project) error) error {
	for at := int64(-1); ; {
		var rows []listedRow
		err := s.projects(ctx, f, "").Select(projectColumns).Where("p.idx > ? AND p.idx < ?", at, upto).Order("p.idx").Limit(int(exportPage)).Scan(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		list := make([]view.Project, len(rows))
		for i, r := range rows {
			list[i] = r.view(f.Today)
		}
		if err := s.hold(ctx, list); err != nil {
			return err
		}
		for _, p := range list {
			if err := do(p); err != nil {
				return err
			}
		}
		at = list[len(list)-1].Index
	}
}

const projectColumns = "p.*, o.idx AS o_idx, o.scheme AS o_scheme, o.code AS o_code, o.name AS o_name, o.kind AS o_kind, o.fundraising AS o_fundraising"

// EachOrganization gives the organizations of a filter that are among the first upto
// records of the log, in their order, all of them whatever After and Limit say.
func (s *Store) EachOrganization(ctx context.Context, f view.OrganizationFilter, upto int64, do func(view.Organization) error) error {
	f.After, f.Limit = -1, int(exportPage)
	for {
		list, err := s.Organizations(ctx, f)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, o := range list {
			if o.Index >= upto {
				return nil
			}
			if err := do(o); err != nil {
				return err
			}
		}
		f.After = list[len(list)-1].Index
	}
}

// EachPool gives the pools of a filter, in the order in which they were first used, each
// as it stands while its page is read.
func (s *Store) EachPool(ctx context.Context, f view.PoolFilter, do func(view.Pool) error) error {
	for after := int64(0); ; {
		q := s.pools(ctx).Where("p.id > ?", after).Limit(int(exportPage))
		if f.Project != nil {
			q = q.Where("p.project = ?", *f.Project)
		}
		if f.Organization != nil {
			q = q.Where("pr.organization = ? OR p.holder = ?", *f.Organization, *f.Organization)
		}
		rows, err := readPools(q)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			if err := do(r.view()); err != nil {
				return err
			}
		}
		after = rows[len(rows)-1].Row.ID
	}
}

// EachParty gives the parties of a filter, by project, line, asset and party, all of
// them whatever After and Limit say, each sum as it stands while its page is read. In
// this order, unlike in that of the sums, no party can pass another meanwhile.
func (s *Store) EachParty(ctx context.Context, f view.PartyFilter, do func(view.Party) error) error {
	var last *view.Party
	for {
		q := s.parties(ctx, f).Order("project, line, asset, party").Limit(int(exportPage))
		if last != nil {
			q = q.Where("(project, line, asset, party) > (?, ?, ?, ?)", last.Project, last.Line, string(last.Asset), last.Key)
		}
		list, err := readParties(q)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, p := range list {
			if err := do(p); err != nil {
				return err
			}
		}
		last = &list[len(list)-1]
	}
}
