package store

import (
	"context"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// Largest gives what parties gave to all projects of an organization together, or got
// from them, on some lines in one asset, the largest first. The rows name no project and
// no line.
func (s *Store) Largest(ctx context.Context, organization int64, asset ledger.AssetID, lines []account.Line, limit int) ([]view.Party, error) {
	q := inScope(s.reads.WithContext(ctx).Table("parties"), "project", nil, &organization).
		Select("0 AS project, 0 AS line, asset, party, max(name) AS name, CAST(sum(units) AS bigint) AS units, CAST(sum(flows) AS bigint) AS flows").
		Where("asset = ? AND line IN ?", string(asset), lines).Group("party, asset").Having("sum(flows) <> 0").
		Order("units DESC, party").Limit(limited(limit))
	return readParties(q)
}
