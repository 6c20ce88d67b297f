package fabricnet

import (
	"context"
	"fmt"
	"os"
)

// The chaincode's lifecycle, as any consortium goes through it: every organisation
// installs a package of its own (its server's address) and approves the definition,
// which is the same for all (name, version, sequence, policy); then one commits it.

// pack writes each organisation's package and remembers its id, which the servers
// have to know when they start.
func (n *Network) pack() error {
	n.packages = map[string]string{}
	for _, s := range n.made.of(Server) {
		id, b, err := pack(s.Org.Name, listen(s.Port))
		if err != nil {
			return err
		}
		if err := os.WriteFile(n.packaged(s.Org), b, 0o600); err != nil {
			return err
		}
		n.packages[s.Org.Name] = id
	}
	return nil
}

func (n *Network) packaged(o org) string { return n.path("package", o.Name+".tar.gz") }

func (n *Network) definition() []string {
	return []string{"--channelID", n.made.Channel, "--name", Chaincode, "--version", "1", "--sequence", "1",
		"--signature-policy", n.made.Policy}
}

// deploy brings the chaincode onto the channel.
func (n *Network) deploy(ctx context.Context) error {
	if err := each(n.made.of(Peer), func(p node) error { return n.approve(ctx, p) }); err != nil {
		return err
	}
	return n.commit(ctx)
}

func (n *Network) approve(ctx context.Context, p node) error {
	if _, err := n.peer(ctx, p, adminUser, "lifecycle", "chaincode", "install", n.packaged(p.Org)); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	args := append([]string{"lifecycle", "chaincode", "approveformyorg", "--package-id", n.packages[p.Org.Name]}, n.definition()...)
	if _, err := n.peer(ctx, p, adminUser, append(args, n.through()...)...); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	return nil
}

// commit waits for the peers to be level, as each must have seen the approvals.
func (n *Network) commit(ctx context.Context) error {
	if err := n.level(ctx); err != nil {
		return err
	}
	peers := n.made.of(Peer)
	args := append([]string{"lifecycle", "chaincode", "commit"}, n.definition()...)
	args = append(append(args, n.through()...), n.at(peers)...)
	_, err := n.peer(ctx, peers[0], adminUser, args...)
	return err
}
