package contract

import (
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// replay answers a batch whose place is anchored already: a success that changes
// nothing, if it is the same records under a checkpoint of the same tree. Its older
// records were checked when it was anchored.
func (t *tx) replay(b *Batch, head *headRow) (*Anchored, error) {
	size := b.First + int64(len(b.Records))
	for i := range b.Records {
		t.tiles.wantLeaf(b.First + int64(i))
	}
	if err := t.fetch(); err != nil {
		return nil, err
	}
	for i, data := range b.Records {
		index := b.First + int64(i)
		leaf, err := t.tiles.leaf(index)
		if err != nil {
			return nil, err
		}
		if leaf != record.Hash(data) {
			return nil, at(index, ledger.Refuse(ledger.Conflict, "place-taken", "",
				"第 %d 号已上链另一条记录", "another record is anchored at %d", index))
		}
	}
	root, err := t.replayed(b, head, size)
	return &Anchored{First: b.First, Size: size, Root: root, Repeated: true}, err
}

// replayed gives the root at the end of a batch that was anchored, and refuses another
// checkpoint. The last one is known as it was, even if the key has changed since.
func (t *tx) replayed(b *Batch, head *headRow, size int64) (tlog.Hash, error) {
	if size == head.Size && string(b.Checkpoint) == head.Checkpoint {
		return head.Root, nil
	}
	cp, err := t.signed(b, size)
	if err != nil {
		return tlog.Hash{}, err
	}
	root, err := proof.Root(size, t.tiles)
	if err == nil && root != cp.Root {
		err = rootDiffers(size)
	}
	return root, err
}
