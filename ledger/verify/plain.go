package verify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// column is a column of an exported list, as machines and readers know it.
type column struct{ name, zh, en string }

// plainColumns are those that a record has in plain, so that each cell follows from it.
var plainColumns = []column{
	{"kind", "类别", "Kind"}, {"type", "类型", "Type"}, {"project", "项目编号", "Project"}, {"asset", "资产", "Asset"},
	{"amount", "数额（最小单位，人民币为分）", "Amount (smallest units; CNY: fen)"}, {"amount_whole", "数额（元或计量单位）", "Amount (whole units; CNY: yuan)"},
	{"occurred", "发生日期", "Occurred"}, {"recorded", "入账时间（UTC）", "Recorded (UTC)"},
	{"from", "转出资金池", "From pool"}, {"taken", "取用区段", "Units taken"}, {"to", "转入资金池", "To pool"}, {"laid", "存入区段", "Units laid"},
	{"of", "所涉记录", "Of record"}, {"basis", "依据的计划", "Basis (plan)"}, {"channel", "渠道", "Channel"}, {"category", "支出类别", "Category"},
	{"party_kind", "对方类型", "Party kind"}, {"party_name", "对方名称", "Party name"}, {"party_uscc", "对方统一社会信用代码", "Party USCC"}, {"party_related", "是否关联方", "Related party"},
	{"into_asset", "折算为资产", "Into asset"}, {"into_amount", "折算为数额（最小单位）", "Into amount (smallest units)"}, {"into_amount_whole", "折算为数额", "Into amount (whole units)"},
	{"value", "公允价值（分）", "Fair value (fen)"}, {"value_whole", "公允价值（元）", "Fair value (yuan)"}, {"value_basis", "公允价值依据", "Basis of the value"},
	{"late", "募捐期满后收到", "Received late"}, {"evidence", "凭证", "Evidence"},
	{"by_org", "录入组织", "Recorded for"}, {"by_key", "录入密钥", "Key used"}, {"consent_org", "同意方组织", "Consent of"}, {"consent_key", "同意方密钥", "Key of the consent"},
	{"bytes", "规范字节", "Canonical bytes"}, {"spans", "", ""}, {"what", "", ""}, // the last two of JSON alone
}

// openColumns are those that a record only seals, or that later records decide.
var openColumns = []column{
	{"party_display", "公示名称", "Party shown as"}, {"note", "留言", "Note"}, {"purpose", "用途", "Purpose"}, {"reason", "原因", "Reason"}, {"rate_basis", "折算依据", "Basis of the rate"},
	{"texts", "文字", "Texts"}, {"public_opening", "公开密封内容", "Public opening"}, {"withdrawn", "文字已撤回", "Text withdrawn"},
	{"undone", "已退回或冲销（最小单位）", "Undone (smallest units)"}, {"undone_whole", "已退回或冲销", "Undone (whole units)"},
	{"delivered", "已签收（最小单位）", "Delivered (smallest units)"}, {"delivered_whole", "已签收", "Delivered (whole units)"}, {"deliveries", "签收记录", "Deliveries"},
	{"corrections", "更正记录", "Corrections"}, {"evidence_public", "其中公开的凭证", "Evidence that is public"},
}

// scales are the decimal places of assets, as the log registered them so far.
type scales map[ledger.AssetID]int

func (s scales) of(id ledger.AssetID) int {
	if a, ok := ledger.Currency(id); ok {
		return a.Scale
	}
	return s[id]
}

// learn notes an asset that a record registers.
func (s scales) learn(data []byte) {
	if !bytes.Contains(data, []byte(`"type":"asset"`)) {
		return
	}
	if rec, err := record.Parse(data); err == nil {
		if a, ok := rec.What.(*ledger.Asset); ok {
			s[a.ID] = a.Scale
		}
	}
}

// plain gives the cells that a record has in plain. A column that it leaves out is empty.
func (s scales) plain(rec *record.Record, data []byte) map[string]string {
	c := map[string]string{"type": rec.Type(), "recorded": rec.Recorded.Format(time.RFC3339), "by_org": number(rec.By.Org), "by_key": rec.By.Key, "bytes": string(data)}
	if of, refers := rec.Refers(); refers {
		c["of"] = number(of)
	}
	if rec.Project() != 0 {
		c["project"] = number(rec.Project())
	}
	if f, ok := rec.What.(*ledger.Flow); ok {
		s.flow(c, f)
	}
	return c
}

