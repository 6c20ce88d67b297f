package fabricnet

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
)

// Up makes the network of the folder, or starts what of it does not run, on its data.
// When it returns, the channel is usable: transactions can be endorsed and submitted.
// What went wrong leaves no process behind that was not there before.
func Up(ctx context.Context, c Config) (*Network, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	programs, err := c.programs(ctx)
	if err != nil {
		return nil, err
	}
	f := folder(c.Dir)
	l, err := f.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	n, fresh, err := c.prepare(ctx, f)
	if err != nil {
		return nil, err
	}
	if c.Tied {
		if n.guardian, err = guard(c.Dir); err != nil {
			return nil, err
		}
	}
	before := n.living()
	if err := n.up(ctx, c, programs, fresh); err != nil {
		return nil, errors.Join(err, n.abandon(before))
	}
	return n, nil
}

func (c Config) programs(ctx context.Context) (string, error) {
	if c.Programs == "" {
		return Programs(ctx, c.Progress)
	}
	dir, err := filepath.Abs(c.Programs)
	if err != nil {
		return "", err
	}
	return dir, complete(dir)
}

// prepare opens the folder's network or lays out a new one. One that was never ready
// holds nothing that anybody could miss, and is begun anew.
func (c Config) prepare(ctx context.Context, f folder) (n *Network, fresh bool, err error) {
	n = &Network{folder: f, logging: or(c.Logging, defaultLogging)}
	was, err := f.recall()
	switch {
	case err == nil && was.Ready:
		n.made, n.packages = was.choices, was.Packages
		return n, false, c.differs(was.choices)
	case err == nil:
		n.made = was.choices
		err = errors.Join(n.halt(ctx), f.removeParts())
	case errors.Is(err, fs.ErrNotExist):
		err = f.vacant()
	}
	if err != nil {
		return nil, false, err
	}
	n.made = c.chosen()
	err = claim(ctx, c.Dir, c.Port, func(port int) error {
		n.made.Port = port
		return f.remember(remembered{choices: n.made})
	})
	return n, true, err
}

func (n *Network) up(ctx context.Context, c Config, programs string, fresh bool) error {
	if err := n.equip(ctx, c, programs); err != nil {
		return err
	}
	if fresh {
		if err := n.begin(ctx, c); err != nil {
			return err
		}
	} else {
		c.progress("start what does not run")
		if err := n.run(ctx); err != nil {
			return err
		}
	}
	c.progress("wait until everyone can endorse")
	if err := errors.Join(n.led(ctx), n.level(ctx), n.endorsable(ctx)); err != nil {
		return err
	}
	return n.remember(remembered{Ready: true, Packages: n.packages, choices: n.made})
}

// equip puts the programs and settings in place.
func (n *Network) equip(ctx context.Context, c Config, programs string) error {
	if err := n.makeParts(); err != nil {
		return err
	}
	c.progress("build the chaincode server")
	return errors.Join(n.link(programs), n.writeSamples(programs), n.writeProfile(), n.writeDiscovery(), n.provide(ctx, c.Chaincode))
}

// begin makes a new network.
func (n *Network) begin(ctx context.Context, c Config) error {
	c.progress("make keys and the channel's first block")
	if err := errors.Join(n.found(ctx), n.pack()); err != nil {
		return err
	}
	c.progress("start %d orderers, %d peers and their chaincode servers", n.made.Orderers, len(orgs))
	if err := n.run(ctx); err != nil {
		return err
	}
	c.progress("join the channel %s", n.made.Channel)
	if err := n.join(ctx); err != nil {
		return err
	}
	if err := n.led(ctx); err != nil {
		return err
	}
	c.progress("install, approve and commit the chaincode")
	return n.deploy(ctx)
}

// living are the nodes that run.
func (n *Network) living() map[string]bool {
	alive := map[string]bool{}
	for _, one := range n.made.nodes() {
		alive[one.Name] = n.process(one.Name).alive()
	}
	return alive
}

// abandon ends what a failed up started, even when its context is over. The logs
// stay, to be read.
func (n *Network) abandon(before map[string]bool) error {
	if n.guardian != nil {
		defer n.guardian.release()
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return each(n.made.nodes(), func(one node) error {
		if before[one.Name] {
			return nil
		}
		return n.process(one.Name).stop(ctx)
	})
}
