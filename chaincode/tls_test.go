package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// TestTLS: with a certificate the server speaks to those who speak TLS, and with an
// authority for its peer to that peer alone.
func TestTLS(t *testing.T) {
	server, peer, stranger := issue(t, "server"), issue(t, "peer"), issue(t, "stranger")
	for name, test := range map[string]struct {
		config
		own  *identity
		ok   bool
		with credentials.TransportCredentials
	}{
		"one side":                  {config: config{Certificate: server.cert, Key: server.key}, ok: true},
		"both sides":                {config: config{Certificate: server.cert, Key: server.key, ClientCA: peer.cert}, own: &peer, ok: true},
		"no certificate":            {config: config{Certificate: server.cert, Key: server.key, ClientCA: peer.cert}},
		"another's certificate":     {config: config{Certificate: server.cert, Key: server.key, ClientCA: peer.cert}, own: &stranger},
		"no TLS where there is TLS": {config: config{Certificate: server.cert, Key: server.key}, with: insecure.NewCredentials()},
		"TLS where there is none":   {config: config{}},
	} {
		t.Run(name, func(t *testing.T) {
			if test.with == nil {
				test.with = credentials.NewTLS(client(t, server, test.own))
			}
			if _, err := start(t, test.config).dial(t, test.with); (err == nil) != test.ok {
				t.Errorf("dial: %v", err)
			}
		})
	}
}

func TestTLSFiles(t *testing.T) {
	own := issue(t, "server")
	for name, c := range map[string]config{
		"missing":          {Certificate: "nowhere", Key: own.key},
		"key of another":   {Certificate: own.cert, Key: issue(t, "other").key},
		"missing CA":       {Certificate: own.cert, Key: own.key, ClientCA: "nowhere"},
		"CA that is a key": {Certificate: own.cert, Key: own.key, ClientCA: own.key},
	} {
		if _, err := c.credentials(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// identity are the files of a self-signed certificate.
type identity struct{ cert, key string }

func issue(t *testing.T, name string) identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	as := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	cert, err := x509.CreateCertificate(rand.Reader, as, as, key.Public(), key)
	must(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	dir := t.TempDir()
	id := identity{filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")}
	must(t, os.WriteFile(id.cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), 0o600))
	must(t, os.WriteFile(id.key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	return id
}

func client(t *testing.T, server identity, own *identity) *tls.Config {
	t.Helper()
	b, err := os.ReadFile(server.cert)
	must(t, err)
	c := &tls.Config{RootCAs: x509.NewCertPool()}
	c.RootCAs.AppendCertsFromPEM(b)
	if own != nil {
		pair, err := tls.LoadX509KeyPair(own.cert, own.key)
		must(t, err)
		c.Certificates = []tls.Certificate{pair}
	}
	return c
}