// flow adds what a flow has in plain.
func (s scales) flow(c map[string]string, f *ledger.Flow) {
	asset := f.Left().Asset
	c["kind"], c["project"], c["asset"], c["occurred"] = string(f.Kind), number(f.Project()), string(asset), f.Occurred.String()
	c["amount"], c["amount_whole"] = number(f.Amount), ledger.FormatAmount(f.Amount, s.of(asset))
	c["channel"], c["category"], c["late"], c["evidence"] = f.Channel, string(f.Category), strconv.FormatBool(f.Late), strings.Join(f.Evidence, " ")
	if f.Basis != 0 {
		c["basis"] = number(f.Basis)
	}
	var spans []string
	if f.Out != nil {
		c["from"] = f.Out.Pool.String()
		taken := []string{span(f.Out.Span)}
		if len(f.Out.Takes) > 0 {
			taken = nil
		}
		for _, t := range f.Out.Takes {
			taken = append(taken, span(t.Span))
		}
		c["taken"] = strings.Join(taken, " ")
		for _, t := range taken {
			spans = append(spans, c["from"]+" "+t)
		}
	}
	if f.In != nil {
		c["to"], c["laid"] = f.In.Pool.String(), span(f.In.Span)
		spans = append(spans, c["to"]+" "+c["laid"])
	}
	c["spans"] = strings.Join(spans, ", ")
	if p := f.Party; p != nil {
		c["party_kind"], c["party_name"], c["party_uscc"], c["party_related"] = string(p.Kind), p.Name, string(p.USCC), strconv.FormatBool(p.Related)
	}
	if f.Kind == ledger.Conversion {
		into := f.In.Pool.Asset
		c["into_asset"], c["into_amount"], c["into_amount_whole"] = string(into), number(f.Into), ledger.FormatAmount(f.Into, s.of(into))
	}
	if v := f.Value; v != nil {
		c["value"], c["value_whole"], c["value_basis"] = number(v.Amount), ledger.FormatAmount(v.Amount, 2), v.Basis
	}
	if a := f.Consent; a != nil {
		c["consent_org"], c["consent_key"] = number(a.Org), a.Key
	}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func span(s ledger.Span) string { return fmt.Sprintf("%d..%d", s.From, s.Upto) }

// differing names the first column in which a row is not what its record says. What it
// leaves out is not compared.
func (r *row) differing(want map[string]string, columns []column) (name string, ok bool) {
	for _, c := range columns {
		cell, there := r.cells[c.name]
		if !there || want[c.name] == unknown || c.name == "what" {
			continue
		}
		// A text that a spreadsheet would take for a formula has an apostrophe in front.
		if cell != want[c.name] && (cell != "'"+want[c.name] || want[c.name] == "") {
			return c.name, true
		}
	}
	return "", false
}

// sameBody compares the body that a row of JSON shows with that of its record.
func (r *row) sameBody(data []byte) bool {
	shown, there := r.cells["what"]
	if !there {
		return true
	}
	var body struct{ What any }
	var have any
	return decode(data, &body) == nil && decode([]byte(shown), &have) == nil && reflect.DeepEqual(body.What, have)
}

// decode reads JSON, its numbers as they are written.
func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(into)
}

// unknown is a cell that nothing here tells.
const unknown = "?"

// projects are those of the records so far: 0 for none, and −1 where it is not known.
type projects []int64

// of gives the project of a record that is a row, and keeps it. Where only another record
// tells it, that must be a row, too.
func (p *projects) of(rec *record.Record) int64 {
	project := rec.Project()
	if of, refers := rec.Refers(); refers && project == 0 {
		if project = -1; of < int64(len(*p)) {
			project = (*p)[of]
		}
	}
	for int64(len(*p)) < rec.Index {
		*p = append(*p, -1)
	}
	*p = append(*p, project)
	return project
}

// isPlain says whether a column is one that follows from the records.
func isPlain(name string) bool {
	return slices.ContainsFunc(plainColumns, func(c column) bool { return c.name == name })
}

// seen are the columns that a list has, by their names; one that no list of ours has keeps
// its own.
type seen map[string]bool

// of lists those of some columns that a list has.
func (s seen) of(columns []column) (names []string) {
	for _, c := range columns {
		if s[c.name] {
			names = append(names, c.name)
		}
	}
	return names
}

// others are those of no list of ours.
func (s seen) others() (names []string) {
	for name := range s {
		known := name == "id" || name == "leaf_hash" || isPlain(name) ||
			slices.ContainsFunc(openColumns, func(c column) bool { return c.name == name })
		if !known {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
