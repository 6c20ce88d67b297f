package api

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
	"mingzhang/ledger/trace"
	"mingzhang/ledger/view"
)

// Trace is what became of a flow's units. The parts lie end to end from place 0 to the
// last, over all pages, and so add up to the total.
type Trace struct {
	Flow  int64          `json:"flow" example:"228490"`
	Asset ledger.AssetID `json:"asset" example:"CNY"` // in which parts and total count
	Parts []TracePart    `json:"parts"`
	Total int64          `json:"total" example:"2000"`
	Next  string         `json:"next,omitempty" example:"NTAw"`
}

// TracePart is a run of units that went the same way.
type TracePart struct {
	From        int64        `json:"from" example:"0"` // places within the traced flow
	Upto        int64        `json:"upto" example:"1500"`
	Amount      int64        `json:"amount" example:"1500"`
	State       trace.State  `json:"state" example:"spent"` // held, in_transit, converted, spent, refunded or reversed
	Path        []int64      `json:"path"`                  // the records that they went through, in order
	At          Span         `json:"at"`                    // where they lie, or from where they left
	Now         *ledger.Sum  `json:"now,omitempty"`         // behind a conversion: what they are now
	Expenditure *Expenditure `json:"expenditure,omitempty"` // of spent ones: the final payment
}

// Expenditure is the payment that units went into at last.
type Expenditure struct {
	ID        int64             `json:"id" example:"230112"`
	Category  ledger.Category   `json:"category" example:"5101.direct_aid"`
	Amount    int64             `json:"amount" example:"30000"` // of the whole payment
	Asset     ledger.AssetID    `json:"asset" example:"CNY"`
	Occurred  string            `json:"occurred" example:"2026-11-25"`
	Payee     *Party            `json:"payee,omitempty"`
	Texts     map[string]string `json:"texts,omitempty"` // its purpose
	Evidence  []File            `json:"evidence,omitempty"`
	Delivered int64             `json:"delivered" example:"30000"` // units that recipients signed for
}

// getTrace follows a flow forward.
//
//	@Summary		What became of a flow's units, to the last one
//	@Description	Of a gift or transfer, where the units are that it laid; of a payment, the units that it paid. A page of a long trace has a next one.
//	@Tags			read
//	@Produce		json
//	@Param			id		path		int		true	"the flow"
//	@Param			limit	query		int		false	"parts, 1 to 500, default 50"
//	@Param			cursor	query		string	false	"next of the page before"
//	@Success		200		{object}	Trace
//	@Failure		400,404	{object}	Problem
//	@Router			/v1/flows/{id}/trace [get]
func (s *server) getTrace(c *gin.Context) {
	var from int64
	index, limit, err := s.traced(c, func(q *query) {
		if place := q.after(); place != nil {
			from = *place
		}
	})
	if err != nil {
		s.fail(c, err)
		return
	}
	var f *ledger.Flow
	var parts []trace.Part
	var next int64
	ctx := c.Request.Context()
	err = s.Store.Moment(ctx, func(r trace.Reader) (err error) {
		if f, err = r.Flow(ctx, index); err == nil {
			parts, next, err = trace.ForwardFrom(ctx, r, index, from, limit)
		}
		return err
	})
	if err != nil {
		s.fail(c, err)
		return
	}
	out := Trace{Flow: index, Asset: assetLaid(f)}
	out.Total, _ = trace.Units(f)
	if out.Parts, err = s.parts(ctx, index, parts); err != nil {
		s.fail(c, err)
		return
	}
	if next >= 0 {
		out.Next = s.next(c, next)
	}
	c.JSON(http.StatusOK, out)
}

// traced reads what is to be traced, and with begin from where on.
func (s *server) traced(c *gin.Context, begin func(*query)) (index int64, limit int, err error) {
	q := s.query(c)
	begin(q)
	limit = q.limit()
	if err = q.done(); err == nil {
		index, err = pathIndex(c)
	}
	return index, limit, err
}

// assetLaid is the asset that a trace forward counts.
func assetLaid(f *ledger.Flow) ledger.AssetID {
	if f.In != nil {
		return f.In.Pool.Asset
	}
	return f.Out.Pool.Asset
}

// parts shows the parts of a trace with the payments that they ended in.
func (s *server) parts(ctx context.Context, index int64, parts []trace.Part) ([]TracePart, error) {
	payment := func(p trace.Part) int64 {
		if len(p.Path) == 0 {
			return index
		}
		return p.Path[len(p.Path)-1]
	}
	var paid []int64
	for _, p := range parts {
		if p.State == trace.Spent {
			paid = append(paid, payment(p))
		}
	}
	payments, err := s.Store.Several(ctx, paid)
	if err != nil {
		return nil, err
	}
	out := make([]TracePart, len(parts))
	for i, p := range parts {
		out[i] = TracePart{From: p.From, Upto: p.Upto, Amount: p.Len(), State: p.State, Path: p.Path, At: Span{p.Pool.String(), p.At.From, p.At.Upto}}
		if p.Changed {
			out[i].Now = &ledger.Sum{Asset: p.Pool.Asset, Amount: p.At.Len()}
		}
		if p.State == trace.Spent {
			out[i].Expenditure = asExpenditure(payments[payment(p)])
		}
	}
	return out, nil
}

func asExpenditure(v view.Flow) *Expenditure {
	f := asFlow(v)
	return &Expenditure{f.ID, f.Category, f.Amount, f.Asset, f.Occurred, f.Party, f.Texts, f.Evidence, f.Delivered}
}
