package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"

	"github.com/gin-gonic/gin"

	"mingzhang/api/fresh"
)

// tagged gives an answer the hash of its bytes as entity tag, and sends nothing to who
// has it (304). It is for short answers that change with more than the log: with what
// was published of it, and with who vouches for that.
func (s *server) tagged(c *gin.Context) {
	below := c.Writer
	kept := &keeping{ResponseWriter: below}
	c.Writer = kept
	defer func() { c.Writer = below }() // also when the handler panics: then nothing was sent
	c.Next()
	if below.Status() == http.StatusOK {
		sum := sha256.Sum256(kept.body.Bytes())
		tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`
		below.Header().Set("ETag", tag)
		if fresh.Has(c.GetHeader("If-None-Match"), tag) {
			below.Header().Del("Content-Type")
			below.WriteHeader(http.StatusNotModified)
			below.WriteHeaderNow()
			return
		}
	}
	below.Write(kept.body.Bytes())
}

// keeping keeps what a handler writes, until it is known whether it is to be sent.
type keeping struct {
	gin.ResponseWriter
	body bytes.Buffer
}

func (k *keeping) Write(p []byte) (int, error)          { return k.body.Write(p) }
func (k *keeping) WriteString(text string) (int, error) { return k.body.WriteString(text) }
func (k *keeping) WriteHeaderNow()                      {}
func (k *keeping) Flush()                               {}
func (k *keeping) Written() bool                        { return k.body.Len() > 0 || k.ResponseWriter.Written() }
