package main

import (
	"errors"
	"flag"
	"io"
	"strings"
	"time"
)

// config is how a server runs.
type config struct {
	Listen  string        // where the peer dials
	Package string        // the id that the peer gave the installed package, LABEL:HASH
	Health  string        // where GET /healthz answers; "" for nowhere
	Grace   time.Duration // how long transactions under way may take when the server ends

	Certificate, Key string // TLS files of the server; both or neither
	ClientCA         string // whom the peer's certificate must be from; "" asks for none
}

// configure reads flags, and the environment where a flag is not given.
func configure(args []string, getenv func(string) string, stderr io.Writer) (c config, err error) {
	f := flag.NewFlagSet("chaincode", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&c.Listen, "listen", "127.0.0.1:7052", "address at which the peer dials this server")
	f.StringVar(&c.Package, "package", "", "id of the installed package, as the peer's queryinstalled prints it")
	f.StringVar(&c.Health, "health", "", "address of GET /healthz; empty for none")
	f.DurationVar(&c.Grace, "grace", 10*time.Second, "time for transactions under way when the server ends")
	f.StringVar(&c.Certificate, "tls-certificate", "", "file with the server's certificate (PEM); empty for no TLS")
	f.StringVar(&c.Key, "tls-key", "", "file with the key of the certificate (PEM)")
	f.StringVar(&c.ClientCA, "tls-client-ca", "", "file with the authority of the peer's client certificate (PEM); empty asks for none")
	if err := environment(f, getenv); err != nil {
		return c, err
	}
	if err := f.Parse(args); err != nil {
		return c, err
	}
	return c, c.check(f.Args())
}

// environment sets each flag for which there is a variable; the command line, read
// after it, has the last word.
func environment(f *flag.FlagSet, getenv func(string) string) (err error) {
	f.VisitAll(func(one *flag.Flag) {
		name := "MINGZHANG_CHAINCODE_" + strings.ToUpper(strings.ReplaceAll(one.Name, "-", "_"))
		if v := getenv(name); v != "" {
			if e := f.Set(one.Name, v); e != nil {
				err = errors.Join(err, errors.New(name+": "+e.Error()))
			}
		}
	})
	return err
}

func (c config) check(rest []string) error {
	label, hash, _ := strings.Cut(c.Package, ":")
	switch {
	case len(rest) > 0:
		return errors.New("unknown argument " + rest[0])
	case label == "" || len(hash) != 64:
		return errors.New("--package: the id of the installed package is needed, LABEL:HASH with 64 hex digits; without it the peer refuses this server")
	case (c.Certificate == "") != (c.Key == ""):
		return errors.New("--tls-certificate and --tls-key go together")
	case c.ClientCA != "" && c.Certificate == "":
		return errors.New("--tls-client-ca needs --tls-certificate and --tls-key")
	}
	return nil
}
