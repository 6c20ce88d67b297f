package witness

import (
	"bytes"
	"errors"
	"sync"

	"mingzhang/ledger/proof"
)

// round is one checkpoint on its way past the witnesses.
type round struct {
	cp      proof.Checkpoint
	own     []byte // the note with the log's signature alone
	late    func([]byte)
	changed chan struct{} // something came since it was last read

	mu        sync.Mutex
	msg       []byte // the note with the signatures so far
	signed    int
	answered  map[*asked]bool
	against   error // witnesses that know another log
	published bool
}

// answer notes what a witness said: its signature line, or why it gave none.
func (r *round) answer(a *asked, line []byte, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answered[a] = true
	if err == nil && line != nil {
		if more, bad := proof.AddSignatures(r.msg, line, a); bad == nil && !bytes.Equal(more, r.msg) {
			r.msg, r.signed = more, r.signed+1
		}
	}
	if contradicts(err) {
		r.against = errors.Join(r.against, err)
	}
	if r.published {
		if line != nil {
			r.late(r.msg)
		}
		return
	}
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// enough says whether there is nothing more to wait for: the quorum has signed, or all
// have answered from whom an answer is to be expected.
func (r *round) enough(quorum int, all []*asked) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.signed >= quorum {
		return true
	}
	for _, a := range all {
		if !r.answered[a] && a.well.Load() {
			return false
		}
	}
	return true
}

// publish gives what there is; what comes after it is late.
func (r *round) publish() ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.published = true
	return r.msg, r.against
}
