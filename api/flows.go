package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// Flow is one movement of units into, out of, or between pools, as anyone may see it: a
// donation, an expenditure, a transfer, a refund …
type Flow struct {
	ID          int64             `json:"id" example:"228490"`
	Type        string            `json:"type" example:"flow"`
	Kind        ledger.FlowKind   `json:"kind" example:"donation"`
	Project     int64             `json:"project" example:"4"`
	Asset       ledger.AssetID    `json:"asset" example:"CNY"`
	Amount      int64             `json:"amount" example:"2000"`
	Into        *ledger.Sum       `json:"into,omitempty"` // of a conversion
	Occurred    string            `json:"occurred" example:"2026-11-20"`
	Recorded    time.Time         `json:"recorded" example:"2026-11-20T04:00:00Z"`
	By          Author            `json:"by"`
	From        string            `json:"from,omitempty" example:"4/1/general/CNY"` // the pool it left
	To          string            `json:"to,omitempty" example:"4/3/general/CNY"`   // the pool it entered
	Spans       []Span            `json:"spans"`
	Of          *int64            `json:"of,omitempty"` // the record it refers to
	Channel     string            `json:"channel,omitempty" example:"wechat"`
	Category    ledger.Category   `json:"category,omitempty" example:"5101.direct_aid"`
	Party       *Party            `json:"party,omitempty"`
	Value       *Value            `json:"value,omitempty"`
	Texts       map[string]string `json:"texts,omitempty"` // what the public seal holds: note, purpose, reason
	Withdrawn   bool              `json:"withdrawn,omitempty"`
	Evidence    []File            `json:"evidence,omitempty"`
	Basis       int64             `json:"basis,omitempty"`
	Consent     *Author           `json:"consent,omitempty"`
	Late        bool              `json:"late,omitempty"`      // received after the end of fundraising
	Undone      int64             `json:"undone,omitempty"`    // units that came back or were reversed
	Delivered   int64             `json:"delivered,omitempty"` // units that recipients signed for
	Corrections []int64           `json:"corrections,omitempty"`
	LeafHash    string            `json:"leaf_hash" example:"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	Anchor      *AnchorState      `json:"anchor,omitempty"` // of a single flow
}

// File is a file of evidence that a flow names. Of one that is not public the hash says
// only that it is kept: regulators and auditors see it.
type File struct {
	Hash   string `json:"hash" example:"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	Media  string `json:"media,omitempty" example:"application/pdf"`
	Size   int64  `json:"size,omitempty" example:"48213"`                                                                               // bytes
	Public bool   `json:"public" example:"true"`                                                                                        // anyone may see it
	URL    string `json:"url,omitempty" example:"/v1/evidence/sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"` // of a public one
}

// Author is who wrote a record: an organization, and which of its keys.
type Author struct {
	Org int64  `json:"org" example:"1"`
	Key string `json:"key" example:"k3f9"`
}

// Party is the other end of a flow. A natural person is shown by the name that they
// agreed to show.
type Party struct {
	Kind    ledger.PartyKind `json:"kind" example:"person"`
	Name    string           `json:"name,omitempty" example:"某某小学"` // of an organization
	USCC    ledger.USCC      `json:"uscc,omitempty"`
	Display string           `json:"display,omitempty" example:"李*"`
	Related bool             `json:"related,omitempty"`
}

// Value is the fair value of goods.
type Value struct {
	Amount int64  `json:"amount" example:"50000"` // fen
	Basis  string `json:"basis" example:"document"`
}

// Flows is a page of flows.
type Flows struct {
	Items []*Flow `json:"items"`
	Next  string  `json:"next,omitempty" example:"MjI4NDkw"` // cursor of the next page; a page may be short and have one
}

// asFlow shows a row of the list of flows.
func asFlow(v view.Flow) *Flow {
	f, r := v.Flow, v.Record
	out := &Flow{ID: r.Index, Type: "flow", Kind: f.Kind, Project: f.Project(), Asset: assetOf(f), Amount: f.Amount, Occurred: f.Occurred.String(),
		Recorded: r.Recorded, By: Author(r.By), Spans: spansOf(f), Channel: f.Channel, Category: f.Category, Evidence: asFiles(v.Files), Basis: f.Basis,
		Consent: (*Author)(f.Consent), Late: f.Late, Undone: v.Undone, Delivered: v.Delivered, Corrections: v.Corrections, LeafHash: hashText(v.Leaf)}
	if f.Of != 0 {
		out.Of = &f.Of
	}
	if f.Out != nil {
		out.From = f.Out.Pool.String()
	}
	if f.In != nil {
		out.To = f.In.Pool.String()
	}
	if f.Kind == ledger.Conversion {
		out.Into = &ledger.Sum{Asset: f.In.Pool.Asset, Amount: f.Into}
	}
	if f.Value != nil {
		out.Value = &Value{f.Value.Amount, f.Value.Basis}
	}
	out.Texts, out.Party = textMap(v.Texts), partyOf(f.Party, v.Texts)
	delete(out.Texts, "display")
	out.Withdrawn = v.Texts == nil && r.Public != (record.Commitment{})
	return out
}

