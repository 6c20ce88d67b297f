package anchor

import (
	"context"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/store"
)

// Standing is how far the ledger is behind the log.
type Standing struct {
	Backend string
	Upto    int64     // records [0, Upto) are anchored
	Lag     int64     // records of the log that are not
	Seconds int64     // how long the oldest of them waits
	Since   time.Time // when it was recorded; zero for none
	Alarm   string    // why anchoring stopped in this program, in English; "" while it works
}

// Standing says how far the ledger is, whichever program carries the records.
func (l *Loop) Standing(ctx context.Context) (Standing, error) {
	s := Standing{Backend: l.chain.Backend}
	if err := l.Alarm(); err != nil {
		s.Alarm = err.Error()
	}
	var err error
	if s.Upto, err = l.Store.AnchoredUpto(ctx, l.chain); err != nil {
		return s, err
	}
	head, err := l.Store.Head(ctx)
	if err != nil || head.Size <= s.Upto {
		return s, err
	}
	data, err := l.Store.Stored(ctx, s.Upto)
	if err != nil {
		return s, err
	}
	oldest, err := record.Parse(data)
	if err != nil {
		return s, err
	}
	s.Lag, s.Since = head.Size-s.Upto, oldest.Recorded
	s.Seconds = max(0, int64(l.Now().Sub(oldest.Recorded)/time.Second))
	return s, nil
}

// Of gives the anchor of a record, without the block's bytes; nil while it has none.
func (l *Loop) Of(ctx context.Context, index int64) (*proof.Anchor, error) {
	a, err := l.Store.Anchor(ctx, l.chain, index)
	if ledger.KindOf(err) == ledger.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &a.Anchor, nil
}

// Latest gives the last batches that were anchored before a record, 0 for all, the
// latest first.
func (l *Loop) Latest(ctx context.Context, before int64, limit int) ([]store.Anchor, error) {
	return l.Store.Anchors(ctx, l.chain, before, limit)
}

// WithBlock gives the anchor of a record with the bytes of its block, as a receipt may
// carry them; nil while it has none. They are read from the ledger.
func (l *Loop) WithBlock(ctx context.Context, index int64) (*proof.Anchor, error) {
	a, err := l.Of(ctx, index)
	if a == nil || err != nil {
		return nil, err
	}
	for block, err := range l.Ledger.Blocks(ctx, a.Block) {
		if err != nil {
			return nil, err
		}
		a.Bytes = block.Bytes
		return a, nil
	}
	return nil, contradiction("block-missing", "权限账本没有第 %d 号区块", "the ledger does not have block %d", a.Block)
}

// Alarm is why the loop stopped, nil while it works.
func (l *Loop) Alarm() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.alarm
}

// Resume lets a loop that stopped try again, from where the ledger stands.
func (l *Loop) Resume() {
	select {
	case l.resume <- struct{}{}:
	default:
	}
}

// await raises the alarm and waits for Resume.
func (l *Loop) await(ctx context.Context, cause error) {
	l.Log.Error("ANCHORING STOPPED: the ledger and the log contradict each other; nothing is skipped and nothing more is anchored until somebody has looked into it",
		"backend", l.chain.Backend, "channel", l.chain.Channel, "error", cause)
	select {
	case <-l.resume: // said before there was an alarm
	default:
	}
	l.mu.Lock()
	l.alarm = cause
	l.mu.Unlock()
	select {
	case <-l.resume:
		l.displaced = 0
		l.settle()
	case <-ctx.Done():
	}
}

// settle ends an alarm.
func (l *Loop) settle() {
	l.mu.Lock()
	l.alarm = nil
	l.mu.Unlock()
}
