package api

import (
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/gin-gonic/gin"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// reading turns the JSON text of a request into what the book is asked.
type reading func(data []byte) (any, error)

// readings are the requests that come as JSON, by the name they have in a batch.
var readings = map[string]reading{
	"organization": read[book.RegisterOrganization], "asset": read[book.RegisterAsset], "project": read[book.RegisterProject],
	"donation": readDonation, "income": readIncome, "expenditure": read[book.Spend], "transfer": read[book.Transfer],
	"conversion": read[book.Convert], "refund": read[book.Refund], "return": read[book.Return], "reversal": read[book.Reverse],
	"delivery": naming(read[book.Deliver], "of"), "disclosure": naming(read[book.Disclose], "project", "at"), "correction": naming(read[book.Correct], "of"), "freeze": read[book.FreezeProject],
	"key": read[book.RegisterKey], "exception": naming(readException, "of"), "erasure": naming(read[book.Erase], "of"),
}

// naming refuses a request that does not name what it is about: 0 would be the first record
// of the book.
func naming(read reading, members ...string) reading {
	return func(data []byte) (any, error) {
		what, err := read(data)
		if err != nil {
			return nil, err
		}
		var there map[string]json.RawMessage
		if err := json.Unmarshal(data, &there); err != nil {
			return nil, noObject()
		}
		named := map[string]bool{}
		for name, value := range there {
			named[folded(name)] = string(value) != "null"
		}
		for _, m := range members {
			if !named[folded(m)] {
				return nil, ledger.Refuse(ledger.Invalid, "field-missing", m, "缺少 %s", "%s is missing", m)
			}
		}
		return what, nil
	}
}

func read[T any](data []byte) (any, error) {
	var v T
	err := decodeText(data, &v)
	return v, err
}

// readDonation reads a gift. Whose it is stands in donor.
func readDonation(data []byte) (any, error) {
	var v book.Income
	err := decodeText(data, &v)
	if err == nil && (v.Kind != "" && v.Kind != ledger.Donation || v.Payer != nil) {
		err = ledger.Refuse(ledger.Invalid, "not-a-donation", "kind", "捐赠不带 kind 和 payer；其他收入请用 /v1/incomes", "a donation has no kind and no payer: other incomes go to /v1/incomes")
	}
	return v, err
}

// readIncome reads every other income, which says what it is.
func readIncome(data []byte) (any, error) {
	var v book.Income
	err := decodeText(data, &v)
	if err == nil && (v.Kind == "" || v.Kind == ledger.Donation || v.Donor != nil) {
		err = ledger.Refuse(ledger.Invalid, "not-an-income", "kind", "收入须写明 kind，付款方写在 payer；捐赠请用 /v1/donations", "an income names its kind, and its payer: donations go to /v1/donations")
	}
	return v, err
}

// Exception says that platform and regulator had the permissioned ledger let in a record
// that its rules refuse.
type Exception struct {
	Of     int64  `json:"of" example:"228490"`                                                                    // the record that was let in
	Leaf   string `json:"leaf" example:"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"` // its leaf hash, as the ledger was told
	Reason string `json:"reason" example:"系统升级期间的一笔重复冲正，双方核对无误"`                                                  // public text, at most 1,000 characters
}

func readException(data []byte) (any, error) {
	var v Exception
	if err := decodeText(data, &v); err != nil {
		return nil, err
	}
	leaf, err := readHash("leaf", v.Leaf)
	return book.Except{Of: v.Of, Leaf: leaf, Reason: v.Reason}, err
}

// readHash reads a hash as every hash in the API is written.
func readHash(field, text string) (sum tlog.Hash, err error) {
	if err = ledger.CheckHash(field, text); err == nil {
		_, err = hex.Decode(sum[:], []byte(strings.TrimPrefix(text, "sha256:")))
	}
	return sum, err
}

// post answers a request by the name it has in a batch.
func (s *server) post(c *gin.Context, name string) {
	data, err := body(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	what, err := readings[name](data)
	s.write(c, what, err)
}

// postOrganization registers an organization.
//
//	@Summary	Register an organization
//	@Tags		registry
//	@Security	key
//	@Accept		json
//	@Produce	json
//	@Param		Idempotency-Key	header		string						false	"any; the same key and body give the first answer again"
//	@Param		body			body		book.RegisterOrganization	true	"the organization"
//	@Success	201				{object}	Answer
//	@Failure	400,401,403,409,422	{object}	Problem
//	@Router		/v1/organizations [post]
func (s *server) postOrganization(c *gin.Context) { s.post(c, "organization") }

// postAsset registers what is to be counted.
//
//	@Summary	Register an asset: goods, hours, a currency that is not built in
//	@Tags		registry
//	@Security	key
//	@Accept		json
//	@Produce	json
//	@Param		Idempotency-Key	header		string				false	"any; the same key and body give the first answer again"
//	@Param		body			body		book.RegisterAsset	true	"the asset"
//	@Success	201				{object}	Answer
//	@Failure	400,401,403,409,422	{object}	Problem
//	@Router		/v1/assets [post]
func (s *server) postAsset(c *gin.Context) { s.post(c, "asset") }

// postProject registers a project.
//
//	@Summary		Register a project with its plan and designations
//	@Description	One record for the project, its plan, each designation and, where it has a filing number, its status; they are recorded together or not at all.
//	@Tags			registry
//	@Security		key
//	@Accept			json
//	@Produce		json
//	@Param			Idempotency-Key	header		string					false	"any; the same key and body give the first answer again"
//	@Param			body			body		book.RegisterProject	true	"the project"
//	@Success		201				{object}	Answer
//	@Failure		400,401,403,404,409,422	{object}	Problem
//	@Router			/v1/projects [post]
func (s *server) postProject(c *gin.Context) { s.post(c, "project") }

// postDonation records a gift.
//
//	@Summary		Record a donation
//	@Description	A natural person's name never enters the record: name is sealed for the donor and auditors, display is sealed as public text. A serial is there once in its channel: a payment reported twice gets its first answer again.
//	@Tags			flows
//	@Security		key
//	@Accept			json
//	@Produce		json
//	@Param			Idempotency-Key	header		string		false	"any; the same key and body give the first answer again"
//	@Param			body			body		book.Income	true	"the gift"
//	@Success		201				{object}	Answer
//	@Failure		400,401,403,404,409,422,503	{object}	Problem
//	@Router			/v1/donations [post]
func (s *server) postDonation(c *gin.Context) { s.post(c, "donation") }

// postIncome records another income.
//
//	@Summary	Record an income that is no donation
//	@Tags		flows
//	@Security	key
//	@Accept		json
//	@Produce	json
//	@Param		Idempotency-Key	header		string		false	"any; the same key and body give the first answer again"
//	@Param		body			body		book.Income	true	"the income"
//	@Success	201				{object}	Answer
//	@Failure	400,401,403,404,409,422,503	{object}	Problem
//	@Router		/v1/incomes [post]
func (s *server) postIncome(c *gin.Context) { s.post(c, "income") }

// postExpenditure records a payment.
//
//	@Summary		Record an expenditure
//	@Description	It takes the lowest units of the pool. More than the pool holds is refused with 409, and data says how much is left.
//	@Tags			flows
//	@Security		key
//	@Accept			json
//	@Produce		json
//	@Param			Idempotency-Key	header		string		false	"any; the same key and body give the first answer again"
//	@Param			body			body		book.Spend	true	"the payment"
//	@Success		201				{object}	Answer
//	@Failure		400,401,403,404,409,422,503	{object}	Problem
//	@Router			/v1/expenditures [post]
func (s *server) postExpenditure(c *gin.Context) { s.post(c, "expenditure") }

// postTransfer records a transfer.
//
//	@Summary		Move units between pools
//	@Description	Into another organization's project only with that side's consent: its key, as a second bearer token in Consent-Authorization.
//	@Tags			flows
//	@Security		key
//	@Accept			json
//	@Produce		json
//	@Param			Idempotency-Key			header		string			false	"any; the same key and body give the first answer again"
//	@Param			Consent-Authorization	header		string			false	"Bearer and a key of the organization that receives"
//	@Param			body					body		book.Transfer	true	"the transfer"
//	@Success		201						{object}	Answer
//	@Failure		400,401,403,404,409,422,503	{object}	Problem
//	@Router			/v1/transfers [post]
func (s *server) postTransfer(c *gin.Context) { s.post(c, "transfer") }

// postConversion records a conversion.
//
//	@Summary	Change units of one asset into another: currency, goods bought or sold
//	@Tags		flows
//	@Security	key
//	@Accept		json
//	@Produce	json
//	@Param		Idempotency-Key	header		string			false	"any; the same key and body give the first answer again"
//	@Param		body			body		book.Convert	true	"the conversion"
//	@Success	201				{object}	Answer
//	@Failure	400,401,403,404,409,422,503	{object}	Problem
//	@Router		/v1/conversions [post]
func (s *server) postConversion(c *gin.Context) { s.post(c, "conversion") }

// postRefund records a refund.
//
//	@Summary		Give units of a gift back
//	@Description	It takes the units that came from that very gift, wherever in the pool they are.
//	@Tags			flows
//	@Security		key
//	@Accept			json
//	@Produce		json
//	@Param			Idempotency-Key	header		string		false	"any; the same key and body give the first answer again"
//	@Param			body			body		book.Refund	true	"the refund"
//	@Success		201				{object}	Answer
//	@Failure		400,401,403,404,409,422,503	{object}	Problem
//	@Router			/v1/refunds [post]
func (s *server) postRefund(c *gin.Context) { s.post(c, "refund") }

// postReturn records a return.
//
//	@Summary	Record that a payment or refund came back
//	@Tags		flows
//	@Security	key
//	@Accept		json
//	@Produce	json
//	@Param		Idempotency-Key	header		string		false	"any; the same key and body give the first answer again"
//	@Param		body			body		book.Return	true	"the return"
//	@Success	201				{object}	Answer
//	@Failure	400,401,403,404,409,422,503	{object}	Problem
//	@Router		/v1/returns [post]
func (s *server) postReturn(c *gin.Context) { s.post(c, "return") }

// postReversal undoes an entry.
//
//	@Summary	Undo an entry that should not have been made
//	@Tags		flows
//	@Security	key
//	@Accept		json
//	@Produce	json
//	@Param		Idempotency-Key	header		string			false	"any; the same key and body give the first answer again"
//	@Param		body			body		book.Reverse	true	"the reversal"
//	@Success	201				{object}	Answer
//	@Failure	400,401,403,404,409,422,503	{object}	Problem
//	@Router		/v1/reversals [post]
func (s *server) postReversal(c *gin.Context) { s.post(c, "reversal") }

// postDelivery records a delivery.
//
//	@Summary	Record that a recipient signed for units of an expenditure
//	@Tags		publication
//	@Security	key
//	@Accept		json
//	@Produce	json
//	@Param		Idempotency-Key	header		string			false	"any; the same key and body give the first answer again"
//	@Param		body			body		book.Deliver	true	"the delivery"
//	@Success	201				{object}	Answer
//	@Failure	400,401,403,404,409,422,503	{object}	Problem
//	@Router		/v1/deliveries [post]
func (s *server) postDelivery(c *gin.Context) { s.post(c, "delivery") }

// postDisclosure publishes a text.
//
//	@Summary	Publish a text about a project, for a period, as the log stood at an index
//	@Tags		publication
//	@Security	key
//	@Accept		json
//	@Produce	json
//	@Param		Idempotency-Key	header		string			false	"any; the same key and body give the first answer again"
//	@Param		body			body		book.Disclose	true	"the disclosure"
//	@Success	201				{object}	Answer
//	@Failure	400,401,403,404,409,422,503	{object}	Problem
//	@Router		/v1/disclosures [post]
func (s *server) postDisclosure(c *gin.Context) { s.post(c, "disclosure") }

// postCorrection puts a word right.
//
//	@Summary		Put a wrong word of a record right
//	@Description	The old value, the new one and the reason are published, and the record stays as it was.
//	@Tags			publication
//	@Security		key
//	@Accept			json
//	@Produce		json
//	@Param			Idempotency-Key	header		string			false	"any; the same key and body give the first answer again"
//	@Param			body			body		book.Correct	true	"the correction"
//	@Success		201				{object}	Answer
//	@Failure		400,401,403,404,409,422,503	{object}	Problem
//	@Router			/v1/corrections [post]
func (s *server) postCorrection(c *gin.Context) { s.post(c, "correction") }

// postFreeze freezes or releases a project.
//
//	@Summary	Stop a project's payments, or release them
//	@Tags		registry
//	@Security	key
//	@Accept		json
//	@Produce	json
//	@Param		Idempotency-Key	header		string				false	"any; the same key and body give the first answer again"
//	@Param		body			body		book.FreezeProject	true	"the order"
//	@Success	201				{object}	Answer
//	@Failure	400,401,403,404,409,422,503	{object}	Problem
//	@Router		/v1/freezes [post]
func (s *server) postFreeze(c *gin.Context) { s.post(c, "freeze") }

// postErasure deletes what a seal held.
//
//	@Summary	Delete the opening of a seal
//	@Tags		registry
//	@Security	key
//	@Accept		json
//	@Produce	json
//	@Param		Idempotency-Key	header		string		false	"any; the same key and body give the first answer again"
//	@Param		body			body		book.Erase	true	"what to delete, and why"
//	@Success	201				{object}	Answer
//	@Failure	400,401,403,404,409,422,503	{object}	Problem
//	@Router		/v1/erasures [post]
func (s *server) postErasure(c *gin.Context) { s.post(c, "erasure") }

// postLogKey makes a public key known.
//
//	@Summary	Register a public key of the log, an author or a witness
//	@Tags		registry
//	@Security	key
//	@Accept		json
//	@Produce	json
//	@Param		Idempotency-Key	header		string				false	"any; the same key and body give the first answer again"
//	@Param		body			body		book.RegisterKey	true	"the key"
//	@Success	201				{object}	Answer
//	@Failure	400,401,403,404,409,422,503	{object}	Problem
//	@Router		/v1/log-keys [post]
func (s *server) postLogKey(c *gin.Context) { s.post(c, "key") }

// postException records an exception.
//
//	@Summary		Record that the permissioned ledger was made to take a record its rules refuse
//	@Description	Platform and regulator make an exception on the ledger itself, each with its own word; here it is put on record for the public. It is refused with 409 while the ledger does not know that both said the same about this record.
//	@Tags			registry
//	@Security		key
//	@Accept			json
//	@Produce		json
//	@Param			Idempotency-Key	header		string		false	"any; the same key and body give the first answer again"
//	@Param			body			body		Exception	true	"the exception"
//	@Success		201				{object}	Answer
//	@Failure		400,401,403,404,409,422,503	{object}	Problem
//	@Router			/v1/exceptions [post]
func (s *server) postException(c *gin.Context) { s.post(c, "exception") }

// postStatus moves a project to a later status.
//
//	@Summary	Move a project to a later status
//	@Tags		registry
//	@Security	key
//	@Accept		json
//	@Produce	json
//	@Param		id				path		int					true	"the project"
//	@Param		Idempotency-Key	header		string				false	"any; the same key and body give the first answer again"
//	@Param		body			body		book.ChangeStatus	true	"the status"
//	@Success	201				{object}	Answer
//	@Failure	400,401,403,404,409,422,503	{object}	Problem
//	@Router		/v1/projects/{id}/status [post]
func (s *server) postStatus(c *gin.Context) {
	data, err := body(c)
	var r book.ChangeStatus
	if err == nil {
		err = decodeText(data, &r)
	}
	if err == nil {
		r.Project, err = pathIndex(c)
	}
	s.write(c, r, err)
}

// postPlan replaces a project's plan.
//
//	@Summary	Replace a project's plan
//	@Tags		registry
//	@Security	key
//	@Accept		json
//	@Produce	json
//	@Param		id				path		int				true	"the project"
//	@Param		Idempotency-Key	header		string			false	"any; the same key and body give the first answer again"
//	@Param		body			body		book.ChangePlan	true	"the plan"
//	@Success	201				{object}	Answer
//	@Failure	400,401,403,404,409,422,503	{object}	Problem
//	@Router		/v1/projects/{id}/plan [post]
func (s *server) postPlan(c *gin.Context) {
	data, err := body(c)
	var r book.ChangePlan
	if err == nil {
		err = decodeText(data, &r)
	}
	if err == nil {
		r.Project, err = pathIndex(c)
	}
	s.write(c, r, err)
}
