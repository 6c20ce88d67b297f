package api

import (
	"context"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/figures"
	"mingzhang/ledger/store"
	"mingzhang/ledger/view"
)

// shareRow is what management and raising funds cost an organization in a year, in fen,
// beside what the law holds them against. What needs years before is there only where the
// book has these whole.
type shareRow struct {
	Year            string `json:"year"`
	Running         bool   `json:"running"` // it is not over: no limit is judged
	Spent           int64  `json:"spent"`
	Programme       int64  `json:"programme"`   // 5101
	Management      int64  `json:"management"`  // 5301
	Fundraising     int64  `json:"fundraising"` // 5401
	Income          int64  `json:"income"`
	Donations       int64  `json:"donations"`
	IncomeBefore    int64  `json:"income_before,omitempty"`     // of the year before
	AverageDonation int64  `json:"donations_average,omitempty"` // of three years up to this one
	ManagementOver  bool   `json:"management_over"`
	FundraisingOver bool   `json:"fundraising_over"`
	SpendingShort   bool   `json:"spending_short"`
}

// exportShares plans the export of an organization's yearly shares, the last year first.
func (s *server) exportShares(ctx context.Context, q *query) (exported, error) {
	organization := q.index("organization")
	q.check(organization != nil, "organization", "")
	if err := q.whole(); err != nil {
		return nil, err
	}
	if err := s.known(ctx, nil, organization); err != nil {
		return nil, err
	}
	return atOnce(s, shareColumns, func(ctx context.Context, r *store.Store) (rows []shareRow, err error) {
		o, err := r.Organization(ctx, *organization)
		if err != nil {
			return nil, err
		}
		months, err := r.Series(ctx, view.SeriesFilter{Organization: organization, Every: view.Month})
		if all := figures.SharesOf(o.Organization, months, account.Today(s.Now())); all != nil {
			for _, y := range all.Years {
				rows = append(rows, shareRow{y.Year, y.Running, y.Spent, y.Programme, y.Management, y.Fundraising, y.Income, y.Donations, y.Before, y.Average,
					all.ManagementOver(y), all.FundraisingOver(y), all.SpendingShort(y)})
			}
		}
		return rows, err
	}), nil
}

var shareColumns = func() []export.Column[shareRow] {
	columns := []export.Column[shareRow]{
		textColumn("year", "年度", "Year", func(r shareRow) string { return r.Year }),
		flagColumn("running", "年度未结束", "Not over", func(r shareRow) bool { return r.Running }),
	}
	fen := func(name, zh, en string, of func(shareRow) int64) {
		columns = append(columns, amounts(nil, name, zh, en, inAsset(func(shareRow) ledger.AssetID { return "CNY" }, of))...)
	}
	fen("spent", "支出", "Spent", func(r shareRow) int64 { return r.Spent })
	fen("programme", "业务活动支出", "Charitable spending", func(r shareRow) int64 { return r.Programme })
	fen("management", "管理费用", "Management", func(r shareRow) int64 { return r.Management })
	fen("fundraising", "筹资费用", "Fundraising cost", func(r shareRow) int64 { return r.Fundraising })
	fen("income", "收入", "Income", func(r shareRow) int64 { return r.Income })
	fen("donations", "捐赠收入", "Donations", func(r shareRow) int64 { return r.Donations })
	fen("income_before", "上年收入", "Income of the year before", func(r shareRow) int64 { return r.IncomeBefore })
	fen("donations_average", "三年平均捐赠收入", "Donations, average of three years", func(r shareRow) int64 { return r.AverageDonation })
	return append(columns,
		flagColumn("management_over", "管理费用超限", "Management above the limit", func(r shareRow) bool { return r.ManagementOver }),
		flagColumn("fundraising_over", "筹资费用超限", "Fundraising above the limit", func(r shareRow) bool { return r.FundraisingOver }),
		flagColumn("spending_short", "业务活动支出不足", "Spending below the limit", func(r shareRow) bool { return r.SpendingShort }))
}()
