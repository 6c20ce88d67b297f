package api

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/trace"
)

// Sources are the gifts that a flow's units came from. They lie end to end from place 0
// to the last, over all pages, and so add up to the total.
type Sources struct {
	Flow    int64          `json:"flow" example:"230112"`
	Asset   ledger.AssetID `json:"asset" example:"CNY"`
	Sources []Source       `json:"sources"`
	Total   int64          `json:"total" example:"30000"`
	Next    string         `json:"next,omitempty" example:"NTAw"`
}

// Source is a run of units that one gift brought.
type Source struct {
	From   int64       `json:"from" example:"0"` // places within the traced flow
	Upto   int64       `json:"upto" example:"1500"`
	Amount int64       `json:"amount" example:"1500"`
	Gift   Gift        `json:"gift"`
	Of     ledger.Span `json:"of"`   // the places within the gift
	Path   []int64     `json:"path"` // the records that they went through, the traced one last
}

// Gift is what brought units into the book.
type Gift struct {
	ID       int64           `json:"id" example:"228490"`
	Kind     ledger.FlowKind `json:"kind" example:"donation"`
	Asset    ledger.AssetID  `json:"asset" example:"CNY"`
	Amount   int64           `json:"amount" example:"2000"` // of the whole gift
	Occurred string          `json:"occurred" example:"2026-11-20"`
	Channel  string          `json:"channel,omitempty" example:"wechat"`
	Party    *Party          `json:"party,omitempty"` // a person by the name that they agreed to show
}

// getSources follows a flow back.
//
//	@Summary		Which gifts a flow's units came from, to the last one
//	@Description	A person is shown by the name that they agreed to show. A page of a long trace has a next one. Where many gifts paid for one unit, its last source has the unit and the others are of 0 units; what each gave for it is in `of`.
//	@Tags			read
//	@Produce		json
//	@Param			id		path		int		true	"the flow"
//	@Param			limit	query		int		false	"sources, 1 to 500, default 50"
//	@Param			cursor	query		string	false	"next of the page before"
//	@Success		200		{object}	Sources
//	@Failure		400,404	{object}	Problem
//	@Router			/v1/flows/{id}/sources [get]
func (s *server) getSources(c *gin.Context) {
	var from trace.Mark
	index, limit, err := s.traced(c, func(q *query) { from = q.mark() })
	if err != nil {
		s.fail(c, err)
		return
	}
	var f *ledger.Flow
	var sources []trace.Source
	var next trace.Mark
	ctx := c.Request.Context()
	err = s.Store.Moment(ctx, func(r trace.Reader) (err error) {
		if f, err = r.Flow(ctx, index); err == nil {
			sources, next, err = trace.BackFrom(ctx, r, index, from, limit)
		}
		return err
	})
	if err != nil {
		s.fail(c, err)
		return
	}
	out := Sources{Flow: index, Asset: assetOf(f)}
	_, out.Total = trace.Units(f)
	if out.Sources, err = s.sources(ctx, sources); err != nil {
		s.fail(c, err)
		return
	}
	if next != nil {
		out.Next = s.next(c, next)
	}
	c.JSON(http.StatusOK, out)
}

// sources shows the sources of a trace with the gifts that they are of.
func (s *server) sources(ctx context.Context, sources []trace.Source) ([]Source, error) {
	indices := make([]int64, len(sources))
	for i, source := range sources {
		indices[i] = source.Flow
	}
	gifts, err := s.Store.Several(ctx, indices)
	if err != nil {
		return nil, err
	}
	out := make([]Source, len(sources))
	for i, source := range sources {
		f := asFlow(gifts[source.Flow])
		gift := Gift{f.ID, f.Kind, f.Asset, f.Amount, f.Occurred, f.Channel, f.Party}
		out[i] = Source{From: source.From, Upto: source.Upto, Amount: source.Len(), Gift: gift, Of: source.Of, Path: source.Path}
	}
	return out, nil
}
