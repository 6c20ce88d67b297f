package api

import (
	"context"
	"math"
	"net/http"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// Statistics are what projects add up to: all of them, or one, or those of an
// organization. Agency money is in none of the sums, and no transfer is counted.
type Statistics struct {
	By           string      `json:"by" example:"month"`                  // what moments or groups are by
	Project      *int64      `json:"project,omitempty" example:"4"`       // whose they are, if asked for
	Organization *int64      `json:"organization,omitempty" example:"1"`  // likewise
	From         ledger.Date `json:"from,omitempty" example:"2026-01-01"` // of the moments: the first day
	Upto         ledger.Date `json:"upto,omitempty" example:"2026-12-31"` // of the moments: the last day
	Totals       []Holding   `json:"totals"`                              // of all time, one for each asset
	Moments      []*Moment   `json:"moments,omitempty"`                   // by day, month or year
	Groups       []Group     `json:"groups,omitempty"`                    // by cause, place or organization
	Sizes        []Size      `json:"sizes"`                               // gifts of all time
}

// Moment is what happened in a stretch of time, in one asset.
type Moment struct {
	Period      string                   `json:"period" example:"2026-11"`
	Asset       ledger.AssetID           `json:"asset" example:"CNY"`
	Income      []account.KindAmount     `json:"income"`
	Expenditure []account.CategoryAmount `json:"expenditure"`
	Received    account.Sum              `json:"received"` // all income
	Spent       account.Sum              `json:"spent"`    // all expenditure
	Returns     account.Sum              `json:"returns"`
	Refunds     account.Sum              `json:"refunds"`
}

// Group is what the projects of one cause, place or organization add up to.
type Group struct {
	Value    string    `json:"value" example:"education"`
	Name     string    `json:"name,omitempty"` // of an organization
	Projects int64     `json:"projects" example:"31"`
	Holdings []Holding `json:"holdings"`
}

// Size is how many gifts have an amount of so many digits.
type Size struct {
	Asset ledger.AssetID `json:"asset" example:"CNY"`
	Least int64          `json:"least" example:"1000"`
	Most  int64          `json:"most" example:"9999"`
	account.Sum
}

// getStatistics gives what projects add up to.
//
//	@Summary		Totals, by time, cause, place, organization or asset, and the sizes of gifts
//	@Description	Of all projects, or with project or organization of one project or the projects of one organization.
//	@Tags			read
//	@Produce		json
//	@Param			by				query		string	false	"month (default), day, year, cause, place, organization or asset"
//	@Param			project			query		int		false	"of this project alone"
//	@Param			organization	query		int		false	"of the projects of this organization"
//	@Param			from			query		string	false	"the first day, of a series over time"
//	@Param			to				query		string	false	"the last day, of a series over time"
//	@Success		200				{object}	Statistics
//	@Failure		400,404			{object}	Problem
//	@Router			/v1/statistics [get]
func (s *server) getStatistics(c *gin.Context) {
	q := s.query(c)
	a := q.statistics()
	err := q.done()
	if err == nil {
		err = s.known(c.Request.Context(), a.project, a.organization)
	}
	var out *Statistics
	if err == nil {
		out, err = s.statistics(c.Request.Context(), a)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, out)
}

// statisticsAsk is which statistics are wanted.
type statisticsAsk struct {
	by                    string
	project, organization *int64
	from, upto            ledger.Date
}

// overTime says whether they are by stretches of time.
func (a statisticsAsk) overTime() bool { return a.by == "month" || a.by == "day" || a.by == "year" }

func (q *query) statistics() statisticsAsk {
	a := statisticsAsk{by: q.choice("by", "month", "day", "year", "cause", "place", "organization", "asset"), project: q.index("project"),
		organization: q.index("organization"), from: q.date("from"), upto: q.date("to")}
	q.check(a.overTime() || a.from == "", "from", string(a.from))
	q.check(a.overTime() || a.upto == "", "to", string(a.upto))
	return a
}

// known makes sure that a project and an organization that were asked for are there.
func (s *server) known(ctx context.Context, project, organization *int64) error {
	if project != nil {
		if _, err := s.owner(ctx, *project); err != nil {
			return err
		}
	}
	if organization != nil {
		_, err := s.Store.Organization(ctx, *organization)
		return err
	}
	return nil
}

func (s *server) statistics(ctx context.Context, a statisticsAsk) (*Statistics, error) {
	out := &Statistics{By: a.by, Project: a.project, Organization: a.organization, From: a.from, Upto: a.upto, Totals: []Holding{}}
	totals, err := s.Store.GroupsIn(ctx, view.ByAsset, a.project, a.organization)
	if err != nil {
		return nil, err
	}
	for _, g := range totals {
		out.Totals = append(out.Totals, asHoldings(g.Holdings)...)
	}
	sizes, err := s.Store.Sizes(ctx, a.project, a.organization)
	if err != nil {
		return nil, err
	}
	out.Sizes = asSizes(sizes)
	switch {
	case a.overTime():
		var series []view.Moment
		series, err = s.Store.Series(ctx, view.SeriesFilter{Project: a.project, Organization: a.organization, From: a.from, Upto: a.upto, Every: view.Every(a.by)})
		out.Moments = asMoments(series)
	case a.by != "asset":
		var groups []view.Group
		groups, err = s.Store.GroupsIn(ctx, view.By(a.by), a.project, a.organization)
		for _, g := range groups {
			out.Groups = append(out.Groups, Group{g.Value, g.Name, g.Projects, asHoldings(g.Holdings)})
		}
	}
	return out, err
}

// asMoments gathers the lines of each period and asset, which follow each other.
func asMoments(series []view.Moment) []*Moment {
	var out []*Moment
	for _, m := range series {
		if n := len(out); n == 0 || out[n-1].Period != m.Period || out[n-1].Asset != m.Asset {
			out = append(out, &Moment{Period: m.Period, Asset: m.Asset, Income: []account.KindAmount{}, Expenditure: []account.CategoryAmount{}})
		}
		out[len(out)-1].add(m.Line, m.Sum)
	}
	return out
}

func (m *Moment) add(l account.Line, sum account.Sum) {
	plus := func(s *account.Sum) { s.Units, s.Flows = s.Units+sum.Units, s.Flows+sum.Flows }
	switch {
	case l.Income():
		m.Income = append(m.Income, account.KindAmount{Kind: l.Kind(), Amount: sum.Units, Flows: sum.Flows})
		plus(&m.Received)
	case l.Spent():
		m.Expenditure = append(m.Expenditure, account.CategoryAmount{Category: l.Category(), Amount: sum.Units, Flows: sum.Flows})
		plus(&m.Spent)
	case l == account.LineReturn:
		plus(&m.Returns)
	case l == account.LineRefund:
		plus(&m.Refunds)
	}
}

func asSizes(sizes []view.Size) []Size {
	out := []Size{}
	for _, s := range sizes {
		least := int64(math.Pow10(s.Band - 1))
		out = append(out, Size{s.Asset, least, 10*least - 1, s.Sum})
	}
	return out
}
