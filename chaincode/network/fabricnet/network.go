package fabricnet

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// Network is a network in a folder. Its methods may be used by several goroutines and
// processes at once: what changes it happens one at a time.
type Network struct {
	folder
	made     choices
	packages map[string]string
	logging  string
	guardian *guardian
}

// Open finds the network in a folder, running or not.
func Open(dir string) (*Network, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	was, err := folder(dir).recall()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no network in %s; make one with up", dir)
	}
	return &Network{folder: folder(dir), made: was.choices, packages: was.Packages, logging: defaultLogging}, err
}

// Down stops the network. With purge it removes its folder as well.
func (n *Network) Down(ctx context.Context, purge bool) error {
	l, err := n.lock(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := n.halt(ctx); err != nil {
		return err
	}
	if n.guardian != nil {
		n.guardian.release()
	}
	if purge {
		return n.purge()
	}
	return nil
}

// halt stops all nodes at once.
func (n *Network) halt(ctx context.Context) error {
	return each(n.made.nodes(), func(one node) error { return n.process(one.Name).stop(ctx) })
}
