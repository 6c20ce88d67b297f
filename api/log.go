package api

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
)

// Log is how far the log is, and who vouches for it.
type Log struct {
	Origin     string     `json:"origin" example:"mingzhang.example/log"`
	Size       int64      `json:"size" example:"228512"`                                       // records that the published checkpoint has
	Root       string     `json:"root" example:"670qD5ulrd2zU/5bDqyQoS4qf5F4kCa3CUFeNZmzSuc="` // in base64
	Checkpoint string     `json:"checkpoint"`                                                  // the signed note, as at /checkpoint
	Key        string     `json:"key" example:"mingzhang.example/log+e44e9af3+AfEd…"`          // that signs it, as at /log.pub
	Head       Head       `json:"head"`
	Keys       []LogKey   `json:"keys"`
	Ledger     *Standing  `json:"ledger,omitempty"`    // the permissioned ledger, where there is one
	Witnesses  *Witnesses `json:"witnesses,omitempty"` // who else signs checkpoints, where witnesses are asked
}

// Head is the end of the log, which a checkpoint follows within a second.
type Head struct {
	Size     int64     `json:"size" example:"228512"`
	Recorded time.Time `json:"recorded" example:"2026-11-20T04:00:00Z"` // of the last record
}

// LogKey is a registered public key.
type LogKey struct {
	ID       string `json:"id" example:"w1"`
	Org      int64  `json:"org" example:"3"`
	Use      string `json:"use" example:"witness"` // log, author or witness
	Verifier string `json:"verifier" example:"example.org/witness+92570752+AbriMpNTosiEA4XFzVbg+3qFXNDqw4Jlc0K9dxm8AIfJ"`
	Replaces string `json:"replaces,omitempty"` // the id of the key that ended with this one
}

// getLog tells how far the log is.
//
//	@Summary	How far the log is: head, published checkpoint, keys, permissioned ledger and witnesses
//	@Tags		log
//	@Produce	json
//	@Success	200	{object}	Log
//	@Failure	503	{object}	Problem
//	@Router		/v1/log [get]
func (s *server) getLog(c *gin.Context) {
	out, err := s.log(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Header("Cache-Control", "no-cache")
	c.JSON(http.StatusOK, out)
}

func (s *server) log(c *gin.Context) (*Log, error) {
	if err := s.query(c).done(); err != nil {
		return nil, err
	}
	cp, err := s.latest()
	if err != nil {
		return nil, err
	}
	ctx := c.Request.Context()
	head, err := s.Store.Head(ctx)
	if err != nil {
		return nil, err
	}
	out := &Log{Witnesses: s.witnesses(cp.note), Origin: cp.Origin, Size: cp.Size, Root: base64Text(cp.Root[:]), Checkpoint: string(cp.note), Key: s.LogKey,
		Head: Head{head.Size, head.Recorded}, Keys: []LogKey{}}
	keys, err := s.Store.Keys(ctx)
	for _, k := range keys {
		out.Keys = append(out.Keys, LogKey(k))
	}
	if err == nil && s.Anchors != nil {
		var standing Standing
		standing, err = s.Anchors.Standing(ctx)
		out.Ledger = &standing
	}
	return out, err
}

// getCheckpoint gives the latest checkpoint.
//
//	@Summary	The latest published checkpoint, a signed note (c2sp.org/tlog-checkpoint)
//	@Tags		log
//	@Produce	plain
//	@Success	200	{string}	string
//	@Failure	503	{object}	Problem
//	@Router		/checkpoint [get]
func (s *server) getCheckpoint(c *gin.Context) {
	note := s.Book.Checkpoint()
	if note == nil {
		s.fail(c, unpublished())
		return
	}
	c.Header("Cache-Control", "no-cache")
	c.Data(http.StatusOK, "text/plain; charset=utf-8", note)
}

// getLogKey gives the log's public key.
//
//	@Summary	The key that checkpoints are verified with (a signed-note verifier key)
//	@Tags		log
//	@Produce	plain
//	@Success	200	{string}	string
//	@Router		/log.pub [get]
func (s *server) getLogKey(c *gin.Context) {
	if s.LogKey == "" {
		s.fail(c, ledger.Refuse(ledger.NotFound, "no-log-key", "", "没有配置日志公钥", "no key of the log is configured"))
		return
	}
	c.Header("Cache-Control", "no-cache")
	c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte(s.LogKey+"\n"))
}
