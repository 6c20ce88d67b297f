package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// Proof shows that a record is in the log that signed a checkpoint.
type Proof struct {
	Index      int64    `json:"index" example:"228490"`
	LeafHash   string   `json:"leaf_hash" example:"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	Size       int64    `json:"size" example:"228512"`                                         // of the log, as the checkpoint says
	Root       string   `json:"root" example:"670qD5ulrd2zU/5bDqyQoS4qf5F4kCa3CUFeNZmzSuc="`   // likewise, in base64
	Hashes     []string `json:"hashes" example:"xhiSoYo/FhNEJ/f+9Z5XQhEyk/qWf8obMygwIND32MA="` // in base64, the leaf's sibling first
	Checkpoint string   `json:"checkpoint"`                                                    // the signed note
}

// getProof proves one record.
//
//	@Summary		The proof that a record is in the log
//	@Description	As text/plain it is a c2sp.org/tlog-proof, for programs that others wrote.
//	@Tags			log
//	@Produce		json
//	@Produce		plain
//	@Param			id		path		int	true	"the record"
//	@Success		200		{object}	Proof
//	@Failure		404,503	{object}	Problem
//	@Router			/v1/records/{id}/proof [get]
//	@Router			/v1/flows/{id}/proof [get]
func (s *server) getProof(c *gin.Context) {
	index, err := s.pathOnly(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	p, err := s.proven(c.Request.Context(), index)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Header("Cache-Control", "no-cache")
	c.Header("Vary", "Accept")
	if wantsText(c) {
		c.Data(http.StatusOK, "text/plain; charset=utf-8", p.text().Format())
		return
	}
	c.JSON(http.StatusOK, p.json())
}

// wantsText says whether the caller prefers plain text to JSON.
func wantsText(c *gin.Context) bool {
	return c.NegotiateFormat("application/json", "text/plain") == "text/plain"
}

// proven is a record with its proof.
type proven struct {
	bytes  []byte
	index  int64
	hashes tlog.RecordProof
	signed
}

func (p *proven) text() proof.Proof {
	return proof.Proof{Index: p.index, Hashes: p.hashes, Checkpoint: p.note}
}

func (p *proven) json() Proof {
	hashes := []string{}
	for _, h := range p.hashes {
		hashes = append(hashes, base64Text(h[:]))
	}
	return Proof{p.index, hashText(record.Hash(p.bytes)), p.Size, base64Text(p.Root[:]), hashes, string(p.note)}
}

// proven proves a record under the latest checkpoint that was published.
func (s *server) proven(ctx context.Context, index int64) (*proven, error) {
	bytes, err := s.Store.Stored(ctx, index)
	if err != nil {
		return nil, err
	}
	cp, err := s.covering(ctx, index)
	if err != nil {
		return nil, err
	}
	hashes, err := proof.Inclusion(cp.Size, cp.Root, index, s.Store)
	return &proven{bytes, index, hashes, cp}, err
}

// signed is a checkpoint with the note that it was read from.
type signed struct {
	proof.Checkpoint
	note []byte
}

// latest reads the latest checkpoint that this book published. It is our own, so
// its signature needs no check.
func (s *server) latest() (signed, error) {
	note := s.Book.Checkpoint()
	text, _, found := strings.Cut(string(note), "\n\n")
	if !found {
		return signed{}, unpublished()
	}
	cp, err := proof.ParseCheckpoint(text + "\n")
	return signed{cp, note}, err
}

// A record is in a published checkpoint a second after its commit; who asks earlier
// waits, but not for long.
const (
	publishWait  = 3 * time.Second
	publishPause = 50 * time.Millisecond
)

// covering gives a published checkpoint that has a record, which is known to be there.
func (s *server) covering(ctx context.Context, index int64) (signed, error) {
	for began := time.Now(); ; {
		cp, err := s.latest()
		if err == nil && index < cp.Size {
			return cp, nil
		}
		if err != nil && ledger.KindOf(err) != ledger.Unavailable {
			return signed{}, err
		}
		if time.Since(began) > publishWait {
			return signed{}, unpublished()
		}
		select {
		case <-time.After(publishPause):
		case <-ctx.Done():
			return signed{}, ctx.Err()
		}
	}
}

func unpublished() error {
	return ledger.Refuse(ledger.Unavailable, "not-published", "", "覆盖该记录的检查点尚未公布，请稍后再试", "the checkpoint that has this record is not published yet: try again soon")
}
