package fabricnet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
)

// A network's ports lie together, between those of services and those that systems
// hand out to outgoing connections (Linux from 32768, others from 49152), so that
// nobody takes the port of a node that is stopped for a while.
const firstPort, lastPort = 20000, 32000

// register is the list, shared by all networks of this user, of who has which ports:
// a stopped network's ports are free to bind, but not to take.
func register() string { return filepath.Join(cache(), "ports.json") }

// claim finds a block of ports for the network in dir, or takes the one asked for,
// and enters it in the register. An entry holds as long as the network's own memory
// says the same, so keep, which writes that, runs under the register's lock.
func claim(ctx context.Context, dir string, wanted int, keep func(port int) error) error {
	l, err := lock(ctx, register()+".lock")
	if err != nil {
		return err
	}
	defer l.Close()
	taken := owners()
	delete(taken, dir)
	port, err := choose(taken, wanted)
	if err != nil {
		return err
	}
	taken[dir] = port
	b, err := json.MarshalIndent(taken, "", "\t")
	if err != nil {
		return err
	}
	if err := os.WriteFile(register(), b, 0o600); err != nil {
		return err
	}
	return keep(port)
}

// owners reads the register, without networks that are no more. A register that
// cannot be read is begun anew: it saves trouble, nothing depends on it.
func owners() map[string]int {
	taken := map[string]int{}
	if b, err := os.ReadFile(register()); err == nil {
		_ = json.Unmarshal(b, &taken)
	}
	for dir, port := range taken {
		if was, err := folder(dir).recall(); err != nil || was.Port != port {
			delete(taken, dir)
		}
	}
	return taken
}

func choose(taken map[string]int, wanted int) (int, error) {
	if wanted != 0 {
		return wanted, vacantFrom(wanted)
	}
	for port := firstPort; port+portsPerNetwork <= lastPort; port += portsPerNetwork {
		if !overlaps(taken, port) && vacantFrom(port) == nil {
			return port, nil
		}
	}
	return 0, fmt.Errorf("no %d free ports in a row between %d and %d", portsPerNetwork, firstPort, lastPort)
}

func overlaps(taken map[string]int, port int) bool {
	for _, other := range taken {
		if port < other+portsPerNetwork && other < port+portsPerNetwork {
			return true
		}
	}
	return false
}

// vacantFrom binds each port of the block for a moment.
func vacantFrom(port int) (err error) {
	for p := port; p < port+portsPerNetwork; p++ {
		l, e := net.Listen("tcp", listen(p))
		if e == nil {
			e = l.Close()
		}
		err = errors.Join(err, e)
	}
	return err
}
