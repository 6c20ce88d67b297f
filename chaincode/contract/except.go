package contract

import (
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
)

// Exception is what platform and regulator said about a record that is refused. It is in
// force while both say the same.
type Exception struct {
	Index     int64 `json:"index"`
	Platform  *Word `json:"platform,omitempty"`
	Regulator *Word `json:"regulator,omitempty"`
	Used      bool  `json:"used"` // the record entered the tree by it
}

// Word is one side's latest word.
type Word struct {
	Leaf   tlog.Hash `json:"leaf"`
	Reason string    `json:"reason"`
	Tx     string    `json:"tx"`
	Time   time.Time `json:"time"`
}

// Agreed is the answer of Except.
type Agreed struct {
	Exception
	Agreed   bool `json:"agreed"` // false: the other side has yet to say the same
	Repeated bool `json:"repeated"`
}

func (w *Word) same(o *Word) bool {
	return w != nil && o != nil && w.Leaf == o.Leaf && w.Reason == o.Reason
}

// InForce says whether both say the same.
func (e *Exception) InForce() bool { return e.Platform.same(e.Regulator) }

// except takes the word of one side about the record at an index that is not anchored.
func (t *tx) except(args arguments) (any, error) {
	if t.MSP != t.log.V.Platform && t.MSP != t.log.V.Regulator {
		return nil, notYours("提出例外", "propose an exception", t.log.V.Platform+" / "+t.log.V.Regulator)
	}
	index, word, err := t.word(args)
	if err != nil {
		return nil, err
	}
	row, err := t.exceptions.get(index)
	if err != nil {
		return nil, err
	}
	mine := &row.V.Regulator
	if t.MSP == t.log.V.Platform {
		mine = &row.V.Platform
	}
	if word.same(*mine) {
		return &Agreed{row.V, row.V.InForce(), true}, nil
	}
	if err := t.stillOpen(index); err != nil {
		return nil, err
	}
	if !row.there {
		if err := t.enlist(index); err != nil {
			return nil, err
		}
	}
	row.change().Index = index
	*mine = word
	return &Agreed{row.V, row.V.InForce(), false}, nil
}

func (t *tx) word(args arguments) (int64, *Word, error) {
	index, err := args.number(0, "index", 0)
	if err != nil {
		return 0, nil, err
	}
	hash, err := args.text(1, "leaf")
	if err != nil {
		return 0, nil, err
	}
	leaf, err := tlog.ParseHash(hash)
	if err != nil || leaf.String() != hash {
		return 0, nil, ledger.Refuse(ledger.Invalid, "digest-form", "leaf", "叶哈希不是 32 字节的 base64", "the leaf hash is not 32 bytes in base64")
	}
	reason, err := reasonOf(args)
	return index, &Word{leaf, reason, t.Tx, t.Time}, err
}

// stillOpen refuses an exception for what is anchored already.
func (t *tx) stillOpen(index int64) error {
	head, err := t.heads.get("head")
	if err == nil && index < head.V.Size {
		err = ledger.Refuse(ledger.Conflict, "already-anchored", "index", "第 %d 号记录已上链", "record %d is anchored already", index)
	}
	return err
}

// enlist puts a new exception into the list that Exceptions pages through.
func (t *tx) enlist(index int64) error {
	count, err := t.exceptCounts.get("exceptions")
	if err != nil {
		return err
	}
	place, err := t.excepted.get(count.V)
	if err == nil {
		*place.change() = index
		*count.change()++
	}
	return err
}
