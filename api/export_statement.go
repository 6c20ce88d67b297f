package api

import (
	"context"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
)

// exportStatement plans the export of a statement: of a project, or of all projects of
// an organization.
func (s *server) exportStatement(ctx context.Context, q *query) (exported, error) {
	project, organization := q.index("project"), q.index("organization")
	a := ask{from: q.date("from"), upto: q.date("to")}
	if at := q.number("at", 1, ledger.MaxUnits); at != nil {
		a.at = *at
	}
	q.check(a.upto == "" || a.upto >= a.from, "to", string(a.upto))
	q.check((project == nil) != (organization == nil), "project", "")
	if err := q.whole(); err != nil {
		return nil, err
	}
	if err := s.scope(ctx, &a, project, organization); err != nil {
		return nil, err
	}
	scales, err := s.scales(ctx)
	return listed[statementLine]{statementColumns(scales), func(_ context.Context, upto int64, do func(statementLine) error) error {
		if a.at == 0 {
			a.at = upto
		}
		var st *Statement
		if err := s.costly(q.request, func(ctx context.Context) (err error) {
			st, err = s.statement(ctx, a)
			return err
		}); err != nil {
			return err
		}
		for _, line := range linesOf(st.Statement) {
			if err := do(line); err != nil {
				return err
			}
		}
		return nil
	}, func(l statementLine) any { return l }}, err
}

// scope finds whose statement it is; absent is a ledger.NotFound.
func (s *server) scope(ctx context.Context, a *ask, project, organization *int64) (err error) {
	if project != nil {
		a.Project = *project
		_, err = s.Store.Owner(ctx, *project)
		return err
	}
	a.Organization = organization
	_, err = s.Store.Organization(ctx, *organization)
	return err
}

// statementLine is a line of a statement. The amounts of an asset's lines, each with
// its sign, add up to its closing, whose own sign is 0.
type statementLine struct {
	Asset  ledger.AssetID `json:"asset"`
	Line   string         `json:"line"`
	Detail string         `json:"detail,omitempty"` // kind of the income, category of the expenditure
	Sign   int64          `json:"sign"`
	Amount int64          `json:"amount"`
	Flows  int64          `json:"flows,omitempty"` // of incomes and expenditures
}

// linesOf lays a statement out in lines.
func linesOf(st *account.Statement) []statementLine {
	var lines []statementLine
	for _, a := range st.Assets {
		add := func(line string, sign, amount int64) {
			lines = append(lines, statementLine{Asset: a.Asset, Line: line, Sign: sign, Amount: amount})
		}
		add("opening", 1, a.Opening)
		for _, in := range a.Income {
			lines = append(lines, statementLine{a.Asset, "income", string(in.Kind), 1, in.Amount, in.Flows})
		}
		add("returns", 1, a.Returns)
		add("transfers_in", 1, a.TransfersIn)
		add("converted_in", 1, a.ConvertedIn)
		for _, out := range a.Expenditure {
			lines = append(lines, statementLine{a.Asset, "expenditure", string(out.Category), -1, out.Amount, out.Flows})
		}
		add("refunds", -1, a.Refunds)
		add("transfers_out", -1, a.TransfersOut)
		add("converted_out", -1, a.ConvertedOut)
		add("closing", 0, a.Closing)
		add("in_transit", 0, a.InTransit)
		add("agency", 0, a.Agency)
	}
	return lines
}

func statementColumns(s scales) []export.Column[statementLine] {
	return []export.Column[statementLine]{
		{Name: "asset", Zh: "资产", En: "Asset", Put: func(x export.Sheet, l statementLine) { x.Text(string(l.Asset)) }},
		{Name: "line", Zh: "项目", En: "Line", Put: func(x export.Sheet, l statementLine) { x.Text(l.Line) }},
		{Name: "detail", Zh: "明细", En: "Detail", Put: func(x export.Sheet, l statementLine) { x.Text(l.Detail) }},
		{Name: "sign", Zh: "增减", En: "Sign", Put: func(x export.Sheet, l statementLine) { x.Number(l.Sign) }},
		{Name: "amount", Zh: "数额（最小单位，人民币为分）", En: "Amount (smallest units; CNY: fen)", Put: func(x export.Sheet, l statementLine) { x.Number(l.Amount) }},
		{Name: "amount_whole", Zh: "数额（元或计量单位）", En: "Amount (whole units; CNY: yuan)", Put: func(x export.Sheet, l statementLine) { x.Amount(l.Amount, s.of(l.Asset)) }},
		{Name: "flows", Zh: "笔数", En: "Flows", Put: func(x export.Sheet, l statementLine) { x.Number(l.Flows) }},
	}
}
