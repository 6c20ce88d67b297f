package api

import (
	"context"
	"strconv"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/record"
	"mingzhang/ledger/view"
)

// exportFlows plans the export of flows.
func (s *server) exportFlows(ctx context.Context, q *query) (exported, error) {
	f := q.flowFilter()
	if err := q.whole(); err != nil {
		return nil, err
	}
	scales, err := s.scales(ctx)
	return listed[*view.Flow]{flowColumns(scales), func(ctx context.Context, upto int64, do func(*view.Flow) error) error {
		return s.Store.EachFlow(ctx, f, upto, do)
	}, func(f *view.Flow) any { return asFlow(*f) }}, err
}

// scales are the decimal places of assets.
type scales map[ledger.AssetID]int

func (s *server) scales(ctx context.Context) (scales, error) {
	assets, err := s.Store.Assets(ctx)
	all := scales{}
	for _, a := range assets {
		all[a.ID] = a.Scale
	}
	return all, err
}

func (s scales) of(id ledger.AssetID) int {
	if a, ok := ledger.Currency(id); ok {
		return a.Scale
	}
	return s[id]
}

type flowColumn = export.Column[*view.Flow]

// flowColumns are a flow's fields: those that the list of flows has, with the objects
// in them laid out flat.
func flowColumns(s scales) []flowColumn {
	columns := []flowColumn{
		{Name: "id", Zh: "流水编号", En: "Flow", Put: func(x export.Sheet, v *view.Flow) { x.Number(v.Record.Index) }},
		{Name: "kind", Zh: "类别", En: "Kind", Put: func(x export.Sheet, v *view.Flow) { x.Text(string(v.Flow.Kind)) }},
		{Name: "project", Zh: "项目编号", En: "Project", Put: func(x export.Sheet, v *view.Flow) { x.Number(v.Flow.Project()) }},
		{Name: "asset", Zh: "资产", En: "Asset", Put: func(x export.Sheet, v *view.Flow) { x.Text(string(assetOf(v.Flow))) }},
		{Name: "amount", Zh: "数额（最小单位，人民币为分）", En: "Amount (smallest units; CNY: fen)", Put: func(x export.Sheet, v *view.Flow) { x.Number(v.Flow.Amount) }},
		{Name: "amount_whole", Zh: "数额（元或计量单位）", En: "Amount (whole units; CNY: yuan)", Put: func(x export.Sheet, v *view.Flow) { x.Amount(v.Flow.Amount, s.of(assetOf(v.Flow))) }},
		{Name: "occurred", Zh: "发生日期", En: "Occurred", Put: func(x export.Sheet, v *view.Flow) { x.Text(v.Flow.Occurred.String()) }},
		{Name: "recorded", Zh: "入账时间（UTC）", En: "Recorded (UTC)", Put: func(x export.Sheet, v *view.Flow) { x.Moment(v.Record.Recorded) }},
	}
	columns = append(columns, placeColumns...)
	columns = append(columns, partyColumns...)
	columns = append(columns, valueColumns(s)...)
	columns = append(columns, textColumns...)
	return append(columns, noteColumns(s)...)
}

