package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"mingzhang/chaincode/network/fabricnet"
)

// options are what flags say.
type options struct {
	fabricnet.Config
	purge bool
}

// parse reads the flags, wherever they stand among the words, and the environment
// where a flag is not given.
func parse(args []string, getenv func(string) string, stderr io.Writer) (o options, words []string, err error) {
	f := flag.NewFlagSet("network", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.Dir, "dir", home(), "folder of the network")
	f.IntVar(&o.Orderers, "orderers", 0, "1 or 3 orderers (new network: 1)")
	f.StringVar(&o.Channel, "channel", "", "name of the channel (new network: mingzhang)")
	f.StringVar(&o.Policy, "policy", "", "who must endorse (new network: platform and regulator)")
	f.DurationVar(&o.BatchTimeout, "batch-timeout", 0, "how long an orderer gathers a block (new network: 50ms)")
	f.IntVar(&o.Port, "port", 0, "first of the network's ports (new network: found, and kept)")
	f.StringVar(&o.Programs, "programs", "", "folder with Fabric's programs (otherwise built once and cached)")
	f.StringVar(&o.Chaincode, "chaincode", "", "the chaincode server's program (otherwise built from this module)")
	f.StringVar(&o.Logging, "logging", "", "Fabric's logging specification (otherwise warnings)")
	f.BoolVar(&o.purge, "purge", false, "down: remove the network's data as well")
	if err := environment(f, getenv); err != nil {
		return o, nil, err
	}
	for {
		if err := f.Parse(args); err != nil {
			return o, nil, err
		}
		if f.NArg() == 0 {
			return o, words, nil
		}
		words, args = append(words, f.Arg(0)), f.Args()[1:]
	}
}

// environment sets each flag for which there is a variable; the command line, read
// after it, has the last word. Purging is for the command line alone.
func environment(f *flag.FlagSet, getenv func(string) string) (err error) {
	f.VisitAll(func(one *flag.Flag) {
		name := "MINGZHANG_FABRIC_" + strings.ToUpper(strings.ReplaceAll(one.Name, "-", "_"))
		if v := getenv(name); v != "" && one.Name != "purge" {
			if e := f.Set(one.Name, v); e != nil {
				err = errors.Join(err, fmt.Errorf("%s: %w", name, e))
			}
		}
	})
	return err
}

// home is where a network lives that was given no folder.
func home() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ".fabric"
	}
	return filepath.Join(dir, "mingzhang", "network")
}
