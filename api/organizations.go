package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/view"
)

// Organization is a body that is registered in the book.
type Organization struct {
	ID                int64                   `json:"id" example:"1"`
	Scheme            string                  `json:"scheme" example:"uscc"` // the register that its code is of
	Code              string                  `json:"code" example:"53440100MJK9876542"`
	Name              string                  `json:"name" example:"某某慈善会"`
	Kind              ledger.OrganizationKind `json:"kind" example:"charity"`
	PublicFundraising bool                    `json:"public_fundraising" example:"true"`
	Projects          int64                   `json:"projects" example:"12"`   // how many it has
	PartnerPools      []*Pool                 `json:"partner_pools,omitempty"` // of a single organization: what it holds in the projects of others
}

// Organizations is a page of organizations.
type Organizations struct {
	Items []*Organization `json:"items"`
	Next  string          `json:"next,omitempty" example:"MjI4NDkw"`
}

func asOrganization(o view.Organization) *Organization {
	return &Organization{ID: o.Index, Scheme: o.Scheme, Code: o.Code, Name: o.Name, Kind: o.Kind, PublicFundraising: o.PublicFundraising, Projects: o.Projects}
}

// listOrganizations lists organizations.
//
//	@Summary	Organizations, in the order of their registration
//	@Tags		read
//	@Produce	json
//	@Param		q			query		string	false	"in the name, or the whole code"
//	@Param		kind		query		string	false	"charity, platform, partner, regulator or auditor"
//	@Param		fundraising	query		bool	false	"only those qualified for public fundraising"
//	@Param		limit		query		int		false	"1 to 500, default 50"
//	@Param		cursor		query		string	false	"next of the page before"
//	@Success	200			{object}	Organizations
//	@Failure	400			{object}	Problem
//	@Router		/v1/organizations [get]
func (s *server) listOrganizations(c *gin.Context) {
	q := s.query(c)
	limit, f := q.limit(), organizationFilter(q)
	f.After, f.Limit = -1, limit+1
	if after := q.after(); after != nil {
		f.After = *after
	}
	if err := q.done(); err != nil {
		s.fail(c, err)
		return
	}
	list, err := s.Store.Organizations(c.Request.Context(), f)
	if err != nil {
		s.fail(c, err)
		return
	}
	out := Organizations{Items: []*Organization{}}
	if len(list) > limit {
		list = list[:limit]
		out.Next = s.next(c, list[limit-1].Index)
	}
	for _, o := range list {
		out.Items = append(out.Items, asOrganization(o))
	}
	c.JSON(http.StatusOK, out)
}

// getOrganization gives one organization.
//
//	@Summary	An organization, and what it holds in the projects of others
//	@Tags		read
//	@Produce	json
//	@Param		id		path		int	true	"its index"
//	@Success	200		{object}	Organization
//	@Failure	404		{object}	Problem
//	@Router		/v1/organizations/{id} [get]
func (s *server) getOrganization(c *gin.Context) {
	index, err := s.pathOnly(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	o, err := s.Store.Organization(c.Request.Context(), index)
	if err != nil {
		s.fail(c, err)
		return
	}
	pools, err := s.Store.Pools(c.Request.Context(), nil, &index)
	if err != nil {
		s.fail(c, err)
		return
	}
	out := asOrganization(*o)
	out.PartnerPools = asPools(pools)
	c.JSON(http.StatusOK, out)
}

// pathOnly reads the index in the path of a request that has no parameters.
func (s *server) pathOnly(c *gin.Context) (int64, error) {
	if err := s.query(c).done(); err != nil {
		return 0, err
	}
	return pathIndex(c)
}
