package audit

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
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
	signer note.Signer
	edge   proof.Edge
	stated map[int64]tlog.Hash // exceptions that the log itself states; nil before they were looked for
}

// The members of the auditor's own ledger.
const (
	platform  = "platform"
	regulator = "regulator"
)

// trial registers the log.
func (a *audit) trial() (*trial, error) {
	skey, vkey, err := note.GenerateKey(rand.Reader, a.Origin)
	if err != nil {
		return nil, fmt.Errorf("the name of the log: %w", err)
	}
	t := &trial{audit: a}
	if t.signer, err = note.NewSigner(skey); err != nil {
		return nil, err
	}
	if err := t.say(platform, "RegisterLog", vkey, platform, regulator); err != nil {
		return nil, err
	}
	return t, t.say(regulator, "ConfirmLog", vkey, platform, regulator)
}

// say calls a function in the name of a member.
func (t *trial) say(msp, function string, args ...string) error {
	tx := &anchor.Tx{Call: contract.Call{MSP: msp, Time: time.Unix(0, 0)}, Function: function, Args: [][]byte{[]byte(t.Origin)}}
	for _, arg := range args {
		tx.Args = append(tx.Args, []byte(arg))
	}
	return t.call(tx)
}

// Limits of one step.
const (
	stepRecords = 2048
	stepBytes   = 2 << 20
)

// next has the rules judge the next records.
func (t *trial) next() error {
	records, err := t.against.Range(t.ctx, t.size, min(stepRecords, t.end.Size-t.size))
	if err != nil {
		return fmt.Errorf("read the book: %w", err)
	}
	if len(records) == 0 {
		return ofShort(t.end.Size, t.size)
	}
	return t.judge(records[:fitting(records)])
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

// judge anchors records on the auditor's ledger, in parts where there is too much that
// they refer to.
func (t *trial) judge(records [][]byte) error {
	olders, err := anchor.Olders(t.size, records, func(indices []int64) ([][]byte, error) {
		return t.against.RecordsAt(t.ctx, indices)
	})
	if err != nil {
		return fmt.Errorf("the records that those from %d on refer to: %w", t.size, err)
	}
	edge := t.edge.Clone()
	edge.Append(leaves(records))
	cp, err := proof.Sign(proof.Checkpoint{Origin: t.Origin, Size: edge.Size(), Root: edge.Root()}, t.signer)
	if err != nil {
		return err
	}
	data, err := (&contract.Batch{First: t.size, Records: records, Olders: olders, Checkpoint: cp}).Marshal()
	if errors.Is(err, &ledger.Error{Code: "batch-too-large"}) && len(records) > 1 {
		half := len(records) / 2
		if err := t.judge(records[:half]); err != nil {
			return err
		}
		return t.judge(records[half:])
	}
	if err != nil {
		return refuted(err)
	}
	t.edge = *edge
	return t.anchor(string(data))
}

func leaves(records [][]byte) []tlog.Hash {
	all := make([]tlog.Hash, len(records))
	for i, data := range records {
		all[i] = record.Hash(data)
	}
	return all
}

// anchor anchors a batch, with the exceptions that the log states and the batch needs.
func (t *trial) anchor(batch string) error {
	for {
		err := t.say(platform, "Anchor", batch)
		var bad *contract.Refusal
		if err == nil || !errors.As(err, &bad) {
			return err
		}
		leaf, ok, e := t.exception(bad.Index)
		if e != nil || !ok {
			return errors.Join(err, e)
		}
		for _, msp := range []string{platform, regulator} {
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
