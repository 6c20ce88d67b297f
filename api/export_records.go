package api

import (
	"context"
	"strings"

	"mingzhang/api/export"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// ExportedRecord is a record as lists have it, with what it takes to verify it: its
// bytes, of which the leaf hash is, and the opening of its public seal.
type ExportedRecord struct {
	*Record
	Bytes         string `json:"bytes"`
	PublicOpening string `json:"public_opening,omitempty"`
}

// exportRecords plans the export of records.
func (s *server) exportRecords(_ context.Context, q *query) (exported, error) {
	f := q.recordFilter()
	return listed[*view.Record]{recordColumns, func(ctx context.Context, upto int64, do func(*view.Record) error) error {
		return s.Store.EachRecord(ctx, f, upto, do)
	}, func(r *view.Record) any {
		return ExportedRecord{asRecord(*r), string(r.Bytes), string(r.Opening)}
	}}, q.whole()
}

var recordColumns = []export.Column[*view.Record]{
	{Name: "id", Zh: "记录编号", En: "Record", Put: func(x export.Sheet, r *view.Record) { x.Number(r.Record.Index) }},
	{Name: "type", Zh: "类型", En: "Type", Put: func(x export.Sheet, r *view.Record) { x.Text(r.Record.Type()) }},
	{Name: "project", Zh: "项目编号", En: "Project", Put: func(x export.Sheet, r *view.Record) { reference(x, r.Project) }},
	{Name: "recorded", Zh: "入账时间（UTC）", En: "Recorded (UTC)", Put: func(x export.Sheet, r *view.Record) { x.Moment(r.Record.Recorded) }},
	{Name: "by_org", Zh: "录入组织", En: "Recorded for", Put: func(x export.Sheet, r *view.Record) { x.Number(r.Record.By.Org) }},
	{Name: "by_key", Zh: "录入密钥", En: "Key used", Put: func(x export.Sheet, r *view.Record) { x.Text(r.Record.By.Key) }},
	{Name: "of", Zh: "所涉记录", En: "Of record", Put: func(x export.Sheet, r *view.Record) {
		if of, refers := r.Record.Refers(); refers {
			x.Number(of)
			return
		}
		x.Blank()
	}},
	{Name: "texts", Zh: "文字", En: "Texts", Put: func(x export.Sheet, r *view.Record) { x.Text(lines(r.Texts)) }},
	{Name: "withdrawn", Zh: "文字已撤回", En: "Text withdrawn", Put: func(x export.Sheet, r *view.Record) { x.Flag(r.Withdrawn) }},
	{Name: "undone", Zh: "已退回或冲销（最小单位）", En: "Undone (smallest units)", Put: func(x export.Sheet, r *view.Record) { x.Number(r.Undone) }},
	{Name: "delivered", Zh: "已签收（最小单位）", En: "Delivered (smallest units)", Put: func(x export.Sheet, r *view.Record) { x.Number(r.Delivered) }},
	{Name: "deliveries", Zh: "签收记录", En: "Deliveries", Put: func(x export.Sheet, r *view.Record) { x.Text(numbers(r.Deliveries)) }},
	{Name: "corrections", Zh: "更正记录", En: "Corrections", Put: func(x export.Sheet, r *view.Record) { x.Text(numbers(r.Corrections)) }},
	{Name: "leaf_hash", Zh: "叶哈希", En: "Leaf hash", Put: func(x export.Sheet, r *view.Record) { x.Hash(record.Hash(r.Bytes)) }},
	{Name: "bytes", Zh: "规范字节", En: "Canonical bytes", Put: func(x export.Sheet, r *view.Record) { x.Text(string(r.Bytes)) }},
	{Name: "public_opening", Zh: "公开密封内容", En: "Public opening", Put: func(x export.Sheet, r *view.Record) { x.Text(string(r.Opening)) }},
}

// lines lists texts with their names, each on a line of its own.
func lines(texts []record.Text) string {
	list := make([]string, len(texts))
	for i, t := range texts {
		list[i] = t.Name + ": " + t.Value
	}
	return strings.Join(list, "\n")
}
