package backup

import (
	"bytes"
	"reflect"
	"testing"

	"mingzhang/ledger/store"
)

var everyType = &store.Table{Name: "t", Columns: []store.Column{{Name: "a", Type: "int"}, {Name: "b", Type: "text"}, {Name: "c", Type: "bytes"}, {Name: "d", Type: "bool"}}}

func TestRow(t *testing.T) {
	for _, cells := range [][]any{
		{int64(-1 << 63), "引号\"\n\u2028<&>", []byte{0, 255}, true},
		{nil, nil, nil, nil},
		{int64(9007199254740993), "", []byte{1}, false},
	} {
		line, err := appendRow(nil, cells)
		if err != nil || bytes.Count(line, []byte("\n")) != 1 {
			t.Fatalf("%v: %q, %v", cells, line, err)
		}
		again, err := parseRow(line, everyType)
		if err != nil || !reflect.DeepEqual(again, cells) {
			t.Errorf("%v came back as %v, %v", cells, again, err)
		}
	}
	if line, err := appendRow(nil, []any{1.5}); err == nil {
		t.Errorf("a fraction was written: %q", line)
	}
}

func FuzzRow(f *testing.F) {
	for _, line := range []string{`[1,"a","AA==",true]`, `[null,null,null,null]`, `[1.5,"a","AA==",true]`, `[1,2,3,4]`, `[1,"a","%",true]`, `{}`, `[`} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		cells, err := parseRow(line, everyType)
		if err != nil {
			return
		}
		written, err := appendRow(nil, cells)
		if err != nil {
			t.Fatalf("%q was read as %v, which cannot be written: %v", line, cells, err)
		}
		again, err := parseRow(written, everyType)
		if err != nil || !reflect.DeepEqual(again, cells) {
			t.Errorf("%v came back as %v, %v", cells, again, err)
		}
	})
}
