package explorer

import (
	"context"
	"slices"
	"strconv"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// projectList is the list of projects.
type projectList struct {
	Text    string
	Total   int64
	Cards   []card
	Facets  []facet
	Chosen  []chip
	Hidden  []chip // filters that the search form carries on: Word is the name
	Sorts   []sorting
	Clear   string // the list without any filter
	First   string // the first page, of a later one
	Next    string
	Exports []takeaway
}

// sorting is an order that a list is offered in.
type sorting struct {
	Sort view.Sort
	Link string
	Here bool
}

// projectsPage is how many projects a page has: whole rows of cards of two and three.
const projectsPage = 24

var (
	projectKinds    = []ledger.ProjectKind{ledger.Campaign, ledger.Undertaking, ledger.Joint, ledger.Fund, ledger.GeneralFund}
	projectStatuses = []ledger.Status{ledger.Draft, ledger.Filed, ledger.Fundraising, ledger.Closed, ledger.Executing, ledger.Completed}
	// projectFilters are those that the list and its files share.
	projectFilters = []string{"q", "cause", "place", "status", "organization", "year", "kind", "frozen"}
)

// projectFilter reads the filters of the list.
func projectFilter(a *ask) view.ProjectFilter {
	f := view.ProjectFilter{Text: a.text("q"), Cause: a.text("cause"), Place: a.region(), Organization: a.index("organization"), Frozen: a.flag("frozen"),
		Status: choose(a, "status", projectStatuses), Kind: choose(a, "kind", projectKinds), Sort: choose(a, "sort", view.Sorts()),
		Today: a.today, After: a.place("after"), Limit: projectsPage}
	if year := a.text("year"); year != "" {
		n, err := strconv.Atoi(year)
		a.check(err == nil && n >= 1900 && n <= 9999, "year")
		f.Year = n
	}
	return f
}

func (s *Site) projects(ctx context.Context, v visit, r Reads) (*page, error) {
	a := v.ask()
	f := projectFilter(a)
	if err := a.done(); err != nil {
		return nil, err
	}
	list, next, err := r.Projects(ctx, f)
	if err != nil {
		return nil, err
	}
	facets, err := r.Facets(ctx, f)
	if err != nil {
		return nil, err
	}
	names, err := r.Names(ctx, ownersOf(f, facets))
	if err != nil {
		return nil, err
	}
	out := projectList{Text: f.Text, Total: facets.Total, Cards: asCards(list), Facets: v.facets(f, facets, names), Chosen: v.chosenProjects(f, names),
		Sorts: v.sorts(f.Sort), Clear: v.link(v.path), Exports: v.exports("projects", v.kept(projectFilters...))}
	for _, name := range slices.Concat(projectFilters[1:], []string{"sort"}) {
		if value := v.query.Get(name); value != "" {
			out.Hidden = append(out.Hidden, chip{Word: name, Value: value})
		}
	}
	if f.After != nil {
		out.First = v.with("after", "")
	}
	if next != nil {
		out.Next = v.with("after", placed(next))
	}
	return &page{Name: "projects", Title: v.tongue.say("nav.projects"), Wide: true, Data: out}, nil
}

// ownersOf gives the organizations that the facets and the filter name.
func ownersOf(f view.ProjectFilter, facets *view.Facets) (list []int64) {
	for _, o := range facets.Organizations {
		if n, err := strconv.ParseInt(o.Value, 10, 64); err == nil {
			list = append(list, n)
		}
	}
	if f.Organization != nil {
		list = append(list, *f.Organization)
	}
	return list
}

// sorts gives the orders of the list; of those who ask for none, the newest come first.
func (v visit) sorts(here view.Sort) []sorting {
	if here == "" {
		here = view.Newest
	}
	var all []sorting
	for _, sort := range view.Sorts() {
		all = append(all, sorting{sort, v.with("sort", string(sort), "after", ""), sort == here})
	}
	return all
}
