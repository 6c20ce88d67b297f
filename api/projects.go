package api

import (
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// Project is a fundraising project, a fund, or an organization's general fund, as lists
// have it.
type Project struct {
	ID           int64              `json:"id" example:"4"`
	Organization OrganizationName   `json:"organization"`
	Name         string             `json:"name" example:"乡村小学课桌"`
	FilingNumber string             `json:"filing_number,omitempty" example:"53440100MJK9876542A26001"`
	Kind         ledger.ProjectKind `json:"kind" example:"campaign"`
	Cause        string             `json:"cause" example:"education"`
	Place        string             `json:"place" example:"440100"`
	Status       ledger.Status      `json:"status" example:"fundraising"` // today
	Frozen       bool               `json:"frozen"`                       // the regulator stopped its payments
	Starts       ledger.Date        `json:"starts,omitempty" example:"2026-09-01"`
	Ends         ledger.Date        `json:"ends,omitempty" example:"2027-08-31"`
	Target       *ledger.Sum        `json:"target,omitempty"`
	Progress     *Progress          `json:"progress,omitempty"` // where there is a target
	Holdings     []Holding          `json:"holdings"`
}

// OrganizationName names an organization.
type OrganizationName struct {
	ID   int64  `json:"id" example:"1"`
	Code string `json:"code" example:"53440100MJK9876542"`
	Name string `json:"name" example:"某某慈善会"`
}

// Projects is a page of projects.
type Projects struct {
	Items  []*Project `json:"items"`
	Next   string     `json:"next,omitempty" example:"MjI4NDkwIA"`
	Facets *Facets    `json:"facets,omitempty"` // if asked for
}

// Facets are the choices that a list offers, each counted under all filters but its own.
type Facets struct {
	Total         int64   `json:"total" example:"128"`
	Causes        []Facet `json:"causes"`
	Places        []Facet `json:"places"` // the first two digits of a province, or a country
	Statuses      []Facet `json:"statuses"`
	Kinds         []Facet `json:"kinds"`
	Years         []Facet `json:"years"`
	Organizations []Facet `json:"organizations"` // by index
}

// Facet is how many projects one more choice would leave.
type Facet struct {
	Value string `json:"value" example:"education"`
	Count int64  `json:"count" example:"31"`
}

func asProject(p view.Project) *Project {
	out := &Project{ID: p.Index, Organization: OrganizationName{p.Organization, p.Owner.Code, p.Owner.Name}, Name: p.Name, FilingNumber: p.Filing, Kind: p.Kind,
		Cause: p.Cause, Place: p.Place, Status: p.Status, Frozen: p.Frozen, Starts: p.Starts, Ends: p.Ends, Target: p.Target, Holdings: asHoldings(p.Holdings)}
	if p.Target != nil {
		out.Progress = progressOf(*p.Target, p.Holdings)
	}
	return out
}

// listProjects lists projects.
//
//	@Summary	Projects by any filter, in any of five orders
//	@Tags		read
//	@Produce	json
//	@Param		q				query		string	false	"in the name of project or organization, or the whole filing number"
//	@Param		cause			query		string	false	"education"
//	@Param		place			query		string	false	"how the place begins: 44 is a province"
//	@Param		kind			query		string	false	"campaign, project, joint, fund or general"
//	@Param		status			query		string	false	"draft, filed, fundraising, closed, executing or completed, today"
//	@Param		organization	query		int		false	"to which they belong"
//	@Param		year			query		int		false	"in which fundraising starts"
//	@Param		frozen			query		bool	false	"only those whose payments are stopped"
//	@Param		sort			query		string	false	"newest (default), raised, spent, ending or name"
//	@Param		facets			query		bool	false	"with the choices that each filter offers"
//	@Param		limit			query		int		false	"1 to 500, default 50"
//	@Param		cursor			query		string	false	"next of the page before"
//	@Success	200				{object}	Projects
//	@Failure	400				{object}	Problem
//	@Router		/v1/projects [get]
func (s *server) listProjects(c *gin.Context) {
	q := s.query(c)
	f, facets := s.projectFilter(q), q.flag("facets")
	if err := q.done(); err != nil {
		s.fail(c, err)
		return
	}
	list, next, err := s.Store.Projects(c.Request.Context(), f)
	if err != nil {
		s.fail(c, err)
		return
	}
	out := Projects{Items: []*Project{}}
	for _, p := range list {
		out.Items = append(out.Items, asProject(p))
	}
	if next != nil {
		out.Next = s.next(c, strconv.FormatInt(next.Index, 10)+" "+next.Key)
	}
	if facets {
		counted, err := s.Store.Facets(c.Request.Context(), f)
		if err != nil {
			s.fail(c, err)
			return
		}
		out.Facets = asFacets(counted)
	}
	c.JSON(http.StatusOK, out)
}

// projectFilter reads the filters of a list of projects.
func (s *server) projectFilter(q *query) view.ProjectFilter {
	f := view.ProjectFilter{
		Text: q.text("q"), Cause: q.text("cause"), Place: q.text("place"), Organization: q.index("organization"), Frozen: q.flag("frozen"),
		Kind:   ledger.ProjectKind(q.choice("kind", "", "campaign", "project", "joint", "fund", "general")),
		Status: ledger.Status(q.choice("status", "", "draft", "filed", "fundraising", "closed", "executing", "completed")),
		Sort:   view.Sort(q.choice("sort", "newest", "raised", "spent", "ending", "name")),
		Today:  account.Today(s.Now()), Limit: q.limit(), After: q.place(),
	}
	if year := q.number("year", 1900, 9999); year != nil {
		f.Year = int(*year)
	}
	return f
}

// place reads where a page of a sorted list begins.
func (q *query) place() *view.Place {
	v := q.cursor()
	if v == "" {
		return nil
	}
	number, key, ok := strings.Cut(v, " ")
	index, err := strconv.ParseInt(number, 10, 64)
	q.check(ok && err == nil && utf8.ValidString(key) && !strings.Contains(key, "\x00"), "cursor", number)
	return &view.Place{Key: key, Index: index}
}

func asFacets(f *view.Facets) *Facets {
	list := func(facets []view.Facet) []Facet {
		out := []Facet{}
		for _, v := range facets {
			out = append(out, Facet(v))
		}
		return out
	}
	return &Facets{f.Total, list(f.Causes), list(f.Places), list(f.Statuses), list(f.Kinds), list(f.Years), list(f.Organizations)}
}
