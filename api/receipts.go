package api

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger/proof"
)

// Receipt is what a giver keeps of a gift: with it and the log's public key anyone can
// check, without this server, that the gift stands in the log as it was recorded.
type Receipt struct { // as proof.Receipt.Format writes it
	Type    string         `json:"type" example:"mingzhang/receipt@v1"`
	Record  string         `json:"record"`            // canonical bytes
	Public  string         `json:"public,omitempty"`  // opening of the public seal
	Private string         `json:"private,omitempty"` // opening of the private seal: to who has the receipt's code
	Proof   string         `json:"proof"`             // c2sp.org/tlog-proof
	Anchor  map[string]any `json:"anchor,omitempty"`  // where the permissioned ledger has the record
}

// ReceiptQuestion is what a giver knows of a payment. All of it must be right.
type ReceiptQuestion struct {
	Channel string `json:"channel" example:"wechat"`
	Serial  string `json:"serial" example:"4200001234202611201234567890"`
	Amount  int64  `json:"amount" example:"2000"`
}

// FoundReceipt is the record of a payment and where its receipt is.
type FoundReceipt struct {
	ID      int64       `json:"id" example:"228490"`
	Receipt ReceiptLink `json:"receipt"`
}

// getPublicReceipt gives the receipt of a flow without what is its giver's.
//
//	@Summary		A flow's receipt, with the public opening only
//	@Description	As text/plain it is a c2sp.org/tlog-proof.
//	@Tags			log
//	@Produce		json
//	@Produce		plain
//	@Param			id		path		int	true	"the flow"
//	@Success		200		{object}	Receipt
//	@Failure		404,503	{object}	Problem
//	@Router			/v1/flows/{id}/receipt [get]
func (s *server) getPublicReceipt(c *gin.Context) {
	index, err := s.pathOnly(c)
	var r *proof.Receipt
	if err == nil {
		r, err = s.receipt(c.Request.Context(), index)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	r.Private = nil
	c.Header("Cache-Control", "no-cache")
	sendReceipt(c, r)
}

// getReceipt gives a giver's own receipt.
//
//	@Summary		The receipt that a code stands for, with all that is the giver's
//	@Description	As text/plain it is a c2sp.org/tlog-proof. Every code that stands for none is refused alike. From one network, ten such guesses a minute are answered; a code that is right is no guess.
//	@Tags			receipts
//	@Produce		json
//	@Produce		plain
//	@Param			code	path		string	true	"the receipt's code"
//	@Success		200		{object}	Receipt
//	@Failure		404,429,503	{object}	Problem
//	@Router			/v1/receipts/{code} [get]
func (s *server) getReceipt(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	err := s.query(c).done()
	var index int64
	if err == nil {
		err = s.guess(c, func() (err error) { index, err = s.Book.ReceiptIndex(c.Param("code")); return err })
	}
	var r *proof.Receipt
	if err == nil {
		r, err = s.receipt(c.Request.Context(), index)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	sendReceipt(c, r)
}

// receipt makes the receipt of a flow.
func (s *server) receipt(ctx context.Context, index int64) (*proof.Receipt, error) {
	if _, err := s.Store.Flow(ctx, index); err != nil {
		return nil, err
	}
	p, err := s.proven(ctx, index)
	if err != nil {
		return nil, err
	}
	public, private, err := s.Store.Openings(ctx, index)
	if err != nil {
		return nil, err
	}
	_, anchor, err := s.anchor(ctx, index)
	return &proof.Receipt{Record: p.bytes, Public: public, Private: private, Proof: p.text(), Anchor: anchor}, err
}

func sendReceipt(c *gin.Context, r *proof.Receipt) {
	c.Header("Vary", "Accept")
	if wantsText(c) {
		c.Data(http.StatusOK, "text/plain; charset=utf-8", r.Text())
		return
	}
	c.Data(http.StatusOK, "application/json; charset=utf-8", r.Format())
}

// findReceipt finds a giver's record by what they know of the payment.
//
//	@Summary		Find the receipt of a payment
//	@Description	Channel, serial and amount must all be right; every miss is refused alike. From one network, ten misses a minute are answered; what is found does not count.
//	@Tags			receipts
//	@Accept			json
//	@Produce		json
//	@Param			body	body		ReceiptQuestion	true	"what the giver knows"
//	@Success		200		{object}	FoundReceipt
//	@Failure		400,404,429	{object}	Problem
//	@Router			/v1/receipts/find [post]
func (s *server) findReceipt(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	data, err := body(c)
	var q ReceiptQuestion
	if err == nil {
		err = decodeText(data, &q)
	}
	var index int64
	if err == nil {
		err = s.guess(c, func() (err error) {
			index, err = s.Store.Paid(c.Request.Context(), s.Book.PaymentKey(q.Channel, q.Serial), q.Amount)
			return err
		})
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, FoundReceipt{index, *s.receiptLink(index)})
}
