package verify

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"mingzhang/ledger"
)

// row is what an exported list says of a record: which one it is, and the cells of its
// columns by their machine names, as CSV has them.
type row struct {
	index int64
	leaf  [32]byte
	cells map[string]string // its own until the next row
}

// rows reads an exported list one row after the other, in the order of the log.
type rows interface {
	// next gives the next row, or io.EOF.
	next() (*row, error)
	// columns are those that the rows so far have.
	columns() seen
}

// maxRow bounds a row in bytes, so that a list without an end does not fill the memory.
const maxRow = 1 << 20

// openRows reads a list in JSON or CSV; another format is refused.
func openRows(r io.Reader) (rows, error) {
	in := &allowance{r: r, left: maxRow}
	b := bufio.NewReaderSize(in, 4<<10)
	first, err := b.Peek(4)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch text := strings.TrimPrefix(string(first), "\ufeff"); {
	case strings.HasPrefix(text, "{"):
		return openJSON(b, in)
	case strings.HasPrefix(text, "PK"):
		return nil, ledger.Refuse(ledger.Invalid, "export-format", "", "请改用 CSV 或 JSON 格式的导出（工作簿不便核验）", "export the list as CSV or JSON: a workbook cannot be checked")
	}
	return openCSV(b, in)
}

// allowance gives so many bytes for each row.
type allowance struct {
	r    io.Reader
	left int
}

func (a *allowance) Read(p []byte) (int, error) {
	if a.left <= 0 {
		return 0, ledger.Refuse(ledger.Invalid, "export-row", "", "导出中有一行超过 %d 字节", "a row of the list has more than %d bytes", maxRow)
	}
	n, err := a.r.Read(p[:min(len(p), a.left)])
	a.left -= n
	return n, err
}

// unreadable says that a list is not one of ours.
func unreadable(zh, en string) error {
	return ledger.Refuse(ledger.Invalid, "export-unreadable", "", "这不是带叶哈希的流水或记录导出：%[1]s", "this is no exported list of flows or records with their leaf hashes: %[2]s", zh, en)
}

// jsonRows reads {"items":[…]}.
type jsonRows struct {
	*json.Decoder
	in   *allowance
	seen seen
}

func (j *jsonRows) columns() seen { return j.seen }

func openJSON(r io.Reader, in *allowance) (rows, error) {
	d := json.NewDecoder(r)
	for _, want := range []json.Token{json.Delim('{'), "items", json.Delim('[')} {
		if got, err := d.Token(); err != nil || got != want {
			return nil, unreadable("没有 items", "it has no items")
		}
	}
	return &jsonRows{d, in, seen{}}, nil
}

func (j *jsonRows) next() (*row, error) {
	j.in.left = maxRow
	if !j.More() {
		for _, want := range []json.Token{json.Delim(']'), json.Delim('}')} {
			if got, err := j.Token(); err != nil || got != want {
				return nil, unreadable("结尾残缺", "its end is missing")
			}
		}
		return nil, io.EOF
	}
	var raw json.RawMessage
	if err := j.Decode(&raw); err != nil {
		var refusal *ledger.Error
		if errors.As(err, &refusal) {
			return nil, refusal
		}
		return nil, unreadable("某一项无法读取", "an item cannot be read")
	}
	var v item
	var names map[string]json.RawMessage
	if json.Unmarshal(raw, &v) != nil || json.Unmarshal(raw, &names) != nil {
		return nil, unreadable("某一项无法读取", "an item cannot be read")
	}
	leaf, ok := parseLeaf(v.LeafHash)
	if v.ID == nil || !ok {
		return nil, unreadable("没有编号或叶哈希", "an item has no id or no leaf hash")
	}
	if twice(raw) {
		return nil, unreadable("某一项中同一名称出现两次", "an item has the same name twice")
	}
	cells := v.cells()
	for name, value := range names {
		if nested[name] {
			continue
		}
		j.seen[name] = true
		if _, there := cells[name]; isPlain(name) && !(there && members[name]) { // no item of ours has it, and it is compared all the same
			cells[name] = strings.Trim(string(value), `"`)
		}
	}
	for name := range cells {
		j.seen[name] = true
	}
	return &row{*v.ID, leaf, cells}, nil
}

