package fabric

import (
	"context"
	"time"

	"github.com/hyperledger/fabric-protos-go/peer"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/providers/fab"

	"mingzhang/ledger/anchor"
)

// searching is how long peers are asked for a transaction after its time was up.
const searching = 5 * time.Second

// find gives the first of some transactions that a peer has in a block and that took
// effect; nil if there is none, as far as peers can be asked.
func (c *Client) find(ctx context.Context, ids []string) *result {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), searching)
	defer cancel()
	for _, id := range ids {
		for _, n := range c.inTurn() {
			if r := c.findAt(ctx, n, id); r != nil {
				return r
			}
		}
	}
	return nil
}

func (c *Client) findAt(ctx context.Context, n *node, id string) *result {
	block, err := c.own.blockOf(ctx, n, id)
	if err != nil {
		return nil
	}
	b, err := parseBlock(block, c.Chaincode)
	if err != nil {
		return nil
	}
	for i := range b.Txs {
		if tx := &b.Txs[i]; tx.Tx == id && tx.Code == anchor.Valid {
			return &result{tx.Answer, b.Number, tx}
		}
	}
	return nil
}

// ordered reads a transaction as it was handed to the orderers, the same way as out of
// a block.
func (c *Client) ordered(tx *fab.Transaction, code peer.TxValidationCode) (*anchor.Tx, error) {
	p := parser{chaincode: c.Chaincode}
	t := p.transaction(tx.Proposal.Header, tx.Transaction)
	t.Code = code.String()
	return &t, p.err
}
