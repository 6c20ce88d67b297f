package fabric

import (
	"context"

	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-sdk-go/pkg/client/channel"
	sdkledger "github.com/hyperledger/fabric-sdk-go/pkg/client/ledger"
	sdkcontext "github.com/hyperledger/fabric-sdk-go/pkg/common/providers/context"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/providers/fab"
	"github.com/hyperledger/fabric-sdk-go/pkg/fabsdk"
)

// member is an identity on the channel.
type member struct {
	provider sdkcontext.ChannelProvider
	ledger   *sdkledger.Client
	channel  *channel.Client
}

// begin makes a member that can read the ledger.
func (c *Client) begin(org string) (*member, error) {
	as := []fabsdk.ContextOption{fabsdk.WithUser(c.User)}
	if org != "" {
		as = append(as, fabsdk.WithOrg(org))
	}
	m := &member{provider: c.sdk.ChannelContext(c.Channel, as...)}
	var err error
	m.ledger, err = sdkledger.New(m.provider)
	return m, err
}

// speak lets the member call chaincode. The connections must be open.
func (m *member) speak() (err error) {
	m.channel, err = channel.New(m.provider)
	return err
}

// member gives the identity of an organisation, the own one for "".
func (c *Client) member(org string) (*member, error) {
	if org == "" || org == c.Org {
		return c.own, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if m := c.others[org]; m != nil {
		return m, nil
	}
	m, err := c.begin(org)
	if err == nil {
		err = m.speak()
	}
	if err != nil {
		return nil, err
	}
	c.others[org] = m
	return m, nil
}

// height is how many blocks a peer has.
func (m *member) height(ctx context.Context, n *node) (int64, error) {
	info, err := m.ledger.QueryInfo(sdkledger.WithTargets(n.peer), sdkledger.WithParentContext(ctx))
	if err != nil {
		return 0, err
	}
	return int64(info.BCI.GetHeight()), nil
}

// block reads a block from a peer.
func (m *member) block(ctx context.Context, n *node, number int64) (*common.Block, error) {
	return m.ledger.QueryBlock(uint64(number), sdkledger.WithTargets(n.peer), sdkledger.WithParentContext(ctx))
}

// blockOf reads the block that has a transaction.
func (m *member) blockOf(ctx context.Context, n *node, tx string) (*common.Block, error) {
	return m.ledger.QueryBlockByTxID(fab.TransactionID(tx), sdkledger.WithTargets(n.peer), sdkledger.WithParentContext(ctx))
}

// evaluate has a peer run a function without keeping what it writes.
func (m *member) evaluate(ctx context.Context, n *node, r channel.Request) ([]byte, error) {
	answer, err := m.channel.Query(r, channel.WithTargets(n.peer), channel.WithParentContext(ctx))
	return answer.Payload, err
}
