package fabricnet

import (
	"context"
	"encoding/json"
	"strings"
)

// Invoke submits a transaction through Fabric's own command line, as the ordinary
// member of an organisation, endorsed by the platform's and the regulator's peer, and
// waits until the organisation's own peer has committed it. It is slow, a tenth of a
// second or more, and its arguments are text: for tests and a look by hand. While
// orderers elect a leader it is refused, and may be tried again.
func (n *Network) Invoke(ctx context.Context, organization, function string, args ...string) error {
	p, call, err := n.call(organization, function, args)
	if err != nil {
		return err
	}
	flags := append([]string{"chaincode", "invoke", "--waitForEvent"}, call...)
	flags = append(append(flags, n.through()...), n.at(n.endorsers())...)
	_, err = n.peer(ctx, p, everyoneUser, flags...)
	return err
}

// endorsers are the peers that the default policy asks for.
func (n *Network) endorsers() (some []node) {
	for _, p := range n.made.of(Peer) {
		if p.Org.Name != "charity" {
			some = append(some, p)
		}
	}
	return some
}

// Query asks the organisation's own peer and gives what the chaincode answered.
func (n *Network) Query(ctx context.Context, organization, function string, args ...string) (string, error) {
	p, call, err := n.call(organization, function, args)
	if err != nil {
		return "", err
	}
	out, err := n.peer(ctx, p, everyoneUser, append([]string{"chaincode", "query"}, call...)...)
	return strings.TrimSuffix(out, "\n"), err
}

func (n *Network) call(organization, function string, args []string) (p node, flags []string, err error) {
	if p, err = n.made.peer(organization); err != nil {
		return p, nil, err
	}
	message, err := json.Marshal(map[string]any{"Function": function, "Args": append([]string{}, args...)})
	return p, []string{"-C", n.made.Channel, "-n", Chaincode, "-c", string(message)}, err
}
