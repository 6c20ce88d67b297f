package fabric

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hyperledger/fabric-sdk-go/pkg/common/providers/fab"

	"mingzhang/ledger"
)

// node is a peer of the channel.
type node struct {
	msp, name string
	peer      fab.Peer
	shunned   atomic.Int64 // until when it is asked last, in Unix milliseconds
	height    atomic.Int64 // blocks that it had when last asked
}

// shunning is for how long a peer that did not answer is asked last. To find that one
// is down takes fabric-sdk-go three seconds.
const shunning = 5 * time.Second

func (n *node) shun() { n.shunned.Store(time.Now().Add(shunning).UnixMilli()) }

func (n *node) well() bool { return n.shunned.Load() < time.Now().UnixMilli() }

// nodes lists the channel's peers as the profile has them: those of the member's own
// organisation first, then by name.
func (m *member) nodes(channel string) ([]*node, error) {
	c, err := m.provider()
	if err != nil {
		return nil, err
	}
	var all []*node
	for _, p := range c.EndpointConfig().ChannelPeers(channel) {
		peer, err := c.InfraProvider().CreatePeerFromConfig(&p.NetworkPeer)
		if err != nil {
			return nil, err
		}
		all = append(all, &node{msp: p.MSPID, name: p.URL, peer: peer})
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("the profile has no peers of the channel")
	}
	own := c.Identifier().MSPID
	slices.SortFunc(all, func(a, b *node) int {
		return cmp.Or(foreign(a, own)-foreign(b, own), cmp.Compare(a.msp, b.msp), cmp.Compare(a.name, b.name))
	})
	return all, nil
}

// foreign is 0 for a peer of the MSP and 1 for any other.
func foreign(n *node, msp string) int {
	if n.msp == msp {
		return 0
	}
	return 1
}

// ask asks peers in turn until one answers. A refusal is an answer.
func (c *Client) ask(ctx context.Context, do func(*node) error) error {
	var errs []error
	for _, n := range c.inTurn() {
		err := do(n)
		if err == nil || ledger.KindOf(err) != 0 {
			return err
		}
		errs = append(errs, fmt.Errorf("%s: %w", n.name, err))
		if ctx.Err() != nil {
			break
		}
		n.shun()
	}
	return errors.Join(errs...)
}

// inTurn is the peers in the order in which they are asked.
func (c *Client) inTurn() []*node {
	var well, rest []*node
	for _, n := range c.peers {
		if n.well() {
			well = append(well, n)
		} else {
			rest = append(rest, n)
		}
	}
	return append(well, rest...)
}
