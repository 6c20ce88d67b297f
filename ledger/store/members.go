package store

import (
	"context"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// handedRow is what one project handed to another.
type handedRow struct{ Project, Units, Last int64 }

func (r *handedRow) fields() []any { return []any{&r.Project, &r.Units, &r.Last} }

// Members gives the projects that one handed units of an asset to, as a joint campaign
// (联合劝募) does to its members, the one that last got some first.
func (s *Store) Members(ctx context.Context, project int64, asset ledger.AssetID, today ledger.Date) ([]view.Member, error) {
	rows, err := ask[handedRow](s.reads.WithContext(ctx).Raw(`SELECT p.project, CAST(sum(r.amount - coalesce(u.units, 0)) AS bigint) AS units, max(r.idx) AS last
		FROM records r JOIN pools p ON p.id = r.in_pool LEFT JOIN undone u ON u.idx = r.idx
		WHERE r.project = ? AND r.line BETWEEN ? AND ? AND p.asset = ? GROUP BY p.project ORDER BY last DESC`,
		project, account.LineSisterOut, account.LineTransferOut, string(asset)))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	indices := make([]int64, len(rows))
	for i, r := range rows {
		indices[i] = r.Project
	}
	known, err := s.projectsOf(ctx, indices, today)
	list := make([]view.Member, 0, len(rows))
	for _, r := range rows {
		if p, ok := known[r.Project]; ok {
			list = append(list, view.Member{Project: p, Given: r.Units})
		}
	}
	return list, err
}
