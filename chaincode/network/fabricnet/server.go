package fabricnet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// provide puts the chaincode server's program into the network's folder: the one that
// is given, or what this module's source says now. Running servers keep theirs: they
// agree with each other, and a program is renewed when all of them are down.
func (n *Network) provide(ctx context.Context, given string) error {
	for _, server := range n.made.of(Server) {
		if n.process(server.Name).alive() {
			return nil
		}
	}
	if given != "" {
		return install(given, n.server())
	}
	return buildServer(ctx, n.server())
}

// buildServer builds in a place that all networks share, since Go links again only
// what changed, and copies from there.
func buildServer(ctx context.Context, to string) error {
	shared := filepath.Join(cache(), "server")
	l, err := lockPatiently(ctx, shared+".lock")
	if err != nil {
		return err
	}
	defer l.Close()
	if _, err := goCommand(ctx, "", "build", "-o", shared, "mingzhang/chaincode"); err != nil {
		return fmt.Errorf("build the chaincode server: %w", err)
	}
	return install(shared, to)
}

// install copies a program, whole or not at all.
func install(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	return os.Rename(to+".new", to)
}
