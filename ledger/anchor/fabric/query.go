package fabric

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hyperledger/fabric-sdk-go/pkg/client/channel"

	"mingzhang/chaincode/contract"
)

// Head implements anchor.Ledger.
func (c *Client) Head(ctx context.Context) (*contract.Head, error) {
	return decoded[contract.Head](ctx, c, "Head")
}

// Leaf implements anchor.Ledger.
func (c *Client) Leaf(ctx context.Context, index int64) (*contract.Leaf, error) {
	return decoded[contract.Leaf](ctx, c, "Leaf", fmt.Sprint(index))
}

// Exceptions implements anchor.Ledger.
func (c *Client) Exceptions(ctx context.Context, from int64) (*contract.Page[contract.Exception], error) {
	return decoded[contract.Page[contract.Exception]](ctx, c, "Exceptions", fmt.Sprint(from))
}

// Query asks a function of the contract that only reads. The log's origin is put
// before the arguments.
func (c *Client) Query(ctx context.Context, function string, args ...string) (answer []byte, err error) {
	ctx, cancel := c.limited(ctx)
	defer cancel()
	r := c.request(function, texts(args)...)
	err = c.ask(ctx, func(n *node) (err error) {
		if err = c.knows(ctx, n); err != nil {
			return err
		}
		answer, err = c.own.evaluate(ctx, n, r)
		return orRefusal(err)
	})
	if err != nil {
		return nil, fmt.Errorf("ask the ledger for %s: %w", function, err)
	}
	return answer, nil
}

func decoded[T any](ctx context.Context, c *Client, function string, args ...string) (*T, error) {
	answer, err := c.Query(ctx, function, args...)
	if err != nil {
		return nil, err
	}
	v := new(T)
	return v, json.Unmarshal(answer, v)
}

// request is a call of the contract about the log.
func (c *Client) request(function string, args ...[]byte) channel.Request {
	return channel.Request{ChaincodeID: c.Chaincode, Fcn: function, Args: append([][]byte{[]byte(c.Origin)}, args...)}
}

func texts(args []string) [][]byte {
	all := make([][]byte, len(args))
	for i, a := range args {
		all[i] = []byte(a)
	}
	return all
}
