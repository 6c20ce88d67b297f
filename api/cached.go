package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
)

// cached lets a reader who has the answer keep it, and keeps it here for all others:
// nothing public changes but with a record of the log, or with the day, on which
// fundraising begins and ends.
func (s *server) cached(c *gin.Context) { s.keep(c, 0) }

// cachedAnchor does so for answers that also tell where the permissioned ledger stands.
func (s *server) cachedAnchor(c *gin.Context) {
	if s.Anchors == nil {
		s.keep(c, 0)
		return
	}
	standing, err := s.Anchors.Standing(c.Request.Context())
	if err != nil {
		s.fail(c, err)
		return
	}
	s.keep(c, standing.Upto)
}

// keep answers from what is kept for the log as it is and what is anchored of it.
func (s *server) keep(c *gin.Context, anchored int64) {
	tag, err := s.tag(c, anchored)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Header("Vary", "Accept, Accept-Language")
	s.answers.Handle(c, tag, c.Next)
}

// tag names the answer to a request: a hash of all that it depends on. It is a weak one,
// because the same answer goes out packed and plain.
func (s *server) tag(c *gin.Context, anchored int64) (string, error) {
	head, err := s.head(c.Request.Context())
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	sum.Write(head.Root[:])
	binary.Write(sum, binary.BigEndian, []int64{head.Size, anchored})
	fmt.Fprintf(sum, "%s %s %q %q", account.Today(s.Now()), languageOf(c), c.GetHeader("Accept"), c.Request.URL.RequestURI())
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:18]) + `"`, nil
}

// recent is the head as it was read last.
type recent struct {
	sync.Mutex
	head book.Head
	read time.Time
}

// believed is for how long a head is believed to be the latest. What this process
// recorded itself is seen at once; what another process on the same database did, after
// no longer than this.
const believed = 50 * time.Millisecond

// head gives the head of the log.
func (s *server) head(ctx context.Context) (book.Head, error) {
	own := s.Book.Head()
	s.recent.Lock()
	defer s.recent.Unlock()
	if s.recent.head.Size >= own.Size && time.Since(s.recent.read) < believed {
		return s.recent.head, nil
	}
	head, err := s.Store.Head(ctx)
	if err == nil {
		s.recent.head, s.recent.read = head, time.Now()
	}
	return head, err
}
