package api

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger/proof"
)

// Ready says whether the server can do its work, part by part.
type Ready struct {
	Ready    bool      `json:"ready" example:"true"`
	Database string    `json:"database" example:"ok"`
	Log      string    `json:"log" example:"ok"`
	Folder   string    `json:"folder" example:"ok"`
	Anchor   *Standing `json:"anchor,omitempty"`
}

// getHealth says that the process is alive.
//
//	@Summary	The process is alive
//	@Tags		operation
//	@Produce	plain
//	@Success	200	{string}	string	"ok"
//	@Router		/healthz [get]
func (s *server) getHealth(c *gin.Context) { c.String(http.StatusOK, "ok\n") }

// failing is for how long after a transaction that failed the server is not ready, unless
// another succeeds. After that it lets itself be tried again: who is not ready is sent
// nothing, and would never find out that there is room again.
const failing = 30 * time.Second

// getReady says whether the server can do its work. A permissioned ledger that is
// behind or refuses is told and does not make the book unready: what is given must be
// recorded all the same.
//
//	@Summary		Database, log, data folder and permissioned ledger
//	@Description	Also whether they can be written: a full disk makes the server unready.
//	@Tags			operation
//	@Produce		json
//	@Success		200	{object}	Ready
//	@Failure		503	{object}	Ready
//	@Router			/readyz [get]
func (s *server) getReady(c *gin.Context) {
	defer within(c, 2*time.Second)()
	r := Ready{Ready: true, Database: "ok", Log: "ok", Folder: "ok"}
	head, err := s.Store.Head(c.Request.Context())
	switch published := s.published(); {
	case err != nil:
		s.Log.ErrorContext(c, "the database does not answer", "error", err)
		r.Ready, r.Database, r.Log = false, "unavailable", "unknown"
	case s.Now().Sub(s.Book.Failed()) < failing:
		r.Ready, r.Database = false, "unwritable"
	case published.Size < head.Size && s.Now().Sub(head.Recorded) > 10*time.Second:
		r.Ready, r.Log = false, "unpublished" // a checkpoint follows within a second
	}
	if err := s.writable(c.Request.Context()); err != nil {
		s.Log.ErrorContext(c, "the data folder cannot be written", "error", err)
		r.Ready, r.Folder = false, "unwritable"
	}
	if s.Anchors != nil {
		standing := s.standing()
		r.Anchor = &standing
	}
	status := http.StatusOK
	if !r.Ready {
		status = http.StatusServiceUnavailable
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(status, r)
}

// published is the latest published checkpoint; of size 0 before the first.
func (s *server) published() proof.Checkpoint {
	cp, _, err := proof.OpenCheckpoint(s.Book.Checkpoint(), s.Book.Origin, s.Book.Verifier)
	if err != nil {
		return proof.Checkpoint{}
	}
	return cp
}

// standing asks the permissioned ledger, for a while.
func (s *server) standing() Standing {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	standing, err := s.Anchors.Standing(ctx)
	if err != nil {
		s.Log.Error("where the permissioned ledger stands is not known", "error", err)
		standing.Alarm = "unknown"
	}
	return standing
}
