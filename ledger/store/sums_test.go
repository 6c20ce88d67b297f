package store_test

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// within says whether a pool is of a project, and of a project of an organization.
func (p *plain) within(project, organization *int64) func(ledger.Pool) bool {
	return func(o ledger.Pool) bool {
		return (project == nil || o.Project == *project) && (organization == nil || p.owner(o) == *organization)
	}
}

// tally adds up flows under keys and gives them in order, without the keys that have
// none.
func tally[K comparable, V any](counts []counted, key func(counted) (K, bool), value func(K, account.Sum) V, order func(a, b V) int) []V {
	sums := map[K]account.Sum{}
	for _, c := range counts {
		if k, in := key(c); in {
			sums[k] = account.Sum{Units: sums[k].Units + c.units, Flows: sums[k].Flows + 1}
		}
	}
	var all []V
	for k, sum := range sums {
		all = append(all, value(k, sum))
	}
	slices.SortFunc(all, order)
	return all
}

// series adds up the lines of a scope by stretches of time.
func (p *plain) series(f view.SeriesFilter) []view.Moment {
	type place struct {
		period string
		asset  ledger.AssetID
		line   account.Line
	}
	cut := map[view.Every]int{view.Day: 10, view.Month: 7, view.Year: 4, "": 7}[f.Every]
	in := p.within(f.Project, f.Organization)
	return tally(p.counts(), func(c counted) (place, bool) {
		project := p.projects[c.pool.Project]
		of := in(c.pool) && (f.Cause == "" || project.Cause == f.Cause) && strings.HasPrefix(project.Place, f.Place) && !p.agency(c.pool) && (f.From == "" || c.day >= f.From) && (f.Upto == "" || c.day <= f.Upto)
		return place{string(c.day)[:cut], c.pool.Asset, c.line}, of
	}, func(k place, sum account.Sum) view.Moment {
		return view.Moment{Period: k.period, Asset: k.asset, Line: k.line, Sum: sum}
	}, func(a, b view.Moment) int {
		return cmp.Or(cmp.Compare(a.Period, b.Period), cmp.Compare(a.Asset, b.Asset), cmp.Compare(a.Line, b.Line))
	})
}

// sizes adds up donations by how many digits their amount has.
func (p *plain) sizes(project, organization *int64) []view.Size {
	type place struct {
		asset ledger.AssetID
		band  int
	}
	in := p.within(project, organization)
	return tally(p.counts(), func(c counted) (place, bool) {
		return place{c.pool.Asset, len(strconv.FormatInt(c.units, 10))}, in(c.pool) && c.flow.Kind == ledger.Donation
	}, func(k place, sum account.Sum) view.Size {
		return view.Size{Asset: k.asset, Band: k.band, Sum: sum}
	}, func(a, b view.Size) int { return cmp.Or(cmp.Compare(a.Asset, b.Asset), cmp.Compare(a.Band, b.Band)) })
}

// parties adds up what organizations gave and got. What came into a pool counts, or
// what left it: of a conversion, what was given for the rest.
func (p *plain) parties(f view.PartyFilter) []view.Party {
	type place struct {
		project   int64
		line      account.Line
		asset     ledger.AssetID
		key, name string
	}
	in := p.within(f.Project, f.Organization)
	return tally(p.counts(), func(c counted) (place, bool) {
		party := c.flow.Party
		k := place{c.pool.Project, c.line, c.pool.Asset, party.Key(), ""}
		if party != nil {
			k.name = party.Name
		}
		return k, k.key != "" && in(c.pool) && c.line != account.LineConvertedIn &&
			(f.Party == "" || k.key == f.Party) && (len(f.Lines) == 0 || slices.Contains(f.Lines, c.line))
	}, func(k place, sum account.Sum) view.Party {
		return view.Party{Project: k.project, Line: k.line, Asset: k.asset, Key: k.key, Name: k.name, Sum: sum}
	}, largest)
}

// largest puts the largest sum first, and those that are the same in some order.
func largest(a, b view.Party) int {
	return cmp.Or(cmp.Compare(b.Units, a.Units), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Project, b.Project), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Asset, b.Asset))
}

// groups adds up all projects by what value and name give of each.
func (p *plain) groups(of func(project int64) bool, value func(project int64) string, name func(project int64) string) map[string]view.Group {
	groups := map[string]view.Group{}
	for index := range p.projects {
		if of(index) {
			g := groups[value(index)]
			groups[value(index)] = view.Group{Value: value(index), Name: name(index), Projects: g.Projects + 1}
		}
	}
	for v, g := range groups {
		g.Holdings = p.holdings(func(o ledger.Pool) bool { return of(o.Project) && value(o.Project) == v })
		groups[v] = g
	}
	return groups
}

