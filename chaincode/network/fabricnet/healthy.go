package fabricnet

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
)

// healthy waits until the node says that it is, and can be reached, unless it ends.
// Fabric's nodes answer for their health a moment before they listen.
func (n *Network) healthy(ctx context.Context, one node) error {
	return until(ctx, "wait for "+one.Name, func(ctx context.Context) error {
		_, err := get(ctx, one, "/healthz")
		if err == nil {
			err = n.reach(ctx, one)
		}
		if err != nil && !n.process(one.Name).alive() {
			return final(n.process(one.Name).died())
		}
		return err
	})
}

// reach opens the connections that others will open: with TLS where the node has it,
// so that a certificate that nobody would accept is noticed here.
func (n *Network) reach(ctx context.Context, one node) error {
	if one.Kind == Server {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", listen(one.Port))
		return closed(c, err)
	}
	pem, err := os.ReadFile(n.identity(one, "tls", "ca.crt"))
	if err != nil {
		return final(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return final(fmt.Errorf("%s holds no certificate", n.identity(one, "tls", "ca.crt")))
	}
	dialer := tls.Dialer{Config: &tls.Config{RootCAs: roots, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12}}
	c, err := dialer.DialContext(ctx, "tcp", one.Address())
	return closed(c, err)
}

func closed(c net.Conn, err error) error {
	if err != nil {
		return err
	}
	return c.Close()
}
