package anchor

import (
	"context"
	"fmt"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
)

// align asks the ledger where the log ends there, makes sure that it is this log, and
// brings the rows up to it.
func (l *Loop) align(ctx context.Context) error {
	head, err := l.Ledger.Head(ctx)
	if err != nil {
		return fmt.Errorf("the ledger's head: %w", err)
	}
	rows, err := l.Store.AnchoredUpto(ctx, l.chain)
	if err != nil {
		return err
	}
	log, err := l.Store.Head(ctx) // after the ledger's: a log only grows
	if err != nil {
		return err
	}
	switch {
	case head.Origin != l.Origin:
		return contradiction("ledger-foreign", "权限账本上的是日志 %[1]q，不是 %[2]q", "the ledger has the log %[1]q, not %[2]q", head.Origin, l.Origin)
	case head.Size < rows:
		return contradiction("ledger-behind", "权限账本只有 %d 条记录，而已确认上链 %d 条：它丢失了已提交的区块", "the ledger has %d records, but %d were confirmed as anchored: it has lost blocks that it had committed", head.Size, rows)
	case head.Size > log.Size:
		return contradiction("log-behind", "权限账本已有 %d 条记录，而数据库只有 %d 条：请先用 catch-up 补齐", "the ledger has %d records, but the database has %d: bring the missing ones back first (catch-up)", head.Size, log.Size)
	}
	root, err := proof.Root(head.Size, l.Store)
	if err != nil {
		return err
	}
	if root != head.Root {
		return contradiction("ledger-forked", "前 %d 条记录在权限账本与数据库中不同", "the first %d records on the ledger are not those of the database", head.Size)
	}
	if err := l.restore(ctx, rows, head.Size); err != nil {
		return err
	}
	l.size = head.Size
	l.settle()
	return nil
}

func contradiction(code, zh, en string, args ...any) error {
	return ledger.Refuse(ledger.Corrupt, code, "", zh, en, args...)
}

// restore makes the rows of records [rows, size) from the ledger's blocks, beginning at
// the block of the last row.
func (l *Loop) restore(ctx context.Context, rows, size int64) error {
	if rows == size {
		return nil
	}
	from := int64(0)
	if rows > 0 {
		last, err := l.Store.Anchor(ctx, l.chain, rows-1)
		if err != nil {
			return err
		}
		from = last.Block
	}
	for a, err := range batches(ctx, l.Ledger, from, l.Origin, rows) {
		if err != nil {
			return fmt.Errorf("read the ledger's blocks: %w", err)
		}
		if err := l.Store.AddAnchor(ctx, a.where(l.chain)); err != nil {
			return err
		}
		if rows = a.upto(); rows == size {
			return nil
		}
	}
	return fmt.Errorf("the ledger's blocks give %d records, and its head %d", rows, size)
}