// TestSums holds sums over random histories against sums over all records.
func TestSums(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := openStore(t, address)
		b := openBook(t, s)
		found(t, b)
		p := newPlain(s)
		n := 100
		rapid.Check(t, func(t *rapid.T) {
			sc := newScene(t, b, p, n)
			n += 3
			for range rapid.IntRange(1, 5).Draw(t, "rounds") {
				sc.play(t, 5)
			}
			sc.sameSums(t)
			sc.samePools(t)
			p.sameMonths(t, account.Scope{Project: sc.projects[rapid.IntRange(0, 2).Draw(t, "months of project")]})
			p.sameMonths(t, account.Scope{Organization: &sc.orgs[rapid.IntRange(0, 2).Draw(t, "months of organization")]})
			if n%30 == 1 {
				p.sameGroups(t, &sc.projects[2], &sc.orgs[0])
			}
		})
		project, organization := east, int64(1)
		p.sameGroups(t, &project, &organization)
	})
}

// same fails a test where an answer is not what the records say.
func same[T any](t rapid.TB, what string, got T, err error, want T) {
	t.Helper()
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%s: %v\n got %+v\nwant %+v", what, err, got, want)
	}
}

// sameSums asks for the sums of one project, of one organization, of a project that
// may not be the organization's, and of all.
func (sc *scene) sameSums(t *rapid.T) {
	p, s := sc.p, sc.p.s
	project := &sc.projects[rapid.IntRange(0, 2).Draw(t, "sums of project")]
	organization := &sc.orgs[rapid.IntRange(0, 2).Draw(t, "sums of organization")]
	days := []ledger.Date{"", "", "2025-12-31", "2026-01-01", "2026-11-08", "2026-11-10", "2026-11-21"}
	for _, scope := range [][2]*int64{{project, nil}, {nil, organization}, {project, organization}, {nil, nil}} {
		of := fmt.Sprintf("of the project %v and organization %v (%d and %d)", scope[0] != nil, scope[1] != nil, *project, *organization)
		sizes, err := s.Sizes(ctx, scope[0], scope[1])
		same(t, "sizes "+of, listOf(sizes), err, p.sizes(scope[0], scope[1]))

		f := view.SeriesFilter{Project: scope[0], Organization: scope[1], Every: rapid.SampledFrom([]view.Every{view.Day, view.Month, view.Year, ""}).Draw(t, "every"),
			Cause: rapid.SampledFrom([]string{"", "", "education", "health"}).Draw(t, "cause"), Place: rapid.SampledFrom([]string{"", "", "44", "4403", "US"}).Draw(t, "place"),
			From: rapid.SampledFrom(days).Draw(t, "from"), Upto: rapid.SampledFrom(days).Draw(t, "upto")}
		series, err := s.Series(ctx, f)
		same(t, fmt.Sprintf("series by %s from %s upto %s %s", f.Every, f.From, f.Upto, of), series, err, p.series(f))

		pf := view.PartyFilter{Project: scope[0], Organization: scope[1], Limit: 5000, Party: rapid.SampledFrom([]string{"", partyCode, sc.party, "无"}).Draw(t, "party of sums"),
			Lines: rapid.SampledFrom([][]account.Line{nil, {account.LineDonation}, account.LinesOfKind(ledger.Expenditure)}).Draw(t, "lines")}
		p.sameParties(t, pf, of)
	}
}

// sameMonths asks for what a statement and its months are made of.
func (p *plain) sameMonths(t *rapid.T, scope account.Scope) {
	t.Helper()
	type place struct {
		month string
		pool  ledger.Pool
		line  account.Line
	}
	in := func(o ledger.Pool) bool {
		return scope.Project != 0 && o.Project == scope.Project || scope.Organization != nil && p.owner(o) == *scope.Organization
	}
	order := func(a, b account.MonthSum) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(fmt.Sprint(a.Pool), fmt.Sprint(b.Pool)), cmp.Compare(a.Line, b.Line))
	}
	want := tally(p.counts(), func(c counted) (place, bool) { return place{string(c.day)[:7], c.pool, c.line}, in(c.pool) },
		func(k place, sum account.Sum) account.MonthSum {
			return account.MonthSum{Month: k.month, PoolSum: account.PoolSum{Pool: k.pool, Line: k.line, Partner: k.pool.Holder != p.owner(k.pool), Agency: p.agency(k.pool), Sum: sum}}
		}, order)
	pools, got, err := p.s.Monthly(ctx, scope)
	if !slices.IsSortedFunc(got, func(a, b account.MonthSum) int { return cmp.Compare(a.Month, b.Month) }) {
		t.Fatalf("the months are not in their order: %+v", got)
	}
	slices.SortFunc(got, order)
	same(t, fmt.Sprintf("months of %+v", scope), listOf(got), err, listOf(want))
	held := map[ledger.Pool]int64{}
	for _, o := range pools {
		held[o.Pool] = o.Balance()
	}
	balances := maps.Clone(p.balances(0))
	maps.DeleteFunc(balances, func(o ledger.Pool, _ int64) bool { return !in(o) })
	same(t, fmt.Sprintf("pools of %+v", scope), held, nil, balances)
}

