package audit

import (
	"context"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger/anchor"
)

// readBatch is a batch that was read ahead of its turn.
type readBatch struct {
	*contract.Reading
	fault error // what the book beside the ledger has otherwise; of one by itself, why no ledger takes the batch
}

// readBlock is a block with the batches that it carries.
type readBlock struct {
	*anchor.Block
	batches []*readBatch // by transaction; nil of one that carries none
}

// unpack reads what a block carries, and holds it against the book. That needs no state:
// other blocks are unpacked and judged meanwhile.
func (a *audit) unpack(ctx context.Context, b *anchor.Block) (*readBlock, error) {
	r := &readBlock{b, make([]*readBatch, len(b.Txs))}
	for i := range b.Txs {
		tx := &b.Txs[i]
		if !a.concerns(tx) || tx.Function != "Anchor" || len(tx.Args) != 2 {
			continue
		}
		if batch, err := contract.Unmarshal(tx.Args[1]); err == nil { // else the rules refuse it in its turn
			read := contract.Read(batch)
			r.batches[i] = &readBatch{read, a.compareRecords(ctx, read)}
		}
	}
	return r, nil
}
