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
	"mingzhang/ledger/book"
	"mingzhang/ledger/view"
)

// awkward names hold what LIKE, JSON and a shell would take for something else, and
// letters that have another case.
var awkward = []string{"希望工程", "希望·100%", "希望_小学", `反斜杠\n`, `单'引"号`, "爱心🎗️项目", "ABC计划", "abc计划", "ＡＢＣ计划", "École Сад", "第4届公益日", "四川%_\\援助"}

// registered makes a book of many projects that differ in everything a list filters by.
func registered(t *testing.T, address string) *plain {
	s := openStore(t, address)
	b := openBook(t, s)
	found(t, b)
	do(t, b,
		book.RegisterOrganization{Scheme: "GB-COH", Code: "No.4a", Name: "Save 100% Ltd", Kind: ledger.Charity},
		book.RegisterOrganization{USCC: uscc(5), Name: `丁\慈善_总会`, Kind: ledger.Charity, PublicFundraising: true},
		book.RegisterOrganization{USCC: uscc(6), Name: "ＡＢＣ监管", Kind: ledger.Regulator})
	owners := []string{uscc(2), uscc(3), uscc(5), "GB-COH:No.4a"}
	spans := [][2]ledger.Date{{}, {"2025-03-01"}, {"2026-05-01"}, {"2026-05-01", "2026-05-01"}, {"2026-05-01", "2026-06-30"}, {"2026-06-30", "2026-12-31"}, {"2027-01-01", "2027-06-30"}}
	steps := []ledger.Status{"", "", ledger.Fundraising, ledger.Closed, ledger.Executing, ledger.Completed}
	n := 0
	for i, status := range steps {
		for j, span := range spans {
			r := book.RegisterProject{Organization: owners[n%4], Name: awkward[n%len(awkward)], Kind: []ledger.ProjectKind{ledger.Campaign, ledger.Undertaking, ledger.Fund}[n%3],
				Cause: []string{"education", "health", "relief"}[(i+j)%3], Place: []string{"440100", "440300", "510000", "US", "HK"}[n%5],
				PlanFields: book.PlanFields{Starts: span[0], Ends: span[1]}}
			if i > 0 || r.Kind == ledger.Campaign {
				r.Filing = fmt.Sprintf("FILE-%04d", n)
			}
			if n%4 == 1 {
				r.Target = &ledger.Sum{Asset: "CNY", Amount: int64(n) * 100}
			}
			r.Designations = []book.Designation{{ID: "agent", Name: "指定受益人", Class: ledger.Agency}}
			furnish(t, b, do(t, b, r), n, status)
			n++
		}
	}
	do(t, b, book.ChangePlan{Project: east, PlanFields: book.PlanFields{Starts: "2026-02-02"}})
	p := newPlain(s)
	p.read(t)
	return p
}

// furnish gives the n-th project some money, a status, and now and then a freeze.
func furnish(t *testing.T, b *book.Book, project int64, n int, status ledger.Status) {
	var requests []book.Request
	add := func(what any) { requests = append(requests, ask(what, "")) }
	if status != "" {
		add(book.ChangeStatus{Project: project, Status: status, Reason: "进展"})
	}
	if n%3 > 0 {
		add(gift(project, int64(n%7)*100+50))
		add(pay(project, int64(n%5)+1))
	}
	if n%3 == 1 { // not income: it must not move the project up
		agent, paid := gift(project, 9_000_000), pay(project, 7_000_000)
		agent.Designation, paid.Designation = "agent", "agent"
		add(agent)
		add(paid)
	}
	if n%4 == 0 {
		dollars := gift(project, 1_000_000)
		dollars.Asset = "USD"
		add(dollars)
	}
	if n%6 == 5 {
		add(book.FreezeProject{Project: project, Order: "粤民函1号", Reason: "核查"})
	}
	if n%12 == 11 {
		add(book.FreezeProject{Project: project, Order: "粤民函2号", Reason: "完毕", Release: true})
	}
	results, err := b.SubmitAll(ctx, requests, false)
	must(t, err)
	for _, r := range results {
		must(t, r.Err)
	}
}

