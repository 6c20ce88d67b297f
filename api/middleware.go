package api

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

// identify names the request, for the answer's header, its problem and the log.
func (s *server) identify(c *gin.Context) {
	id, err := uuid.NewV7()
	if err != nil {
		id = uuid.New()
	}
	c.Set("request", id.String())
	c.Header("Request-Id", id.String())
	c.Next()
}

func requestID(c *gin.Context) string { return c.GetString("request") }

// observe writes the access log. It names the route and not the path or the query: a
// receipt code or a search may be in them. It has no address of the caller.
func (s *server) observe(c *gin.Context) {
	began := time.Now()
	c.Next()
	took := time.Since(began)
	s.Metrics.observe(c, took)
	s.Log.InfoContext(c, "request", "request", requestID(c), "method", methodOf(c), "route", c.FullPath(),
		"status", c.Writer.Status(), "bytes", max(c.Writer.Size(), 0), "ms", took.Milliseconds())
}

// rescue turns a panic into a neutral answer: its trace goes to the log alone.
func (s *server) rescue(c *gin.Context) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p) // how a handler ends a connection on purpose
			}
			s.fail(c, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	c.Next()
}

// secure sets the headers that every answer has.
func secure(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	if c.Request.TLS != nil || c.GetHeader("X-Forwarded-Proto") == "https" {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	c.Next()
}

// cors lets the scripts of any site read what is public. There are no cookies, and a
// key is never asked for there.
func cors(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "ETag, Link, Request-Id")
	if c.Request.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", "GET, HEAD")
		h.Set("Access-Control-Max-Age", "86400")
	}
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	c.Next()
}

// hasTag says whether a list of entity tags has one (RFC 9110, 13.1.2: weakly). "*" is
// for those who write: here it would say of what is not there that it has not changed.
func hasTag(list, tag string) bool {
	tag = strings.TrimPrefix(tag, "W/")
	for t := range strings.SplitSeq(list, ",") {
		if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == tag {
			return true
		}
	}
	return false
}

// within gives a request a time in which it has to be answered.
func within(c *gin.Context, d time.Duration) context.CancelFunc {
	ctx, cancel := context.WithTimeout(c.Request.Context(), d)
	c.Request = c.Request.WithContext(ctx)
	return cancel
}
