package fabricnet

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// found makes what a network begins with: everyone's keys, and the channel's first
// block.
func (n *Network) found(ctx context.Context) error {
	spec := filepath.Join(n.conf(), "crypto-config.yaml")
	if err := n.render("crypto-config.yaml", n.view(), spec); err != nil {
		return err
	}
	if _, err := n.tool(ctx, "cryptogen", nil, "generate", "--config", spec, "--output", n.Crypto()); err != nil {
		return err
	}
	if err := n.render("configtx.yaml", n.view(), filepath.Join(n.conf(), "configtx.yaml")); err != nil {
		return err
	}
	_, err := n.tool(ctx, "configtxgen", nil, "-profile", "Mingzhang", "-channelID", n.made.Channel, "-outputBlock", n.genesis())
	return err
}

// join brings orderers and peers into the channel.
func (n *Network) join(ctx context.Context) error {
	if err := each(n.made.of(Orderer), func(o node) error { return n.joinOrderer(ctx, o) }); err != nil {
		return err
	}
	return each(n.made.of(Peer), func(p node) error {
		_, err := n.peer(ctx, p, adminUser, "channel", "join", "-b", n.genesis())
		return err
	})
}

// joinOrderer: an orderer opens its administration last of all, and osnadmin ends with
// success whatever it was answered, so it is the answer that is waited for.
func (n *Network) joinOrderer(ctx context.Context, o node) error {
	admin := n.orderers("users", adminUser+"@"+ordererOrg, "tls")
	return until(ctx, "join "+o.Name+" to the channel", func(ctx context.Context) error {
		answer, err := n.tool(ctx, "osnadmin", nil, "channel", "join",
			"--channelID", n.made.Channel, "--config-block", n.genesis(), "-o", o.AdminAddress(),
			"--ca-file", n.identity(o, "tls", "ca.crt"),
			"--client-cert", filepath.Join(admin, "client.crt"), "--client-key", filepath.Join(admin, "client.key"))
		if err == nil && !strings.Contains(answer, "Status: 201") {
			return final(fmt.Errorf("%s did not join the channel: %s", o.Name, brief(answer)))
		}
		return err
	})
}

// led waits until the orderers have a leader: before, they refuse transactions.
func (n *Network) led(ctx context.Context) error {
	return until(ctx, "wait for the orderers to elect a leader", func(ctx context.Context) error {
		for _, o := range n.made.of(Orderer) {
			if v, err := n.metric(ctx, o, "consensus_etcdraft_is_leader"); err == nil && v == 1 {
				return nil
			}
		}
		return fmt.Errorf("none of %d leads", n.made.Orderers)
	})
}

// level waits until all peers that run have the same height: one that is a block
// behind endorses something else than the others.
func (n *Network) level(ctx context.Context) error {
	return until(ctx, "wait for the peers to be level", func(ctx context.Context) error {
		heights := map[uint64]bool{}
		for _, p := range n.made.of(Peer) {
			h, err := n.height(ctx, p)
			if err != nil {
				return err
			}
			heights[h] = true
		}
		if len(heights) > 1 {
			return fmt.Errorf("heights are %v", heights)
		}
		return nil
	})
}

// endorsable waits until the discovery service of every peer names peers that
// together satisfy the endorsement policy: what fabric-sdk-go asks before it submits.
// It takes a moment after a start, until gossip has told each of the others.
func (n *Network) endorsable(ctx context.Context) error {
	return each(n.made.of(Peer), func(p node) error {
		return untilAt(ctx, 100*time.Millisecond, "wait until "+p.Name+" knows who can endorse", func(ctx context.Context) error {
			_, err := n.tool(ctx, "discover", nil, "--configFile", n.discovery(p), "endorsers",
				"--channel", n.made.Channel, "--chaincode", Chaincode, "--server", p.Address())
			if err != nil && !n.process(p.Name).alive() {
				return final(n.process(p.Name).died())
			}
			return err
		})
	})
}
