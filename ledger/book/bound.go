package book

import "mingzhang/ledger"

// MaxLaid is how many units of an asset the pools of a project ever take in, together: of
// yuan, a million million. A unit counts each time that it enters a pool. The ledger's own
// rule lets every single pool have 2^53-1, so that sums over a thousand full pools would
// leave an int64; sums over ninety thousand projects that are full by this rule do not.
const MaxLaid = 100_000_000_000_000

// bounded refuses an inflow that takes its project beyond MaxLaid.
func (t *turn) bounded(in *ledger.Inflow) error {
	if in == nil {
		return nil
	}
	laid, err := t.laid(in.Pool)
	if err != nil {
		return err
	}
	asset := in.Pool.Asset
	if left := max(0, MaxLaid-laid); in.Span.Len() > left {
		return ledger.Refuse(ledger.Conflict, "project-full", "amount",
			"项目 %[1]d 的资金池累计最多转入 %[2]s，还可转入 %[3]s：请核对金额，或改用新项目",
			"the pools of project %[1]d take in at most %[2]s in all, of which %[3]s are left: check the amount, or use a new project",
			in.Pool.Project, asset.Show(MaxLaid), asset.Show(left))
	}
	return nil
}

// laid gives what the pools of a pool's project took in. Nothing of it waits to be written
// when the store is asked: that is before the first of them is known.
func (t *turn) laid(pool ledger.Pool) (int64, error) {
	p, err := t.project(pool.Project)
	if err != nil {
		return 0, err
	}
	if laid, known := p.laid[pool.Asset]; known {
		return laid, nil
	}
	laid, err := t.tx.Laid(pool.Project, pool.Asset, MaxLaid)
	if err != nil {
		return 0, err
	}
	if p.laid == nil {
		p.laid = map[ledger.AssetID]int64{}
	}
	p.laid[pool.Asset] = laid
	return laid, nil
}

// lay counts what enters a pool, if it is known what its project took in.
func (t *turn) lay(pool ledger.Pool, units int64) {
	p := t.cache.projects[pool.Project]
	if p == nil || units == 0 {
		return
	}
	if before, known := p.laid[pool.Asset]; known {
		p.laid[pool.Asset] = before + units
		t.journal = append(t.journal, func() { p.laid[pool.Asset] = before })
	}
}
