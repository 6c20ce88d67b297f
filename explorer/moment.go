package explorer

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
)

// believed is the head of the log that kept pages are of.
type believed struct {
	sync.Mutex
	head    book.Head
	adopted time.Time
}

// patience is for how long a page is shown after the book has moved on, at most: while
// gifts come in by the hundred, each page is made twice a second and not for each of
// them. After a pause the first record is seen at once.
const patience = 500 * time.Millisecond

// head gives the head that pages are to be of.
func (s *Site) head(ctx context.Context) (book.Head, error) {
	now, err := s.Book.Head(ctx)
	if err != nil {
		return now, err
	}
	s.believed.Lock()
	defer s.believed.Unlock()
	b := &s.believed
	if b.head.Size != now.Size && time.Since(b.adopted) >= patience {
		b.head, b.adopted = now, time.Now()
	}
	return b.head, nil
}

// page answers with a page that changes with the book alone, or with the day.
func (s *Site) page(fill filler) gin.HandlerFunc {
	return func(c *gin.Context) { s.serve(c, fill, nil) }
}

// anchoredPage does so for pages that show the checkpoint, which follows the book and
// which witnesses sign later still, and where the permissioned ledger stands.
func (s *Site) anchoredPage(fill filler) gin.HandlerFunc {
	return func(c *gin.Context) {
		beside := s.Book.Checkpoint()
		if s.Anchors != nil {
			if standing, err := s.Anchors.Standing(c.Request.Context()); err == nil {
				beside = binary.BigEndian.AppendUint64(slices.Clone(beside), uint64(standing.Upto))
			}
		}
		s.serve(c, fill, beside)
	}
}

// serve answers from what is kept, or has the page made.
func (s *Site) serve(c *gin.Context, fill filler, beside []byte) {
	head, err := s.head(c.Request.Context())
	if err != nil {
		s.fail(c, err)
		return
	}
	v := s.visit(c)
	tag := s.tag(c, v, head, beside)
	c.Header("Vary", "Accept-Language")
	s.kept.Handle(c, tag, func() { s.make(c, v, fill) })
}

// secret answers with the page of the gift that the code in the path stands for, made anew
// for whoever asks.
func (s *Site) secret(fill filler) gin.HandlerFunc {
	return func(c *gin.Context) {
		v := s.visit(c)
		err := s.guess(c, func() (err error) { v.gift, err = s.Book.Receipt(tidyCode(c.Param("code"))); return err })
		if err != nil {
			s.fail(c, err)
			return
		}
		s.make(c, v, fill)
	}
}

// tag names a page: a hash of all that it depends on. It is a weak one, because the same
// page goes out packed and plain.
func (s *Site) tag(c *gin.Context, v visit, head book.Head, beside []byte) string {
	sum := sha256.New()
	sum.Write(head.Root[:])
	binary.Write(sum, binary.BigEndian, []int64{head.Size, int64(len(beside))})
	sum.Write(beside)
	fmt.Fprintf(sum, "%s %s %v %q %s", account.Today(s.Now()), v.tongue.tag, v.chosen, c.Request.URL.RequestURI(), s.tongues.version)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:18]) + `"`
}
