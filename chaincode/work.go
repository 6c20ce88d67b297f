package main

import (
	"io"
	"sync"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
)

// work counts the calls that a peer sent and that are not answered, by watching its
// stream. The stream is open as long as the peer lives, so waiting for its end, as
// gRPC does, would never end; work ends it when nothing is under way.
type work struct {
	mu     sync.Mutex
	open   int
	ending bool
	idle   chan struct{} // closed when the server ends and nothing is under way
}

func newWork() *work { return &work{idle: make(chan struct{})} }

// calls is how many are under way.
func (w *work) calls() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.open
}

// end has the streams close at the next moment when nothing is under way.
func (w *work) end() {
	w.mu.Lock()
	w.ending = true
	w.mu.Unlock()
	w.add(0)
}

// over says whether the server is about to end.
func (w *work) over() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ending
}

func (w *work) add(calls int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open += calls
	if w.open > 0 || !w.ending {
		return
	}
	select {
	case <-w.idle:
	default:
		close(w.idle)
	}
}

// intercept watches one stream from its beginning to its end, and forgets the calls
// that nobody waits for any more.
func (w *work) intercept(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	s := &watched{ServerStream: stream, work: w}
	defer func() { w.add(-s.left()) }()
	return handle(srv, s)
}

// watched is a stream whose messages are counted. A call comes in as INIT or
// TRANSACTION and is answered with COMPLETED or ERROR; in between the same stream
// carries what the contract reads and writes.
type watched struct {
	grpc.ServerStream
	work *work

	mu   sync.Mutex
	open int
}

func (s *watched) left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open
}

func (s *watched) count(calls int) {
	s.mu.Lock()
	s.open += calls
	s.mu.Unlock()
	s.work.add(calls)
}

// RecvMsg gives the peer's next message, or the end of the stream when the server ends.
func (s *watched) RecvMsg(m any) error {
	got := make(chan error, 1)
	go func() { got <- s.ServerStream.RecvMsg(m) }()
	select {
	case err := <-got:
		if err == nil && is(m, peer.ChaincodeMessage_INIT, peer.ChaincodeMessage_TRANSACTION) {
			s.count(1)
		}
		return err
	case <-s.work.idle:
		return io.EOF
	}
}

func (s *watched) SendMsg(m any) error {
	err := s.ServerStream.SendMsg(m)
	if is(m, peer.ChaincodeMessage_COMPLETED, peer.ChaincodeMessage_ERROR) {
		s.count(-1)
	}
	return err
}

func is(m any, types ...peer.ChaincodeMessage_Type) bool {
	c, ok := m.(*peer.ChaincodeMessage)
	for _, t := range types {
		if ok && c.GetType() == t {
			return true
		}
	}
	return false
}
