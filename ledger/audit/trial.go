package audit

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// trial is a ledger of the auditor's own. He plays both its members, and registers the
// log with a key that he makes for the purpose and signs checkpoints with.
type trial struct {
	*audit
	platform, regulator string // its members
	signer              note.Signer
	edge                proof.Edge
	stated              map[int64]tlog.Hash // exceptions that the log itself states; nil before they were looked for
	asking              sync.Mutex          // held by who reads what records refer to
}

// trial registers the log.
func (a *audit) trial() (*trial, error) {
	t, key, err := a.playing("platform", "regulator")
	if err != nil {
		return nil, err
	}
	if err := t.say(t.platform, "RegisterLog", key, t.platform, t.regulator); err != nil {
		return nil, err
	}
	return t, t.say(t.regulator, "ConfirmLog", key, t.platform, t.regulator)
}

// playing makes the key.
func (a *audit) playing(platform, regulator string) (t *trial, key string, err error) {
	skey, key, err := note.GenerateKey(rand.Reader, a.Origin)
	if err != nil {
		return nil, "", fmt.Errorf("the name of the log: %w", err)
	}
	t = &trial{audit: a, platform: platform, regulator: regulator}
	t.signer, err = note.NewSigner(skey)
	return t, key, err
}

// say calls a function in the name of a member.
func (t *trial) say(msp, function string, args ...string) error {
	tx := t.tx(msp, function)
	for _, arg := range args {
		tx.Args = append(tx.Args, []byte(arg))
	}
	return t.call(tx, nil)
}

func (t *trial) tx(msp, function string) *anchor.Tx {
	return &anchor.Tx{Call: contract.Call{MSP: msp, Time: time.Unix(0, 0)}, Function: function, Args: [][]byte{[]byte(t.Origin)}}
}

// Limits of one step: so many records are asked for at once, whole bundles of a server, and
// so many bytes of them judged.
const (
	stepRecords = 16 * proof.TileWidth
	stepBytes   = 2 << 20
)

// step is consecutive records of the book.
type step struct {
	first   int64
	records [][]byte
}

// steps reads the book from the first record that did not pass to its end.
func (t *trial) steps(ctx context.Context) iter.Seq2[step, error] {
	return func(yield func(step, error) bool) {
		for at := t.size; at < t.end.Size; {
			records, err := t.against.Range(ctx, at, min(stepRecords, t.end.Size-at))
			switch {
			case err != nil:
				err = fmt.Errorf("read the book: %w", err)
			case len(records) == 0:
				err = ofShort(t.end.Size, at)
			}
			if err != nil {
				yield(step{}, err)
				return
			}
			for len(records) > 0 {
				n := fitting(records)
				if !yield(step{at, records[:n]}, nil) {
					return
				}
				records, at = records[n:], at+int64(n)
			}
		}
	}
}

// rest judges what a database has at a moment beyond what passed before: a running book
// goes on meanwhile.
func (t *trial) rest() (err error) {
	if !t.moment {
		return nil
	}
	if t.end, err = t.against.End(t.ctx); err != nil {
		return fmt.Errorf("where the book ends: %w", err)
	}
	t.stated = nil // it may state more
	return t.toEnd()
}

// toEnd judges what the book has from the first record on that did not pass.
func (t *trial) toEnd() error {
	for s, err := range t.steps(t.ctx) {
		if err != nil {
			return err
		}
		batch, err := t.read(t.ctx, s)
		if err == nil {
			err = t.judge(batch)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fitting is how many of the records one step takes, at least one.
func fitting(records [][]byte) int {
	sum := 0
	for i, r := range records {
		if sum += len(r); sum > stepBytes {
			return max(i, 1)
		}
	}
	return len(records)
}

// read reads the records of a step, and those that they refer to.
func (t *trial) read(ctx context.Context, s step) (*readBatch, error) {
	r := contract.Read(&contract.Batch{First: s.first, Records: s.records})
	olders, err := t.olders(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("the records that those from %d on refer to: %w", s.first, err)
	}
	r.Supply(olders)
	_, err = r.Marshal()
	return &readBatch{Reading: r, fault: err}, nil
}

// judge anchors a batch on the auditor's ledger, in parts where there is too much that
// its records refer to for any ledger to take.
func (t *trial) judge(b *readBatch) error {
	if errors.Is(b.fault, &ledger.Error{Code: "batch-too-large"}) && len(b.Records) > 1 {
		return t.divide(b)
	}
	if b.fault != nil {
		return refuted(b.fault)
	}
	t.edge.Append(b.Leaves())
	var err error
	b.Checkpoint, err = proof.Sign(proof.Checkpoint{Origin: t.Origin, Size: t.edge.Size(), Root: t.edge.Root()}, t.signer)
	if err != nil {
		return err
	}
	return t.anchor(b)
}

// divide judges the halves of a batch.
func (t *trial) divide(b *readBatch) error {
	half := len(b.Records) / 2
	for _, s := range []step{{b.First, b.Records[:half]}, {b.First + int64(half), b.Records[half:]}} {
		part, err := t.read(t.ctx, s)
		if err == nil {
			err = t.judge(part)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// anchor anchors a batch, with the exceptions that the log states and the batch needs.
func (t *trial) anchor(b *readBatch) error {
	for {
		err := t.call(t.tx(t.platform, "Anchor"), b)
		var bad *contract.Refusal
		if err == nil || !errors.As(err, &bad) {
			return err
		}
		leaf, ok, e := t.exception(bad.Index)
		if e != nil || !ok {
			return errors.Join(err, e)
		}
		for _, msp := range []string{t.platform, t.regulator} {
			if err := t.say(msp, "Except", fmt.Sprint(bad.Index), leaf.String(), "the log states it"); err != nil {
				return err
			}
		}
		delete(t.stated, bad.Index) // the rules refuse it with the exception as well: the leaf is another
	}
}

// exception gives the leaf of a record that the log says was let in by platform and
// regulator together.
func (t *trial) exception(index int64) (leaf tlog.Hash, ok bool, err error) {
	if t.stated == nil {
		t.stated, err = t.exceptions()
	}
	leaf, ok = t.stated[index]
	return leaf, ok, err
}

// exceptions reads the rest of the log for them.
func (t *trial) exceptions() (map[int64]tlog.Hash, error) {
	found := map[int64]tlog.Hash{}
	for at := t.size; at < t.end.Size; {
		records, err := t.against.Range(t.ctx, at, min(stepRecords, t.end.Size-at))
		if err != nil || len(records) == 0 {
			return found, err
		}
		for _, data := range records {
			if !bytes.Contains(data, []byte(`"type":"exception"`)) {
				continue
			}
			if r, err := record.Parse(data); err == nil {
				if e, ok := r.What.(*ledger.Exception); ok {
					found[e.Of] = e.Leaf
				}
			}
		}
		at += int64(len(records))
	}
	return found, nil
}
