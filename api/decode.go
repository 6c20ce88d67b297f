package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"mingzhang/ledger"
)

// maxBody bounds the body of one request, and one line of a batch, in bytes.
const maxBody = 256 << 10

// usualBody is for how much there is room at once: of a longer one the length is only
// said until it arrives.
const usualBody = 4 << 10

// body reads the JSON body of a request, which has no parameters: one that is misplaced
// must not be lost in silence.
func body(c *gin.Context) ([]byte, error) {
	if c.Request.URL.RawQuery != "" {
		return nil, ledger.Refuse(ledger.Invalid, "query-unreadable", "", "此请求没有查询参数", "this request has no parameters")
	}
	if err := inMedia(c, "application/json"); err != nil {
		return nil, err
	}
	from := http.MaxBytesReader(c.Writer, c.Request.Body, maxBody)
	data := bytes.NewBuffer(make([]byte, 0, bytes.MinRead+min(max(c.Request.ContentLength, 0), usualBody)))
	if _, err := data.ReadFrom(from); err != nil {
		return nil, unread(err)
	}
	return data.Bytes(), nil
}

// inMedia refuses a body of another media type, or of another encoding than UTF-8.
func inMedia(c *gin.Context, want string) error {
	if c.GetHeader("Content-Type") == want {
		return nil // what most programs send
	}
	media, with, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	charset := strings.ToLower(with["charset"])
	if err != nil || media != want || charset != "" && charset != "utf-8" && charset != "utf8" {
		return ledger.Refuse(ledger.Invalid, "media-type", "", "请求正文应为 UTF-8 编码的 %s", "the body should be %s in UTF-8", want)
	}
	return nil
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
// text that is no Unicode, and anything behind the object are refused: what a caller
// misspells must not be lost in silence.
func decodeText(data []byte, v any) error {
	if err := isObject(data); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return unreadable(data, reflect.TypeOf(v), err)
	}
	if len(bytes.TrimLeft(data[d.InputOffset():], " \t\r\n")) > 0 {
		return ledger.Refuse(ledger.Invalid, "json-unreadable", "", "JSON 对象之后还有内容", "there is something behind the JSON object")
	}
	return inspect(data, reflect.TypeOf(v))
}

// isObject refuses what is not even the beginning of a JSON object. Of bytes that are no
// UTF-8, package json would make other text without a word.
func isObject(data []byte) error {
	switch begin := bytes.TrimLeft(data, " \t\r\n"); {
	case !utf8.Valid(data):
		return ledger.Refuse(ledger.Invalid, "json-unreadable", "", "请求正文不是有效的 UTF-8", "the body is not valid UTF-8")
	case len(begin) == 0 || begin[0] != '{':
		return noObject()
	}
	return nil
}

func noObject() error {
	return ledger.Refuse(ledger.Invalid, "json-unreadable", "", "请求正文不是有效的 JSON 对象", "the body is not a JSON object")
}

// unreadable says what is wrong with a JSON text that is meant for a type.
func unreadable(text []byte, t reflect.Type, err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		field := misplaced(text, t, kind)
		return ledger.Refuse(ledger.Invalid, "json-unreadable", field, "字段 %s 的类型不对（收到 %.40s）", "the member %s cannot be a %.40s", field, kind.Value)
	}
	if strings.HasPrefix(err.Error(), "json: unknown field ") {
		field := placesIn(text, t, 0).unknown
		return ledger.Refuse(ledger.Invalid, "json-unreadable", field, "没有名为 %s 的字段", "there is no member %s", field)
	}
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, new(*ledger.Error)):
		return err
	case errors.As(err, &syntax), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return noObject()
	}
	return ledger.Refuse(ledger.Invalid, "json-unreadable", "", "请求正文中有无法识别的值", "a value of the body cannot be read") // a time or a hash
}

// public is the place of a member as callers know it: package json also names the Go
// types that are embedded.
func public(place string) string {
	steps := slices.DeleteFunc(strings.Split(place, "."), func(s string) bool { return s != "" && s[0] >= 'A' && s[0] <= 'Z' })
	return strings.Join(steps, ".")
}

// inspect refuses members that an object of the text has twice, and strings that hold
// the character U+FFFD: half a surrogate pair was read as that, or the text was spoilt
// before it came here. The text is known to be valid.
func inspect(data []byte, t reflect.Type) error {
	m := look(data)
	if m.spoilt {
		return ledger.Refuse(ledger.Invalid, "json-unreadable", "", "文字中有无法识别的字符（U+FFFD 或不成对的代理项）", "a text holds what is no character: U+FFFD, or half a surrogate pair")
	}
	if m.twice {
		field := placesIn(data, t, 0).twice
		return ledger.Refuse(ledger.Invalid, "json-unreadable", field, "字段 %s 出现两次", "the member %s is there twice", field)
	}
	return nil
}

// folded is what names have in common that package json takes for the same.
func folded(name string) string {
	return strings.Map(func(r rune) rune {
		for {
			next := unicode.SimpleFold(r)
			if next <= r {
				return next // the first of its ring
			}
			r = next
		}
	}, name)
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
