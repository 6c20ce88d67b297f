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

// Statistics are what all projects add up to. Agency money is in none of the sums, and
// no transfer is counted.
type Statistics struct {
	By      string      `json:"by" example:"month"`
	From    ledger.Date `json:"from,omitempty" example:"2026-01-01"`
	Upto    ledger.Date `json:"upto,omitempty" example:"2026-12-31"` // the last day
	Totals  []Holding   `json:"totals"`                              // of all time
	Moments []*Moment   `json:"moments,omitempty"`                   // by day, month or year
	Groups  []Group     `json:"groups,omitempty"`                    // by cause, place or organization
	Sizes   []Size      `json:"sizes"`                               // gifts of all time
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

// getStatistics gives what all projects add up to.
//
//	@Summary	Totals, by time, cause, place, organization or asset, and the sizes of gifts
//	@Tags		read
//	@Produce	json
//	@Param		by		query		string	false	"month (default), day, year, cause, place, organization or asset"
//	@Param		from	query		string	false	"the first day, of a series over time"
//	@Param		to		query		string	false	"the last day, of a series over time"
//	@Success	200		{object}	Statistics
//	@Failure	400		{object}	Problem
//	@Router		/v1/statistics [get]
func (s *server) getStatistics(c *gin.Context) {
	q := s.query(c)
	out := Statistics{By: q.choice("by", "month", "day", "year", "cause", "place", "organization", "asset"), From: q.date("from"), Upto: q.date("to")}
	overTime := out.By == "month" || out.By == "day" || out.By == "year"
	q.check(overTime || out.From == "", "from", string(out.From))
	q.check(overTime || out.Upto == "", "to", string(out.Upto))
	if err := q.done(); err != nil {
		s.fail(c, err)
		return
	}
	if err := s.fill(c.Request.Context(), &out, overTime); err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, out)
}

func (s *server) fill(ctx context.Context, out *Statistics, overTime bool) error {
	totals, err := s.Store.Groups(ctx, view.ByAsset)
	if err != nil {
		return err
	}
	out.Totals = []Holding{}
	for _, g := range totals {
		out.Totals = append(out.Totals, asHoldings(g.Holdings)...)
	}
	sizes, err := s.Store.Sizes(ctx, nil, nil)
	if err != nil {
		return err
	}
	out.Sizes = asSizes(sizes)
	switch {
	case overTime:
		var series []view.Moment
		series, err = s.Store.Series(ctx, view.SeriesFilter{From: out.From, Upto: out.Upto, Every: view.Every(out.By)})
		out.Moments = asMoments(series)
	case out.By != "asset":
		var groups []view.Group
		groups, err = s.Store.Groups(ctx, view.By(out.By))
		for _, g := range groups {
			out.Groups = append(out.Groups, Group{g.Value, g.Name, g.Projects, asHoldings(g.Holdings)})
		}
	}
	return err
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