// listOf gives nil for an empty list.
func listOf[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

// sameParties asks for all, and for the largest alone. Of sums that are the same,
// the database may order the names.
func (p *plain) sameParties(t rapid.TB, f view.PartyFilter, of string) {
	t.Helper()
	want := p.parties(f)
	got, err := p.s.Parties(ctx, f)
	if !slices.IsSortedFunc(got, func(a, b view.Party) int { return cmp.Compare(b.Units, a.Units) }) {
		t.Fatalf("parties %s: not the largest first: %+v", of, got)
	}
	first := slices.Clone(got)
	slices.SortFunc(got, largest)
	same(t, fmt.Sprintf("parties of %q and lines %v %s", f.Party, f.Lines, of), listOf(got), err, want)
	f.Limit = max(2, len(first)/3)
	for rest := first; ; rest = rest[f.Limit:] {
		got, err = p.s.Parties(ctx, f)
		same(t, "a page of the parties "+of, listOf(got), err, listOf(rest[:min(f.Limit, len(rest))]))
		if len(rest) <= f.Limit {
			break
		}
		f.After = &got[f.Limit-1]
	}
	var all []view.Party
	err = p.s.EachParty(ctx, f, func(v view.Party) error { all = append(all, v); return nil })
	if !slices.IsSortedFunc(all, func(a, b view.Party) int {
		return cmp.Or(cmp.Compare(a.Project, b.Project), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Asset, b.Asset))
	}) {
		t.Fatalf("the export of the parties %s is in no order: %+v", of, all)
	}
	slices.SortFunc(all, largest)
	same(t, "the export of the parties "+of, listOf(all), err, want)
}

// samePools asks for the pools of the scene's projects and what each holds, and for
// those that each organization holds in others' projects.
func (sc *scene) samePools(t *rapid.T) {
	p := sc.p
	balances := p.balances(sc.first)
	compare := func(project, holder *int64, in func(ledger.Pool) bool) {
		want, got := map[ledger.Pool]string{}, map[ledger.Pool]string{}
		for pool, units := range balances {
			if in(pool) {
				want[pool] = fmt.Sprint(units, p.classes[purpose{pool.Project, pool.Designation}])
			}
		}
		pools, err := p.s.Pools(ctx, project, holder)
		for _, o := range pools {
			got[o.Pool] = fmt.Sprint(o.Balance(), o.Class)
		}
		same(t, "pools", got, err, want)
		if len(got) != len(pools) {
			t.Fatalf("of %d pools some are there twice: %+v", len(pools), pools)
		}
	}
	exported := func(f view.PoolFilter, in func(ledger.Pool) bool) {
		want, got := map[ledger.Pool]int64{}, map[ledger.Pool]int64{}
		for pool, units := range balances {
			if in(pool) {
				want[pool] = units
			}
		}
		n := 0
		err := p.s.EachPool(ctx, f, func(o view.Pool) error { got[o.Pool] = o.Balance(); n++; return nil })
		same(t, "the export of pools", got, err, want)
		if n != len(want) {
			t.Fatalf("%d pools are exported, want %d", n, len(want))
		}
	}
	for i := range sc.projects {
		project, holder := &sc.projects[i], &sc.orgs[i]
		compare(project, nil, func(o ledger.Pool) bool { return o.Project == *project })
		compare(nil, holder, func(o ledger.Pool) bool { return o.Holder == *holder && p.owner(o) != *holder })
		compare(project, holder, func(o ledger.Pool) bool { return o.Project == *project && o.Holder == *holder && p.owner(o) != *holder })
		exported(view.PoolFilter{Project: project}, func(o ledger.Pool) bool { return o.Project == *project })
		exported(view.PoolFilter{Organization: holder}, func(o ledger.Pool) bool { return o.Holder == *holder || p.owner(o) == *holder })
		exported(view.PoolFilter{Project: project, Organization: holder}, func(o ledger.Pool) bool {
			return o.Project == *project && (o.Holder == *holder || p.owner(o) == *holder)
		})
		exported(view.PoolFilter{Project: project, Holder: holder, Asset: "CNY"}, func(o ledger.Pool) bool {
			return o.Project == *project && o.Holder == *holder && o.Asset == "CNY"
		})
		for of, f := range map[string]view.PoolFilter{"the project": {Project: project}, "what partners hold": {Project: project, Transit: true}, "the owner": {Owner: holder}, "the holder": {Holder: holder},
			"a cause of the owner": {Owner: holder, Cause: "education"}, "a province of the owner": {Owner: holder, Place: "44"}} {
			sc.sameKeeping(t, of, f)
		}
		row, err := p.s.Project(ctx, *project, "")
		if err != nil {
			t.Fatal(err)
		}
		same(t, fmt.Sprint("holdings of project ", *project), row.Holdings, nil, p.holdings(func(o ledger.Pool) bool { return o.Project == *project }))
	}
}

