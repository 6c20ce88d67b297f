package verify

import (
	"context"
	"fmt"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// Record checks one record of the log (Trust.Today) by its index.
func Record(ctx context.Context, index int64, t Trust) (*Report, error) {
	r := &Report{}
	cp, msg, err := t.now(ctx)
	if err != nil {
		return r, refuted(err)
	}
	if index >= cp.Size {
		return r, ledger.Refuse(ledger.NotFound, "index-outside", "index", "日志现有 %d 条记录，没有第 %d 号", "the log has %d records; none has index %d", cp.Size, index)
	}
	path, err := proof.Inclusion(cp.Size, cp.Root, index, t.Today.Tiles(ctx))
	if err != nil {
		return r, fmt.Errorf("the tree of the log: %w", err)
	}
	records, err := t.Today.Range(ctx, index, 1, cp.Size)
	if err != nil {
		return r, fmt.Errorf("record %d: %w", index, err)
	}
	data := records[0]
	if err := proof.CheckInclusion(cp, index, record.Hash(data), path); err != nil {
		return r, err
	}
	rec, err := record.Parse(data)
	if err != nil {
		return r, refuted(err)
	}
	if rec.Index != index {
		return r, ledger.Refuse(ledger.Corrupt, "record-misplaced", "", "日志第 %d 号处的记录自称第 %d 号", "in place %d of the log stands a record that says %d", index, rec.Index)
	}
	r.in(rec, cp, record.Hash(data))
	if err := t.vouched(r, msg); err != nil {
		return r, err
	}
	return r, t.anchored(ctx, r, rec, data, nil)
}