// project says what a list must show of a project.
func (p *plain) project(index int64, today ledger.Date) view.Project {
	r := p.projects[index]
	return view.Project{Index: index, Project: *r.Project, Owner: *p.orgs[r.Organization], Status: r.status.On(today, r.plan.Starts, r.plan.Ends), Frozen: r.frozen,
		Starts: r.plan.Starts, Ends: r.plan.Ends, Target: r.plan.Target, Plan: r.at, Holdings: p.holdings(func(o ledger.Pool) bool { return o.Project == index })}
}

// inText looks for text as databases compare letters: those of ASCII in either case.
func inText(name, text string) bool { return strings.Contains(lowered(name), lowered(text)) }

func lowered(s string) string {
	return strings.Map(func(c rune) rune {
		if 'A' <= c && c <= 'Z' {
			return c + 'a' - 'A'
		}
		return c
	}, s)
}

// shows says whether a list of projects has one; except names a filter to leave out.
func shows(f view.ProjectFilter, v view.Project, except string) bool {
	no := func(name string, set, is bool) bool { return set && !is && name != except }
	switch {
	case no("text", f.Text != "", inText(v.Name, f.Text) || inText(v.Owner.Name, f.Text) || v.Filing != "" && lowered(v.Filing) == lowered(f.Text)),
		no("cause", f.Cause != "", v.Cause == f.Cause),
		no("place", f.Place != "", strings.HasPrefix(lowered(v.Place), lowered(f.Place))),
		no("kind", f.Kind != "", v.Kind == f.Kind),
		no("status", f.Status != "", v.Status == f.Status),
		no("organization", f.Organization != nil, f.Organization != nil && v.Organization == *f.Organization),
		no("year", f.Year != 0, strings.HasPrefix(string(v.Starts), strconv.Itoa(f.Year)+"-")),
		no("frozen", f.Frozen, v.Frozen):
		return false
	}
	return true
}

// listed gives the projects of a list in its order.
func (p *plain) listed(t rapid.TB, f view.ProjectFilter, except string) []view.Project {
	t.Helper()
	var list []view.Project
	if p.shown[f.Today] == nil {
		for _, index := range slices.Sorted(maps.Keys(p.projects)) {
			p.shown[f.Today] = append(p.shown[f.Today], p.project(index, f.Today))
		}
	}
	for _, v := range p.shown[f.Today] {
		if shows(f, v, except) {
			list = append(list, v)
		}
	}
	slices.SortStableFunc(list, p.order(t, f.Sort))
	return list
}

// order compares projects, which come by index.
func (p *plain) order(t rapid.TB, sort view.Sort) func(a, b view.Project) int {
	t.Helper()
	switch sort {
	case view.Raised, view.Spent:
		return func(a, b view.Project) int {
			return cmp.Or(cmp.Compare(yuan(b, sort), yuan(a, sort)), cmp.Compare(b.Index, a.Index))
		}
	case view.Ending:
		return func(a, b view.Project) int { return cmp.Compare(ends(a), ends(b)) }
	case view.Name: // the database may order names as a language does
		var names []string
		if err := p.s.DB().Raw("SELECT name FROM projects GROUP BY name ORDER BY name").Scan(&names).Error; err != nil {
			t.Fatal(err)
		}
		return func(a, b view.Project) int {
			return cmp.Compare(slices.Index(names, a.Name), slices.Index(names, b.Name))
		}
	}
	return func(a, b view.Project) int { return cmp.Compare(b.Index, a.Index) }
}

func yuan(v view.Project, sort view.Sort) int64 {
	for _, h := range v.Holdings {
		if h.Asset == "CNY" && sort == view.Raised {
			return h.Income.Units
		}
		if h.Asset == "CNY" {
			return h.Spent.Units
		}
	}
	return 0
}

func ends(v view.Project) ledger.Date { return cmp.Or(v.Ends, "9999-99-99") }

