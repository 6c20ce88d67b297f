package fabricnet

import (
	"context"
	"fmt"
	"os"
	"sync"
)

// Node is what can be seen of one process.
type Node struct {
	Name    string
	Kind    Kind
	Pid     int // 0 where it does not run
	Address string
	Alive   bool
	Healthy bool
	Height  uint64 // blocks of the channel it has; 0 for a server, and where it cannot be asked
	Memory  uint64 // bytes resident; 0 where it is not known
	Log     string
}

// Status looks at every node.
func (n *Network) Status(ctx context.Context) []Node {
	nodes := n.made.nodes()
	seen := make([]Node, len(nodes))
	var wg sync.WaitGroup
	for i, one := range nodes {
		wg.Go(func() { seen[i] = n.look(ctx, one) })
	}
	wg.Wait()
	return seen
}

func (n *Network) look(ctx context.Context, one node) Node {
	pid := n.process(one.Name).pid()
	seen := Node{Name: one.Name, Kind: one.Kind, Address: listen(one.Port), Pid: pid, Alive: pid != 0, Log: n.log(one.Name)}
	if !seen.Alive {
		return seen
	}
	_, err := get(ctx, one, "/healthz")
	seen.Healthy = err == nil
	seen.Memory = resident(pid)
	if one.Kind != Server {
		seen.Height, _ = n.height(ctx, one)
	}
	return seen
}

// resident is how many bytes of a process are in memory, where the system is one that
// keeps it in a file.
func resident(pid int) uint64 {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var total, pages uint64
	fmt.Sscan(string(b), &total, &pages)
	return pages * uint64(os.Getpagesize())
}

// Channel is the name of the channel.
func (n *Network) Channel() string { return n.made.Channel }
