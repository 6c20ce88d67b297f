package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// ProjectParty is what an organization gave to a project or got from it. Persons are
// in no sum.
type ProjectParty struct {
	Name     string          `json:"name" example:"某某家具厂"`
	Party    string          `json:"party" example:"91440101MA5CABCD1X"` // USCC, or the name: the filter of flows
	Kind     ledger.FlowKind `json:"kind" example:"expenditure"`
	Category ledger.Category `json:"category,omitempty" example:"5101.purchase"`
	Asset    ledger.AssetID  `json:"asset" example:"CNY"`
	Amount   int64           `json:"amount" example:"30000"`
	Flows    int64           `json:"flows" example:"2"`
}

// Parties are the parties of a project, the largest sums first.
type Parties struct {
	Items []ProjectParty `json:"items"`
	More  bool           `json:"more,omitempty"` // there are smaller ones
}

// listParties lists the parties of a project.
//
//	@Summary	Organizations that gave to a project or got from it, the largest sums first
//	@Tags		read
//	@Produce	json
//	@Param		id		path		int		true	"the project"
//	@Param		side	query		string	false	"gave or got; both by default"
//	@Param		party	query		string	false	"USCC, or the name of an organization without one"
//	@Param		limit	query		int		false	"1 to 500, default 50"
//	@Success	200		{object}	Parties
//	@Failure	400,404	{object}	Problem
//	@Router		/v1/projects/{id}/parties [get]
func (s *server) listParties(c *gin.Context) {
	q := s.query(c)
	limit := q.limit()
	f := view.PartyFilter{Lines: linesOfSide(q.choice("side", "", "gave", "got")), Party: q.text("party"), Limit: limit + 1}
	err := q.done()
	if err == nil {
		var project int64
		project, err = s.pathProject(c)
		f.Project = &project
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	list, err := s.Store.Parties(c.Request.Context(), f)
	if err != nil {
		s.fail(c, err)
		return
	}
	out := Parties{Items: []ProjectParty{}, More: len(list) > limit}
	for _, p := range list[:min(len(list), limit)] {
		out.Items = append(out.Items, ProjectParty{Name: p.Name, Party: p.Key, Kind: p.Line.Kind(), Category: p.Line.Category(),
			Asset: p.Asset, Amount: p.Units, Flows: p.Flows})
	}
	c.JSON(http.StatusOK, out)
}

// linesOfSide gives the lines of what parties gave, or of what they got.
func linesOfSide(side string) []account.Line {
	var lines []account.Line
	for _, l := range account.Lines() {
		if side == "gave" && (l.Income() || l == account.LineOpening) || side == "got" && !l.Income() && l != account.LineOpening {
			lines = append(lines, l)
		}
	}
	return lines
}
