package fabricnet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// tool runs one of Fabric's programs to its end and gives what it printed. An error
// carries what the program said about it.
func (n *Network) tool(ctx context.Context, name string, env []string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, n.path("bin", name), args...)
	c.Dir = n.path("run")
	c.Env = append(clean(), "FABRIC_CFG_PATH="+n.conf(), "FABRIC_LOGGING_SPEC=error")
	c.Env = append(c.Env, env...)
	var out, problem bytes.Buffer
	c.Stdout, c.Stderr = &out, &problem
	if err := c.Run(); err != nil {
		said := strings.TrimSpace(problem.String() + "\n" + out.String())
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args[:min(3, len(args))], " "), err, brief(said))
	}
	return out.String(), nil
}

// brief keeps the end of a long text, where programs say what went wrong.
func brief(s string) string {
	if len(s) > 2000 {
		s = "…" + strings.ToValidUTF8(s[len(s)-2000:], "")
	}
	return s
}

// peer runs the peer program as a client: one user of the peer's organisation, asking
// that peer.
func (n *Network) peer(ctx context.Context, p node, user string, args ...string) (string, error) {
	return n.tool(ctx, "peer", []string{
		"CORE_PEER_ADDRESS=" + p.Address(),
		"CORE_PEER_LOCALMSPID=" + p.Org.MSP,
		"CORE_PEER_MSPCONFIGPATH=" + n.user(p.Org, user, "msp"),
		"CORE_PEER_TLS_ENABLED=true",
		"CORE_PEER_TLS_ROOTCERT_FILE=" + n.identity(p, "tls", "ca.crt"),
	}, args...)
}

// through names an orderer that runs, for the peer program to submit to.
func (n *Network) through() []string {
	o := n.made.of(Orderer)[0]
	for _, other := range n.made.of(Orderer) {
		if n.process(other.Name).alive() {
			o = other
			break
		}
	}
	return []string{"--orderer", o.Address(), "--tls", "--cafile", n.identity(o, "tls", "ca.crt")}
}

// at names the peers that shall endorse.
func (n *Network) at(peers []node) (args []string) {
	for _, p := range peers {
		args = append(args, "--peerAddresses", p.Address(), "--tlsRootCertFiles", n.identity(p, "tls", "ca.crt"))
	}
	return args
}

// link makes Fabric's programs reachable from the folder, so that a start needs no
// other knowledge and a person finds the peer program there.
func (n *Network) link(programs string) error {
	for _, name := range append([]string{"ccaas"}, tools...) {
		if err := relink(filepath.Join(programs, name), n.path("bin", name)); err != nil {
			return err
		}
	}
	return nil
}

// relink makes a symbolic link, in place of an older one.
func relink(to, at string) error {
	if err := os.Remove(at); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Symlink(to, at)
}
