package anchor

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// Deputy is a Ledger that the regulator does not write to: who runs it is all of its
// members. The loop has it give each order before the record that names it.
type Deputy interface {
	// Order gives the regulator's order that a freeze record names, as of when that was
	// recorded. One that was given before changes nothing.
	Order(ctx context.Context, f *ledger.Freeze, recorded time.Time) error
}

// order gives the order that the first record of a batch names, if it is a freeze.
func (l *Loop) order(ctx context.Context, p prepared) error {
	if l.deputy == nil || !isFreeze(p.Records[0]) {
		return nil
	}
	r, err := record.Parse(p.Records[0])
	if err != nil {
		return nil // what is no record, the contract refuses
	}
	freeze, ok := r.What.(*ledger.Freeze)
	if !ok {
		return nil
	}
	if err := l.deputy.Order(ctx, freeze, r.Recorded); err != nil {
		return fmt.Errorf("give the order %s, which record %d names: %w", freeze.Order, r.Index, err)
	}
	return nil
}

// untilOrder is how many of a batch's records, at least one, come before the next freeze.
// Where the orders are given here each freeze begins a batch: all records before it,
// its project among them, are on the ledger when its order is given.
func (l *Loop) untilOrder(records [][]byte) int {
	for i := 1; l.deputy != nil && i < len(records); i++ {
		if isFreeze(records[i]) {
			return i
		}
	}
	return len(records)
}

// isFreeze tells a freeze record by its type. In text the quotes would be escaped.
func isFreeze(data []byte) bool { return bytes.Contains(data, []byte(`"type":"freeze"`)) }
