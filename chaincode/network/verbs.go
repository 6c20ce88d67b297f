package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"mingzhang/chaincode/network/fabricnet"
)

// up says each step as it begins, and at the end where the profile is: that line alone
// is on standard output.
func up(ctx context.Context, o options, stdout, stderr io.Writer) error {
	began := time.Now()
	o.Progress = func(step string) {
		fmt.Fprintf(stderr, "%6.1fs  %s\n", time.Since(began).Seconds(), step)
	}
	n, err := fabricnet.Up(ctx, o.Config)
	if err != nil {
		return err
	}
	o.Progress("the channel " + n.Channel() + " is usable; its connection profile:")
	_, err = fmt.Fprintln(stdout, n.Profile())
	return err
}

func down(ctx context.Context, o options) error {
	n, err := fabricnet.Open(o.Dir)
	if err != nil {
		return err
	}
	return n.Down(ctx, o.purge)
}

func one(ctx context.Context, o options, verb, name string) error {
	n, err := fabricnet.Open(o.Dir)
	if err != nil {
		return err
	}
	if verb == "stop" {
		return n.Stop(ctx, name)
	}
	return n.Start(ctx, name)
}

func status(ctx context.Context, o options, stdout io.Writer) error {
	n, err := fabricnet.Open(o.Dir)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tPID\tADDRESS\tSTATE\tHEIGHT\tMEMORY\tLOG")
	for _, node := range n.Status(ctx) {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", node.Name, figure(uint64(node.Pid), ""), node.Address,
			state(node), figure(node.Height, ""), figure(node.Memory>>20, " MiB"), node.Log)
	}
	return table.Flush()
}

func state(n fabricnet.Node) string {
	switch {
	case !n.Alive:
		return "down"
	case !n.Healthy:
		return "unhealthy"
	}
	return "up"
}

// figure shows what is not known, or does not apply, as a dash.
func figure(n uint64, unit string) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n, unit)
}
