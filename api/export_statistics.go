package api

import (
	"context"
	"fmt"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
)

// exportStatistics plans the export of statistics.
func (s *server) exportStatistics(ctx context.Context, q *query) (exported, error) {
	a := q.statistics()
	if err := q.whole(); err != nil {
		return nil, err
	}
	if err := s.known(ctx, a.project, a.organization); err != nil {
		return nil, err
	}
	scales, err := s.scales(ctx)
	return listed[statisticsLine]{statisticsColumns(scales), func(_ context.Context, _ int64, do func(statisticsLine) error) error {
		var out *Statistics
		if err := s.costly(q.request, func(ctx context.Context) (err error) {
			out, err = s.statistics(ctx, a)
			return err
		}); err != nil {
			return err
		}
		for _, line := range out.lines() {
			if err := do(line); err != nil {
				return err
			}
		}
		return nil
	}, func(l statisticsLine) any { return l }}, err
}

// statisticsLine is one number of statistics: of all ("total"), of a stretch of time, of
// a group, or of the gifts of a size.
type statisticsLine struct {
	Part     string         `json:"part"`            // total, size, or what the statistics are by
	Value    string         `json:"value,omitempty"` // the period, the cause …; of a size, its least and its most units
	Name     string         `json:"name,omitempty"`  // of an organization
	Projects int64          `json:"projects,omitempty"`
	Asset    ledger.AssetID `json:"asset"`
	Line     string         `json:"line"`
	Detail   string         `json:"detail,omitempty"` // kind of the income, category of the expenditure
	Amount   int64          `json:"amount"`
	Flows    int64          `json:"flows,omitempty"`
}

// lines lays statistics out in lines.
func (s *Statistics) lines() []statisticsLine {
	var all []statisticsLine
	for _, h := range s.Totals {
		all = append(all, linesOfHolding(statisticsLine{Part: "total"}, h)...)
	}
	for _, m := range s.Moments {
		all = append(all, m.lines(s.By)...)
	}
	for _, g := range s.Groups {
		for _, h := range g.Holdings {
			all = append(all, linesOfHolding(statisticsLine{Part: s.By, Value: g.Value, Name: g.Name, Projects: g.Projects}, h)...)
		}
	}
	for _, size := range s.Sizes {
		all = append(all, statisticsLine{Part: "size", Value: fmt.Sprintf("%d-%d", size.Least, size.Most), Asset: size.Asset, Line: "income",
			Detail: string(ledger.Donation), Amount: size.Units, Flows: size.Flows})
	}
	return all
}

func linesOfHolding(of statisticsLine, h Holding) []statisticsLine {
	line := func(name string, sum account.Sum) statisticsLine {
		l := of
		l.Asset, l.Line, l.Amount, l.Flows = h.Asset, name, sum.Units, sum.Flows
		return l
	}
	return []statisticsLine{line("income", h.Income), line("spent", h.Spent), line("held", account.Sum{Units: h.Held}),
		line("in_transit", account.Sum{Units: h.InTransit}), line("agency", account.Sum{Units: h.Agency})}
}

func (m *Moment) lines(by string) []statisticsLine {
	var all []statisticsLine
	add := func(line, detail string, amount, flows int64) {
		if amount != 0 || flows != 0 {
			all = append(all, statisticsLine{Part: by, Value: m.Period, Asset: m.Asset, Line: line, Detail: detail, Amount: amount, Flows: flows})
		}
	}
	for _, in := range m.Income {
		add("income", string(in.Kind), in.Amount, in.Flows)
	}
	for _, out := range m.Expenditure {
		add("expenditure", string(out.Category), out.Amount, out.Flows)
	}
	add("returns", "", m.Returns.Units, m.Returns.Flows)
	add("refunds", "", m.Refunds.Units, m.Refunds.Flows)
	return all
}

func statisticsColumns(s scales) []export.Column[statisticsLine] {
	return []export.Column[statisticsLine]{
		{Name: "part", Zh: "部分", En: "Part", Put: func(x export.Sheet, l statisticsLine) { x.Text(l.Part) }},
		{Name: "value", Zh: "期间、分组或金额档", En: "Period, group or size", Put: func(x export.Sheet, l statisticsLine) { x.Text(l.Value) }},
		{Name: "name", Zh: "名称", En: "Name", Put: func(x export.Sheet, l statisticsLine) { x.Text(l.Name) }},
		{Name: "projects", Zh: "项目数", En: "Projects", Put: func(x export.Sheet, l statisticsLine) { reference(x, l.Projects) }},
		{Name: "asset", Zh: "资产", En: "Asset", Put: func(x export.Sheet, l statisticsLine) { x.Text(string(l.Asset)) }},
		{Name: "line", Zh: "项目", En: "Line", Put: func(x export.Sheet, l statisticsLine) { x.Text(l.Line) }},
		{Name: "detail", Zh: "明细", En: "Detail", Put: func(x export.Sheet, l statisticsLine) { x.Text(l.Detail) }},
		{Name: "amount", Zh: "数额（最小单位，人民币为分）", En: "Amount (smallest units; CNY: fen)", Put: func(x export.Sheet, l statisticsLine) { x.Number(l.Amount) }},
		{Name: "amount_whole", Zh: "数额（元或计量单位）", En: "Amount (whole units; CNY: yuan)", Put: func(x export.Sheet, l statisticsLine) { x.Amount(l.Amount, s.of(l.Asset)) }},
		{Name: "flows", Zh: "笔数", En: "Flows", Put: func(x export.Sheet, l statisticsLine) { reference(x, l.Flows) }},
	}
}
