package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
)

// server serves one peer. The shim has a server of its own, but that one cannot be
// told to end; this one ends in order, and answers to its health.
type server struct {
	config
	log  *slog.Logger
	grpc *grpc.Server
	work *work
}

// largest is the size of a message that the peer accepts, too.
const largest = 100 << 20

func newServer(c config, log *slog.Logger) (*server, error) {
	credentials, err := c.credentials()
	if err != nil {
		return nil, err
	}
	s := &server{config: c, log: log, work: newWork()}
	s.grpc = grpc.NewServer(
		grpc.Creds(credentials),
		grpc.StreamInterceptor(s.work.intercept),
		grpc.MaxRecvMsgSize(largest), grpc.MaxSendMsgSize(largest),
		grpc.ConnectionTimeout(5*time.Second),
		// A peer whose machine vanished is noticed in a minute and a half; a peer may ask
		// as often as Fabric's own settings have it.
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: time.Minute, Timeout: 20 * time.Second}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Minute, PermitWithoutStream: true}),
	)
	peer.RegisterChaincodeServer(s.grpc, &shim.ChaincodeServer{CCID: c.Package, CC: adapter{log}})
	return s, nil
}

// run serves until the context ends or something fails, then ends in order.
func (s *server) run(ctx context.Context) error {
	listener, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return err
	}
	health, err := s.serveHealth()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer health.Close()
	return s.serve(ctx, listener)
}

func (s *server) serve(ctx context.Context, listener net.Listener) error {
	s.log.Info("serving", "address", listener.Addr().String(), "package", s.Package, "tls", s.Certificate != "")
	failed := make(chan error, 1)
	go func() { failed <- s.grpc.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.end()
	return <-failed
}

// end lets the calls under way be answered, closes the peer's stream in between two
// calls, and only then the connection. After the grace, what is left is cut off: the
// peer answers its client with an error, and nothing was committed by it.
func (s *server) end() {
	s.log.Info("ending", "calls", s.work.calls())
	late := time.AfterFunc(s.Grace, func() {
		s.log.Warn("cutting calls off", "calls", s.work.calls())
		s.grpc.Stop()
	})
	defer late.Stop()
	s.work.end()
	s.grpc.GracefulStop()
}
