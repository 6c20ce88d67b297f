package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// maxPage bounds a page; exports ask for page after page.
const maxPage = 5000

func limited(n int) int { return min(max(n, 1), maxPage) }

// contains makes a pattern that finds text anywhere, taken literally. Which letters
// are the same in either case the databases see differently, so that the pattern goes
// through the same lower() as what it is held against.
func contains(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
}

// begins makes a pattern of how a place begins, which are written in capitals.
func begins(place string) string {
	return strings.TrimPrefix(contains(strings.ToUpper(place)), "%")
}

// Organizations gives a page of organizations, in the order of their records.
func (s *Store) Organizations(ctx context.Context, f view.OrganizationFilter) ([]view.Organization, error) {
	q := s.reads.WithContext(ctx).Table("organizations o").
		Select("o.*, (SELECT count(*) FROM projects p WHERE p.organization = o.idx) AS projects").
		Where("o.idx > ?", f.After).Order("o.idx").Limit(limited(f.Limit))
	if f.Text != "" {
		q = q.Where(`lower(o.name) LIKE lower(?) ESCAPE '\' OR upper(o.code) = upper(?)`, contains(f.Text), f.Text)
	}
	if f.Kind != "" {
		q = q.Where("o.kind = ?", f.Kind)
	}
	if f.Fundraising {
		q = q.Where("o.fundraising")
	}
	var rows []struct {
		Row      organizationRow `gorm:"embedded"`
		Projects int64
	}
	err := q.Scan(&rows).Error
	list := make([]view.Organization, len(rows))
	for i, r := range rows {
		list[i] = view.Organization{Index: r.Row.Idx, Organization: r.Row.organization(), Projects: r.Projects}
	}
	return list, err
}

