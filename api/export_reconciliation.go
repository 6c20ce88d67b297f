package api

import (
	"context"
	"strings"

	"mingzhang/api/export"
	"mingzhang/ledger"
	"mingzhang/ledger/intake"
	"mingzhang/ledger/store"
)

// exportReconciliation plans the export of totals that somebody published of a project,
// held against the book: a row for each day, measure and asset.
func (s *server) exportReconciliation(ctx context.Context, q *query) (exported, error) {
	project, err := s.required(ctx, q)
	if err != nil {
		return nil, err
	}
	scales, err := s.scales(ctx)
	return atOnce(s, comparisonColumns(scales), func(ctx context.Context, r *store.Store) ([]intake.Comparison, error) {
		all, _, err := intake.Reconciled(ctx, r, project)
		return all, err
	}), err
}

type comparisonColumn = export.Column[intake.Comparison]

// comparisonColumns are those of the file that the command reconcile writes, with whole
// units beside the smallest. An empty cell is what was not claimed.
func comparisonColumns(s scales) []comparisonColumn {
	columns := []comparisonColumn{
		textColumn("day", "日期", "Day", func(c intake.Comparison) string { return string(c.Day) }),
		textColumn("measure", "指标", "Measure", func(c intake.Comparison) string { return string(c.Measure) }),
		textColumn("channel", "渠道", "Channel", func(c intake.Comparison) string { return c.Channel }),
		textColumn("asset", "资产", "Asset", func(c intake.Comparison) string { return string(c.Asset) }),
	}
	recorded := func(name, zh, en string, of func(intake.Comparison) int64) {
		columns = append(columns, amounts(s, name, zh, en, inAsset(func(c intake.Comparison) ledger.AssetID { return c.Asset }, of))...)
	}
	claimed := func(name, zh, en string, of func(intake.Comparison) *int64) {
		for _, c := range amounts(s, name, zh, en, func(c intake.Comparison) (int64, ledger.AssetID) { return *of(c), c.Asset }) {
			columns = append(columns, where(of, c))
		}
	}
	claimed("claimed", "当日公布", "Published for the day", func(c intake.Comparison) *int64 { return claimOf(c.Claimed) })
	recorded("recorded", "当日已记入", "Recorded on the day", func(c intake.Comparison) int64 { return c.Recorded })
	flows := func(c intake.Comparison) *int64 { return c.ClaimedFlows }
	columns = append(columns, where(flows, numberColumn("claimed_flows", "当日公布笔数", "Entries published for the day", func(c intake.Comparison) int64 { return *c.ClaimedFlows })),
		numberColumn("recorded_flows", "当日已记入笔数", "Entries recorded on the day", func(c intake.Comparison) int64 { return c.RecordedFlows }))
	claimed("cumulative_claimed", "累计公布", "Published in all", func(c intake.Comparison) *int64 { return claimOf(c.CumulativeClaimed) })
	recorded("cumulative_recorded", "累计已记入", "Recorded in all", func(c intake.Comparison) int64 { return c.CumulativeRecorded })
	step := func(of func(*intake.Step) *int64) func(intake.Comparison) *int64 {
		return func(c intake.Comparison) *int64 {
			if c.Step == nil {
				return nil
			}
			return of(c.Step)
		}
	}
	columns = append(columns, textColumn("step_since", "上次累计公布日期", "Day of the total published before", func(c intake.Comparison) string {
		if c.Step == nil {
			return ""
		}
		return string(c.Step.Since)
	}))
	claimed("step", "其间累计公布增加", "Grew since by the published totals", step(func(s *intake.Step) *int64 { return &s.Amount.Amount }))
	claimed("step_claimed", "其间逐日公布合计", "Published since for the days", step(func(s *intake.Step) *int64 { return claimOf(s.Claimed) }))
	claimed("step_recorded", "其间已记入", "Recorded since", step(func(s *intake.Step) *int64 { return &s.Recorded }))
	within := func(c intake.Comparison) *int64 {
		if c.Claimed == nil {
			return nil
		}
		return &c.Claimed.Within
	}
	claimed("within", "当日公布的误差范围", "The day’s figure may be off by", within)
	said := func(name, zh, en, between string, of func(intake.Finding) string) {
		columns = append(columns, textColumn(name, zh, en, func(c intake.Comparison) string {
			var all []string
			for _, f := range c.Findings {
				all = append(all, of(f))
			}
			return strings.Join(all, between)
		}))
	}
	columns = append(columns, textColumn("titles", "公布出处", "Published in", func(c intake.Comparison) string { return strings.Join(c.Titles, "; ") }),
		textColumn("records", "公布的记录", "Records of the publication", func(c intake.Comparison) string { return numbers(c.Records) }))
	said("findings", "不符代码", "Differences, codes", "; ", func(f intake.Finding) string { return f.Code })
	said("findings_zh", "不符说明（中文）", "Differences in Chinese", "；", func(f intake.Finding) string { return f.Zh })
	said("findings_en", "不符说明（英文）", "Differences in English", "; ", func(f intake.Finding) string { return f.En })
	return columns
}

func claimOf(a *intake.Amount) *int64 {
	if a == nil {
		return nil
	}
	return &a.Amount
}

// where leaves a cell empty where there is nothing to write.
func where(there func(intake.Comparison) *int64, c comparisonColumn) comparisonColumn {
	put := c.Put
	c.Put = func(x export.Sheet, v intake.Comparison) {
		if there(v) == nil {
			x.Blank()
			return
		}
		put(x, v)
	}
	return c
}
