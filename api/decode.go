package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
)

// maxBody bounds the body of one request, and one line of a batch, in bytes.
const maxBody = 256 << 10

// body reads the JSON body of a request.
func body(c *gin.Context) ([]byte, error) {
	if media, _, err := mime.ParseMediaType(c.GetHeader("Content-Type")); err != nil || media != "application/json" {
		return nil, ledger.Refuse(ledger.Invalid, "media-type", "", "请求正文应为 application/json", "the body should be application/json")
	}
	data, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBody))
	if err != nil {
		return nil, unread(err)
	}
	return data, nil
}

// unread says why a body could not be read.
func unread(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return ledger.Refuse(ledger.Invalid, "body-too-large", "", "请求正文超过 %d 字节", "the body has more than %d bytes", tooLarge.Limit)
	}
	return ledger.Refuse(ledger.Invalid, "body-unreadable", "", "请求正文没有完整到达", "the body did not arrive whole")
}

// decodeText reads one JSON object. Unknown members, members given twice, other types,
// and anything behind the object are refused: what a caller misspells must not be lost
// in silence.
func decodeText(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return unreadable(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return ledger.Refuse(ledger.Invalid, "json-unreadable", "", "JSON 对象之后还有内容", "there is something behind the JSON object")
	}
	if field := twice(data); field != "" {
		return ledger.Refuse(ledger.Invalid, "json-unreadable", field, "字段 %.60s 出现两次", "the member %.60s is there twice", field)
	}
	return nil
}

// unreadable says what is wrong with a JSON text.
func unreadable(err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return ledger.Refuse(ledger.Invalid, "json-unreadable", kind.Field, "字段 %s 的类型不对（收到 %s）", "the member %s cannot be a %s", kind.Field, kind.Value)
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		field = strings.Trim(field, `"`)
		return ledger.Refuse(ledger.Invalid, "json-unreadable", field, "没有名为 %.60s 的字段", "there is no member %.60s", field)
	}
	if errors.As(err, new(*ledger.Error)) {
		return err
	}
	return ledger.Refuse(ledger.Invalid, "json-unreadable", "", "请求正文不是有效的 JSON 对象", "the body is not a JSON object")
}

// twice gives the name of a member that an object of the text has twice, "" for none.
// The text is known to be valid.
func twice(data []byte) string {
	type object struct {
		names map[string]bool
		key   bool // a name comes next
	}
	var open []*object
	d := json.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		top := func() *object {
			if len(open) == 0 {
				return nil
			}
			return open[len(open)-1]
		}
		switch token {
		case json.Delim('{'):
			if o := top(); o != nil && o.names != nil {
				o.key = true
			}
			open = append(open, &object{map[string]bool{}, true})
			continue
		case json.Delim('['):
			if o := top(); o != nil && o.names != nil {
				o.key = true
			}
			open = append(open, &object{})
			continue
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
			continue
		}
		o := top()
		if o == nil || o.names == nil {
			continue
		}
		if !o.key {
			o.key = true
			continue
		}
		// Like encoding/json, which takes a name in any case.
		name := strings.ToLower(token.(string))
		if o.names[name] {
			return token.(string)
		}
		o.names[name], o.key = true, false
	}
}

// pathIndex reads the index of a record in the path.
func pathIndex(c *gin.Context) (int64, error) {
	text := c.Param("id")
	index, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strconv.FormatInt(index, 10) != text || index < 0 {
		return 0, ledger.Refuse(ledger.NotFound, "no-such-record", "id", "“%.40s” 不是记录编号", "%.40q is not the index of a record", text)
	}
	return index, nil
}
