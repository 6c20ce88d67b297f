package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// ProjectDetail is a project with its plan and designations.
type ProjectDetail struct {
	*Project
	Plan         *Plan         `json:"plan,omitempty"`
	Designations []Designation `json:"designations"` // beside general, which every project has
}

// Plan is a fundraising plan as filed.
type Plan struct {
	ID            int64               `json:"id" example:"5"` // its record
	Starts        ledger.Date         `json:"starts,omitempty" example:"2026-09-01"`
	Ends          ledger.Date         `json:"ends,omitempty" example:"2027-08-31"`
	Target        *ledger.Sum         `json:"target,omitempty"`
	Budget        []ledger.BudgetLine `json:"budget,omitempty"`
	Beneficiaries int64               `json:"beneficiaries,omitempty" example:"300"`
	Partners      []int64             `json:"partners,omitempty"`
	Replaces      int64               `json:"replaces,omitempty"` // the plan before
	Texts         map[string]string   `json:"texts,omitempty"`    // purpose, use, area, beneficiaries, selection, remaining, contact, reason
	Withdrawn     bool                `json:"withdrawn,omitempty"`
}

// Designation is a purpose within a project that money is bound to.
type Designation struct {
	ID    string       `json:"id" example:"roof"`
	Name  string       `json:"name" example:"屋顶维修"`
	Class ledger.Class `json:"class" example:"restricted"`
}

// Pool is the units of one asset that one organization holds for one project under one
// designation. They are numbered in the order in which they came in: every fen has an
// address.
type Pool struct {
	Pool        string         `json:"pool" example:"4/1/general/CNY"`
	Project     int64          `json:"project" example:"4"`
	Holder      int64          `json:"holder" example:"1"`
	Designation string         `json:"designation" example:"general"`
	Class       ledger.Class   `json:"class,omitempty" example:"restricted"`
	Asset       ledger.AssetID `json:"asset" example:"CNY"`
	Held        int64          `json:"held" example:"61000"`
	Laid        int64          `json:"laid" example:"100000"` // units that ever came in: the next address
}

// Pools are a page of the pools of a project.
type Pools struct {
	Items []*Pool `json:"items"`
	Next  string  `json:"next,omitempty" example:"NC8xL2dlbmVyYWwvQ05Z"`
}

// getProject gives one project.
//
//	@Summary	A project: its plan with the texts, its designations, and what it holds
//	@Tags		read
//	@Produce	json
//	@Param		id		path		int	true	"its index"
//	@Success	200		{object}	ProjectDetail
//	@Failure	404		{object}	Problem
//	@Router		/v1/projects/{id} [get]
func (s *server) getProject(c *gin.Context) {
	index, err := s.pathOnly(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	p, err := s.Store.Project(c.Request.Context(), index, account.Today(s.Now()))
	if err != nil {
		s.fail(c, err)
		return
	}
	out := ProjectDetail{Project: asProject(*p), Designations: []Designation{}}
	plan, err := s.Store.Record(c.Request.Context(), p.Plan)
	if err != nil {
		s.fail(c, err)
		return
	}
	designations, err := s.Store.Designations(c.Request.Context(), index)
	if err != nil {
		s.fail(c, err)
		return
	}
	out.Plan = asPlan(plan)
	for _, d := range designations {
		out.Designations = append(out.Designations, Designation{d.ID, d.Name, d.Class})
	}
	c.JSON(http.StatusOK, out)
}

// asPlan shows a plan record, nil for any other.
func asPlan(r *view.Record) *Plan {
	p, ok := r.Record.What.(*ledger.Plan)
	if !ok {
		return nil
	}
	return &Plan{ID: r.Record.Index, Starts: p.Starts, Ends: p.Ends, Target: p.Target, Budget: p.Budget, Beneficiaries: p.Beneficiaries,
		Partners: p.Partners, Replaces: p.Replaces, Texts: textMap(r.Texts), Withdrawn: r.Withdrawn}
}

// listPools lists the pools of a project.
//
//	@Summary	The pools of a project, and what each holds, in the order in which they were first used
//	@Tags		read
//	@Produce	json
//	@Param		id		path		int		true	"the project"
//	@Param		limit	query		int		false	"1 to 500, default 50"
//	@Param		cursor	query		string	false	"next of the page before"
//	@Success	200		{object}	Pools
//	@Failure	400,404	{object}	Problem
//	@Router		/v1/projects/{id}/pools [get]
func (s *server) listPools(c *gin.Context) {
	q := s.query(c)
	limit, cursor := q.limit(), q.cursor()
	err := q.done()
	var project int64
	if err == nil {
		project, err = s.pathProject(c)
	}
	var pools []view.Pool
	if err == nil {
		pools, err = s.Store.Pools(c.Request.Context(), &project, nil)
	}
	var out Pools
	if err == nil {
		out.Items, out.Next, err = pageOf(s, c, asPools(pools), cursor, limit, func(p *Pool) string { return p.Pool })
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, out)
}

// pathProject reads the project in the path, and makes sure that it is one.
func (s *server) pathProject(c *gin.Context) (int64, error) {
	index, err := pathIndex(c)
	if err == nil {
		_, err = s.owner(c.Request.Context(), index)
	}
	return index, err
}

func asPools(list []view.Pool) []*Pool {
	out := []*Pool{}
	for _, p := range list {
		out = append(out, asPool(p))
	}
	return out
}

func asPool(p view.Pool) *Pool {
	return &Pool{Pool: p.String(), Project: p.Project, Holder: p.Holder, Designation: p.Designation, Class: p.Class,
		Asset: p.Asset, Held: p.Balance(), Laid: p.In}
}
