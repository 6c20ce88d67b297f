package anchor

import (
	"context"
	"iter"
	"time"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
)

// Ledger is a permissioned ledger as the client of one log sees it. Its methods may be
// called from any number of goroutines; refusals of the contract are passed on as they
// are, and every other error means that the ledger could not be asked.
type Ledger interface {
	// Head says how the log stands on the ledger.
	Head(ctx context.Context) (*contract.Head, error)
	// Leaf gives the leaf hash that the ledger keeps of a record.
	Leaf(ctx context.Context, index int64) (*contract.Leaf, error)
	// Exceptions pages through what platform and regulator said about records that the
	// ledger refuses, from a place in its list on.
	Exceptions(ctx context.Context, from int64) (*contract.Page[contract.Exception], error)
	// Submit has a batch (contract.Batch) anchored, and returns when it is committed for
	// good. After a refusal nothing is anchored. Any other error leaves the outcome
	// open: the batch may be committed even after Submit has returned, and Head tells.
	Submit(ctx context.Context, batch []byte) (*Committed, error)
	Blocks
}

// Blocks is where a ledger's blocks can be had from.
type Blocks interface {
	// Chain names the ledger.
	Chain() store.Chain
	// Blocks gives all blocks from a number on, in order, without a gap.
	Blocks(ctx context.Context, from int64) iter.Seq2[*Block, error]
}

// Committed is where and how a batch was anchored.
type Committed struct {
	proof.Anchor // without the block's bytes
	Answer       contract.Anchored
}

// Block is a block of the ledger. Who gives it has checked that it is whole and follows
// the one before.
type Block struct {
	Number int64
	Txs    []Tx
	Bytes  []byte // as the ledger gives it, for a receipt
}

// Valid is the validation code of a transaction that took effect.
const Valid = "VALID"

// Tx is a call of the contract that a block holds.
type Tx struct {
	contract.Call
	Function string
	Args     [][]byte // the log's origin first
	Code     string   // Valid, or why it took no effect
	Orgs     []string // that endorsed it
	Answer   []byte   // of the contract, nil where the block does not say
	Writes   []byte   // State.Digest of what it wrote, nil where the block does not say
}

// batch gives the batch that a transaction anchored to a log, nil for any other.
func (t *Tx) batch(origin string) (*contract.Batch, error) {
	if t.Code != Valid || t.Function != "Anchor" || len(t.Args) != 2 || string(t.Args[0]) != origin {
		return nil, nil
	}
	return contract.Unmarshal(t.Args[1])
}

// anchored is a batch and where it stands.
type anchored struct {
	*contract.Batch
	block *Block
	tx    *Tx
}

func (a anchored) upto() int64 { return a.First + int64(len(a.Records)) }

// batches gives the batches of a log in the blocks from a number on, each once: one
// that was submitted again has changed nothing. size is how much was anchored before.
func batches(ctx context.Context, from Blocks, number int64, origin string, size int64) iter.Seq2[anchored, error] {
	return func(yield func(anchored, error) bool) {
		for block, err := range from.Blocks(ctx, number) {
			if err != nil {
				yield(anchored{}, err)
				return
			}
			for i := range block.Txs {
				b, err := block.Txs[i].batch(origin)
				if err == nil && (b == nil || b.First != size) {
					continue
				}
				a := anchored{b, block, &block.Txs[i]}
				if err == nil {
					size = a.upto()
				}
				if !yield(a, err) || err != nil {
					return
				}
			}
		}
	}
}

// where says it as a receipt does.
func (a anchored) where(c store.Chain) store.Anchor {
	return store.Anchor{First: a.First, Upto: a.upto(), Anchor: proof.Anchor{Backend: c.Backend, Channel: c.Channel,
		Block: a.block.Number, Tx: a.tx.Tx, Code: a.tx.Code, Orgs: a.tx.Orgs, Time: a.tx.Time.Truncate(time.Millisecond)}}
}
