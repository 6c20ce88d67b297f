// Command chaincode is Mingzhang's chaincode server: the rules of package
// [mingzhang/chaincode/contract] as Hyperledger Fabric's peers call them. It runs as a
// service (ccaas): the server listens, its peer dials it, and no program ever goes
// through a peer or a container engine.
//
//	chaincode --listen 127.0.0.1:7052 --package mingzhang-platform:9c0f…
//
// Every organisation runs its own server beside its own peer; an answer counts because
// several of them, each with its own state, came to the same.
//
// Every flag is also an environment variable: --listen is MINGZHANG_CHAINCODE_LISTEN.
// Only this program may link Fabric's chaincode shim: it and fabric-sdk-go register
// the same protobuf messages, and a program with both panics when it starts.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Getenv, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaincode:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string, stderr io.Writer) error {
	c, err := configure(args, getenv, stderr)
	if err != nil {
		return err
	}
	s, err := newServer(c, slog.New(slog.NewTextHandler(stderr, nil)))
	if err != nil {
		return err
	}
	return s.run(ctx)
}
