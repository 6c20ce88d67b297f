package export

import (
	"bytes"
	"encoding/json"
	"io"
)

// JSON writes {"items":[…]} item by item, each as lists have it and on a line of its
// own.
type JSON struct {
	w     io.Writer
	buf   bytes.Buffer
	enc   *json.Encoder
	items int64
}

// NewJSON begins a list.
func NewJSON(w io.Writer) *JSON {
	j := &JSON{w: w}
	j.enc = json.NewEncoder(&j.buf)
	j.buf.WriteString("{\"items\":[\n")
	return j
}

// Item writes the next item.
func (j *JSON) Item(v any) error {
	if j.items++; j.items > 1 {
		j.buf.WriteByte(',')
	}
	if err := j.enc.Encode(v); err != nil {
		return err
	}
	if j.buf.Len() < flushed {
		return nil
	}
	return j.flush()
}

func (j *JSON) flush() error {
	_, err := j.buf.WriteTo(j.w)
	return err
}

// Close ends the list.
func (j *JSON) Close() error {
	j.buf.WriteString("]}\n")
	return j.flush()
}
