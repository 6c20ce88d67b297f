package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"mingzhang/api/access"
	"mingzhang/ledger"
	"mingzhang/ledger/store"
)

// Key is an API key as those who manage keys see it: never the key itself.
type Key struct {
	ID           string                  `json:"id" example:"ch-k7m2q9x"`
	Role         ledger.OrganizationKind `json:"role" example:"charity"`
	Organization *int64                  `json:"organization,omitempty" example:"1"`
	Label        string                  `json:"label,omitempty" example:"财务系统"`
	Created      time.Time               `json:"created" example:"2026-11-20T04:00:00Z"`
	Creator      string                  `json:"creator,omitempty" example:"pl-2x9d0ah"` // the key that made it
	Expires      *time.Time              `json:"expires,omitempty"`
	Revoked      *time.Time              `json:"revoked,omitempty"`
	Used         *time.Time              `json:"used,omitempty"` // last, to the minute
}

// Keys is a page of API keys.
type Keys struct {
	Items []Key  `json:"items"`
	Next  string `json:"next,omitempty"`
}

// NewKey is a key that was just made.
type NewKey struct {
	ID  string `json:"id" example:"ch-k7m2q9x"`
	Key string `json:"key,omitempty" example:"mz_ch-k7m2q9x_6r0d…"` // shown once: a replay has the id alone
}

func asKey(k store.APIKey) Key {
	at := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	return Key{ID: k.ID, Role: k.Role, Organization: k.Organization, Label: k.Label, Created: k.Created, Creator: k.Creator,
		Expires: at(k.Expires), Revoked: at(k.Revoked), Used: at(k.Used)}
}

// listKeys lists the keys that the caller may manage.
//
//	@Summary	API keys that the caller may manage
//	@Tags		keys
//	@Security	key
//	@Produce	json
//	@Param		limit	query		int		false	"1 to 500, default 50"
//	@Param		cursor	query		string	false	"next of the page before"
//	@Success	200		{object}	Keys
//	@Failure	400,401,403	{object}	Problem
//	@Router		/v1/keys [get]
func (s *server) listKeys(c *gin.Context) {
	q := s.query(c)
	limit, after := q.limit(), q.cursor()
	if err := q.done(); err != nil {
		s.fail(c, err)
		return
	}
	caller := callerOf(c)
	if caller.Role != ledger.Platform && caller.Role != ledger.Regulator {
		s.fail(c, access.Allow(caller, access.ManageKeys, access.Target{}))
		return
	}
	page, next, err := s.Access.List(c.Request.Context(), caller, after, limit)
	if err != nil {
		s.fail(c, err)
		return
	}
	out := Keys{Items: make([]Key, len(page))}
	for i, k := range page {
		out.Items[i] = asKey(k)
	}
	if next != "" {
		out.Next = s.next(c, next)
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(http.StatusOK, out)
}

// postKey makes a key.
//
//	@Summary		Make an API key
//	@Description	The key is in the answer and is never shown again: only an HMAC of it is kept. Under the same Idempotency-Key, the same wish gives the id of the key that was made, without the key; who lost the first answer revokes it and makes another.
//	@Tags			keys
//	@Security		key
//	@Accept			json
//	@Produce		json
//	@Param			Idempotency-Key	header		string		false	"any; the same key and body make one API key"
//	@Param			body			body		access.Wish	true	"for whom"
//	@Success		201				{object}	NewKey
//	@Failure		400,401,403,404,409,422,503	{object}	Problem
//	@Router			/v1/keys [post]
func (s *server) postKey(c *gin.Context) {
	var wish access.Wish
	data, err := body(c)
	if err == nil {
		err = decodeText(data, &wish)
	}
	var once string
	if err == nil {
		once, err = idempotencyKey(c)
	}
	var key access.Key
	var replayed bool
	switch {
	case err != nil:
	case once == "":
		key, err = s.Access.Create(c.Request.Context(), callerOf(c), wish)
	default:
		key, replayed, err = s.Access.CreateOnce(c.Request.Context(), callerOf(c), once, wish)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	if replayed {
		c.Header("Idempotency-Replayed", "true")
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(http.StatusCreated, NewKey{key.ID(), key.Reveal()})
}

// deleteKey ends a key.
//
//	@Summary	Revoke an API key
//	@Tags		keys
//	@Security	key
//	@Param		key	path	string	true	"its id"
//	@Success	204
//	@Failure	401,403,404,503	{object}	Problem
//	@Router		/v1/keys/{key} [delete]
func (s *server) deleteKey(c *gin.Context) {
	err := s.query(c).done()
	if err == nil {
		err = s.Access.Revoke(c.Request.Context(), callerOf(c), c.Param("key"))
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}
