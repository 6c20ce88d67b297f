package store

import (
	"context"
	"encoding/json"
	"fmt"
)

// Placed is a batch of records as a ledger's blocks have it: what the row of its anchor
// should say.
type Placed struct {
	First, Upto, Block, Time int64 // Time in Unix milliseconds
	Tx, Code, Orgs           string
}

// PlacedAt makes one of an anchor.
func PlacedAt(a Anchor) (Placed, error) {
	orgs, err := json.Marshal(a.Orgs)
	return Placed{a.First, a.Upto, a.Block, a.Time.UnixMilli(), a.Tx, a.Code, string(orgs)}, err
}

func (p *Placed) fields() []any {
	return []any{&p.First, &p.Upto, &p.Block, &p.Time, &p.Tx, &p.Code, &p.Orgs}
}

func (p *Placed) String() string {
	return fmt.Sprintf("records %d to %d in block %d by %s (%s %s %d)", p.First, p.Upto-1, p.Block, p.Tx, p.Code, p.Orgs, p.Time)
}

// Rows are how many anchors of a database were held against blocks.
type Rows struct {
	Same   int64 // that say what the blocks do
	Later  int64 // of blocks behind those that were read
	Others int64 // of another ledger
}

// CompareAnchors holds the rows of a chain's anchors against all batches that its first
// blocks have. A row is written behind its block, so the last ones may be missing. Who reads
// blocks and then the database may find rows of later blocks: those follow the others, and
// name no block that was read. The first difference is an *Unlike.
func (s *Store) CompareAnchors(ctx context.Context, c Chain, blocks int64, batches []Placed) (r Rows, err error) {
	db, end := s.reads.WithContext(ctx), int64(0)
	var unlike *Unlike
	each := onEach(db.Raw("SELECT first, upto, block, time, tx, code, orgs FROM anchors WHERE backend = ? AND channel = ? ORDER BY first", c.Backend, c.Channel), func(have *Placed) {
		what := fmt.Sprintf("anchors from %d on", have.First)
		switch {
		case unlike != nil:
		case r.Same < int64(len(batches)) && *have != batches[r.Same]:
			unlike = &Unlike{-1, what, batches[r.Same].String(), have.String()}
		case r.Same < int64(len(batches)):
			r.Same, end = r.Same+1, have.Upto
		case have.First != end || have.Upto <= end || have.Block < blocks:
			unlike = &Unlike{-1, what, fmt.Sprintf("none, or records from %d on in a block from %d on", end, blocks), have.String()}
		default:
			r.Later, end = r.Later+1, have.Upto
		}
	})
	var others []number
	if err := together(db, each, into(&others, db.Raw("SELECT count(*) FROM anchors WHERE backend <> ? OR channel <> ?", c.Backend, c.Channel))); err != nil {
		return r, fmt.Errorf("the anchors of records: %w", err)
	}
	if unlike != nil {
		return r, unlike
	}
	r.Others = int64(others[0])
	return r, nil
}