// twice says whether an object in a value has a name two times, also once in capitals: which
// of the two counts, readers see differently.
func twice(raw []byte) bool {
	type level struct {
		names map[string]bool // of an object; nil of a list
		value bool            // a value comes next
	}
	inside := []level{{}}
	for d := json.NewDecoder(bytes.NewReader(raw)); ; {
		token, err := d.Token()
		if err != nil {
			return false // its end: it was read before
		}
		here := &inside[len(inside)-1]
		name, word := token.(string)
		switch token {
		case json.Delim('}'), json.Delim(']'):
			inside = inside[:len(inside)-1]
			continue
		}
		if word && here.names != nil && !here.value {
			name = strings.ToLower(strings.ToUpper(name))
			if here.names[name] {
				return true
			}
			here.names[name], here.value = true, true
			continue
		}
		here.value = false
		switch token {
		case json.Delim('{'):
			inside = append(inside, level{names: map[string]bool{}})
		case json.Delim('['):
			inside = append(inside, level{})
		}
	}
}

// headings are the columns by what they are called, for machines and for readers.
var headings = func() map[string]string {
	names := map[string]string{"id": "id", "流水编号": "id", "Flow": "id", "记录编号": "id", "Record": "id",
		"leaf_hash": "leaf_hash", "叶哈希": "leaf_hash", "Leaf hash": "leaf_hash"}
	for _, columns := range [][]column{plainColumns, openColumns} {
		for _, c := range columns {
			for _, heading := range []string{c.name, c.zh, c.en} {
				names[heading] = c.name
			}
		}
	}
	delete(names, "")
	return names
}()

// csvRows reads a table whose first row names the columns.
type csvRows struct {
	*csv.Reader
	in   *allowance
	name []string // of each column
	row  int      // of the table, its headings being the first
}

func (c *csvRows) columns() seen {
	all := seen{}
	for _, name := range c.name {
		all[name] = true
	}
	return all
}

func openCSV(r *bufio.Reader, in *allowance) (rows, error) {
	if mark, _ := r.Peek(3); string(mark) == "\ufeff" {
		r.Discard(3)
	}
	c := &csvRows{csv.NewReader(r), in, nil, 1}
	c.ReuseRecord = true
	first, err := c.Read()
	if err != nil {
		return nil, unreadable("没有表头", "it has no headings")
	}
	there := map[string]bool{}
	for _, heading := range first {
		name, ours := headings[heading]
		if !ours {
			name = strings.Clone(heading)
		}
		if there[name] { // which of the two would count?
			return nil, unreadable(fmt.Sprintf("%.100s 列有两个", name), fmt.Sprintf("it has the column %.100s twice", name))
		}
		there[name] = true
		c.name = append(c.name, name)
	}
	if !there["id"] || !there["leaf_hash"] {
		return nil, unreadable("没有编号或叶哈希两列", "it lacks a column for the id or the leaf hash")
	}
	return c, nil
}

func (c *csvRows) next() (*row, error) {
	c.in.left = maxRow
	c.row++
	fields, err := c.Read()
	if err == io.EOF {
		return nil, err
	}
	var refusal *ledger.Error
	if errors.As(err, &refusal) {
		return nil, refusal
	}
	if err != nil {
		return nil, unreadable(fmt.Sprintf("第 %d 行残缺", c.row), fmt.Sprintf("row %d is damaged", c.row))
	}
	cells := make(map[string]string, len(fields))
	for i, name := range c.name {
		if i < len(fields) {
			cells[name] = fields[i]
		}
	}
	leaf, ok := parseLeaf(cells["leaf_hash"])
	index, err := strconv.ParseInt(cells["id"], 10, 64)
	if err != nil || !ok {
		return nil, unreadable(fmt.Sprintf("第 %d 行的编号或叶哈希无法读取", c.row), fmt.Sprintf("the id or leaf hash in row %d cannot be read", c.row))
	}
	return &row{index, leaf, cells}, nil
}

// parseLeaf reads "sha256:" and 64 hexadecimal digits.
func parseLeaf(text string) (leaf [32]byte, ok bool) {
	digits, ok := strings.CutPrefix(text, "sha256:")
	raw, err := hex.DecodeString(digits)
	if !ok || err != nil || len(raw) != len(leaf) {
		return leaf, false
	}
	return [32]byte(raw), true
}
