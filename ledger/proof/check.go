package proof

import (
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
)

// CheckInclusion refuses (Corrupt, "inclusion") unless the proof shows that the
// tree of cp has leaf, the RFC 6962 hash of a record, at index. Any size, index
// and proof may be given. cp is trusted: see OpenCheckpoint.
func CheckInclusion(cp Checkpoint, index int64, leaf tlog.Hash, p tlog.RecordProof) error {
	if cp.Size > MaxSize || tlog.CheckRecord(p, cp.Size, cp.Root, index, leaf) != nil {
		return ledger.Refuse(ledger.Corrupt, "inclusion", "",
			"证明不成立：该记录不在大小为 %d 的日志的第 %d 号",
			"the proof fails: the log of size %d does not hold this record at index %d", cp.Size, index)
	}
	return nil
}

// CheckConsistency refuses (Corrupt, "consistency") unless the proof shows that
// the tree of cur begins with all leaves of the tree of old, and both name one
// origin. Every tree begins with the empty one, which has its fixed root; trees
// of one size have one root; both with an empty proof. Any sizes may be given.
func CheckConsistency(old, cur Checkpoint, p tlog.TreeProof) error {
	if old.Origin != cur.Origin || !consistent(old, cur, p) {
		return ledger.Refuse(ledger.Corrupt, "consistency", "",
			"证明不成立：大小为 %d 的日志不是大小为 %d 的日志的开头",
			"the proof fails: the log of size %d is not the beginning of the one of size %d", old.Size, cur.Size)
	}
	return nil
}

func consistent(old, cur Checkpoint, p tlog.TreeProof) bool {
	switch {
	case old.Size < 0 || cur.Size < old.Size || cur.Size > MaxSize:
		return false
	case old.Size == 0:
		return len(p) == 0 && old.Root == emptyRoot && (cur.Size > 0 || cur.Root == emptyRoot)
	}
	return tlog.CheckTree(p, cur.Size, cur.Root, old.Size, old.Root) == nil
}
