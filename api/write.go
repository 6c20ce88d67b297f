package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"

	"github.com/gin-gonic/gin"

	"mingzhang/api/access"
	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// write answers a request that becomes a record.
func (s *server) write(c *gin.Context, what any, err error) {
	if err != nil {
		s.fail(c, err)
		return
	}
	request, err := s.request(c, what)
	if err != nil {
		s.fail(c, err)
		return
	}
	a, err := s.Book.Submit(c.Request.Context(), request)
	if err != nil {
		s.fail(c, err)
		return
	}
	if a.Replayed {
		c.Header("Idempotency-Replayed", "true")
	}
	answer := s.answer(a)
	c.Header("Location", location(answer))
	c.Header("Cache-Control", "no-store") // it has the receipt's code
	c.JSON(http.StatusCreated, answer)
}

// location is where a record is read.
func location(a *Answer) string {
	index := strconv.FormatInt(a.ID, 10)
	switch a.Type {
	case "flow":
		return "/v1/flows/" + index
	case "project", "organization":
		return "/v1/" + a.Type + "s/" + index
	}
	return "/v1/records/" + index
}

// request makes what the book is asked out of what a caller asks and may ask.
func (s *server) request(c *gin.Context, what any) (book.Request, error) {
	what, err := s.admitted(c, what)
	if err != nil {
		return book.Request{}, err
	}
	key, err := idempotencyKey(c)
	return book.Request{By: callerOf(c).Author(), Key: key, What: what}, err
}

// admitted gives what a caller asks, with the consent that came with it, or refuses what
// they may not ask.
func (s *server) admitted(c *gin.Context, what any) (any, error) {
	what, err := s.consented(c, what)
	if err == nil {
		err = s.allowed(c, callerOf(c), what)
	}
	if err == nil {
		err = s.agreed(c.Request.Context(), what)
	}
	return what, err
}

// maxKey is the longest idempotency key.
const maxKey = 200

func idempotencyKey(c *gin.Context) (string, error) {
	key := c.GetHeader("Idempotency-Key")
	for _, b := range []byte(key) {
		if b <= ' ' || b > '~' || len(key) > maxKey {
			return "", ledger.Refuse(ledger.Invalid, "idempotency-key", "Idempotency-Key",
				"幂等键应为 1 至 %d 个可见 ASCII 字符", "an idempotency key is 1 to %d visible ASCII characters", maxKey)
		}
	}
	return key, nil
}

// consented adds to a transfer who agreed for the receiving organization: its own key,
// in the header Consent-Authorization.
func (s *server) consented(c *gin.Context, what any) (any, error) {
	const field = "Consent-Authorization"
	header := c.GetHeader(field)
	t, ok := what.(book.Transfer)
	if !ok || header == "" {
		return what, nil
	}
	other, err := s.holder(c, header)
	var refusal *ledger.Error
	if errors.As(err, &refusal) && refusal.Kind == ledger.Forbidden {
		named := *refusal
		named.Field = field // of two keys, this one
		return nil, &named
	}
	if err != nil {
		return nil, err
	}
	to, err := s.pool(c.Request.Context(), "to", t.To)
	if err != nil {
		return nil, err
	}
	if err := access.Allow(other, access.Consent, access.Target{To: to}); err != nil {
		return nil, err
	}
	author := other.Author()
	t.Consent = &author
	return t, nil
}

// owners remembers which organization a project belongs to, which never changes.
type owners struct {
	sync.RWMutex
	of map[int64]int64
}

// maxOwners bounds that memory.
const maxOwners = 100_000

// owner gives the organization of a project; absent is a ledger.NotFound.
func (s *server) owner(ctx context.Context, project int64) (int64, error) {
	s.owners.RLock()
	owner, known := s.owners.of[project]
	s.owners.RUnlock()
	if known {
		return owner, nil
	}
	owner, err := s.Store.Owner(ctx, project)
	if err != nil {
		return 0, err
	}
	s.owners.Lock()
	defer s.owners.Unlock()
	if s.owners.of == nil || len(s.owners.of) >= maxOwners {
		s.owners.of = map[int64]int64{}
	}
	s.owners.of[project] = owner
	return owner, nil
}
