package fabric

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/hyperledger/fabric-protos-go/common"
	"github.com/hyperledger/fabric-protos-go/peer"
	"github.com/hyperledger/fabric-sdk-go/pkg/client/channel"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/errors/retry"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/errors/status"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/providers/fab"
	"google.golang.org/grpc/codes"

	"mingzhang/ledger/anchor"
	"mingzhang/ledger/proof"
)

// Submit implements anchor.Ledger.
func (c *Client) Submit(ctx context.Context, batch []byte) (*anchor.Committed, error) {
	r, err := c.call(ctx, c.own, c.request("Anchor", batch))
	if err != nil {
		return nil, err
	}
	committed := &anchor.Committed{}
	if r.tx != nil {
		committed.Anchor = proof.Anchor{Backend: "fabric", Channel: c.Channel, Block: r.block,
			Tx: r.tx.Tx, Code: r.tx.Code, Orgs: r.tx.Orgs, Time: r.tx.Time.Truncate(time.Millisecond)}
	}
	return committed, json.Unmarshal(r.answer, &committed.Answer)
}

// Invoke calls a function of the contract that writes, in the name of an organisation
// of the profile, the own one for "". The log's origin is put before the arguments. It
// returns when the call is committed; of one that changes nothing, because it was made
// before, no transaction is made. Errors are those of Submit.
func (c *Client) Invoke(ctx context.Context, org, function string, args ...string) ([]byte, error) {
	m, err := c.member(org)
	if err != nil {
		return nil, fmt.Errorf("speak for %s: %w", org, err)
	}
	r, err := c.call(ctx, m, c.request(function, texts(args)...))
	if err != nil {
		return nil, err
	}
	return r.answer, nil
}

// result is what became of a call.
type result struct {
	answer []byte
	block  int64
	tx     *anchor.Tx // nil where nothing had to be committed
}

// call is one call on its way. fabric-sdk-go goes on with it for a moment after time is
// up, so all it finds out is kept under a lock.
type call struct {
	*Client
	member *member

	mu     sync.Mutex
	sent   []string // ids of the transactions that may take effect yet
	last   verdict  // of the endorsers, at the last attempt
	result *result
}

// again is when a call is made once more with a fresh proposal. It may be whenever
// nothing is final, because the contract takes each call once.
var again = retry.Opts{
	Attempts: 10, InitialBackoff: 25 * time.Millisecond, MaxBackoff: time.Second, BackoffFactor: 2,
	RetryableCodes: map[status.Group][]status.Code{
		status.EndorserClientStatus:  {status.ConnectionFailed, status.EndorsementMismatch, status.ChaincodeNameNotFound},
		status.EndorserServerStatus:  {status.Code(common.Status_SERVICE_UNAVAILABLE), status.Code(common.Status_INTERNAL_SERVER_ERROR)},
		status.ChaincodeStatus:       {status.Code(common.Status_INTERNAL_SERVER_ERROR)},
		status.ClientStatus:          {status.NoPeersFound, status.MultipleErrors},
		status.DiscoveryServerStatus: {status.QueryEndorsers},
		status.OrdererClientStatus:   {status.ConnectionFailed},
		status.OrdererServerStatus:   {status.Code(common.Status_SERVICE_UNAVAILABLE), status.Code(common.Status_INTERNAL_SERVER_ERROR)},
		status.GRPCTransportStatus:   {status.Code(codes.Unavailable)},
		status.EventServerStatus: {status.Code(peer.TxValidationCode_MVCC_READ_CONFLICT), status.Code(peer.TxValidationCode_PHANTOM_READ_CONFLICT),
			status.Code(peer.TxValidationCode_ENDORSEMENT_POLICY_FAILURE)},
	},
}

// call carries a call to its commit.
func (c *Client) call(ctx context.Context, m *member, r channel.Request) (*result, error) {
	limited, cancel := c.limited(ctx)
	defer cancel()
	s := &call{Client: c, member: m}
	_, err := m.channel.InvokeHandler(s.handler(), r, channel.WithRetry(again), channel.WithParentContext(limited),
		channel.WithTimeout(fab.Execute, c.Patience))
	return s.outcome(ctx, r.Fcn, err)
}

// outcome says what became of the call, after everything that can be tried was.
func (s *call) outcome(ctx context.Context, function string, err error) (*result, error) {
	s.mu.Lock()
	done, last, sent := s.result, s.last, s.sent
	s.mu.Unlock()
	if len(sent) > 0 && (done == nil || done.tx == nil) {
		if found := s.find(ctx, sent); found != nil {
			return found, nil
		}
	}
	switch {
	case done != nil:
		return done, nil
	case len(sent) > 0:
		return nil, fmt.Errorf("the outcome of %s is open (transaction %s): %v", function, sent[len(sent)-1], err)
	case last.agreed || last.rejected:
		return nil, last.refusal
	}
	return nil, fmt.Errorf("%s was not submitted: %w", function, err)
}
