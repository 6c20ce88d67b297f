package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

// identify names the request, for the answer's header, its problem and the log.
func (s *server) identify(c *gin.Context) {
	id := uuid.Must(uuid.NewV7()).String() // it fails where there is no randomness at all
	c.Set("request", id)
	c.Header("Request-Id", id)
	c.Next()
}

func requestID(c *gin.Context) string { return c.GetString("request") }

// observe writes the access log, also of an answer that was broken off. It names the
// route and not the path or the query: a receipt code or a search may be in them. It
// has no address of the caller.
func (s *server) observe(c *gin.Context) {
	began, reader, ended := time.Now(), c.Request.Context(), false
	defer func() {
		took := time.Since(began)
		broken := !ended || reader.Err() != nil && !c.Writer.Written()
		s.Metrics.observe(c, took, broken)
		if !s.Log.Enabled(c, slog.LevelInfo) {
			return
		}
		all := []slog.Attr{slog.String("request", requestID(c)), slog.String("method", methodOf(c)), slog.String("route", c.FullPath()),
			slog.Int("status", c.Writer.Status()), slog.Int("bytes", max(c.Writer.Size(), 0)), slog.Int64("ms", took.Milliseconds())}
		if broken {
			all = append(all, slog.Bool("broken", true))
		}
		s.Log.LogAttrs(c, slog.LevelInfo, "request", all...)
	}()
	c.Next()
	ended = true
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

// secured are the headers that every answer has. Their values are shared by all answers
// and never written to: to make them anew took longer than to send them.
var secured = map[string][]string{
	"X-Content-Type-Options":     {"nosniff"},
	"X-Frame-Options":            {"DENY"},
	"Referrer-Policy":            {"no-referrer"},
	"Content-Security-Policy":    {"default-src 'none'; frame-ancestors 'none'"},
	"Cross-Origin-Opener-Policy": {"same-origin"},
	"Permissions-Policy":         {"camera=(), geolocation=(), microphone=()"},
}

// secure sets the headers that every answer has.
func secure(c *gin.Context) {
	h := c.Writer.Header()
	for name, values := range secured {
		h[name] = values
	}
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

// within gives a request a time in which it has to be answered.
func within(c *gin.Context, d time.Duration) context.CancelFunc {
	ctx, cancel := context.WithTimeout(c.Request.Context(), d)
	c.Request = c.Request.WithContext(ctx)
	return cancel
}
