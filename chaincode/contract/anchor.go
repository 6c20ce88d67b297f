package contract

import (
	"errors"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
)

// Anchored is the answer of Anchor.
type Anchored struct {
	First    int64     `json:"first"`
	Size     int64     `json:"size"` // of the log behind this batch
	Root     tlog.Hash `json:"root"` // at that size
	Breaches int64     `json:"breaches"`
	Excepted int64     `json:"excepted"` // records that entered by an exception
	Repeated bool      `json:"repeated"` // all this was anchored before; nothing changed
}

// anchoring is one batch on its way into the log.
type anchoring struct {
	*tx
	*Reading
	head   *headRow
	index  int64 // of the record that is being checked
	answer Anchored
}

// anchor checks a batch and makes it the log's end.
func (t *tx) anchor(args arguments) (any, error) {
	if err := t.mayAnchor(); err != nil {
		return nil, err
	}
	batch, err := Unmarshal(args[0])
	if err != nil {
		return nil, err
	}
	answer, _, err := t.extend(&Reading{Batch: batch})
	return answer, err
}

func (t *tx) mayAnchor() error {
	if t.MSP != t.log.V.Platform {
		return notYours("向该日志上链", "anchor to this log", t.log.V.Platform)
	}
	return nil
}

// extend puts a batch in its place.
func (t *tx) extend(batch *Reading) (*Anchored, *Passed, error) {
	head, err := t.heads.get("head")
	if err != nil {
		return nil, nil, err
	}
	size := batch.First + int64(len(batch.Records))
	switch {
	case size <= head.V.Size:
		answer, err := t.replay(batch.Batch, &head.V)
		return answer, nil, err
	case batch.First < head.V.Size:
		return nil, nil, misplaced("batch-overlaps", batch.First, head.V.Size)
	case batch.First > head.V.Size:
		return nil, nil, misplaced("batch-gap", batch.First, head.V.Size)
	}
	checkpoint, err := t.signed(batch.Batch, size)
	if err != nil {
		return nil, nil, err
	}
	a := &anchoring{tx: t, Reading: batch, head: head.change(), answer: Anchored{First: batch.First, Size: size}}
	if err := a.run(checkpoint); err != nil {
		return nil, nil, err
	}
	return &a.answer, &Passed{a.Batch, a.records, a.olders, a.answer.Excepted}, nil
}

// run checks every record in its turn, then the tree they make.
func (a *anchoring) run(checkpoint proof.Checkpoint) error {
	edge, err := a.tiles.edge(a.head)
	if err != nil {
		return err
	}
	a.read()
	if err := a.prefetch(); err != nil {
		return err
	}
	if err := a.checkOlders(); err != nil {
		return err
	}
	for i := range a.records {
		if err := a.take(i); err != nil {
			return err
		}
	}
	a.tiles.fresh = edge.Append(a.leaves)
	if a.answer.Root = edge.Root(); checkpoint.Root != a.answer.Root {
		return rootDiffers(edge.Size())
	}
	a.head.Size, a.head.Root, a.head.Checkpoint = edge.Size(), edge.Root(), string(a.Checkpoint)
	return nil
}

// signed opens a batch's checkpoint: by the log's key, of the size behind the batch.
func (t *tx) signed(b *Batch, size int64) (proof.Checkpoint, error) {
	verifier, err := t.verifier(t.log.V.Key)
	if err != nil {
		return proof.Checkpoint{}, err
	}
	cp, _, err := proof.OpenCheckpoint(b.Checkpoint, t.origin, verifier)
	if err == nil && cp.Size != size {
		err = ledger.Refuse(ledger.Corrupt, "checkpoint-size", "",
			"检查点的大小是 %d，批次之后应为 %d", "the checkpoint is of size %d, but behind the batch the log has %d", cp.Size, size)
	}
	return cp, err
}

// checkOlders holds the older records against the leaves that are stored.
func (a *anchoring) checkOlders() error {
	for i, o := range a.Olders {
		leaf, err := a.tiles.leaf(o.Index)
		if err != nil {
			return err
		}
		if leaf != a.olderLeaves[i] {
			return at(o.Index, ledger.Refuse(ledger.Corrupt, "older-differs", "",
				"随附的第 %d 号记录与已上链的叶哈希不符", "the record supplied as %d is not the one whose leaf is anchored", o.Index))
		}
	}
	return nil
}

// take checks a record by the rules and lets it in, or by an exception.
func (a *anchoring) take(i int) error {
	a.index = a.First + int64(i)
	err := a.judge(a.records[i], a.faults[i])
	if ledger.KindOf(err) != 0 && !errors.Is(err, stateBroken) {
		err = a.excuse(a.records[i], a.leaves[i], err)
	}
	if err != nil {
		return at(a.index, err)
	}
	if r := a.records[i]; r != nil {
		if r.Recorded.After(a.head.Recorded) {
			a.head.Recorded = r.Recorded
		}
		return at(a.index, a.mark(r))
	}
	return nil
}

func misplaced(code string, first, size int64) error {
	return ledger.Refuse(ledger.Conflict, code, "",
		"批次从第 %d 号开始，而日志已上链 %d 条：须首尾相接", "the batch begins at %d, but %d records are anchored: it begins where the last one ended", first, size)
}

func rootDiffers(size int64) error {
	return ledger.Refuse(ledger.Corrupt, "checkpoint-root", "",
		"检查点的根与前 %d 条记录不符", "the root of the checkpoint is not that of the first %d records", size)
}
