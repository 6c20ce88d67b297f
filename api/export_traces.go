package api

import (
	"context"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/trace"
)

// tracePage is how many parts of a trace an export reads at once.
const tracePage = 500

// exportTrace plans the export of what became of a flow's units.
func (s *server) exportTrace(ctx context.Context, q *query) (exported, error) {
	f, scales, err := s.tracedFlow(ctx, q)
	if err != nil {
		return nil, err
	}
	return listed[TracePart]{traceColumns(f, assetLaid(f.Flow), scales), func(ctx context.Context, _ int64, do func(TracePart) error) error {
		for from := int64(0); from >= 0; {
			var parts []trace.Part
			err := s.Store.Moment(ctx, func(r trace.Reader) (err error) {
				parts, from, err = trace.ForwardFrom(ctx, r, f.index, from, tracePage)
				return err
			})
			if err != nil {
				return err
			}
			page, err := s.parts(ctx, f.index, parts)
			if err := doAll(page, err, do); err != nil {
				return err
			}
		}
		return nil
	}, func(p TracePart) any { return p }}, nil
}

// exportSources plans the export of the gifts that a flow's units came from.
func (s *server) exportSources(ctx context.Context, q *query) (exported, error) {
	f, scales, err := s.tracedFlow(ctx, q)
	if err != nil {
		return nil, err
	}
	return listed[Source]{sourceColumns(f, assetOf(f.Flow), scales), func(ctx context.Context, _ int64, do func(Source) error) error {
		for from, more := trace.Mark(nil), true; more; more = from != nil {
			var sources []trace.Source
			err := s.Store.Moment(ctx, func(r trace.Reader) (err error) {
				sources, from, err = trace.BackFrom(ctx, r, f.index, from, tracePage)
				return err
			})
			if err != nil {
				return err
			}
			page, err := s.sources(ctx, sources)
			if err := doAll(page, err, do); err != nil {
				return err
			}
		}
		return nil
	}, func(o Source) any { return o }}, nil
}

// doAll hands on a page, if it could be read.
func doAll[T any](page []T, err error, do func(T) error) error {
	for i := 0; i < len(page) && err == nil; i++ {
		err = do(page[i])
	}
	return err
}

// tracedFlow is a flow that is traced.
type tracedFlow struct {
	*ledger.Flow
	index int64
}

// tracedFlow reads which flow is to be traced; absent is a ledger.NotFound.
func (s *server) tracedFlow(ctx context.Context, q *query) (f tracedFlow, all scales, err error) {
	index := q.index("flow")
	q.check(index != nil, "flow", "")
	if err := q.whole(); err != nil {
		return f, nil, err
	}
	row, err := s.Store.Flow(ctx, *index)
	if err != nil {
		return f, nil, err
	}
	all, err = s.scales(ctx)
	return tracedFlow{row.Flow, *index}, all, err
}

func traceColumns(f tracedFlow, asset ledger.AssetID, s scales) []export.Column[TracePart] {
	now := func(put func(export.Sheet, *ledger.Sum)) func(export.Sheet, TracePart) {
		return func(x export.Sheet, p TracePart) {
			if p.Now == nil {
				x.Blank()
				return
			}
			put(x, p.Now)
		}
	}
	paid := func(put func(export.Sheet, *Expenditure)) func(export.Sheet, TracePart) {
		return func(x export.Sheet, p TracePart) {
			if p.Expenditure == nil {
				x.Blank()
				return
			}
			put(x, p.Expenditure)
		}
	}
	return []export.Column[TracePart]{
		{Name: "flow", Zh: "流水编号", En: "Flow", Put: func(x export.Sheet, _ TracePart) { x.Number(f.index) }},
		{Name: "from", Zh: "起（含）", En: "From", Put: func(x export.Sheet, p TracePart) { x.Number(p.From) }},
		{Name: "upto", Zh: "止（不含）", En: "Up to", Put: func(x export.Sheet, p TracePart) { x.Number(p.Upto) }},
		{Name: "asset", Zh: "资产", En: "Asset", Put: func(x export.Sheet, _ TracePart) { x.Text(string(asset)) }},
		{Name: "amount", Zh: "数额（最小单位，人民币为分）", En: "Amount (smallest units; CNY: fen)", Put: func(x export.Sheet, p TracePart) { x.Number(p.Amount) }},
		{Name: "amount_whole", Zh: "数额（元或计量单位）", En: "Amount (whole units; CNY: yuan)", Put: func(x export.Sheet, p TracePart) { x.Amount(p.Amount, s.of(asset)) }},
		{Name: "state", Zh: "去向", En: "State", Put: func(x export.Sheet, p TracePart) { x.Text(string(p.State)) }},
		{Name: "path", Zh: "经过的记录", En: "Path", Put: func(x export.Sheet, p TracePart) { x.Text(numbers(p.Path)) }},
		{Name: "pool", Zh: "资金池", En: "Pool", Put: func(x export.Sheet, p TracePart) { x.Text(p.At.Pool) }},
		{Name: "pool_from", Zh: "资金池中的起点", En: "From, in the pool", Put: func(x export.Sheet, p TracePart) { x.Number(p.At.From) }},
		{Name: "pool_upto", Zh: "资金池中的终点", En: "Up to, in the pool", Put: func(x export.Sheet, p TracePart) { x.Number(p.At.Upto) }},
		{Name: "now_asset", Zh: "折算为资产", En: "Into asset", Put: now(func(x export.Sheet, n *ledger.Sum) { x.Text(string(n.Asset)) })},
		{Name: "now_amount", Zh: "折算为数额（最小单位）", En: "Into amount (smallest units)", Put: now(func(x export.Sheet, n *ledger.Sum) { x.Number(n.Amount) })},
		{Name: "expenditure", Zh: "支出编号", En: "Expenditure", Put: paid(func(x export.Sheet, e *Expenditure) { x.Number(e.ID) })},
		{Name: "category", Zh: "支出类别", En: "Category", Put: paid(func(x export.Sheet, e *Expenditure) { x.Text(string(e.Category)) })},
		{Name: "occurred", Zh: "支出日期", En: "Paid on", Put: paid(func(x export.Sheet, e *Expenditure) { x.Text(e.Occurred) })},
		{Name: "payee", Zh: "收款方", En: "Payee", Put: paid(func(x export.Sheet, e *Expenditure) { x.Text(shownName(e.Payee)) })},
		{Name: "purpose", Zh: "用途", En: "Purpose", Put: paid(func(x export.Sheet, e *Expenditure) { x.Text(e.Texts["purpose"]) })},
	}
}

