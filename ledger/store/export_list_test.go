package store

import (
	"context"

	"gorm.io/gorm"

	"mingzhang/ledger/view"
)

// LookAt makes a page of flows look at about n records, until back is called.
func LookAt(n int) (back func()) {
	before := maxLooked
	maxLooked = n
	return func() { maxLooked = before }
}

// GlanceAt makes a page of flows of more than some pools look at about n records of the
// whole book first, until back is called.
func GlanceAt(pools, n int) (back func()) {
	many, before := manyPools, glanced
	manyPools, glanced = pools, n
	return func() { manyPools, glanced = many, before }
}

// Strands is how many strands the first page of a list was found in at last.
func (s *Store) Strands(ctx context.Context, f view.FlowFilter) (n int, err error) {
	err = s.moment(ctx, func(db *gorm.DB) error {
		plans, err := planFlows(db, f)
		if err == nil {
			_, _, err = plans[0].find(db)
			n = len(plans[0].strands)
		}
		return err
	})
	return n, err
}
