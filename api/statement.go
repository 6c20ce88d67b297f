package api

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
)

// Statement is the account of a project or an organization for a range of days. For
// each asset, closing = opening + income + returns + transfers in + converted in −
// expenditure − refunds − transfers out − converted out, each net of reversals.
type Statement struct {
	*account.Statement
	Shares []Share `json:"shares"`
}

// ProjectStatement is a project's statement, with its budget where its plan has one.
type ProjectStatement struct {
	Statement
	Budget *Budget `json:"budget,omitempty"`
}

// Share is what of an asset's expenditure was for management and for raising funds.
// The law bounds both over longer times than a project has, so these are facts and no
// verdicts (民发〔2026〕12号).
type Share struct {
	Asset         ledger.AssetID `json:"asset" example:"CNY"`
	Spent         int64          `json:"spent" example:"40000"`
	Programme     int64          `json:"programme" example:"38000"` // 5101
	Management    int64          `json:"management" example:"1000"` // 5301
	Fundraising   int64          `json:"fundraising" example:"600"` // 5401
	Donations     int64          `json:"donations" example:"100000"`
	ManagementBP  int64          `json:"management_bp" example:"250"` // hundredths of a percent of what was spent, rounded down
	FundraisingBP int64          `json:"fundraising_bp" example:"60"` // hundredths of a percent of the donations, rounded down
}

// ask is what statement is wanted.
type ask struct {
	account.Scope
	from, upto ledger.Date
	at         int64
}

// statementOf reads the parameters of a statement.
func (s *server) statementOf(c *gin.Context) (a ask, err error) {
	q := s.query(c)
	a.from, a.upto = q.date("from"), q.date("to")
	if at := q.number("at", 1, ledger.MaxUnits); at != nil {
		a.at = *at
	}
	if a.upto != "" && a.upto < a.from {
		q.check(false, "to", string(a.upto))
	}
	return a, q.done()
}

func (s *server) statement(ctx context.Context, a ask) (*Statement, error) {
	st, err := s.Store.Statement(ctx, a.Scope, a.from, a.upto, a.at)
	if err != nil {
		return nil, err
	}
	out := &Statement{st, []Share{}}
	for _, asset := range st.Assets {
		out.Shares = append(out.Shares, shareOf(asset))
	}
	if st.Assets == nil {
		st.Assets = []account.AssetStatement{}
	}
	return out, nil
}

func shareOf(a account.AssetStatement) Share {
	out := Share{Asset: a.Asset}
	for _, e := range a.Expenditure {
		out.Spent += e.Amount
		switch e.Category.Account() {
		case "5101":
			out.Programme += e.Amount
		case "5301":
			out.Management += e.Amount
		case "5401":
			out.Fundraising += e.Amount
		}
	}
	for _, in := range a.Income {
		if in.Kind == ledger.Donation {
			out.Donations += in.Amount
		}
	}
	out.ManagementBP, out.FundraisingBP = share(out.Management, 10_000, out.Spent), share(out.Fundraising, 10_000, out.Donations)
	return out
}

// getProjectStatement gives a project's statement.
//
//	@Summary		The account of a project for a range of days, and its budget beside it
//	@Description	Counted by the day on which flows occurred. With at it is given as the log then stood.
//	@Tags			read
//	@Produce		json
//	@Param			id		path		int		true	"the project"
//	@Param			from	query		string	false	"the first day; open if left out"
//	@Param			to		query		string	false	"the last day; open if left out"
//	@Param			at		query		int		false	"records that the log had; all if left out"
//	@Success		200		{object}	ProjectStatement
//	@Failure		400,404	{object}	Problem
//	@Router			/v1/projects/{id}/statement [get]
func (s *server) getProjectStatement(c *gin.Context) {
	a, err := s.statementOf(c)
	if err == nil {
		a.Project, err = s.pathProject(c)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	st, err := s.statement(c.Request.Context(), a)
	if err != nil {
		s.fail(c, err)
		return
	}
	budget, err := s.budget(c.Request.Context(), st.Statement)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, ProjectStatement{*st, budget})
}

// getOrganizationStatement gives the statement of all projects of an organization.
//
//	@Summary		The account of all projects of an organization for a range of days
//	@Description	Transfers between its projects are not counted.
//	@Tags			read
//	@Produce		json
//	@Param			id		path		int		true	"the organization"
//	@Param			from	query		string	false	"the first day; open if left out"
//	@Param			to		query		string	false	"the last day; open if left out"
//	@Param			at		query		int		false	"records that the log had; all if left out"
//	@Success		200		{object}	Statement
//	@Failure		400,404	{object}	Problem
//	@Router			/v1/organizations/{id}/statement [get]
func (s *server) getOrganizationStatement(c *gin.Context) {
	a, err := s.statementOf(c)
	var organization int64
	if err == nil {
		organization, err = pathIndex(c)
	}
	if err == nil {
		_, err = s.Store.Organization(c.Request.Context(), organization)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	a.Organization = &organization
	out, err := s.statement(c.Request.Context(), a)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, out)
}
