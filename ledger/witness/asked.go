package witness

import (
	"context"
	"sync/atomic"
	"time"

	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
)

// asked is a witness and what is known of it.
type asked struct {
	Witness
	client *Client
	next   chan *round
	file   book.File   // the last checkpoint that it signed
	size   int64       // of that one; only run touches it
	well   atomic.Bool // it has not failed since it last answered
	last   atomic.Pointer[Last]
}

// recall reads which checkpoint the witness signed last. A file that is not such a
// checkpoint is passed over: the witness itself will say what it knows.
func (a *asked) recall() error {
	msg, err := a.file.Load()
	if err != nil || msg == nil {
		return err
	}
	cp, n, err := proof.OpenCheckpoint(msg, a.client.Origin, a.client.Log, a)
	if err != nil || len(n.Sigs) < 2 {
		a.client.Logger.Warn("what a witness is remembered to have signed cannot be read", "witness", a.Name(), "file", string(a.file), "error", err)
		return nil
	}
	a.size = cp.Size
	a.last.Store(&Last{cp.Size, signedAt(n.Sigs[1])})
	return nil
}

// offer puts a round in the place of one that still waits.
func (a *asked) offer(r *round) {
	for {
		select {
		case a.next <- r:
			return
		default:
		}
		select {
		case <-a.next:
		default:
		}
	}
}

// run asks for one checkpoint after the other. After a failure it asks again, for the
// latest there is by then.
func (a *asked) run(ctx context.Context) {
	for {
		var r *round
		select {
		case r = <-a.next:
		case <-ctx.Done():
			return
		}
		for wait := a.client.Pause; !a.settle(ctx, r); wait = min(2*wait, time.Minute) {
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				return
			}
			select {
			case r = <-a.next:
			default:
			}
		}
	}
}

// settle asks for one checkpoint, and says whether there is no need to ask again.
func (a *asked) settle(ctx context.Context, r *round) bool {
	line, err := a.ask(ctx, r)
	if ctx.Err() != nil {
		return true
	}
	log := a.client.Logger
	switch {
	case contradicts(err):
		log.Error("A WITNESS CONTRADICTS THE LOG: it has seen records that this database does not have", "witness", a.Name(), "size", r.cp.Size, "error", err)
	case err != nil:
		log.Warn("a witness did not cosign", "witness", a.Name(), "size", r.cp.Size, "error", err)
	}
	a.well.Store(err == nil)
	r.answer(a, line, err)
	return err == nil
}
