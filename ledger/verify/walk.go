package verify

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/mirror"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// step is how many records are asked for at once. However long they are, they fit into
// the memory of a small machine.
const step = 4 * proof.TileWidth

// walk gives every record of a log to do, in order, and then makes sure that they are
// those of the checkpoint: until it returns without an error nothing is known of them.
func walk(ctx context.Context, m *mirror.Mirror, cp proof.Checkpoint, do func(index int64, data []byte) error) error {
	var edge proof.Edge
	leaves := make([]tlog.Hash, 0, step)
	for next := int64(0); next < cp.Size; {
		records, err := m.Range(ctx, next, step, cp.Size)
		if err != nil {
			return fmt.Errorf("the records from %d on: %w", next, err)
		}
		for _, data := range records {
			if err := do(next, data); err != nil {
				return err
			}
			next++
			leaves = append(leaves, record.Hash(data))
		}
		edge.Append(leaves)
		leaves = leaves[:0]
	}
	if edge.Root() != cp.Root {
		return ledger.Refuse(ledger.Corrupt, "records-otherwise", "", "所给的 %d 条记录不是检查点所签的那些", "the %d records given are not those that the checkpoint was signed for", cp.Size)
	}
	return nil
}