// sameProjects holds a list, read page by page to its end, against the records.
func (p *plain) sameProjects(t rapid.TB, f view.ProjectFilter) {
	t.Helper()
	want := p.listed(t, f, "")
	var got []view.Project
	pages := 0
	for f.After = nil; ; pages++ {
		page, next, err := p.s.Projects(ctx, f)
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		if got = append(got, page...); next == nil {
			break
		}
		if len(page) != f.Limit || len(got) >= len(want) {
			t.Fatalf("%+v: page %d has %d rows and a next one, at row %d of %d", f, pages, len(page), len(got), len(want))
		}
		f.After = next
	}
	if indices(got) != indices(want) {
		t.Fatalf("%+v:\n got %s\nwant %s", f, indices(got), indices(want))
	}
	for i := range got {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("%+v:\n got %+v\nwant %+v", f, got[i], want[i])
		}
	}
}

func indices(list []view.Project) string {
	var text []string
	for _, v := range list {
		text = append(text, key(v.Index))
	}
	return strings.Join(text, " ")
}

func key(index int64) string { return strconv.FormatInt(index, 10) }

// sameFacets holds the choices of a list against the records: each is counted under
// all filters but its own.
func (p *plain) sameFacets(t rapid.TB, f view.ProjectFilter) {
	t.Helper()
	facet := func(name string, value func(view.Project) string) []view.Facet {
		counts := map[string]int64{}
		for _, v := range p.listed(t, f, name) {
			if text := value(v); text != "" {
				counts[text]++
			}
		}
		var all []view.Facet
		for value, n := range counts {
			all = append(all, view.Facet{Value: value, Count: n})
		}
		slices.SortFunc(all, func(a, b view.Facet) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value)) })
		return all
	}
	want := &view.Facets{
		Total:         int64(len(p.listed(t, f, ""))),
		Causes:        facet("cause", func(v view.Project) string { return v.Cause }),
		Places:        facet("place", func(v view.Project) string { return v.Place[:2] }),
		Statuses:      facet("status", func(v view.Project) string { return string(v.Status) }),
		Kinds:         facet("kind", func(v view.Project) string { return string(v.Kind) }),
		Years:         facet("year", func(v view.Project) string { return string(v.Starts[:min(4, len(v.Starts))]) }),
		Organizations: facet("organization", func(v view.Project) string { return key(v.Organization) }),
	}
	got, err := p.s.Facets(ctx, f)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("the choices of %+v: %v\n got %+v\nwant %+v", f, err, got, want)
	}
}

var (
	statuses = []ledger.Status{ledger.Draft, ledger.Filed, ledger.Fundraising, ledger.Closed, ledger.Executing, ledger.Completed}
	todays   = []ledger.Date{"", "2025-02-28", "2025-03-01", "2026-04-30", "2026-05-01", "2026-05-02", "2026-06-30", "2026-07-01", "2027-01-01", "2028-01-01"}
	asked    = []string{"希望", "项目", "程", "100%", "%", "_", "_小", `\`, `\n`, "'", `"引`, "🎗️", "abc", "ABC", "ＡＢＣ", "École", "Сад", "4", "慈善", "慈善_", "甲慈善会",
		"SAVE", "file-0003", "FILE-0007", "FILE", "没有", "--", "%%", "希%程"}
)