// placeColumns say which units moved: the pool they left and the runs taken there, the
// pool they entered and the run laid there, from a first unit to just after the last.
var placeColumns = []flowColumn{
	{Name: "from", Zh: "转出资金池", En: "From pool", Put: func(x export.Sheet, v *view.Flow) {
		if v.Flow.Out == nil {
			x.Blank()
			return
		}
		x.Text(v.Flow.Out.Pool.String())
	}},
	{Name: "taken", Zh: "取用区段", En: "Units taken", Put: func(x export.Sheet, v *view.Flow) { x.Text(taken(v.Flow.Out)) }},
	{Name: "to", Zh: "转入资金池", En: "To pool", Put: func(x export.Sheet, v *view.Flow) {
		if v.Flow.In == nil {
			x.Blank()
			return
		}
		x.Text(v.Flow.In.Pool.String())
	}},
	{Name: "laid", Zh: "存入区段", En: "Units laid", Put: func(x export.Sheet, v *view.Flow) {
		if v.Flow.In == nil {
			x.Blank()
			return
		}
		x.Text(string(appendSpan(nil, v.Flow.In.Span)))
	}},
	{Name: "of", Zh: "所涉记录", En: "Of record", Put: func(x export.Sheet, v *view.Flow) { reference(x, v.Flow.Of) }},
	{Name: "basis", Zh: "依据的计划", En: "Basis (plan)", Put: func(x export.Sheet, v *view.Flow) { reference(x, v.Flow.Basis) }},
	{Name: "channel", Zh: "渠道", En: "Channel", Put: func(x export.Sheet, v *view.Flow) { x.Text(v.Flow.Channel) }},
	{Name: "category", Zh: "支出类别", En: "Category", Put: func(x export.Sheet, v *view.Flow) { x.Text(string(v.Flow.Category)) }},
}

// reference writes the index of another record, 0 for none.
func reference(x export.Sheet, index int64) {
	if index == 0 {
		x.Blank()
		return
	}
	x.Number(index)
}

// taken lists the runs of units that a flow took.
func taken(out *ledger.Outflow) string {
	if out == nil {
		return ""
	}
	if len(out.Takes) == 0 {
		return string(appendSpan(nil, out.Span))
	}
	var b []byte
	for i, t := range out.Takes {
		if i > 0 {
			b = append(b, ' ')
		}
		b = appendSpan(b, t.Span)
	}
	return string(b)
}

func appendSpan(b []byte, s ledger.Span) []byte {
	b = append(strconv.AppendInt(b, s.From, 10), ".."...)
	return strconv.AppendInt(b, s.Upto, 10)
}

var partyColumns = []flowColumn{
	{Name: "party_kind", Zh: "对方类型", En: "Party kind", Put: party(func(x export.Sheet, p *ledger.Party) { x.Text(string(p.Kind)) })},
	{Name: "party_name", Zh: "对方名称", En: "Party name", Put: party(func(x export.Sheet, p *ledger.Party) { x.Text(p.Name) })},
	{Name: "party_uscc", Zh: "对方统一社会信用代码", En: "Party USCC", Put: party(func(x export.Sheet, p *ledger.Party) { x.Text(string(p.USCC)) })},
	{Name: "party_display", Zh: "公示名称", En: "Party shown as", Put: text("display")},
	{Name: "party_related", Zh: "是否关联方", En: "Related party", Put: party(func(x export.Sheet, p *ledger.Party) { x.Flag(p.Related) })},
}

func party(put func(export.Sheet, *ledger.Party)) func(export.Sheet, *view.Flow) {
	return func(x export.Sheet, v *view.Flow) {
		if v.Flow.Party == nil {
			x.Blank()
			return
		}
		put(x, v.Flow.Party)
	}
}

// textColumns are what the public seal of a flow may hold.
var textColumns = []flowColumn{
	{Name: "note", Zh: "留言", En: "Note", Put: text("note")},
	{Name: "purpose", Zh: "用途", En: "Purpose", Put: text("purpose")},
	{Name: "reason", Zh: "原因", En: "Reason", Put: text("reason")},
	{Name: "rate_basis", Zh: "折算依据", En: "Basis of the rate", Put: text("basis")},
	{Name: "withdrawn", Zh: "文字已撤回", En: "Text withdrawn", Put: func(x export.Sheet, v *view.Flow) {
		x.Flag(v.Texts == nil && v.Record.Public != (record.Commitment{}))
	}},
}

func text(name string) func(export.Sheet, *view.Flow) {
	return func(x export.Sheet, v *view.Flow) { x.Text(record.Opening{Texts: v.Texts}.Get(name)) }
}
