// Command network runs a real Hyperledger Fabric network on this machine:
//
//	go run ./chaincode/network up                  make it, or start it on its data
//	go run ./chaincode/network status              what runs, where, how far
//	go run ./chaincode/network stop orderer1       one node: see status for the names
//	go run ./chaincode/network start orderer1
//	go run ./chaincode/network down [--purge]      stop it, and remove its data
//
// Every flag is also an environment variable: --dir is MINGZHANG_FABRIC_DIR. What it
// runs, and why so, is in package fabricnet; how a consortium runs its own is in
// compose/README.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "network:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	o, words, err := parse(args, getenv, stderr)
	if err != nil {
		return err
	}
	verb, names, err := split(words)
	if err != nil {
		return err
	}
	switch verb {
	case "up":
		return up(ctx, o, stdout, stderr)
	case "down":
		return down(ctx, o)
	case "status":
		return status(ctx, o, stdout)
	}
	return one(ctx, o, verb, names[0])
}

// words is how many names follow each verb.
var words = map[string]int{"up": 0, "down": 0, "status": 0, "stop": 1, "start": 1}

func split(all []string) (verb string, names []string, err error) {
	usage := errors.New("say up, down, status, stop NAME or start NAME; -h lists the flags")
	if len(all) == 0 {
		return "", nil, usage
	}
	n, known := words[all[0]]
	if !known || len(all)-1 != n {
		return "", nil, usage
	}
	return all[0], all[1:], nil
}
