package api

import (
	"net/netip"

	"github.com/gin-gonic/gin"

	"mingzhang/api/access"
	"mingzhang/ledger"
)

// callerOf is who sends a request; who has no key is access.Anonymous.
func callerOf(c *gin.Context) *access.Caller {
	if v, ok := c.Get("caller"); ok {
		return v.(*access.Caller)
	}
	return access.Anonymous
}

// authenticate finds out who sends a request.
func (s *server) authenticate(c *gin.Context) {
	caller, err := s.holder(c, c.GetHeader("Authorization"))
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Set("caller", caller)
	c.Next()
}

// holder finds out whose the key in a header is. Who tries keys soon has to wait, and from
// then on costs the database nothing: a look for an unknown key is paid for beforehand,
// and given back when there is such a key. A client whose key this process knows goes on,
// whatever its neighbours try.
func (s *server) holder(c *gin.Context, header string) (*access.Caller, error) {
	from, refused := s.address(c), false
	var settle func(counts bool) // nil until it was paid
	pay := func() error {
		reserved, wait := s.Limits.Reserve(access.Failure, access.Anonymous, from)
		if wait > 0 {
			return access.TooMany(wait)
		}
		settle = reserved
		return nil
	}
	defer func() {
		if settle != nil {
			settle(refused)
		}
	}()
	caller, err := s.Access.Try(c.Request.Context(), header, pay)
	if refused = ledger.KindOf(err) == ledger.Forbidden; refused && settle == nil {
		if wait := pay(); wait != nil {
			err = wait
		}
	}
	return caller, err
}

// slow keeps a caller from asking too often.
func (s *server) slow(class access.Class) gin.HandlerFunc {
	return func(c *gin.Context) {
		if wait := s.Limits.Take(class, callerOf(c), s.address(c)); wait > 0 {
			s.fail(c, access.TooMany(wait))
			return
		}
		c.Next()
	}
}

// guess looks for a gift by what its giver has in the hand. Only misses count: a family or
// an office behind one address reads all of its own, as often as the class Search lets it.
//
// Room is reserved before the look, also for who has a right code: so any number of guesses
// sent at once share one burst, and whoever has none left hears the same of a right code as
// of a wrong one. A hit leaves the limit as it was, and cannot refill it for guesses. It is
// settled before anything goes out to the caller, so that nobody's slow reading keeps room
// from the neighbours; and a request that looks in two ways stops at its first hit, so that
// a right code pays for no other guess.
func (s *server) guess(c *gin.Context, look func() error) error {
	settle, wait := s.Limits.Reserve(access.Find, callerOf(c), s.address(c))
	if wait > 0 {
		return access.TooMany(wait)
	}
	missed := true // also when the look panics
	defer func() { settle(missed) }()
	err := look()
	missed = err != nil
	return err
}

// address is where a request comes from, as far as the proxies in front are trusted.
func (s *server) address(c *gin.Context) netip.Addr {
	if len(s.Proxies) == 0 {
		from, _ := netip.ParseAddrPort(c.Request.RemoteAddr)
		return from.Addr()
	}
	a, _ := netip.ParseAddr(c.ClientIP())
	return a
}
