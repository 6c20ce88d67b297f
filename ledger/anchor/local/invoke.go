package local

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"time"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
)

// Invoke calls a function of the contract in the name of a member: PlatformMSP or
// RegulatorMSP. The log's origin is put before the arguments. A call that writes is on
// the disk, in a block of its own, when its answer is given.
func (l *Ledger) Invoke(ctx context.Context, msp, function string, args ...string) ([]byte, error) {
	all := make([][]byte, len(args))
	for i, a := range args {
		all[i] = []byte(a)
	}
	answer, _, err := l.call(ctx, l.Now(), msp, function, all...)
	return answer, err
}

// Register registers the log with its verifier key on both sides' behalf, unless it is
// registered already; another key than the registered one takes its place.
func (l *Ledger) Register(ctx context.Context, key string) error {
	head, err := l.Head(ctx)
	known := err == nil
	switch {
	case err != nil && !errors.Is(err, &ledger.Error{Code: "log-unknown"}):
		return err
	case known && head.Key == key:
		return nil
	case known:
		return l.both(ctx, "RotateKey", "ConfirmKey", key)
	}
	return l.both(ctx, "RegisterLog", "ConfirmLog", key, PlatformMSP, RegulatorMSP)
}

// both has the platform propose something and the regulator confirm it.
func (l *Ledger) both(ctx context.Context, propose, confirm string, args ...string) error {
	if _, err := l.Invoke(ctx, PlatformMSP, propose, args...); err != nil {
		return fmt.Errorf("%s on the embedded ledger: %w", propose, err)
	}
	if _, err := l.Invoke(ctx, RegulatorMSP, confirm, args...); err != nil {
		return fmt.Errorf("%s on the embedded ledger: %w", confirm, err)
	}
	return nil
}

// Chain implements anchor.Blocks.
func (*Ledger) Chain() store.Chain { return Reader("").Chain() }

// Head implements anchor.Ledger.
func (l *Ledger) Head(ctx context.Context) (*contract.Head, error) {
	return query[contract.Head](ctx, l, "Head")
}

// Leaf implements anchor.Ledger.
func (l *Ledger) Leaf(ctx context.Context, index int64) (*contract.Leaf, error) {
	return query[contract.Leaf](ctx, l, "Leaf", fmt.Sprint(index))
}

// Exceptions implements anchor.Ledger.
func (l *Ledger) Exceptions(ctx context.Context, from int64) (*contract.Page[contract.Exception], error) {
	return query[contract.Page[contract.Exception]](ctx, l, "Exceptions", fmt.Sprint(from))
}

func query[T any](ctx context.Context, l *Ledger, function string, args ...string) (*T, error) {
	answer, err := l.Invoke(ctx, PlatformMSP, function, args...)
	if err != nil {
		return nil, err
	}
	v := new(T)
	return v, json.Unmarshal(answer, v)
}

// Submit implements anchor.Ledger.
func (l *Ledger) Submit(ctx context.Context, batch []byte) (*anchor.Committed, error) {
	answer, b, err := l.call(ctx, l.Now(), PlatformMSP, "Anchor", batch)
	if err != nil {
		return nil, err
	}
	c := &anchor.Committed{}
	if err := json.Unmarshal(answer, &c.Answer); err != nil || b == nil {
		return c, err
	}
	id := b.id()
	c.Anchor = proof.Anchor{Backend: "local", Block: b.number, Tx: hex.EncodeToString(id[:]), Code: anchor.Valid, Orgs: []string{b.msp}, Time: b.time}
	return c, nil
}

// Blocks implements anchor.Blocks.
func (l *Ledger) Blocks(ctx context.Context, from int64) iter.Seq2[*anchor.Block, error] {
	return Reader(l.dir).Blocks(ctx, from)
}

// call runs the contract over the state, and makes a block of what it writes; of a call
// that writes nothing there is none.
func (l *Ledger) call(ctx context.Context, when time.Time, msp, function string, args ...[]byte) ([]byte, *block, error) {
	id, ok := l.keys.msps[msp]
	if !ok {
		return nil, nil, ledger.Refuse(ledger.Forbidden, "msp-unknown", "", "内置账本没有成员 %q", "the embedded ledger has no member %q", msp)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := errors.Join(l.fault, ctx.Err()); err != nil {
		return nil, nil, err
	}
	b := &block{number: l.next, prev: l.prev, time: l.clock(when), msp: msp, function: function, args: append([][]byte{[]byte(l.Origin)}, args...)}
	tx := b.id()
	over := anchor.Over(l.state)
	answer, err := contract.Invoke(over, contract.Call{MSP: msp, Tx: hex.EncodeToString(tx[:]), Time: b.time}, function, b.args)
	if err != nil || len(over.Writes) == 0 {
		return answer, nil, err
	}
	b.answer, b.writes = answer, over.Digest()
	if b.signature, err = id.Sign(append([]byte(txDomain), tx[:]...)); err != nil {
		return nil, nil, err
	}
	if err := b.seal(l.keys.node); err != nil {
		return nil, nil, err
	}
	return answer, b, l.add(b, over.Writes)
}

// clock never runs back from one block to the next.
func (l *Ledger) clock(when time.Time) time.Time {
	when = when.UTC().Truncate(time.Millisecond)
	if l.last != nil && when.Before(l.last.time) {
		return l.last.time
	}
	return when
}

// add puts a block on the disk, then its writes into the state. A block that fails to
// get there is taken back, so that its outcome is not open; if that fails too, or the
// state cannot follow, nothing more is written until the ledger is opened again.
func (l *Ledger) add(b *block, writes map[string][]byte) error {
	if err := l.write(b); err != nil {
		return fmt.Errorf("write block %d: %w", b.number, err)
	}
	if err := l.state.keep(b, writes); err != nil {
		l.fault = fmt.Errorf("the embedded ledger must be opened again: block %d is written, but not its state: %w", b.number, err)
		return l.fault
	}
	l.follow(b)
	return nil
}

func (l *Ledger) write(b *block) error {
	if l.file == nil || l.size >= segmentBytes {
		if err := l.extend(b.number); err != nil {
			return err
		}
	}
	_, err := l.file.WriteAt(b.bytes, l.size)
	if err == nil {
		err = l.file.Sync()
	}
	if err == nil {
		l.size += int64(len(b.bytes))
		return nil
	}
	if cut := l.cut(); cut != nil {
		l.fault = fmt.Errorf("the embedded ledger must be opened again: %w", errors.Join(err, cut))
	}
	return err
}

// extend begins a new file of blocks.
func (l *Ledger) extend(first int64) error {
	f, err := os.OpenFile(filepath.Join(l.blocks(), segmentName(first)), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := syncDir(l.blocks()); err != nil {
		return errors.Join(err, f.Close())
	}
	if l.file != nil {
		l.file.Close()
	}
	l.file, l.size = f, 0
	return nil
}
