package api

import (
	"context"
	"strings"
	"time"

	"mingzhang/api/export"
	"mingzhang/ledger/store"
)

// Batches is what [Anchors] may be able to do as well: to list what is anchored.
type Batches interface {
	// Latest gives the last batches that were anchored before a record, 0 for all, the
	// latest first.
	Latest(ctx context.Context, before int64, limit int) ([]store.Anchor, error)
}

// anchorRow is records that one transaction of the permissioned ledger holds.
type anchorRow struct {
	First   int64     `json:"first"`
	Last    int64     `json:"last"`
	Records int64     `json:"records"`
	Backend string    `json:"backend"`
	Channel string    `json:"channel,omitempty"`
	Block   int64     `json:"block"`
	Tx      string    `json:"tx"`
	Code    string    `json:"code"`
	Orgs    []string  `json:"orgs,omitempty"`
	Time    time.Time `json:"time"`
}

// anchorsAtOnce is how many batches are read together.
const anchorsAtOnce = 500

// exportAnchors plans the export of what is anchored, the latest first: a batch a second
// are many in a year, and they are read as they come.
func (s *server) exportAnchors(_ context.Context, q *query) (exported, error) {
	return listed[anchorRow]{anchorColumns, func(ctx context.Context, _ int64, do func(anchorRow) error) error {
		from, ok := s.Anchors.(Batches)
		for before := int64(0); ok; {
			page, err := from.Latest(ctx, before, anchorsAtOnce)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, a := range page {
				if err := do(anchorRow{a.First, a.Upto - 1, a.Upto - a.First, a.Backend, a.Channel, a.Block, a.Tx, a.Code, a.Orgs, a.Time}); err != nil {
					return err
				}
			}
			before = page[len(page)-1].First
			ok = before > 0 // 0 would be all of them again
		}
		return nil
	}, func(a anchorRow) any { return a }}, q.whole()
}

var anchorColumns = []export.Column[anchorRow]{
	numberColumn("first", "起始记录", "First record", func(a anchorRow) int64 { return a.First }),
	numberColumn("last", "末尾记录", "Last record", func(a anchorRow) int64 { return a.Last }),
	numberColumn("records", "条数", "Records", func(a anchorRow) int64 { return a.Records }),
	textColumn("backend", "许可账本", "Ledger", func(a anchorRow) string { return a.Backend }),
	textColumn("channel", "通道", "Channel", func(a anchorRow) string { return a.Channel }),
	numberColumn("block", "区块", "Block", func(a anchorRow) int64 { return a.Block }),
	textColumn("tx", "交易号", "Transaction", func(a anchorRow) string { return a.Tx }),
	textColumn("code", "校验结果", "Validation", func(a anchorRow) string { return a.Code }),
	textColumn("orgs", "背书机构", "Endorsed by", func(a anchorRow) string { return strings.Join(a.Orgs, " ") }),
	{Name: "time", Zh: "时间（UTC）", En: "Time (UTC)", Put: func(x export.Sheet, a anchorRow) { x.Moment(a.Time) }},
}