// shownName is what a party is called in public.
func shownName(p *Party) string {
	switch {
	case p == nil:
		return ""
	case p.Name != "":
		return p.Name
	}
	return p.Display
}

func sourceColumns(f tracedFlow, asset ledger.AssetID, s scales) []export.Column[Source] {
	return []export.Column[Source]{
		{Name: "flow", Zh: "流水编号", En: "Flow", Put: func(x export.Sheet, _ Source) { x.Number(f.index) }},
		{Name: "from", Zh: "起（含）", En: "From", Put: func(x export.Sheet, o Source) { x.Number(o.From) }},
		{Name: "upto", Zh: "止（不含）", En: "Up to", Put: func(x export.Sheet, o Source) { x.Number(o.Upto) }},
		{Name: "asset", Zh: "资产", En: "Asset", Put: func(x export.Sheet, _ Source) { x.Text(string(asset)) }},
		{Name: "amount", Zh: "数额（最小单位，人民币为分）", En: "Amount (smallest units; CNY: fen)", Put: func(x export.Sheet, o Source) { x.Number(o.Amount) }},
		{Name: "amount_whole", Zh: "数额（元或计量单位）", En: "Amount (whole units; CNY: yuan)", Put: func(x export.Sheet, o Source) { x.Amount(o.Amount, s.of(asset)) }},
		{Name: "gift", Zh: "来源流水编号", En: "Gift", Put: func(x export.Sheet, o Source) { x.Number(o.Gift.ID) }},
		{Name: "gift_kind", Zh: "来源类别", En: "Gift's kind", Put: func(x export.Sheet, o Source) { x.Text(string(o.Gift.Kind)) }},
		{Name: "gift_asset", Zh: "来源资产", En: "Gift's asset", Put: func(x export.Sheet, o Source) { x.Text(string(o.Gift.Asset)) }},
		{Name: "gift_amount", Zh: "来源数额（最小单位）", En: "Gift's amount (smallest units)", Put: func(x export.Sheet, o Source) { x.Number(o.Gift.Amount) }},
		{Name: "gift_amount_whole", Zh: "来源数额", En: "Gift's amount (whole units)", Put: func(x export.Sheet, o Source) { x.Amount(o.Gift.Amount, s.of(o.Gift.Asset)) }},
		{Name: "gift_occurred", Zh: "来源日期", En: "Given on", Put: func(x export.Sheet, o Source) { x.Text(o.Gift.Occurred) }},
		{Name: "channel", Zh: "渠道", En: "Channel", Put: func(x export.Sheet, o Source) { x.Text(o.Gift.Channel) }},
		{Name: "giver", Zh: "捐赠方或付款方", En: "Giver", Put: func(x export.Sheet, o Source) { x.Text(shownName(o.Gift.Party)) }},
		{Name: "gift_from", Zh: "来源中的起点", En: "From, in the gift", Put: func(x export.Sheet, o Source) { x.Number(o.Of.From) }},
		{Name: "gift_upto", Zh: "来源中的终点", En: "Up to, in the gift", Put: func(x export.Sheet, o Source) { x.Number(o.Of.Upto) }},
		{Name: "path", Zh: "经过的记录", En: "Path", Put: func(x export.Sheet, o Source) { x.Text(numbers(o.Path)) }},
	}
}
