package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// ProjectParty is what an organization gave to a project or got from it. Persons are
// in no sum.
type ProjectParty struct {
	Project  int64           `json:"project" example:"4"`
	Name     string          `json:"name" example:"某某家具厂"`
	Party    string          `json:"party" example:"91440101MA5CABCD1X"` // USCC, or the name where there is none: the filter of flows
	Kind     ledger.FlowKind `json:"kind" example:"expenditure"`
	Category ledger.Category `json:"category,omitempty" example:"5101.purchase"` // of an expenditure
	Asset    ledger.AssetID  `json:"asset" example:"CNY"`
	Amount   int64           `json:"amount" example:"30000"` // in smallest units, net of reversals
	Flows    int64           `json:"flows" example:"2"`      // how many
}

// Parties are a page of the parties of a project, the largest sums first.
type Parties struct {
	Items []ProjectParty `json:"items"`
	Next  string         `json:"next,omitempty" example:"MzAwMDAgNCAyMSBDTlkgOTE0NDAxMDFNQTVDQUJDRDFY"` // cursor of the next page
}

func asProjectParty(p view.Party) ProjectParty {
	return ProjectParty{Project: p.Project, Name: p.Name, Party: p.Key, Kind: p.Line.Kind(), Category: p.Line.Category(),
		Asset: p.Asset, Amount: p.Units, Flows: p.Flows}
}

// listParties lists the parties of a project.
//
//	@Summary		Organizations that gave to a project or got from it, the largest sums first
//	@Description	A party whose sum changes between two pages may be on both, or on none: an export has each once.
//	@Tags			read
//	@Produce		json
//	@Param			id		path		int		true	"the project"
//	@Param			side	query		string	false	"gave or got; both by default"
//	@Param			party	query		string	false	"USCC, or the name of an organization without one"
//	@Param			limit	query		int		false	"1 to 500, default 50"
//	@Param			cursor	query		string	false	"next of the page before"
//	@Success		200		{object}	Parties
//	@Failure		400,404	{object}	Problem
//	@Router			/v1/projects/{id}/parties [get]
func (s *server) listParties(c *gin.Context) {
	q := s.query(c)
	limit, f := q.limit(), q.partyFilter()
	f.Limit, f.After = limit+1, q.afterParty()
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
	out := Parties{Items: []ProjectParty{}}
	if len(list) > limit {
		list = list[:limit]
		out.Next = s.next(c, partyPlace(list[limit-1]))
	}
	for _, p := range list {
		out.Items = append(out.Items, asProjectParty(p))
	}
	c.JSON(http.StatusOK, out)
}

// partyFilter reads the filters of the list of parties.
func (q *query) partyFilter() view.PartyFilter {
	return view.PartyFilter{Lines: linesOfSide(q.choice("side", "", "gave", "got")), Party: q.text("party")}
}

// partyPlace writes the place behind a party: its sum, and what tells it from others of
// the same sum. The party itself comes last, since a name may hold spaces.
func partyPlace(p view.Party) string {
	return fmt.Sprintf("%d %d %d %s %s", p.Units, p.Project, p.Line, p.Asset, p.Key)
}

// afterParty reads where a page of parties begins.
func (q *query) afterParty() *view.Party {
	place := q.cursor()
	if place == "" {
		return nil
	}
	var p view.Party
	n, _ := fmt.Sscanf(place, "%d %d %d %s", &p.Units, &p.Project, &p.Line, &p.Asset)
	parts := strings.SplitN(place, " ", 5)
	if n < 4 || len(parts) < 5 || partyPlace(p)+parts[4] != place {
		q.check(false, "cursor", place)
		return nil
	}
	p.Key = parts[4]
	return &p
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
