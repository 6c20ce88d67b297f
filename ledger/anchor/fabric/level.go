package fabric

import (
	"context"
	"fmt"
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

// levelling is how long is waited at the most for peers that are behind.
const levelling = 500 * time.Millisecond

// level waits until the peers that endorsed the last call have its block, too. The word
// of its commit comes from one of them, and a peer which is behind would endorse
// something else than the others: all their work would be for nothing.
func (c *Client) level(ctx context.Context) {
	last := c.last()
	if last == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, levelling)
	defer cancel()
	for _, n := range c.peers {
		if slices.Contains(last.tx.Orgs, n.msp) && n.well() {
			_ = c.reaches(ctx, n, last.block) // who is behind is told from the others by what it endorses
		}
	}
}

// knows waits until a peer has the block of the last call: who has committed something,
// in the name of whichever organisation, finds it in every answer from then on.
func (c *Client) knows(ctx context.Context, n *node) error {
	last := c.last()
	if last == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, levelling)
	defer cancel()
	return c.reaches(ctx, n, last.block)
}

func (c *Client) last() *result {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.latest
}

// reaches waits until a peer has a block. That it has not in time, or does not answer,
// is an error.
func (c *Client) reaches(ctx context.Context, n *node, block int64) error {
	pace := time.NewTicker(5 * time.Millisecond)
	defer pace.Stop()
	for n.height.Load() <= block {
		height, err := c.own.height(ctx, n)
		if err != nil {
			return err
		}
		n.height.Store(height)
		if height > block {
			break
		}
		select {
		case <-pace.C:
		case <-ctx.Done():
			return fmt.Errorf("the peer has %d blocks, and is asked of block %d: %w", height, block, ctx.Err())
		}
	}
	return nil
}
