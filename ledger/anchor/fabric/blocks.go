package fabric

import (
	"bytes"
	"context"
	"fmt"
	"iter"

	"github.com/hyperledger/fabric-protos-go/common"

	"mingzhang/ledger/anchor"
)

// Blocks implements anchor.Blocks: all blocks that a peer has when the last of them is
// reached. From the first one on it checks that they follow each other.
func (c *Client) Blocks(ctx context.Context, from int64) iter.Seq2[*anchor.Block, error] {
	return func(yield func(*anchor.Block, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		answers := c.fetch(ctx, from)
		defer func() {
			cancel()
			for answer := range answers {
				<-answer
			}
		}()
		var before []byte // hash of the last header
		for answer := range answers {
			f := <-answer
			err := f.err
			if err == nil {
				err = follows(f.block, from, before)
			}
			var b *anchor.Block
			if err == nil {
				before, from = headerHash(f.block.Header), from+1
				b, err = f.parsed, f.fault
			}
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

// follows refuses a block that is not the one with the number, or does not stand
// behind the one before; nil if that is not known.
func follows(b *common.Block, number int64, before []byte) error {
	h := b.GetHeader()
	if h.GetNumber() != uint64(number) || before != nil && !bytes.Equal(h.GetPreviousHash(), before) {
		return damaged(number, "it does not follow the one before")
	}
	return nil
}

// fetched is a block, or why there is none, and the same taken apart, or what is wrong
// with it.
type fetched struct {
	block  *common.Block
	err    error
	parsed *anchor.Block
	fault  error
}

// ahead is how many blocks are asked for, and taken apart, while the reader is busy with
// an earlier one.
const ahead = 3

// fetch asks for blocks until there are no more. They are in order; each is an answer to
// wait for.
func (c *Client) fetch(ctx context.Context, from int64) <-chan chan fetched {
	out := make(chan chan fetched, ahead)
	go func() {
		defer close(out)
		for number, height := from, int64(0); ; number++ {
			var err error
			if number >= height {
				if height, err = c.Height(ctx); err == nil && number >= height {
					return
				}
			}
			answer := make(chan fetched, 1)
			select {
			case out <- answer:
			case <-ctx.Done():
				return
			}
			if err != nil {
				answer <- fetched{err: fmt.Errorf("how many blocks there are: %w", err)}
				return
			}
			go func() {
				f := c.block(ctx, number)
				if f.err == nil {
					f.parsed, f.fault = parseBlock(f.block, c.Chaincode)
				}
				answer <- f
			}()
		}
	}()
	return out
}

// Height is how many blocks the channel has, as far as the peer knows that answers.
func (c *Client) Height(ctx context.Context) (height int64, err error) {
	ctx, cancel := c.limited(ctx)
	defer cancel()
	err = c.ask(ctx, func(n *node) (err error) {
		height, err = c.own.height(ctx, n)
		return err
	})
	return height, err
}

// block reads a block from a peer that has it.
func (c *Client) block(ctx context.Context, number int64) (f fetched) {
	ctx, cancel := c.limited(ctx)
	defer cancel()
	f.err = c.ask(ctx, func(n *node) (err error) {
		f.block, err = c.own.block(ctx, n, number)
		return err
	})
	if f.err != nil {
		f.err = fmt.Errorf("read block %d: %w", number, f.err)
	}
	return f
}