// TestProjectFilters: each filter alone, each value of it.
func TestProjectFilters(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		p := registered(t, address)
		cases := map[string]view.ProjectFilter{"all": {}, "frozen": {Frozen: true}}
		for _, text := range asked {
			cases["text "+text] = view.ProjectFilter{Text: text}
		}
		for _, place := range []string{"44", "4401", "440100", "5", "US", "U", "us", "HK", "%", "__", "99"} {
			cases["place "+place] = view.ProjectFilter{Place: place}
		}
		for _, status := range append(statuses, "lost") {
			cases["status "+string(status)] = view.ProjectFilter{Status: status}
		}
		for _, year := range []int{2025, 2026, 2027, 2030} {
			cases[fmt.Sprint("year ", year)] = view.ProjectFilter{Year: year}
		}
		for index := range int64(9) {
			cases[fmt.Sprint("organization ", index)] = view.ProjectFilter{Organization: &index}
		}
		for _, cause := range []string{"education", "health", "relief", "edu", "%"} {
			cases["cause "+cause] = view.ProjectFilter{Cause: cause}
		}
		for _, kind := range []ledger.ProjectKind{ledger.Campaign, ledger.Fund, ledger.Joint} {
			cases["kind "+string(kind)] = view.ProjectFilter{Kind: kind}
		}
		for name, f := range cases {
			t.Run(name, func(t *testing.T) {
				f.Today, f.Limit = "2026-06-30", 20
				p.sameProjects(t, f)
				p.sameFacets(t, f)
			})
		}
	})
}

// TestProjectLists: filters together, in each order, to the end.
func TestProjectLists(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		p := registered(t, address)
		for _, sort := range append(view.Sorts(), "") {
			p.sameProjects(t, view.ProjectFilter{Sort: sort, Limit: 5, Today: "2026-06-30"})
		}
		rapid.Check(t, func(t *rapid.T) {
			f := drawProjects(t)
			p.sameProjects(t, f)
			p.sameFacets(t, f)
		})
	})
}

func drawProjects(t *rapid.T) view.ProjectFilter {
	some := func(name string) bool { return rapid.IntRange(0, 3).Draw(t, name) == 1 }
	f := view.ProjectFilter{Today: rapid.SampledFrom(todays).Draw(t, "today"), Limit: rapid.IntRange(1, 7).Draw(t, "limit"), Sort: rapid.SampledFrom(view.Sorts()).Draw(t, "sort")}
	if some("text") {
		f.Text = rapid.SampledFrom(asked).Draw(t, "of text")
	}
	if some("cause") {
		f.Cause = rapid.SampledFrom([]string{"education", "health", "relief"}).Draw(t, "of cause")
	}
	if some("place") {
		f.Place = rapid.SampledFrom([]string{"44", "4403", "US", "5"}).Draw(t, "of place")
	}
	if some("kind") {
		f.Kind = rapid.SampledFrom([]ledger.ProjectKind{ledger.Campaign, ledger.Undertaking, ledger.Fund}).Draw(t, "of kind")
	}
	if some("status") {
		f.Status = rapid.SampledFrom(statuses).Draw(t, "of status")
	}
	if some("organization") {
		f.Organization = ptr(rapid.SampledFrom([]int64{1, 2, 10, 11}).Draw(t, "of organization"))
	}
	if some("year") {
		f.Year = rapid.SampledFrom([]int{2025, 2026, 2027}).Draw(t, "of year")
	}
	f.Frozen = some("frozen")
	return f
}

// TestStatusToday: what a project's row says of its status on any day is what the list
// filters by, and is ledger.Status.On.
func TestStatusToday(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		p := registered(t, address)
		seen := map[ledger.Status]int{}
		for _, today := range todays {
			var all []string
			for _, status := range statuses {
				list, next, err := p.s.Projects(ctx, view.ProjectFilter{Status: status, Today: today, Limit: 500})
				if err != nil || next != nil {
					t.Fatalf("%s on %s: next %v, %v", status, today, next, err)
				}
				for _, v := range list {
					r := p.projects[v.Index]
					if want := r.status.On(today, r.plan.Starts, r.plan.Ends); v.Status != status || want != status {
						t.Errorf("on %s project %d is listed as %s, shown as %s, and is %s", today, v.Index, status, v.Status, want)
					}
					all = append(all, key(v.Index))
					seen[v.Status]++
				}
			}
			if slices.Sort(all); len(slices.Compact(all)) != len(p.projects) {
				t.Errorf("on %s the lists of all statuses have %d projects of %d", today, len(all), len(p.projects))
			}
		}
		if len(seen) != len(statuses) {
			t.Errorf("only the statuses %v were seen", seen)
		}
	})
}

