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
		rows, err := ask[listedRow](s.projects(ctx, f, "").Select(listedColumns+", '' AS key").Where("p.idx > ? AND p.idx < ?", at, upto).Order("p.idx").Limit(int(exportPage)))
		if err != nil || len(rows) == 0 {
			return err
		}
		list := make([]view.Project, len(rows))
		for i := range rows {
			list[i] = rows[i].view(f.Today)
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

// EachParty gives the parties of a filter, by project, line, asset and party, all of
// them whatever After and Limit say, each sum as it stands while its page is read. In
// this order, unlike in that of the sums, no party can pass another meanwhile.
func (s *Store) EachParty(ctx context.Context, f view.PartyFilter, do func(view.Party) error) error {
	var last *view.Party
	for {
		where := partiesOf(f)
		if last != nil {
			where.add("(project, line, asset, party) > (?, ?, ?, ?)", last.Project, last.Line, string(last.Asset), last.Key)
		}
		list, err := s.someParties(ctx, where, "project, line, asset, party", int(exportPage))
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
