package api

import (
	"net/netip"

	"github.com/gin-gonic/gin"

	"mingzhang/api/access"
)

// callerOf is who sends a request; who has no key is access.Anonymous.
func callerOf(c *gin.Context) *access.Caller {
	if v, ok := c.Get("caller"); ok {
		return v.(*access.Caller)
	}
	return access.Anonymous
}

// authenticate finds out who sends a request. Who tries keys soon has to wait.
func (s *server) authenticate(c *gin.Context) {
	caller, err := s.Access.Authenticate(c.Request.Context(), c.GetHeader("Authorization"))
	if err != nil {
		if wait := s.Limits.Take(access.Failure, access.Anonymous, address(c)); wait > 0 {
			err = access.TooMany(wait)
		}
		s.fail(c, err)
		return
	}
	c.Set("caller", caller)
	c.Next()
}

// slow keeps a caller from asking too often.
func (s *server) slow(class access.Class) gin.HandlerFunc {
	return func(c *gin.Context) {
		if wait := s.Limits.Take(class, callerOf(c), address(c)); wait > 0 {
			s.fail(c, access.TooMany(wait))
			return
		}
		c.Next()
	}
}

// address is where a request comes from, as far as the proxies in front are trusted.
func address(c *gin.Context) netip.Addr {
	a, _ := netip.ParseAddr(c.ClientIP())
	return a
}
