package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"golang.org/x/mod/sumdb/note"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
)

var packageID = "mingzhang-platform:" + strings.Repeat("0", 64)

// running is a server and how it ended.
type running struct {
	*server
	address string
	stop    context.CancelFunc
	ended   chan error
}

func start(t *testing.T, c config) *running {
	t.Helper()
	c.Package, c.Grace = packageID, time.Hour // whoever waits for its end, hangs
	s, err := newServer(c, slog.New(slog.DiscardHandler))
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	r := &running{s, l.Addr().String(), stop, make(chan error, 1)}
	go func() { r.ended <- s.serve(ctx, l) }()
	t.Cleanup(func() { stop(); s.grpc.Stop() })
	return r
}

// dial connects as a peer does and takes the server's registration.
func (r *running) dial(t *testing.T, with credentials.TransportCredentials) (peer.Chaincode_ConnectClient, error) {
	t.Helper()
	conn, err := grpc.NewClient(r.address, grpc.WithTransportCredentials(with))
	must(t, err)
	t.Cleanup(func() { conn.Close() })
	stream, err := peer.NewChaincodeClient(conn).Connect(t.Context())
	if err != nil {
		return nil, err
	}
	m, err := stream.Recv()
	if err != nil {
		return nil, err
	}
	var id peer.ChaincodeID
	must(t, proto.Unmarshal(m.GetPayload(), &id))
	if m.GetType() != peer.ChaincodeMessage_REGISTER || id.GetName() != packageID {
		t.Fatalf("registered with %v %q", m.GetType(), id.GetName())
	}
	ready := pack(t, &peer.ChaincodeAdditionalParams{UseWriteBatch: true, MaxSizeWriteBatch: 1000, UseGetMultipleKeys: true, MaxSizeGetMultipleKeys: 1000})
	must(t, stream.Send(&peer.ChaincodeMessage{Type: peer.ChaincodeMessage_REGISTERED}))
	must(t, stream.Send(&peer.ChaincodeMessage{Type: peer.ChaincodeMessage_READY, Payload: ready}))
	return stream, nil
}

// transaction is a call as a peer passes it on.
func transaction(t *testing.T, args ...string) *peer.ChaincodeMessage {
	t.Helper()
	s := call(t, "PlatformMSP", args...)
	header := pack(t, &common.Header{
		ChannelHeader:   pack(t, &common.ChannelHeader{Type: int32(common.HeaderType_ENDORSER_TRANSACTION), ChannelId: "mingzhang", TxId: "tx1", Timestamp: s.time}),
		SignatureHeader: pack(t, &common.SignatureHeader{Creator: s.creator, Nonce: []byte("nonce")}),
	})
	proposal := pack(t, &peer.Proposal{Header: header, Payload: pack(t, &peer.ChaincodeProposalPayload{})})
	return &peer.ChaincodeMessage{
		Type: peer.ChaincodeMessage_TRANSACTION, Txid: "tx1", ChannelId: "mingzhang",
		Payload: pack(t, &peer.ChaincodeInput{Args: s.args}), Proposal: &peer.SignedProposal{ProposalBytes: proposal},
	}
}

// TestEndsBetweenCalls: told to end in the middle of a call, the server answers it,
// closes the stream, and ends without an error.
func TestEndsBetweenCalls(t *testing.T) {
	r := start(t, config{})
	stream, err := r.dial(t, insecure.NewCredentials())
	must(t, err)
	must(t, stream.Send(transaction(t, "Head", origin)))
	read := receive(t, stream, peer.ChaincodeMessage_GET_STATE_MULTIPLE)

	r.stop()
	for !r.work.over() { // until it has taken notice
		select {
		case err := <-r.ended:
			t.Fatalf("it ended in the middle of a call: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	if code := health(r); code != http.StatusServiceUnavailable {
		t.Errorf("health while it ends: %d", code)
	}
	nothing := pack(t, &peer.GetStateMultipleResult{Values: make([][]byte, keys(t, read))})
	must(t, stream.Send(&peer.ChaincodeMessage{Type: peer.ChaincodeMessage_RESPONSE, Txid: "tx1", ChannelId: "mingzhang", Payload: nothing}))
	answer := receive(t, stream, peer.ChaincodeMessage_COMPLETED)
	var response peer.Response
	must(t, proto.Unmarshal(answer.GetPayload(), &response))
	if !strings.Contains(response.GetMessage(), `"code"`) {
		t.Errorf("the answer is %v", &response)
	}
	if m, err := stream.Recv(); err == nil {
		t.Errorf("after the end comes %v", m)
	}
	must(t, <-r.ended)
}

// TestCutsOffAfterGrace: a peer that never answers does not keep the server.
func TestCutsOffAfterGrace(t *testing.T) {
	r := start(t, config{})
	r.Grace = 50 * time.Millisecond
	stream, err := r.dial(t, insecure.NewCredentials())
	must(t, err)
	must(t, stream.Send(transaction(t, "Head", origin)))
	receive(t, stream, peer.ChaincodeMessage_GET_STATE_MULTIPLE)
	r.stop()
	must(t, <-r.ended)
}

// TestPeerLeaves: calls of a peer that went away are not waited for.
func TestPeerLeaves(t *testing.T) {
	r := start(t, config{})
	stream, err := r.dial(t, insecure.NewCredentials())
	must(t, err)
	must(t, stream.Send(transaction(t, "Head", origin)))
	receive(t, stream, peer.ChaincodeMessage_GET_STATE_MULTIPLE)
	must(t, stream.CloseSend())
	if _, err := stream.Recv(); err == nil || errors.Is(err, io.EOF) {
		t.Errorf("the stream ends with %v", err)
	}
	r.stop()
	must(t, <-r.ended)
}

func TestHealth(t *testing.T) {
	if code := health(start(t, config{})); code != http.StatusOK {
		t.Errorf("health is %d", code)
	}
}

func health(r *running) int {
	w := httptest.NewRecorder()
	r.pages().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/healthz", nil))
	return w.Code
}

func receive(t *testing.T, stream peer.Chaincode_ConnectClient, want peer.ChaincodeMessage_Type) *peer.ChaincodeMessage {
	t.Helper()
	m, err := stream.Recv()
	must(t, err)
	if m.GetType() != want {
		t.Fatalf("got %v %q, want %v", m.GetType(), m.GetPayload(), want)
	}
	return m
}

// keys is how many keys a read asks for.
func keys(t *testing.T, read *peer.ChaincodeMessage) int {
	t.Helper()
	var g peer.GetStateMultiple
	must(t, proto.Unmarshal(read.GetPayload(), &g))
	return len(g.GetKeys())
}

func pack(t *testing.T, m proto.Message) []byte {
	t.Helper()
	b, err := proto.Marshal(m)
	must(t, err)
	return b
}

// newKey makes a verifier key of the log.
func newKey(t *testing.T) string {
	t.Helper()
	_, vkey, err := note.GenerateKey(rand.Reader, origin)
	must(t, err)
	return vkey
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
