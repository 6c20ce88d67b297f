package audit

import (
	"context"
	"fmt"
)

// Log audits a book by itself: all its records by the rules, its tree, its totals, and
// the checkpoint that the log signed. Of a database it takes what is recorded meanwhile
// as well.
func Log(ctx context.Context, b Book, trust Trust) (*Report, error) {
	a := begin(ctx, trust, b)
	a.alone = true
	var err error
	if a.end, err = b.End(ctx); err != nil {
		return a.report, fmt.Errorf("where the book ends: %w", err)
	}
	t, err := a.trial()
	if err != nil {
		return a.report, err
	}
	for batch, err := range ahead(ctx, t.steps, t.read) {
		if err == nil {
			err = t.judge(batch)
		}
		if err != nil {
			return a.report, err
		}
	}
	return a.report, a.atOnce(func() error {
		if err := t.rest(); err != nil {
			return err
		}
		return a.finish()
	})
}
