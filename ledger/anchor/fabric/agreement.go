package fabric

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-protos-go/common"

	"mingzhang/ledger"
)

// Opinion is what one organisation's peer holds of a block.
type Opinion struct {
	MSP, Peer string
	Block     string // hash of the block's header, in hex
	Codes     string // validation codes of its transactions, a byte for each, in hex
	Commit    string // hash of all that the peer committed up to it, in hex: those codes, and what was written
	Err       error  // why the peer could not say
}

// Agreement compares what the peers of all organisations hold of a block. Both hashes
// cover everything before it, too, so the last block stands for all. Peers that
// differ are an error of the kind ledger.Corrupt; one that could not be asked is not,
// and who relies on the answer counts the opinions.
func (c *Client) Agreement(ctx context.Context, number int64) ([]Opinion, error) {
	ctx, cancel := c.limited(ctx)
	defer cancel()
	var all []Opinion
	for _, n := range c.peers {
		all = append(all, c.opinion(ctx, n, number))
	}
	return all, compare(all, number)
}

func (c *Client) opinion(ctx context.Context, n *node, number int64) Opinion {
	o := Opinion{MSP: n.msp, Peer: n.name}
	b, err := c.own.block(ctx, n, number)
	if err == nil {
		err = follows(b, number, nil)
	}
	if err == nil && !bytes.Equal(b.GetHeader().GetDataHash(), dataHash(b.GetData().GetData())) {
		err = damaged(number, "its transactions are not those of its header")
	}
	if o.Err = err; err != nil {
		return o
	}
	o.Block, o.Commit = hex.EncodeToString(headerHash(b.Header)), hex.EncodeToString(commitHash(b))
	o.Codes = hex.EncodeToString(metadata(b, common.BlockMetadataIndex_TRANSACTIONS_FILTER))
	if o.Commit == "" && number > 0 {
		o.Err = errors.New("the peer keeps no commit hash")
	}
	return o
}

// compare holds each opinion against the first.
func compare(all []Opinion, number int64) error {
	var first *Opinion
	var errs []error
	for i := range all {
		o := &all[i]
		switch {
		case ledger.KindOf(o.Err) == ledger.Corrupt:
			return fmt.Errorf("%s: %w", o.Peer, o.Err)
		case o.Err != nil:
			errs = append(errs, fmt.Errorf("%s: %w", o.Peer, o.Err))
		case first == nil:
			first = o
		case o.Block != first.Block || o.Codes != first.Codes || o.Commit != first.Commit:
			return ledger.Refuse(ledger.Corrupt, "peers-differ", "", "%[1]s 与 %[2]s 的节点对第 %[3]d 号区块的内容或效力认定不同",
				"the peers of %[1]s and %[2]s hold different things of block %[3]d", first.MSP, o.MSP, number)
		}
	}
	if first == nil {
		return fmt.Errorf("no peer says what block %d is: %w", number, errors.Join(errs...))
	}
	return nil
}
