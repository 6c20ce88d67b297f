package contract

import (
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
)

// Head is the answer of Head: how the log stands on this ledger.
type Head struct {
	Origin     string     `json:"origin"`
	Size       int64      `json:"size"`
	Root       tlog.Hash  `json:"root"`
	Recorded   *time.Time `json:"recorded,omitempty"` // of the last record
	Checkpoint string     `json:"checkpoint"`         // the signed note, "" of an empty log
	Key        string     `json:"key"`
	Proposed   string     `json:"proposed_key,omitempty"`
	Platform   string     `json:"platform"`
	Regulator  string     `json:"regulator"`
	Rules      int64      `json:"rules"`      // that the log was registered for
	Accepts    int64      `json:"accepts"`    // the latest rules that this contract knows
	Orders     int64      `json:"orders"`     // of the regulator, in all
	Waiting    int64      `json:"waiting"`    // orders without a record
	Breaches   int64      `json:"breaches"`   // marks, in all
	Exceptions int64      `json:"exceptions"` // proposed or agreed, in all
	Excepted   int64      `json:"excepted"`   // records that entered by one
	Unchecked  int64      `json:"unchecked"`  // pools that are hashed but unchecked
}

// Leaf is the answer of Leaf.
type Leaf struct {
	Index int64     `json:"index"`
	Leaf  tlog.Hash `json:"leaf"`
	Size  int64     `json:"size"` // of the log
}

// Leaves is the answer of Leaves: the leaf hashes from an index on, as far as the tile
// of 256 goes that has the first.
type Leaves struct {
	From   int64       `json:"from"`
	Leaves []tlog.Hash `json:"leaves"`
	Size   int64       `json:"size"` // of the log
}

// Pool is the answer of Pool. Of an unchecked pool the figures are those it had before
// the record Unchecked.
type Pool struct {
	Pool      string `json:"pool"`
	In        int64  `json:"in"`
	Next      int64  `json:"next"`
	Holed     int64  `json:"holed"`
	Balance   int64  `json:"balance"`
	Unchecked *int64 `json:"unchecked,omitempty"`
}

func (t *tx) showHead(arguments) (any, error) {
	head, err := t.heads.get("head")
	if err != nil {
		return nil, err
	}
	orders, err := t.orderCounts.get("orders")
	if err != nil {
		return nil, err
	}
	exceptions, err := t.exceptCounts.get("exceptions")
	if err != nil {
		return nil, err
	}
	l, h := t.log.V, head.V
	answer := &Head{Origin: t.origin, Size: h.Size, Root: h.Root, Checkpoint: h.Checkpoint, Key: l.Key, Proposed: l.Proposed,
		Platform: l.Platform, Regulator: l.Regulator, Rules: l.Rules, Accepts: Rules, Orders: orders.V.Orders, Waiting: orders.V.Waiting,
		Breaches: h.Breaches, Exceptions: exceptions.V, Excepted: h.Excepted, Unchecked: h.Unchecked}
	if h.Size == 0 {
		answer.Root = (&proof.Edge{}).Root()
	} else {
		answer.Recorded = &h.Recorded
	}
	return answer, nil
}

func (t *tx) showLeaf(args arguments) (any, error) {
	index, size, err := t.anchored(args)
	if err != nil {
		return nil, err
	}
	leaf, err := t.tiles.leaf(index)
	return &Leaf{index, leaf, size}, err
}

func (t *tx) showLeaves(args arguments) (any, error) {
	index, size, err := t.anchored(args)
	if err != nil {
		return nil, err
	}
	answer := &Leaves{From: index, Size: size}
	for end := min(size, (index/tileWidth+1)*tileWidth); index < end; index++ {
		leaf, err := t.tiles.leaf(index)
		if err != nil {
			return nil, err
		}
		answer.Leaves = append(answer.Leaves, leaf)
	}
	return answer, nil
}

// anchored reads the index of a record that is anchored, and the size of the log.
func (t *tx) anchored(args arguments) (index, size int64, err error) {
	if index, err = args.number(0, "index", 0); err != nil {
		return 0, 0, err
	}
	head, err := t.heads.get("head")
	if err == nil && index >= head.V.Size {
		err = ledger.Refuse(ledger.NotFound, "not-anchored", "index", "第 %d 号记录尚未上链（已上链 %d 条）", "record %d is not anchored: the ledger has %d", index, head.V.Size)
	}
	return index, head.V.Size, err
}

func (t *tx) showPool(args arguments) (any, error) {
	name, err := args.text(0, "pool")
	if err != nil {
		return nil, err
	}
	p, err := ledger.ParsePool(name)
	if err != nil {
		return nil, err
	}
	row, err := t.pools.get(p)
	if err == nil && !row.there {
		err = ledger.Refuse(ledger.NotFound, "no-such-pool", "pool", "账本上没有资金池 %s", "the ledger has no pool %s", name)
	}
	if err != nil {
		return nil, err
	}
	head := row.V.head()
	return &Pool{name, head.In, head.Next, head.Holed, head.Balance(), row.V.Unchecked}, nil
}
