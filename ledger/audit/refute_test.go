package audit_test

import (
	"context"
	"iter"
	"slices"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/store"
)

// edited changes blocks on their way.
type edited struct {
	from anchor.Blocks
	edit func(b *anchor.Block) bool // false leaves it out
}

func (e edited) Chain() store.Chain { return e.from.Chain() }

func (e edited) Blocks(ctx context.Context, from int64) iter.Seq2[*anchor.Block, error] {
	return func(yield func(*anchor.Block, error) bool) {
		for b, err := range e.from.Blocks(ctx, from) {
			if err == nil && !e.edit(b) {
				continue
			}
			if !yield(b, err) {
				return
			}
		}
	}
}

// TestRefutes: a ledger whose blocks hold what the rules do not allow is refuted, even
// if the blocks themselves look right.
func TestRefutes(t *testing.T) {
	s := newScene(t, file(t), 100)
	for range 3 {
		s.Play(30)
		s.anchor()
	}
	last := int64(0)
	for b, err := range s.ledger.Blocks(ctx, 0) {
		must(t, err)
		last = b.Number
	}
	on := func(number int64, edit func(tx *anchor.Tx)) func(*anchor.Block) bool {
		return func(b *anchor.Block) bool {
			if b.Number == number {
				edit(&b.Txs[0])
			}
			return true
		}
	}
	for name, edit := range map[string]func(*anchor.Block) bool{
		"left out":        func(b *anchor.Block) bool { return b.Number != last-1 },
		"another member":  on(last, func(tx *anchor.Tx) { tx.MSP = local.RegulatorMSP }),
		"not valid":       on(last-1, func(tx *anchor.Tx) { tx.Code = "MVCC_READ_CONFLICT" }),
		"another answer":  on(last, func(tx *anchor.Tx) { tx.Answer = append(slices.Clone(tx.Answer), ' ') }),
		"other writes":    on(last, func(tx *anchor.Tx) { tx.Writes = make([]byte, 32) }),
		"a changed batch": on(last, func(tx *anchor.Tx) { tx.Args[1][len(tx.Args[1])/3] ^= 1 }),
	} {
		_, err := audit.Blocks(ctx, edited{s.ledger, edit}, audit.Trust{Origin: origin}, nil)
		if ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("%s: got %v", name, err)
		}
	}
	r, err := s.blocks(nil)
	if must(t, err); r.Word != audit.ByAuditor || r.Compared != "" || len(r.Keys) != 1 || r.Blocks != last+1 || r.Batches != last-2 || r.Head.Root != s.Head().Root {
		t.Errorf("the blocks as they are: %+v", r)
	}
	_, _, other := anchortest.Key(t, origin, 5)
	for name, trust := range map[string]audit.Trust{"another key": {Origin: origin, Key: other}, "another's checkpoint": {Origin: origin, Checkpoint: []byte("x\n1\n\n")}} {
		if _, err := audit.Blocks(ctx, s.ledger, trust, nil); ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := audit.Blocks(ctx, s.ledger, audit.Trust{Origin: "another.example/log"}, nil); ledger.KindOf(err) != ledger.NotFound {
		t.Errorf("a log that is not there: got %v", err)
	}
}