// Organization gives a registered organization; absent is a ledger.NotFound.
func (s *Store) Organization(ctx context.Context, index int64) (*view.Organization, error) {
	list, err := s.Organizations(ctx, view.OrganizationFilter{After: index - 1, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 || list[0].Index != index {
		return nil, absent("no-such-organization", "没有编号为 %d 的组织", "there is no organization %d", index)
	}
	return &list[0], nil
}

// OrganizationByCode gives the record of the organization with a code of a register.
func (s *Store) OrganizationByCode(ctx context.Context, scheme, code string) (int64, error) {
	return organizationByCode(s.reads.WithContext(ctx), scheme, code)
}

// statusOn is ledger.Status.On in SQL; a test holds one against the other.
const statusOn = `CASE WHEN p.status IN ('filed', 'fundraising') AND p.ends <> '' AND p.ends < @today THEN 'closed'
	WHEN p.status = 'filed' AND p.starts <> '' AND p.starts <= @today THEN 'fundraising' ELSE p.status END`

// listedRow is a row of the list of projects with its organization.
type listedRow struct {
	Row   projectRow
	Owner organizationRow
	Key   string // that the list is sorted by
}

// listedColumns are its columns, but for the key.
const listedColumns = `p.idx, p.organization, p.name, p.filing, p.kind, p.cause, p.place, p.status, p.frozen, p.starts, p.ends, p.plan, p.target_asset, p.target,
	o.idx AS owner, o.scheme, o.code, o.name AS owner_name, o.kind AS owner_kind, o.fundraising`

func (r *listedRow) fields() []any {
	p, o := &r.Row, &r.Owner
	return []any{&p.Idx, &p.Organization, &p.Name, &p.Filing, &p.Kind, &p.Cause, &p.Place, &p.Status, &p.Frozen, &p.Starts, &p.Ends, &p.Plan, &p.TargetAsset, &p.Target,
		&o.Idx, &o.Scheme, &o.Code, &o.Name, &o.Kind, &o.Fundraising, &r.Key}
}

func (r *listedRow) view(today ledger.Date) view.Project {
	st := r.Row.state()
	p := view.Project{Index: r.Row.Idx, Project: st.Project, Owner: r.Owner.organization(), Status: st.Status.On(today, st.Starts, st.Ends),
		Frozen: st.Frozen, Starts: st.Starts, Ends: st.Ends, Plan: st.Plan}
	if r.Row.TargetAsset != "" {
		p.Target = &ledger.Sum{Asset: ledger.AssetID(r.Row.TargetAsset), Amount: r.Row.Target}
	}
	return p
}

// projects begins a query with the filters of a list; except names one to leave out.
func (s *Store) projects(ctx context.Context, f view.ProjectFilter, except string) *gorm.DB {
	q := s.reads.WithContext(ctx).Table("projects p").Joins("JOIN organizations o ON o.idx = p.organization")
	today := map[string]any{"today": string(f.Today)}
	where := func(name string, set bool, text string, args ...any) {
		if set && name != except {
			q = q.Where(text, args...)
		}
	}
	where("text", f.Text != "", `lower(p.name) LIKE lower(?) ESCAPE '\' OR lower(o.name) LIKE lower(?) ESCAPE '\' OR p.filing = ?`, contains(f.Text), contains(f.Text), strings.ToUpper(f.Text))
	where("cause", f.Cause != "", "p.cause = ?", f.Cause)
	where("place", f.Place != "", `p.place LIKE ? ESCAPE '\'`, begins(f.Place))
	where("kind", f.Kind != "", "p.kind = ?", string(f.Kind))
	where("frozen", f.Frozen, "p.frozen")
	where("year", f.Year != 0, "substr(p.starts, 1, 4) = ?", yearText(f.Year))
	if f.Status != "" && except != "status" {
		today["status"] = string(f.Status)
		q = q.Where(statusOn+" = @status", today)
	}
	if f.Organization != nil && except != "organization" {
		q = q.Where("p.organization = ?", *f.Organization)
	}
	return q
}

// sortKeys are what lists are sorted by, as text that orders as they do.
var sortKeys = map[view.Sort]struct {
	key        string
	descending bool
}{
	view.Newest: {"''", true},
	view.Raised: {yuan("income"), true},
	view.Spent:  {yuan("spent"), true},
	view.Ending: {"CASE WHEN p.ends = '' THEN '9999' ELSE p.ends END", false},
	view.Name:   {"p.name", false},
}

// yuan adds up a column of a project's pools as its holdings do: without agency.
func yuan(column string) string {
	return "(SELECT coalesce(sum(h." + column + `), 0) FROM pools h LEFT JOIN designations d ON d.project = h.project AND d.id = h.designation
		WHERE h.project = p.idx AND h.asset = 'CNY' AND coalesce(d.class, '') <> 'agency')`
}

// Projects gives a page of projects and the place where the next one goes on, nil at
// the end.
func (s *Store) Projects(ctx context.Context, f view.ProjectFilter) ([]view.Project, *view.Place, error) {
	if f.Sort == "" {
		f.Sort = view.Newest
	}
	sort := sortKeys[f.Sort]
	n := limited(f.Limit)
	inner := s.projects(ctx, f, "").Select(listedColumns + ", " + sort.key + " AS key")
	q := s.reads.WithContext(ctx).Table("(?) AS listed", inner).Limit(n + 1)
	order, beyond := "key, idx", "(key, idx) > (?, ?)"
	if sort.descending {
		order, beyond = "key DESC, idx DESC", "(key, idx) < (?, ?)"
	}
	if f.After != nil {
		q = q.Where(beyond, s.sortValue(f.Sort, f.After.Key), f.After.Index)
	}
	rows, err := ask[listedRow](q.Order(order))
	if err != nil {
		return nil, nil, err
	}
	var next *view.Place
	if len(rows) > n {
		rows = rows[:n]
		next = &view.Place{Key: rows[n-1].Key, Index: rows[n-1].Row.Idx}
	}
	list := make([]view.Project, len(rows))
	for i := range rows {
		list[i] = rows[i].view(f.Today)
	}
	return list, next, s.hold(ctx, list)
}

// hold adds to projects what their pools hold.
func (s *Store) hold(ctx context.Context, list []view.Project) error {
	ids := make([]int64, len(list))
	for i, p := range list {
		ids[i] = p.Index
	}
	rows, err := ask[holdingRow](s.holdings(ctx, "p.project", "?", among("p.project", ids)))
	held(list, rows)
	return err
}

func held(list []view.Project, rows []holdingRow) {
	holdings := holdingsOf(rows)
	for i := range list {
		list[i].Holdings = holdings[key(list[i].Index)]
	}
}

// Project gives a registered project; absent is a ledger.NotFound.
func (s *Store) Project(ctx context.Context, index int64, today ledger.Date) (*view.Project, error) {
	known, err := s.projectsOf(ctx, []int64{index}, today)
	if err != nil {
		return nil, err
	}
	p, ok := known[index]
	if !ok {
		return nil, absent("no-such-project", "没有编号为 %d 的项目", "there is no project %d", index)
	}
	return &p, nil
}

// projectsOf gives projects by their indices, those that are there.
func (s *Store) projectsOf(ctx context.Context, indices []int64, today ledger.Date) (map[int64]view.Project, error) {
	var rows []listedRow
	var holdings []holdingRow
	db := s.reads.WithContext(ctx)
	err := together(db, into(&rows, db.Raw("SELECT "+listedColumns+", '' FROM projects p JOIN organizations o ON o.idx = p.organization WHERE ?", among("p.idx", indices))),
		into(&holdings, s.holdings(ctx, "p.project", "?", among("p.project", indices))))
	list := make([]view.Project, len(rows))
	for i := range rows {
		list[i] = rows[i].view(today)
	}
	held(list, holdings)
	known := make(map[int64]view.Project, len(list))
	for _, p := range list {
		known[p.Index] = p
	}
	return known, err
}

// Owner gives the organization that a project belongs to; absent is a ledger.NotFound.
func (s *Store) Owner(ctx context.Context, project int64) (int64, error) {
	var rows []int64
	if err := s.reads.WithContext(ctx).Raw("SELECT organization FROM projects WHERE idx = ?", project).Scan(&rows).Error; err != nil {
		return 0, err
	}
	if len(rows) == 0 {
		return 0, absent("no-such-project", "没有编号为 %d 的项目", "there is no project %d", project)
	}
	return rows[0], nil
}

// ProjectByFiling gives the record of the project with a filing number.
func (s *Store) ProjectByFiling(ctx context.Context, filing string) (int64, error) {
	return projectByFiling(s.reads.WithContext(ctx), filing)
}

// facetRow is one choice and how many projects it leaves.
type facetRow struct {
	Value string
	Count int64
}

// maxFacets bounds the choices shown of one filter.
const maxFacets = 100

// Facets counts the choices that a list of projects offers.
func (s *Store) Facets(ctx context.Context, f view.ProjectFilter) (*view.Facets, error) {
	facets := &view.Facets{}
	if err := s.projects(ctx, f, "").Count(&facets.Total).Error; err != nil {
		return nil, err
	}
	today := map[string]any{"today": string(f.Today)}
	for _, facet := range []struct {
		name, value string
		into        *[]view.Facet
	}{
		{"cause", "p.cause", &facets.Causes}, {"place", "substr(p.place, 1, 2)", &facets.Places},
		{"status", statusOn, &facets.Statuses}, {"kind", "p.kind", &facets.Kinds},
		{"year", "substr(p.starts, 1, 4)", &facets.Years}, {"organization", "CAST(p.organization AS text)", &facets.Organizations},
	} {
		q := s.projects(ctx, f, facet.name)
		if facet.name == "status" {
			q = q.Select(facet.value+" AS value, p.idx", today)
		} else {
			q = q.Select(facet.value + " AS value, p.idx")
		}
		var rows []facetRow
		err := s.reads.WithContext(ctx).Table("(?) AS chosen", q).Select("value, count(*) AS count").Where("value <> ''").
			Group("value").Order("count DESC, value").Limit(maxFacets).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			*facet.into = append(*facet.into, view.Facet(r))
		}
	}
	return facets, nil
}

// holdingRow is what pools of one group and asset add up to.
type holdingRow struct {
	Value, Asset                     string
	Income, Incomes, Spent, Payments int64
	Held, Transit, Agency            int64
}

func (r *holdingRow) fields() []any {
	return []any{&r.Value, &r.Asset, &r.Income, &r.Incomes, &r.Spent, &r.Payments, &r.Held, &r.Transit, &r.Agency}
}

// holdings asks for sums of pools by a column and asset: p is the pool, pr its project, d
// its designation.
func (s *Store) holdings(ctx context.Context, by, where string, args ...any) *gorm.DB {
	const own = "coalesce(d.class, '') <> 'agency'"
	sum := func(what, of, name string) string {
		return ", CAST(coalesce(sum(CASE WHEN " + of + " THEN " + what + " END), 0) AS bigint) AS " + name
	}
	text := "SELECT CAST(" + by + " AS text) AS value, p.asset" +
		sum("p.income", own, "income") + sum("p.incomes", own, "incomes") + sum("p.spent", own, "spent") + sum("p.payments", own, "payments") +
		sum(balance, own, "held") + sum(balance, own+" AND p.holder <> pr.organization", "transit") + sum(balance, "d.class = 'agency'", "agency") + `
		FROM pools p JOIN projects pr ON pr.idx = p.project LEFT JOIN designations d ON d.project = p.project AND d.id = p.designation
		WHERE ` + where + " GROUP BY 1, 2 ORDER BY 1, 2"
	return s.reads.WithContext(ctx).Raw(text, args...)
}

// holdingsOf shows rows as holdings, by what they were added up by.
func holdingsOf(rows []holdingRow) map[string][]view.Holding {
	holdings := map[string][]view.Holding{}
	for _, r := range rows {
		holdings[r.Value] = append(holdings[r.Value], view.Holding{Asset: ledger.AssetID(r.Asset),
			Income: account.Sum{Units: r.Income, Flows: r.Incomes}, Spent: account.Sum{Units: r.Spent, Flows: r.Payments},
			Held: r.Held, InTransit: r.Transit, Agency: r.Agency})
	}
	return holdings
}

// sortValue is a key of a list as the database compares it.
func (s *Store) sortValue(sort view.Sort, key string) any {
	if sort == view.Raised || sort == view.Spent {
		n, _ := strconv.ParseInt(key, 10, 64)
		return n
	}
	return key
}

func yearText(year int) string { return fmt.Sprintf("%04d", year) }

func key(index int64) string { return strconv.FormatInt(index, 10) }