// sameKeeping asks for the pools of the scene that hold something, page by page, and for
// what all of them add up to.
func (sc *scene) sameKeeping(t *rapid.T, of string, f view.PoolFilter) {
	p := sc.p
	in := func(o ledger.Pool) bool {
		project := p.projects[o.Project]
		return (f.Project == nil || o.Project == *f.Project) && (f.Owner == nil || p.owner(o) == *f.Owner) && (f.Holder == nil || o.Holder == *f.Holder) &&
			(f.Cause == "" || project.Cause == f.Cause) && strings.HasPrefix(project.Place, f.Place) && (!f.Transit || o.Holder != p.owner(o))
	}
	sums, err := p.s.Holdings(ctx, f)
	same(t, "holdings of "+of, listOf(sums), err, p.holdings(in))
	f.Asset = "CNY"
	var want []int64
	for pool, units := range p.balances(0) {
		if in(pool) && pool.Asset == f.Asset && units > 0 {
			want = append(want, units)
		}
	}
	slices.SortFunc(want, func(a, b int64) int { return cmp.Compare(b, a) })
	var got []int64
	seen := map[ledger.Pool]bool{}
	for after, more := (*view.Place)(nil), true; more; more = after != nil {
		pools, next, err := p.s.Keeping(ctx, f, after, 2)
		if err != nil || next != nil && len(pools) != 2 {
			t.Fatalf("a page of %d pools of %s: %v", len(pools), of, err)
		}
		for _, o := range pools {
			if got = append(got, o.Balance()); seen[o.Pool] || !in(o.Pool) {
				t.Fatalf("%s is among the pools of %s, or there twice", o.Pool, of)
			}
			seen[o.Pool] = true
		}
		after = next
	}
	if !slices.Equal(got, want) {
		t.Fatalf("the pools of %s hold %v, want %v", of, got, want)
	}
}

// sameGroups asks for what all projects add up to, and for one project and those of one
// organization.
func (p *plain) sameGroups(t rapid.TB, project, organization *int64) {
	t.Helper()
	p.sameGroupsIn(t, nil, nil, func(int64) bool { return true })
	p.sameGroupsIn(t, project, nil, func(i int64) bool { return i == *project })
	p.sameGroupsIn(t, nil, organization, func(i int64) bool { return p.projects[i].Organization == *organization })
	p.sameGroupsIn(t, project, organization, func(i int64) bool { return i == *project && p.projects[i].Organization == *organization })
}

func (p *plain) sameGroupsIn(t rapid.TB, project, organization *int64, of func(int64) bool) {
	t.Helper()
	none := func(int64) string { return "" }
	for by, want := range map[view.By]map[string]view.Group{
		view.ByCause: p.groups(of, func(i int64) string { return p.projects[i].Cause }, none),
		view.ByPlace: p.groups(of, func(i int64) string { return p.projects[i].Place[:2] }, none),
		view.ByAsset: p.groups(of, none, none),
		view.ByOrganization: p.groups(of, func(i int64) string { return key(p.projects[i].Organization) },
			func(i int64) string { return p.orgs[p.projects[i].Organization].Name }),
	} {
		groups, err := p.s.GroupsIn(ctx, by, project, organization)
		got := map[string]view.Group{}
		for _, g := range groups {
			got[g.Value] = g
		}
		same(t, fmt.Sprint("groups by ", by), got, err, want)
		if len(got) != len(groups) || !slices.IsSortedFunc(groups, func(a, b view.Group) int { return cmp.Compare(b.Projects, a.Projects) }) {
			t.Fatalf("groups by %s: some twice, or not those with most projects first", by)
		}
	}
}
