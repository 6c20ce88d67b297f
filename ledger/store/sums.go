package store

import (
	"context"

	"gorm.io/gorm"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// partyRow is a row of parties.
type partyRow struct {
	Project, Line, Units, Flows int64
	Asset, Party, Name          string
}

func (r *partyRow) fields() []any {
	return []any{&r.Project, &r.Line, &r.Asset, &r.Party, &r.Name, &r.Units, &r.Flows}
}

func (r *partyRow) view() view.Party {
	return view.Party{Project: r.Project, Line: account.Line(r.Line), Asset: ledger.AssetID(r.Asset), Key: r.Party, Name: r.Name,
		Sum: account.Sum{Units: r.Units, Flows: r.Flows}}
}

// Parties gives what organizations gave to projects or got from them, the largest
// first. Sums that reversals brought to nothing are not there.
func (s *Store) Parties(ctx context.Context, f view.PartyFilter) ([]view.Party, error) {
	where := partiesOf(f)
	if a := f.After; a != nil {
		where.add("units <= ? AND (units < ? OR (party, project, line, asset) > (?, ?, ?, ?))", a.Units, a.Units, a.Key, a.Project, a.Line, string(a.Asset))
	}
	return s.someParties(ctx, where, "units DESC, party, project, line, asset", limited(f.Limit))
}

// partiesOf are the filters of a list.
func partiesOf(f view.PartyFilter) (where conditions) {
	where.add("flows <> 0")
	if f.Project != nil {
		where.add("project = ?", *f.Project)
	}
	if f.Organization != nil {
		where.add("project IN (SELECT idx FROM projects WHERE organization = ?)", *f.Organization)
	}
	if f.Party != "" {
		where.add("party = ?", f.Party)
	}
	if f.Asset != "" {
		where.add("asset = ?", string(f.Asset))
	}
	if len(f.Lines) > 0 {
		where.add("line IN ?", f.Lines)
	}
	return where
}

// someParties gives the first parties that conditions hold for.
func (s *Store) someParties(ctx context.Context, where conditions, order string, n int) ([]view.Party, error) {
	return readParties(s.reads.WithContext(ctx).Raw("SELECT project, line, asset, party, name, units, flows FROM parties WHERE "+
		where.String()+" ORDER BY "+order+atMost(n), where.args...))
}

func readParties(q *gorm.DB) ([]view.Party, error) {
	rows, err := ask[partyRow](q)
	list := make([]view.Party, len(rows))
	for i := range rows {
		list[i] = rows[i].view()
	}
	return list, err
}

// stretches are how many digits of a day, yyyymmdd, are cut off.
var stretches = map[view.Every]int64{view.Day: 1, view.Month: 100, view.Year: 10000}

// Series gives the lines of the accounts over time, by period, asset and line.
// Transfers are in it, each side on its own line; agency pools are not.
func (s *Store) Series(ctx context.Context, f view.SeriesFilter) ([]view.Moment, error) {
	unit := stretches[f.Every]
	if unit == 0 {
		unit = stretches[view.Month]
	}
	q := s.reads.WithContext(ctx).Table("totals t").Joins("JOIN pools p ON p.id = t.pool").
		Joins("LEFT JOIN designations d ON d.project = p.project AND d.id = p.designation").
		Select("t.occurred / ? AS period, p.asset, t.line, CAST(sum(t.units) AS bigint) AS units, CAST(sum(t.flows) AS bigint) AS flows", unit).
		Where("coalesce(d.class, '') <> 'agency'").Group("1, 2, 3").Order("1, 2, 3")
	q = inScope(q, "p.project", f.Project, f.Organization)
	if f.Cause != "" {
		q = q.Where("p.project IN (SELECT idx FROM projects WHERE cause = ?)", f.Cause)
	}
	if f.Place != "" {
		q = q.Where(`p.project IN (SELECT idx FROM projects WHERE place LIKE ? ESCAPE '\')`, begins(f.Place))
	}
	if f.From != "" {
		q = q.Where("t.occurred >= ?", day(f.From))
	}
	if f.Upto != "" {
		q = q.Where("t.occurred <= ?", day(f.Upto))
	}
	var rows []struct {
		Period, Line, Units, Flows int64
		Asset                      string
	}
	err := q.Scan(&rows).Error
	var series []view.Moment
	for _, r := range rows {
		if r.Units != 0 || r.Flows != 0 {
			series = append(series, view.Moment{Period: periodText(r.Period, unit), Asset: ledger.AssetID(r.Asset), Line: account.Line(r.Line),
				Sum: account.Sum{Units: r.Units, Flows: r.Flows}})
		}
	}
	return series, err
}

// inScope narrows a query to a project or the projects of an organization.
func inScope(q *gorm.DB, column string, project, organization *int64) *gorm.DB {
	if project != nil {
		q = q.Where(column+" = ?", *project)
	}
	if organization != nil {
		q = q.Where(column+" IN (SELECT idx FROM projects WHERE organization = ?)", *organization)
	}
	return q
}

// periodText writes a day that was cut short.
func periodText(n, unit int64) string {
	text := key(n)
	switch unit {
	case 1:
		return text[:4] + "-" + text[4:6] + "-" + text[6:]
	case 100:
		return text[:4] + "-" + text[4:]
	}
	return text
}

// groupColumns are what projects are grouped by.
var groupColumns = map[view.By]string{
	view.ByCause: "pr.cause", view.ByPlace: "substr(pr.place, 1, 2)", view.ByOrganization: "pr.organization", view.ByAsset: "''",
}

// Groups gives what all projects add up to by cause, place, organization or asset.
func (s *Store) Groups(ctx context.Context, by view.By) ([]view.Group, error) {
	return s.GroupsIn(ctx, by, nil, nil)
}

// GroupsIn gives what one project adds up to, or the projects of an organization.
func (s *Store) GroupsIn(ctx context.Context, by view.By, project, organization *int64) ([]view.Group, error) {
	column, where, args := groupColumns[by], "TRUE", []any{}
	if project != nil {
		where, args = where+" AND pr.idx = ?", append(args, *project)
	}
	if organization != nil {
		where, args = where+" AND pr.organization = ?", append(args, *organization)
	}
	sums, err := ask[holdingRow](s.holdings(ctx, column, where, args...))
	if err != nil {
		return nil, err
	}
	name := "''"
	if by == view.ByOrganization {
		name = "(SELECT name FROM organizations o WHERE o.idx = pr.organization)"
	}
	var rows []struct {
		Value, Name string
		Projects    int64
	}
	err = s.reads.WithContext(ctx).Raw("SELECT CAST("+column+" AS text) AS value, "+name+" AS name, count(*) AS projects FROM projects pr WHERE "+where+" GROUP BY 1, 2 ORDER BY 3 DESC, 1", args...).
		Scan(&rows).Error
	holdings := holdingsOf(sums)
	groups := make([]view.Group, len(rows))
	for i, r := range rows {
		groups[i] = view.Group{Value: r.Value, Name: r.Name, Projects: r.Projects, Holdings: holdings[r.Value]}
	}
	return groups, err
}

// Sizes gives donations by the size of their amount.
func (s *Store) Sizes(ctx context.Context, project, organization *int64) ([]view.Size, error) {
	q := s.reads.WithContext(ctx).Table("sizes").Select("asset, band, CAST(sum(units) AS bigint) AS units, CAST(sum(flows) AS bigint) AS flows").
		Group("asset, band").Having("sum(flows) <> 0").Order("asset, band")
	q = inScope(q, "project", project, organization)
	var rows []struct {
		Asset        string
		Band         int
		Units, Flows int64
	}
	err := q.Scan(&rows).Error
	list := make([]view.Size, len(rows))
	for i, r := range rows {
		list[i] = view.Size{Asset: ledger.AssetID(r.Asset), Band: r.Band, Sum: account.Sum{Units: r.Units, Flows: r.Flows}}
	}
	return list, err
}
