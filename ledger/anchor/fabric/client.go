package fabric

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/hyperledger/fabric-sdk-go/pkg/core/config"
	"github.com/hyperledger/fabric-sdk-go/pkg/fabsdk"

	"mingzhang/ledger/anchor"
	"mingzhang/ledger/store"
)

// Config says which network, as whom, and for which log.
type Config struct {
	Profile   string        // path of the connection profile
	Org       string        // organisation of the profile to speak for; the profile's own if ""
	User      string        // user of the organisation; "User1" if ""
	Channel   string        // "mingzhang" if ""
	Chaincode string        // "mingzhang" if ""
	Origin    string        // of the log that all calls are about
	Patience  time.Duration // how long a call may take whose context ends later or never; a minute if 0
	Log       *slog.Logger  // slog.Default if nil
}

// Client is a member of a channel. It implements anchor.Ledger, and may be used by any
// number of goroutines.
type Client struct {
	Config
	sdk   *fabsdk.FabricSDK
	own   *member
	peers []*node

	mu     sync.Mutex
	others map[string]*member // by organisation
	latest *result            // the last one that was committed
}

var _ anchor.Ledger = (*Client)(nil)

// Open connects to the peers of a channel, one after the other: fabric-sdk-go's cache
// of connections loses some that are opened at once. Peers that are down are passed
// over, as long as one answers.
func Open(ctx context.Context, c Config) (*Client, error) {
	c.defaults()
	sdk, err := fabsdk.New(config.FromFile(c.Profile), fabsdk.WithLoggerPkg(loggers{c.Log}))
	if err != nil {
		return nil, fmt.Errorf("read the connection profile: %w", err)
	}
	l := &Client{Config: c, sdk: sdk, others: map[string]*member{}}
	if err := l.join(ctx); err != nil {
		sdk.Close()
		return nil, fmt.Errorf("join the channel %s: %w", c.Channel, err)
	}
	return l, nil
}

func (c *Config) defaults() {
	for text, otherwise := range map[*string]string{&c.User: "User1", &c.Channel: "mingzhang", &c.Chaincode: "mingzhang"} {
		if *text == "" {
			*text = otherwise
		}
	}
	if c.Patience == 0 {
		c.Patience = time.Minute
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
}

// join makes the own member and meets the peers.
func (c *Client) join(ctx context.Context) error {
	m, err := c.begin(c.Org)
	if err != nil {
		return err
	}
	if c.peers, err = m.nodes(c.Channel); err != nil {
		return err
	}
	if err := c.meet(ctx, m); err != nil {
		return err
	}
	c.own = m
	return m.speak()
}

// meet opens a connection to each peer in turn.
func (c *Client) meet(ctx context.Context, m *member) error {
	var errs []error
	for _, n := range c.peers {
		if _, err := m.height(ctx, n); err != nil {
			n.shun()
			errs = append(errs, fmt.Errorf("%s: %w", n.name, err))
		}
	}
	err := errors.Join(errs...)
	if len(errs) == len(c.peers) {
		return fmt.Errorf("no peer answers: %w", err)
	}
	if err != nil {
		c.Log.Warn("some peers of the channel do not answer", "error", err)
	}
	return nil
}

// Close closes the connections. What fabric-sdk-go still waits for ends with its own
// time limits.
func (c *Client) Close() error {
	c.sdk.Close()
	return nil
}

// Chain implements anchor.Blocks.
func (c *Client) Chain() store.Chain { return store.Chain{Backend: "fabric", Channel: c.Channel} }

// limited bounds a call by the client's patience.
func (c *Client) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, c.Patience)
}
