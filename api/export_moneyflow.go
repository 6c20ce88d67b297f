package api

import (
	"context"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/figures"
	"mingzhang/ledger/store"
)

// bandRow is money that went from one place to another: a row of the table behind the
// picture of a project's money.
type bandRow struct {
	From   placeOf        `json:"from"`
	To     placeOf        `json:"to"`
	Asset  ledger.AssetID `json:"asset"`
	Amount int64          `json:"amount"`
}

// placeOf is an end of a band.
type placeOf struct {
	Kind figures.PlaceKind `json:"kind"`
	Key  string            `json:"key,omitempty"` // code or name of a party, kind of a flow, category
	ID   *int64            `json:"id,omitempty"`  // of a project or a partner
	Name string            `json:"name,omitempty"`
}

// exportMoneyflow plans the export of where a project's money came from and where it went.
func (s *server) exportMoneyflow(ctx context.Context, q *query) (exported, error) {
	project, err := s.required(ctx, q)
	if err != nil {
		return nil, err
	}
	scales, err := s.scales(ctx)
	return atOnce(s, bandColumns(scales), func(ctx context.Context, r *store.Store) ([]bandRow, error) {
		return s.readBands(ctx, r, project)
	}), err
}

func (s *server) readBands(ctx context.Context, r *store.Store, project int64) (rows []bandRow, err error) {
	today := account.Today(s.Now())
	p, err := r.Project(ctx, project, today)
	if err != nil {
		return nil, err
	}
	parts := figures.FlowParts{Project: p}
	pools, sums, err := r.Monthly(ctx, account.Scope{Project: project})
	if err != nil {
		return nil, err
	}
	holders := make([]int64, len(pools))
	for i, pool := range pools {
		holders[i] = pool.Holder
	}
	if parts.Names, err = r.Names(ctx, holders); err != nil {
		return nil, err
	}
	if parts.Givers, err = r.Parties(ctx, figures.GiversOf(project)); err != nil {
		return nil, err
	}
	if parts.Payees, err = r.Parties(ctx, figures.PayeesOf(project)); err != nil {
		return nil, err
	}
	parts.Sums = sums
	if parts.Members, err = r.Members(ctx, project, "CNY", today); err != nil {
		return nil, err
	}
	if f := figures.FlowOf(parts); f != nil {
		for _, b := range f.Bands {
			rows = append(rows, bandRow{asPlaceOf(f.Places[b.From]), asPlaceOf(f.Places[b.To]), "CNY", b.Units})
		}
	}
	return rows, nil
}

func asPlaceOf(p figures.Place) placeOf {
	out := placeOf{Kind: p.Kind, Key: p.Key, Name: p.Name}
	switch p.Kind {
	case figures.PlaceProject, figures.PlaceMember, figures.PlacePartner, figures.PlaceTransit:
		out.ID = &p.ID
	}
	return out
}

func bandColumns(s scales) []export.Column[bandRow] {
	var columns []export.Column[bandRow]
	end := func(name, zh, en string, of func(bandRow) placeOf) {
		columns = append(columns,
			textColumn(name+"_kind", zh+"类型", en+", kind", func(r bandRow) string { return string(of(r).Kind) }),
			textColumn(name+"_key", zh+"代码", en+", code", func(r bandRow) string { return of(r).Key }),
			export.Column[bandRow]{Name: name + "_id", Zh: zh + "编号", En: en + ", record", Put: func(x export.Sheet, r bandRow) {
				if id := of(r).ID; id != nil {
					x.Number(*id)
					return
				}
				x.Blank()
			}},
			textColumn(name+"_name", zh, en, func(r bandRow) string { return of(r).Name }))
	}
	end("from", "来源", "From", func(r bandRow) placeOf { return r.From })
	end("to", "去向", "To", func(r bandRow) placeOf { return r.To })
	columns = append(columns, textColumn("asset", "资产", "Asset", func(r bandRow) string { return string(r.Asset) }))
	return append(columns, amounts(s, "amount", "数额", "Amount", func(r bandRow) (int64, ledger.AssetID) { return r.Amount, r.Asset })...)
}
