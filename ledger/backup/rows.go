package backup

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"

	"mingzhang/ledger/store"
)

// schema is what stands before the rows.
type schema struct {
	Version int           `json:"version"` // of the database
	Tables  []store.Table `json:"tables"`
}

// appendRow writes a row as a line of JSON.
func appendRow(b []byte, cells []any) ([]byte, error) {
	b = append(b, '[')
	for i, v := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		switch is := v.(type) {
		case nil:
			b = append(b, "null"...)
		case int64:
			b = strconv.AppendInt(b, is, 10)
		case bool:
			b = strconv.AppendBool(b, is)
		case []byte:
			b = append(b, '"')
			b = base64.StdEncoding.AppendEncode(b, is)
			b = append(b, '"')
		case string:
			text, err := json.Marshal(is)
			if err != nil {
				return nil, err
			}
			b = append(b, text...)
		default:
			return nil, fmt.Errorf("a cell of %T has no place in a backup", v)
		}
	}
	return append(b, ']', '\n'), nil
}

// parseRow reads a line as a row of a table.
func parseRow(line []byte, t *store.Table) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var cells []any
	if err := d.Decode(&cells); err != nil || len(cells) != len(t.Columns) {
		return nil, refuse("表 "+t.Name+" 有一行无法读取", "a row of "+t.Name+" cannot be read")
	}
	for i, c := range t.Columns {
		var ok bool
		if cells[i], ok = parseCell(c.Type, cells[i]); !ok {
			return nil, refuse("表 "+t.Name+" 的 "+c.Name+" 有一格无法读取", "a cell of "+t.Name+"."+c.Name+" cannot be read")
		}
	}
	return cells, nil
}

func parseCell(kind string, v any) (any, bool) {
	switch is := v.(type) {
	case nil:
		return nil, true
	case bool:
		return is, kind == "bool"
	case json.Number:
		n, err := strconv.ParseInt(is.String(), 10, 64)
		return n, kind == "int" && err == nil
	case string:
		if kind == "text" {
			return is, true
		}
		b, err := base64.StdEncoding.DecodeString(is)
		return b, kind == "bytes" && err == nil
	}
	return nil, false
}
