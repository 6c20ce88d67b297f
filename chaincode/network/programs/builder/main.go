// Command builder is an external builder of a Fabric peer for chaincode that runs as
// a service: there is nothing to build, the peer only has to learn where the server
// listens. Fabric calls three programs; this is all of them, told apart by the name
// it is called by:
//
//	detect  SOURCE METADATA          is this package ours? exit 0 if so
//	build   SOURCE METADATA OUTPUT   keep connection.json
//	release OUTPUT RELEASE           hand it to the peer
//
// It needs no shell, so a peer's image needs none either.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

const connection = "connection.json"

// server is where the peer looks for connection.json in what release leaves.
var server = filepath.Join("chaincode", "server")

func main() {
	if err := run(filepath.Base(os.Args[0]), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(step string, folders []string) error {
	switch {
	case step == "detect" && len(folders) == 2:
		return detect(folders[1])
	case step == "build" && len(folders) == 3:
		return hand(folders[0], folders[2])
	case step == "release" && len(folders) == 2:
		return hand(folders[0], filepath.Join(folders[1], server))
	}
	return fmt.Errorf("builder: called as %q with %d folders; a peer calls detect, build or release", step, len(folders))
}

// detect takes packages of type ccaas, the name Fabric's own builder gave them.
func detect(metadata string) error {
	b, err := os.ReadFile(filepath.Join(metadata, "metadata.json"))
	if err != nil {
		return err
	}
	var m struct{ Type string }
	if err := json.Unmarshal(b, &m); err != nil {
		return fmt.Errorf("metadata.json: %w", err)
	}
	if m.Type != "ccaas" {
		return fmt.Errorf("type is %q, not ccaas", m.Type)
	}
	return nil
}

// hand copies connection.json. A broken one is refused here, at the install, and not
// at the first invocation.
func hand(from, to string) error {
	b, err := os.ReadFile(filepath.Join(from, connection))
	if err != nil {
		return err
	}
	var c struct{ Address string }
	if err := json.Unmarshal(b, &c); err != nil {
		return fmt.Errorf("%s: %w", connection, err)
	}
	if c.Address == "" {
		return fmt.Errorf("%s names no address", connection)
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, connection), b, 0o600)
}