// TestProject: one project, as its row is; by its filing number; and one not there.
func TestProject(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		p := registered(t, address)
		for index, r := range p.projects {
			got, err := p.s.Project(ctx, index, "2026-06-30")
			must(t, err)
			if want := p.project(index, "2026-06-30"); !reflect.DeepEqual(*got, want) {
				t.Errorf("project %d:\n got %+v\nwant %+v", index, *got, want)
			}
			if r.Filing == "" {
				continue
			}
			if i, err := p.s.ProjectByFiling(ctx, r.Filing); err != nil || i != index {
				t.Errorf("the filing number %s: got %d, %v, want %d", r.Filing, i, err, index)
			}
		}
		for _, index := range []int64{-1, 0, east + 1, 1 << 40} {
			_, err := p.s.Project(ctx, index, "2026-06-30")
			wantCode(t, fmt.Sprint("project ", index), err, "no-such-project")
		}
		for _, filing := range []string{"", "FILE-0001%", "FILE-9999", "file-0007"} {
			_, err := p.s.ProjectByFiling(ctx, filing)
			wantCode(t, "the filing number "+filing, err, "no-such-project")
		}
	})
}

// TestOrganizations: their list, its filters, and single ones.
func TestOrganizations(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		p := registered(t, address)
		for _, f := range []view.OrganizationFilter{
			{}, {Kind: ledger.Charity}, {Kind: ledger.Regulator}, {Kind: ledger.Auditor}, {Fundraising: true},
			{Text: "慈善"}, {Text: "会"}, {Text: "%"}, {Text: "_"}, {Text: `\`}, {Text: "save 100%"}, {Text: "ＡＢＣ"}, {Text: "没有"},
			{Text: uscc(2)}, {Text: strings.ToLower(uscc(4))}, {Text: uscc(2)[:17]}, {Text: "No.4a"}, {Text: "NO.4A"},
			{Text: "慈善", Kind: ledger.Charity, Fundraising: true}, {Text: "慈善", Kind: ledger.Partner}, {Text: "会", Fundraising: true},
		} {
			t.Run(fmt.Sprintf("%+v", f), func(t *testing.T) {
				p.sameOrganizations(t, f)
			})
		}
		for index, o := range p.orgs {
			if i, err := p.s.OrganizationByCode(ctx, o.Scheme, o.Code); err != nil || i != index {
				t.Errorf("the code %s: got %d, %v, want %d", o.Code, i, err, index)
			}
		}
		for _, index := range []int64{-1, east, 1 << 40} {
			_, err := p.s.Organization(ctx, index)
			wantCode(t, fmt.Sprint("organization ", index), err, "no-such-organization")
		}
		_, err := p.s.OrganizationByCode(ctx, "GB-COH", uscc(2))
		wantCode(t, "a code of another register", err, "no-such-organization")
	})
}

// sameOrganizations holds a list, two at a time, against the records.
func (p *plain) sameOrganizations(t *testing.T, f view.OrganizationFilter) {
	var want, got []view.Organization
	for _, index := range slices.Sorted(maps.Keys(p.orgs)) {
		o := p.orgs[index]
		if (f.Text == "" || inText(o.Name, f.Text) || lowered(o.Code) == lowered(f.Text)) && (f.Kind == "" || o.Kind == f.Kind) && (!f.Fundraising || o.PublicFundraising) {
			want = append(want, view.Organization{Index: index, Organization: *o, Projects: p.projectsOf(index)})
		}
	}
	for f.After, f.Limit = -1, 2; ; f.After = got[len(got)-1].Index {
		page, err := p.s.Organizations(ctx, f)
		must(t, err)
		if got = append(got, page...); len(page) < f.Limit {
			break
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	for _, o := range got {
		if one, err := p.s.Organization(ctx, o.Index); err != nil || *one != o {
			t.Errorf("organization %d alone: %+v, %v", o.Index, one, err)
		}
	}
}

func (p *plain) projectsOf(organization int64) (n int64) {
	for _, r := range p.projects {
		if r.Organization == organization {
			n++
		}
	}
	return n
}
