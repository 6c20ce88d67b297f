package fabric

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/hyperledger/fabric-protos-go/peer"
	"github.com/hyperledger/fabric-sdk-go/pkg/client/channel/invoke"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/errors/status"
	"github.com/hyperledger/fabric-sdk-go/pkg/common/providers/fab"
	"github.com/pkg/errors"
)

// handle makes a function a step of fabric-sdk-go's.
type handle func(*invoke.RequestContext, *invoke.ClientContext)

// Handle implements invoke.Handler.
func (h handle) Handle(rc *invoke.RequestContext, cc *invoke.ClientContext) { h(rc, cc) }

// handler is the steps of one attempt: endorse, compare, check signatures, order, wait.
func (s *call) handler() invoke.Handler {
	endorse := invoke.NewSelectAndEndorseHandler(invoke.NewEndorsementValidationHandler(invoke.NewSignatureValidationHandler(handle(s.order))))
	return handle(func(rc *invoke.RequestContext, cc *invoke.ClientContext) {
		s.level(rc.Ctx)
		observe(endorsing)
		s.forget("")
		endorse.Handle(rc, cc)
		rc.Error = s.weigh(rc.Error, len(rc.Opts.Targets))
	})
}

// weigh ends the call when all endorsers refuse it alike. What only some refuse is tried
// again: a peer may be a block behind.
func (s *call) weigh(err error, asked int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		return nil
	}
	s.last = verdictOf(err, asked)
	switch {
	case s.last.agreed:
		return s.last.refusal
	case s.last.refusal != nil:
		return status.New(status.EndorserClientStatus, status.EndorsementMismatch.ToInt32(), err.Error(), nil)
	}
	return err
}

// order hands an endorsed transaction to the orderers and waits until it is committed.
func (s *call) order(rc *invoke.RequestContext, cc *invoke.ClientContext) {
	observe(ordering)
	if repeated(rc.Response.Payload) {
		s.done(&result{answer: rc.Response.Payload})
		return
	}
	id := string(rc.Response.TransactionID)
	events, news, err := cc.EventService.RegisterTxStatusEvent(id)
	if err == nil {
		defer cc.EventService.Unregister(events)
	}
	tx, err := cc.Transactor.CreateTransaction(fab.TransactionRequest{Proposal: rc.Response.Proposal, ProposalResponses: rc.Response.Responses})
	if err == nil {
		s.send(id)
		_, err = cc.Transactor.SendTransaction(tx)
		observe(sent)
	}
	if err != nil {
		rc.Error = errors.WithMessage(err, "hand the transaction to the orderers")
		return
	}
	rc.Error = s.wait(rc, tx, id, news)
	observe(committed)
}

// repeated says whether the contract answered that nothing changed.
func repeated(answer []byte) bool {
	var a struct {
		Repeated bool `json:"repeated"`
	}
	return json.Unmarshal(answer, &a) == nil && a.Repeated
}

// inquiry is how often a peer is asked for a transaction whose event does not come.
const inquiry = 3 * time.Second

// wait waits for the event of the commit, and asks peers now and then, in case that it
// was lost with the peer that would have sent it.
func (s *call) wait(rc *invoke.RequestContext, tx *fab.Transaction, id string, news <-chan *fab.TxStatusEvent) error {
	pace := time.NewTicker(inquiry)
	defer pace.Stop()
	for {
		select {
		case e := <-news:
			if e != nil && e.TxValidationCode != peer.TxValidationCode_DUPLICATE_TXID {
				return s.settle(e, rc, tx)
			}
			news = nil // closed, or about the same envelope at a second orderer
		case <-pace.C:
		case <-rc.Ctx.Done():
			return status.New(status.ClientStatus, status.Timeout.ToInt32(), "the transaction was not seen in a block", nil)
		}
		if r := s.find(rc.Ctx, []string{id}); r != nil {
			s.done(r)
			return nil
		}
	}
}

// settle takes the word of the own peer that a transaction is in a block.
func (s *call) settle(e *fab.TxStatusEvent, rc *invoke.RequestContext, tx *fab.Transaction) error {
	if e.TxValidationCode != peer.TxValidationCode_VALID {
		s.forget(e.TxID)
		return status.New(status.EventServerStatus, int32(e.TxValidationCode), "the transaction took no effect", nil)
	}
	r := &result{answer: rc.Response.Payload, block: int64(e.BlockNumber)}
	var err error
	r.tx, err = s.ordered(tx, e.TxValidationCode)
	if err == nil {
		s.done(r)
	}
	return err
}

func (s *call) done(r *result) {
	s.mu.Lock()
	s.result = r
	s.mu.Unlock()
	s.Client.committed(r)
}

func (s *call) send(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, id)
}

// forget drops what endorsers said at an earlier attempt, and a transaction that will
// never take effect.
func (s *call) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = verdict{}
	s.sent = slices.DeleteFunc(s.sent, func(other string) bool { return other == id })
}

// The steps of a call that take time, for who measures them.
const (
	endorsing = iota
	ordering
	sent
	committed
)

// observe is told when a step begins. Tests replace it.
var observe = func(step int) {}
