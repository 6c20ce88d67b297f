package api

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// PrivateOpening is what a private seal holds.
type PrivateOpening struct {
	ID    int64             `json:"id" example:"228490"`
	Salt  string            `json:"salt" example:"3q2+796tvu/erb7v3q2+7w=="` // in base64: with the texts, what the commitment is of
	Texts map[string]string `json:"texts"`                                   // name, contact, account, serial, time, invoice, note
}

// getPrivate opens a private seal.
//
//	@Summary		What the private seal of a record holds
//	@Description	For auditors. Every opening is itself put on record, with its basis.
//	@Tags			audit
//	@Security		key
//	@Produce		json
//	@Param			id			path		int		true	"the record"
//	@Param			basis		query		string	true	"why it is opened: the audit, the order, the complaint"
//	@Success		200			{object}	PrivateOpening
//	@Failure		400,401,403,404,503	{object}	Problem
//	@Router			/v1/records/{id}/private [get]
func (s *server) getPrivate(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	q := s.query(c)
	basis := q.text("basis")
	err := q.done()
	var index int64
	if err == nil {
		index, err = pathIndex(c)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	opening, err := s.opened(c, index, basis)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, PrivateOpening{index, base64Text(opening.Salt), textMap(opening.Texts)})
}
