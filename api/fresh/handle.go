package fresh

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// Handle answers a request with what is kept under a tag, with nothing where the caller
// has it (304), or has it made by answer, which writes to the context.
func (a *Answers) Handle(c *gin.Context, tag string, answer func()) {
	c.Header("ETag", tag)
	c.Header("Cache-Control", "public, no-cache")
	if Has(c.GetHeader("If-None-Match"), tag) {
		c.AbortWithStatus(http.StatusNotModified)
		return
	}
	a.Serve(c.Writer, c.Request, tag, func(w http.ResponseWriter) {
		below := c.Writer
		c.Writer = through{below, w}
		defer func() { c.Writer = below }()
		answer()
	})
	c.Abort()
}

// through is a gin.ResponseWriter that writes through another writer.
type through struct {
	gin.ResponseWriter
	w http.ResponseWriter
}

func (t through) WriteHeader(status int)               { t.w.WriteHeader(status) }
func (t through) Write(p []byte) (int, error)          { return t.w.Write(p) }
func (t through) WriteString(text string) (int, error) { return t.w.Write([]byte(text)) }

// Has says whether a list of entity tags has one (RFC 9110, 13.1.2: weakly). "*" is
// for those who write: here it would say of what is not there that it has not changed.
func Has(list, tag string) bool {
	tag = strings.TrimPrefix(tag, "W/")
	for t := range strings.SplitSeq(list, ",") {
		if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == tag {
			return true
		}
	}
	return false
}
