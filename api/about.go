package api

import (
	"slices"

	"github.com/gin-gonic/gin"
)

// listProjectRecords lists the records about a project, but for its flows.
//
//	@Summary	Plans, statuses, disclosures, corrections, freezes and deliveries of a project, the last first
//	@Tags		read
//	@Produce	json
//	@Param		id		path		int		true	"the project"
//	@Param		type	query		string	false	"several with commas: project, plan, status, designation, delivery, disclosure, correction, freeze, exception, erasure; all by default"
//	@Param		limit	query		int		false	"1 to 500, default 50"
//	@Param		cursor	query		string	false	"next of the page before"
//	@Success	200		{object}	Records
//	@Failure	400,404	{object}	Problem
//	@Router		/v1/projects/{id}/records [get]
func (s *server) listProjectRecords(c *gin.Context) {
	q := s.query(c)
	limit, before, types := q.limit(), q.before(), q.types()
	err := q.done()
	var project int64
	if err == nil {
		project, err = s.pathProject(c)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	list, err := s.Store.About(c.Request.Context(), project, types, before, limit+1)
	s.records(c, list, limit, err)
}

// aboutProjects are the types of records that may be about a project; flows have a
// list of their own.
var aboutProjects = []string{"project", "plan", "status", "designation", "delivery", "disclosure", "correction", "freeze", "exception", "erasure"}

func (q *query) types() []string {
	types := q.list("type")
	for _, t := range types {
		q.check(slices.Contains(aboutProjects, t), "type", t)
	}
	if types == nil {
		return aboutProjects
	}
	slices.Sort(types)
	return slices.Compact(types)
}
