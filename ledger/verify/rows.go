package verify

import (
	"bufio"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"mingzhang/ledger"
)

// row is what an exported list says of a record: which one it is, and of a flow the
// facts that its record has in clear.
type row struct {
	index    int64
	leaf     [32]byte
	flow     bool
	kind     string
	project  int64
	asset    string
	amount   int64
	occurred string
	recorded time.Time
}

// rows reads an exported list one row after the other, in the order of the log.
type rows interface {
	// next gives the next row, or io.EOF.
	next() (*row, error)
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
	in *allowance
}

func openJSON(r io.Reader, in *allowance) (rows, error) {
	d := json.NewDecoder(r)
	for _, want := range []json.Token{json.Delim('{'), "items", json.Delim('[')} {
		if got, err := d.Token(); err != nil || got != want {
			return nil, unreadable("没有 items", "it has no items")
		}
	}
	return &jsonRows{d, in}, nil
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
	var v struct {
		ID       *int64    `json:"id"`
		LeafHash string    `json:"leaf_hash"`
		Kind     string    `json:"kind"`
		Project  int64     `json:"project"`
		Asset    string    `json:"asset"`
		Amount   int64     `json:"amount"`
		Occurred string    `json:"occurred"`
		Recorded time.Time `json:"recorded"`
	}
	if err := j.Decode(&v); err != nil {
		var refusal *ledger.Error
		if errors.As(err, &refusal) {
			return nil, refusal
		}
		return nil, unreadable("某一项无法读取", "an item cannot be read")
	}
	leaf, ok := parseLeaf(v.LeafHash)
	if v.ID == nil || !ok {
		return nil, unreadable("没有编号或叶哈希", "an item has no id or no leaf hash")
	}
	return &row{*v.ID, leaf, v.Kind != "", v.Kind, v.Project, v.Asset, v.Amount, v.Occurred, v.Recorded}, nil
}

// headings are the columns by what they are called, for machines and for readers.
var headings = map[string]string{
	"id": "id", "流水编号": "id", "Flow": "id", "记录编号": "id", "Record": "id",
	"leaf_hash": "leaf", "叶哈希": "leaf", "Leaf hash": "leaf",
	"kind": "kind", "类别": "kind", "Kind": "kind",
	"project": "project", "项目编号": "project", "Project": "project",
	"asset": "asset", "资产": "asset", "Asset": "asset",
	"amount": "amount", "数额（最小单位，人民币为分）": "amount", "Amount (smallest units; CNY: fen)": "amount",
	"occurred": "occurred", "发生日期": "occurred", "Occurred": "occurred",
	"recorded": "recorded", "入账时间（UTC）": "recorded", "Recorded (UTC)": "recorded",
}

// csvRows reads a table whose first row names the columns.
type csvRows struct {
	*csv.Reader
	in    *allowance
	place map[string]int // of a column; absent where the table does not have it
	row   int            // of the table, its headings being the first
}

func openCSV(r *bufio.Reader, in *allowance) (rows, error) {
	if mark, _ := r.Peek(3); string(mark) == "\ufeff" {
		r.Discard(3)
	}
	c := &csvRows{csv.NewReader(r), in, map[string]int{}, 1}
	c.ReuseRecord = true
	first, err := c.Read()
	if err != nil {
		return nil, unreadable("没有表头", "it has no headings")
	}
	for i, name := range first {
		if column := headings[name]; column != "" {
			c.place[column] = i
		}
	}
	_, id := c.place["id"]
	if _, leaf := c.place["leaf"]; !id || !leaf {
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
	cell := func(column string) string {
		if i, ok := c.place[column]; ok && i < len(fields) {
			return fields[i]
		}
		return ""
	}
	leaf, ok := parseLeaf(cell("leaf"))
	r := &row{leaf: leaf, kind: cell("kind"), asset: cell("asset"), occurred: cell("occurred")}
	var errs [4]error
	r.index, errs[0] = strconv.ParseInt(cell("id"), 10, 64)
	if r.flow = r.kind != ""; r.flow {
		r.project, errs[1] = strconv.ParseInt(cell("project"), 10, 64)
		r.amount, errs[2] = strconv.ParseInt(cell("amount"), 10, 64)
		r.recorded, errs[3] = time.Parse(time.RFC3339, cell("recorded"))
	}
	if errors.Join(errs[:]...) != nil || !ok {
		return nil, unreadable(fmt.Sprintf("第 %d 行的编号、数额、时间或叶哈希无法读取", c.row), fmt.Sprintf("an id, amount, time or leaf hash in row %d cannot be read", c.row))
	}
	return r, nil
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
