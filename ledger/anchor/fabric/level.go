package fabric

import (
	"context"
	"slices"
	"time"
)

// committed remembers where the last call was committed.
func (c *Client) committed(r *result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.tx != nil && (c.latest == nil || c.latest.block < r.block) {
		c.latest = r
	}
}

// levelling is how long a call waits at the most for peers that are behind.
const levelling = 500 * time.Millisecond

// level waits until the peers that endorsed the last call have its block, too. The own
// peer's word of the commit comes first, and a peer which is behind would endorse
// something else than the others: all their work would be for nothing.
func (c *Client) level(ctx context.Context) {
	c.mu.Lock()
	last := c.latest
	c.mu.Unlock()
	if last == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, levelling)
	defer cancel()
	for _, n := range c.peers[1:] {
		if slices.Contains(last.tx.Orgs, n.msp) && n.well() {
			c.reaches(ctx, n, last.block)
		}
	}
}

// reaches waits until a peer has a block, or does not answer.
func (c *Client) reaches(ctx context.Context, n *node, block int64) {
	pace := time.NewTicker(5 * time.Millisecond)
	defer pace.Stop()
	for {
		if height, err := c.own.height(ctx, n); err != nil || height > block {
			return
		}
		select {
		case <-pace.C:
		case <-ctx.Done():
			return
		}
	}
}