func asFiles(files []view.File) []File {
	var out []File
	for _, f := range files {
		file := File{Hash: f.Hash, Media: f.Media, Size: f.Size, Public: f.Public}
		if f.Public {
			file.URL = "/v1/evidence/" + f.Hash
		}
		out = append(out, file)
	}
	return out
}

// partyOf shows a party with what its seal says of it.
func partyOf(p *ledger.Party, texts []record.Text) *Party {
	if p == nil {
		return nil
	}
	return &Party{Kind: p.Kind, Name: p.Name, USCC: p.USCC, Related: p.Related, Display: record.Opening{Texts: texts}.Get("display")}
}

func textMap(texts []record.Text) map[string]string {
	if len(texts) == 0 {
		return nil
	}
	m := make(map[string]string, len(texts))
	for _, t := range texts {
		m[t.Name] = t.Value
	}
	return m
}

// listFlows lists flows.
//
//	@Summary		Flows by any filter, the last recorded first
//	@Description	A page of a narrow filter may be short, or empty, and still have a next one: each page looks at a bounded number of records. What is asked of a cause, a place or all partners alone costs more: as of searches, few run at a time.
//	@Tags			read
//	@Produce		json
//	@Param			project			query		int		false	"its flows, and transfers into it"
//	@Param			organization	query		int		false	"those of its projects, and of the pools it holds in others'"
//	@Param			cause			query		string	false	"those of projects with this cause: education"
//	@Param			place			query		string	false	"those of projects whose place begins so: 44"
//	@Param			pool			query		string	false	"into or out of this pool: 4/1/general/CNY"
//	@Param			transit			query		bool	false	"only those into or out of the pools of partners"
//	@Param			kind			query		string	false	"donation, expenditure, …; several with commas"
//	@Param			category		query		string	false	"of expenditures; several with commas"
//	@Param			asset			query		string	false	"CNY"
//	@Param			from			query		string	false	"occurred on or after this day"
//	@Param			to				query		string	false	"occurred on or before this day"
//	@Param			min				query		int		false	"units, at least"
//	@Param			max				query		int		false	"units, at most"
//	@Param			party			query		string	false	"USCC, or the name of an organization without one"
//	@Param			order			query		string	false	"newest (default) or oldest"
//	@Param			limit			query		int		false	"1 to 500, default 50"
//	@Param			cursor			query		string	false	"next of the page before"
//	@Success		200				{object}	Flows
//	@Failure		400,422			{object}	Problem
//	@Router			/v1/flows [get]
func (s *server) listFlows(c *gin.Context) {
	q := s.query(c)
	f := q.flowFilter()
	if err := q.done(); err != nil {
		s.fail(c, err)
		return
	}
	page, err := s.Store.Flows(c.Request.Context(), f)
	if err != nil {
		s.fail(c, err)
		return
	}
	out := Flows{Items: make([]*Flow, len(page.Rows))}
	for i, row := range page.Rows {
		out.Items[i] = asFlow(row)
	}
	if page.Next != nil {
		out.Next = s.next(c, *page.Next)
	}
	c.JSON(http.StatusOK, out)
}

// getFlow gives one flow.
//
//	@Summary	A flow
//	@Tags		read
//	@Produce	json
//	@Param		id		path		int	true	"its index"
//	@Success	200		{object}	Flow
//	@Failure	404		{object}	Problem
//	@Router		/v1/flows/{id} [get]
func (s *server) getFlow(c *gin.Context) {
	index, err := s.pathOnly(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	row, err := s.Store.Flow(c.Request.Context(), index)
	if err != nil {
		s.fail(c, err)
		return
	}
	out := asFlow(*row)
	state, _, err := s.anchor(c.Request.Context(), index)
	if err != nil {
		s.fail(c, err)
		return
	}
	out.Anchor = &state
	c.JSON(http.StatusOK, out)
}

// flowFilter reads the filters of a list of flows.
func (q *query) flowFilter() view.FlowFilter {
	f := view.FlowFilter{
		Project: q.index("project"), Organization: q.index("organization"), Cause: q.text("cause"), Place: q.text("place"), Pool: q.pool("pool"), Transit: q.flag("transit"), Asset: ledger.AssetID(q.text("asset")),
		From: q.date("from"), Upto: q.date("to"), Least: q.amount("min"), Most: q.amount("max"), Party: q.text("party"),
		Oldest: q.choice("order", "newest", "oldest") == "oldest", Limit: q.limit(), After: q.after(),
	}
	for _, k := range q.list("kind") {
		kind := ledger.FlowKind(k)
		q.check(kind.Known(), "kind", k)
		f.Kinds = append(f.Kinds, kind)
	}
	for _, text := range q.list("category") {
		category := ledger.Category(text)
		q.check(category.Check() == nil && account.LineOfCategory(category) > 0, "category", text)
		f.Categories = append(f.Categories, category)
	}
	return f
}
