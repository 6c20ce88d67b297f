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
	from, paid := s.address(c), false
	pay := func() error {
		if wait := s.Limits.Take(access.Failure, access.Anonymous, from); wait > 0 {
			return access.TooMany(wait)
		}
		paid = true
		return nil
	}
	caller, err := s.Access.Try(c.Request.Context(), header, pay)
	switch refused := ledger.KindOf(err) == ledger.Forbidden; {
	case refused && !paid:
		if wait := pay(); wait != nil {
			err = wait
		}
	case paid && !refused:
		s.Limits.GiveBack(access.Failure, access.Anonymous, from)
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

// address is where a request comes from, as far as the proxies in front are trusted.
func (s *server) address(c *gin.Context) netip.Addr {
	if len(s.Proxies) == 0 {
		from, _ := netip.ParseAddrPort(c.Request.RemoteAddr)
		return from.Addr()
	}
	a, _ := netip.ParseAddr(c.ClientIP())
	return a
}
