package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"mingzhang/api/access"
	"mingzhang/ledger/store"
)

// Look is one look behind a private seal. It is noted before the seal is opened, and
// the note is never changed or deleted.
type Look struct {
	Number       int64     `json:"number" example:"17"` // later ones are higher
	At           time.Time `json:"at" example:"2026-11-20T04:00:00Z"`
	Record       int64     `json:"record" example:"228490"`      // whose seal was opened, by its index
	Organization int64     `json:"organization" example:"5"`     // that looked
	Key          string    `json:"key" example:"au-3k9x0aq"`     // with which of its keys
	Basis        string    `json:"basis" example:"审计通知〔2026〕3号"` // why, as who looked gave it
}

// Looks are a page of looks behind private seals.
type Looks struct {
	Items []Look `json:"items"`
	Next  string `json:"next,omitempty" example:"MTc"`
}

// listOpenings lists who looked behind private seals.
//
//	@Summary		Who opened private seals, when, and on what basis, the last first
//	@Description	For the platform and the regulator: those who look are watched by those who let them in.
//	@Tags			audit
//	@Security		key
//	@Produce		json
//	@Param			record		query		int		false	"only of this record"
//	@Param			key			query		string	false	"only with this key, by its id"
//	@Param			limit		query		int		false	"1 to 500, default 50"
//	@Param			cursor		query		string	false	"next of the page before"
//	@Success		200			{object}	Looks
//	@Failure		400,401,403	{object}	Problem
//	@Router			/v1/openings [get]
func (s *server) listOpenings(c *gin.Context) {
	c.Header("Cache-Control", "no-store")
	q := s.query(c)
	limit, f := q.limit(), store.PrivateReadFilter{Index: q.index("record"), Key: q.text("key"), Before: q.before()}
	f.Limit = limit + 1
	err := q.done()
	if err == nil {
		err = access.Allow(callerOf(c), access.ReadOpenings, access.Target{})
	}
	var list []store.PrivateRead
	if err == nil {
		list, err = s.Store.PrivateReads(c.Request.Context(), f)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	out := Looks{Items: []Look{}}
	if len(list) > limit {
		list = list[:limit]
		out.Next = s.next(c, list[limit-1].Number)
	}
	for _, r := range list {
		out.Items = append(out.Items, Look{r.Number, r.At, r.Index, r.Organization, r.Key, r.Basis})
	}
	c.JSON(http.StatusOK, out)
}
