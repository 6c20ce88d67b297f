package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// credentials are how the server and its peer know each other. Without TLS anyone who
// reaches the address may pose as the peer: they learn only the rules, which are
// public, but can keep the server busy. Between machines there must be TLS, both ways.
func (c config) credentials() (credentials.TransportCredentials, error) {
	if c.Certificate == "" {
		return insecure.NewCredentials(), nil
	}
	own, err := tls.LoadX509KeyPair(c.Certificate, c.Key)
	if err != nil {
		return nil, fmt.Errorf("read the server's certificate: %w", err)
	}
	t := &tls.Config{Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12}
	if c.ClientCA == "" {
		return credentials.NewTLS(t), nil
	}
	pem, err := os.ReadFile(c.ClientCA)
	if err != nil {
		return nil, fmt.Errorf("read the authority of the peer's certificate: %w", err)
	}
	t.ClientCAs, t.ClientAuth = x509.NewCertPool(), tls.RequireAndVerifyClientCert
	if !t.ClientCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", c.ClientCA)
	}
	return credentials.NewTLS(t), nil
}
