package proof

import (
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// Policy is what the holder of a receipt trusts: the log's key, whose name is the
// log's origin, and, if they want more than the log's own word, so many of these
// witnesses. Nothing else is trusted.
type Policy struct {
	Log       note.Verifier
	Witnesses []note.Verifier
	Quorum    int // of the witnesses
}

// Proven is what a receipt showed.
type Proven struct {
	Record     *record.Record
	Leaf       tlog.Hash
	Checkpoint Checkpoint
	Witnesses  []string        // names of those who signed the checkpoint and are known
	Public     *record.Opening // nil where the seal was not opened
	Private    *record.Opening
}

// Check shows that the record is in the log that signed the checkpoint, and that the
// openings are those it sealed. It needs nothing but the receipt and the policy. The
// anchor is not part of what is proven. Everything refused is Corrupt.
func (r *Receipt) Check(p Policy) (*Proven, error) {
	rec, err := record.Parse(r.Record)
	if err != nil {
		return nil, err
	}
	cp, signed, err := OpenCheckpoint(r.Proof.Checkpoint, p.Log.Name(), p.Log, p.Witnesses...)
	if err != nil {
		return nil, err
	}
	if rec.Index != r.Proof.Index {
		return nil, ledger.Refuse(ledger.Corrupt, "receipt-index", "",
			"凭证证明的是第 %d 号，记录却是第 %d 号", "the receipt proves index %d, but the record is %d", r.Proof.Index, rec.Index)
	}
	proven := &Proven{Record: rec, Leaf: record.Hash(r.Record), Checkpoint: cp}
	if err := CheckInclusion(cp, rec.Index, proven.Leaf, r.Proof.Hashes); err != nil {
		return nil, err
	}
	if err := proven.witnessed(signed, p); err != nil {
		return nil, err
	}
	if proven.Public, err = opened(rec.Public, r.Public, record.Public); err != nil {
		return nil, err
	}
	proven.Private, err = opened(rec.Private, r.Private, record.Private)
	return proven, err
}

// witnessed counts the signatures other than the log's. One witness with two keys
// counts once.
func (v *Proven) witnessed(n *note.Note, p Policy) error {
	for _, sig := range n.Sigs {
		if sig.Name != p.Log.Name() && !slices.Contains(v.Witnesses, sig.Name) {
			v.Witnesses = append(v.Witnesses, sig.Name)
		}
	}
	if len(v.Witnesses) < p.Quorum {
		return ledger.Refuse(ledger.Corrupt, "witnesses-missing", "",
			"检查点只有 %d 个可信见证人的签名，要求 %d 个", "the checkpoint has the signatures of %d known witnesses where %d are needed", len(v.Witnesses), p.Quorum)
	}
	return nil
}

// opened opens one seal, if the receipt has its opening.
func opened(c record.Commitment, opening []byte, seal record.Seal) (*record.Opening, error) {
	if opening == nil {
		return nil, nil
	}
	o, err := record.Open(c, opening)
	if err != nil {
		return nil, fmt.Errorf("open the %s seal: %w", seal, err)
	}
	if o.Seal != seal {
		return nil, ledger.Refuse(ledger.Corrupt, "seal-swapped", "",
			"%s 密封中放的是 %s 密封的内容", "the %s seal holds an opening of the %s seal", seal, o.Seal)
	}
	return &o, nil
}
