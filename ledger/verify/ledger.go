package verify

import (
	"bytes"
	"context"
	"strings"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// Ledger is a permissioned ledger, by its blocks.
type Ledger struct {
	Blocks anchor.Blocks
	Name   string // as a reader knows it
}

// placed is a record where a ledger's block has it.
type placed struct {
	data  []byte
	block int64
	tx    string
	orgs  []string
}

// has looks for a record of a log, first in the block that somebody said it is in. It
// is nil where no block has it.
func (l *Ledger) has(ctx context.Context, origin string, index int64, said *proof.Anchor) (*placed, error) {
	if said != nil && said.Block > 0 {
		for block, err := range l.Blocks.Blocks(ctx, said.Block) {
			if err != nil {
				break // what was said is no more than a hint
			}
			if p := within(block, origin, index); p != nil {
				return p, nil
			}
			break
		}
	}
	for block, err := range l.Blocks.Blocks(ctx, 0) {
		if err != nil {
			return nil, err
		}
		if p := within(block, origin, index); p != nil {
			return p, nil
		}
	}
	return nil, nil
}

// within gives a record that a transaction of a block anchored. The ledger's rules let
// each place be taken once, so that the first found is the one.
func within(b *anchor.Block, origin string, index int64) *placed {
	for i := range b.Txs {
		tx := &b.Txs[i]
		if tx.Code != anchor.Valid || tx.Function != "Anchor" || len(tx.Args) != 2 || string(tx.Args[0]) != origin {
			continue
		}
		batch, err := contract.Unmarshal(tx.Args[1])
		if err == nil && index >= batch.First && index-batch.First < int64(len(batch.Records)) {
			return &placed{batch.Records[index-batch.First], b.Number, tx.Tx, tx.Orgs}
		}
	}
	return nil
}

// anchored holds a record against the ledger.
func (t Trust) anchored(ctx context.Context, r *Report, rec *record.Record, data []byte, said *proof.Anchor) error {
	if t.Ledger == nil {
		if said != nil {
			r.open("凭证称该记录在权限账本 %s 的第 %d 号区块；没有给出账本（--fabric 或 --blocks），未核对", "the receipt says that block %[2]d of the permissioned ledger %[1]s has the record; no ledger is given (--fabric or --blocks)", said.Backend, said.Block)
		} else {
			r.open("没有给出权限账本（--fabric 或 --blocks）", "no permissioned ledger is given (--fabric or --blocks)")
		}
		return nil
	}
	if chain := t.Ledger.Blocks.Chain(); said != nil && (said.Backend != chain.Backend || said.Channel != chain.Channel) {
		said = nil // what it says is of another ledger
	}
	p, err := t.Ledger.has(ctx, t.Log.Name(), rec.Index, said)
	switch {
	case err != nil:
		return err
	case p == nil && said != nil:
		return ledger.Refuse(ledger.Corrupt, "anchor-false", "", "凭证称第 %d 号记录已上链，而 %s 上没有它", "the receipt says that record %d is anchored, but %s does not have it", rec.Index, t.Ledger.Name)
	case p == nil:
		return ledger.Refuse(ledger.Unavailable, "not-anchored", "", "第 %d 号记录尚未上到 %s，请稍后再查", "record %d is not on %s yet: ask again later", rec.Index, t.Ledger.Name)
	case !bytes.Equal(p.data, data):
		return ledger.Refuse(ledger.Corrupt, "anchor-other", "", "%[2]s 的第 %[3]d 号区块上，第 %[1]d 号是另一条记录", "block %[3]d of %[2]s has another record in place %[1]d", rec.Index, t.Ledger.Name, p.block)
	case said != nil && (said.Block != p.block || said.Tx != p.tx):
		return ledger.Refuse(ledger.Corrupt, "anchor-elsewhere", "", "凭证称第 %[1]d 号记录在第 %[3]d 号区块的交易 %.64[4]s，而 %[2]s 上它在第 %[5]d 号区块的交易 %[6]s", "the receipt says that record %[1]d is in block %[3]d, transaction %.64[4]s, but %[2]s has it in block %[5]d, transaction %[6]s",
			rec.Index, t.Ledger.Name, said.Block, said.Tx, p.block, p.tx)
	}
	r.proven("%[1]s 的第 %[2]d 号区块在同一编号处有同一条记录%[3]s", "block %[2]d of %[1]s has this very record in its place%[4]s", t.Ledger.Name, p.block, by("（背书：", p.orgs, "）"), by(" (endorsed by ", p.orgs, ")"))
	return nil
}

// by lists who endorsed.
func by(before string, orgs []string, after string) string {
	if len(orgs) == 0 {
		return ""
	}
	return before + strings.Join(orgs, ", ") + after
}
