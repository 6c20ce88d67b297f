package fabricnet

import (
	"fmt"
	"strings"
)

// Kind is what a node does.
type Kind string

const (
	Orderer Kind = "orderer" // puts transactions in order
	Peer    Kind = "peer"    // endorses them and keeps the ledger
	Server  Kind = "server"  // the chaincode server of a peer
)

// org is one of the three organisations.
type org struct {
	Name   string
	Domain string
	MSP    string // the name under which the channel knows its members
}

const (
	domain       = "mingzhang.test" // a name that can never be on the internet (RFC 6761)
	ordererOrg   = "orderer." + domain
	ordererMSP   = "OrdererMSP"
	localhost    = "127.0.0.1"
	everyoneUser = "User1" // an organisation's ordinary member, as cryptogen names it
	adminUser    = "Admin"
)

var orgs = []org{member("charity"), member("platform"), member("regulator")}

func member(name string) org {
	return org{Name: name, Domain: name + "." + domain, MSP: strings.ToUpper(name[:1]) + name[1:] + "MSP"}
}

// node is one process of the network. Its ports follow from the network's first one.
type node struct {
	Name string
	Kind Kind
	Org  org // of a peer or server
	Host string

	Port   int // where it is reached
	Admin  int // an orderer's channel administration, or the port a peer keeps for chaincode
	Health int // its operations endpoint: health, and metrics
}

// Ports are handed out in threes, to nine nodes at most.
const portsPerNetwork = 27

// nodes lists the network's nodes in the order in which they start: a peer finds its
// orderers and its chaincode there.
func (c choices) nodes() []node {
	var all []node
	for i := range c.Orderers {
		name := fmt.Sprintf("orderer%d", i+1)
		all = append(all, c.node(i, node{Name: name, Kind: Orderer, Host: name + "." + ordererOrg}))
	}
	for i, o := range orgs {
		all = append(all, c.node(6+i, node{Name: "chaincode-" + o.Name, Kind: Server, Org: o}))
	}
	for i, o := range orgs {
		all = append(all, c.node(3+i, node{Name: "peer-" + o.Name, Kind: Peer, Org: o, Host: "peer0." + o.Domain}))
	}
	return all
}

func (c choices) node(place int, n node) node {
	n.Port = c.Port + 3*place
	n.Admin, n.Health = n.Port+1, n.Port+2
	return n
}

func (c choices) of(kind Kind) (some []node) {
	for _, n := range c.nodes() {
		if n.Kind == kind {
			some = append(some, n)
		}
	}
	return some
}

// find looks a node up by the name a person typed.
func (c choices) find(name string) (node, error) {
	var names []string
	for _, n := range c.nodes() {
		if n.Name == name {
			return n, nil
		}
		names = append(names, n.Name)
	}
	return node{}, fmt.Errorf("no node is called %q; there are %s", name, strings.Join(names, ", "))
}

// peer is the peer of an organisation.
func (c choices) peer(organization string) (node, error) {
	for _, n := range c.of(Peer) {
		if n.Org.Name == organization {
			return n, nil
		}
	}
	return node{}, fmt.Errorf("no organisation is called %q; there are charity, platform and regulator", organization)
}

// Address is where others reach the node: by name, since that is what certificates,
// and the addresses in the channel's configuration, are made out to.
func (n node) Address() string { return fmt.Sprintf("localhost:%d", n.Port) }

func (n node) AdminAddress() string { return fmt.Sprintf("localhost:%d", n.Admin) }

func listen(port int) string { return fmt.Sprintf("%s:%d", localhost, port) }
