package fabricnet

import "context"

// Start starts a node that does not run, on its data, and waits until it is healthy.
// What it missed it fetches by itself after that.
func (n *Network) Start(ctx context.Context, name string) error {
	return n.change(ctx, name, func(one node) error { return n.start(ctx, one) })
}

// Stop has a node end in order.
func (n *Network) Stop(ctx context.Context, name string) error {
	return n.change(ctx, name, func(one node) error { return n.process(one.Name).stop(ctx) })
}

// Kill ends a node as a crash does, without a chance to write anything.
func (n *Network) Kill(ctx context.Context, name string) error {
	return n.change(ctx, name, func(one node) error { return n.process(one.Name).kill(ctx) })
}

func (n *Network) change(ctx context.Context, name string, do func(node) error) error {
	one, err := n.made.find(name)
	if err != nil {
		return err
	}
	l, err := n.lock(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	return do(one)
}

// run starts all nodes at once: each waits by itself for those it needs.
func (n *Network) run(ctx context.Context) error {
	return each(n.made.nodes(), func(one node) error { return n.start(ctx, one) })
}

// start starts the node unless it runs. One that was found ending, a crash that is not
// quite over, is started when it has ended.
func (n *Network) start(ctx context.Context, one node) error {
	p := n.process(one.Name)
	if p.alive() {
		err := n.healthy(ctx, one)
		if err == nil || p.alive() {
			return err
		}
	}
	program, args := n.command(one)
	if err := p.start(ctx, program, args, n.settings(one), n.path("run")); err != nil {
		return err
	}
	return n.healthy(ctx, one)
}

func (n *Network) command(one node) (program string, args []string) {
	switch one.Kind {
	case Orderer:
		return n.path("bin", "orderer"), nil
	case Peer:
		return n.path("bin", "peer"), []string{"node", "start"}
	}
	return n.server(), nil
}
