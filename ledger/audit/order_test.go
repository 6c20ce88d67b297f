package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/audit"
)

// watched is a book that tells what it is asked, and can stop answering.
type watched struct {
	audit.Book
	asked func(ctx context.Context, from int64) error
	busy  atomic.Int64 // questions that are open
}

func (w *watched) Range(ctx context.Context, from, n int64) ([][]byte, error) {
	w.busy.Add(1)
	defer w.busy.Add(-1)
	if err := w.asked(ctx, from); err != nil {
		return nil, err
	}
	return w.Book.Range(ctx, from, n)
}

// fill adds records that nothing is wrong with, up to an index.
func (p *pages) fill(upto int) {
	for len(p.records) < upto {
		p.add(&ledger.Evidence{Hash: fmt.Sprintf("sha256:%064x", len(p.records)), Size: 1, Media: "image/png"})
	}
}

// TestFirstOfSeveral: what is wrong first is named, although later records have been
// read by then, and although the book fails behind it.
func TestFirstOfSeveral(t *testing.T) {
	const step = 4096 // records are asked for at once
	p := begun(t)
	p.fill(step + 77)
	p.add(payment(30, 130)) // an overspend
	p.fill(2*step + 5)
	p.append([]byte("{}"))
	p.fill(5 * step)
	errDown := errors.New("the disk")
	for failing, refused := range map[int64]bool{0: false, step: false, 2 * step: true, 3 * step: true, 9 * step: true} {
		book := &watched{Book: p, asked: func(_ context.Context, from int64) error {
			if from >= failing {
				return errDown
			}
			return nil
		}}
		r, err := audit.Log(ctx, book, audit.Trust{Origin: origin})
		var bad *contract.Refusal
		if errors.As(err, &bad) != refused || refused && bad.Index != step+77 || !refused && !errors.Is(err, errDown) {
			t.Errorf("failing from %d on: %v", failing, err)
		}
		if want := min(failing/step, 1); r.Batches != want || book.busy.Load() != 0 {
			t.Errorf("failing from %d on: %d batches passed, and should %d; %d questions are open", failing, r.Batches, want, book.busy.Load())
		}
	}
}

// TestFirstDifference: of records that were edited in the database and a block that the
// rules refute, that which comes first is named.
func TestFirstDifference(t *testing.T) {
	s := newScene(t, file(t), 2000)
	refute := func(first int64) anchor.Blocks {
		return edited{s.ledger, func(b *anchor.Block) bool {
			tx := &b.Txs[0]
			if tx.Function != "Anchor" {
				return true
			}
			if batch, err := contract.Unmarshal(tx.Args[1]); err == nil && batch.First <= first && first < batch.First+int64(len(batch.Records)) {
				tx.Answer = append([]byte(" "), tx.Answer...)
			}
			return true
		}}
	}
	for _, index := range []int64{1500, 700} {
		anchortest.Tamper(t, s.Address, index)
		_, err := s.blocks(s.database())
		wantDifference(t, "edited", err, index, "record")
		_, err = audit.Blocks(ctx, refute(index+400), s.trust(), s.database())
		wantDifference(t, "with a wrong block behind it", err, index, "record")
		_, err = audit.Blocks(ctx, refute(index-400), s.trust(), s.database())
		if !errors.Is(err, &ledger.Error{Code: "block-otherwise"}) {
			t.Errorf("a wrong block before record %d: %v", index, err)
		}
		_, err = s.log()
		wantDifference(t, "by itself", err, index, "leaf")
	}
}

// TestCancelled: an audit that is cancelled ends with that, wherever it is, and asks
// nothing any more.
func TestCancelled(t *testing.T) {
	const step = 4096 // records are asked for at once
	p := begun(t)
	p.fill(8 * step)
	for name, waits := range map[string]bool{"while the book is asked": true, "while records are judged": false} {
		ctx, cancel := context.WithCancel(ctx)
		book := &watched{Book: p, asked: func(inner context.Context, from int64) error {
			if from == 2*step {
				cancel()
				if waits {
					<-inner.Done()
					return inner.Err()
				}
			}
			return nil
		}}
		r, err := audit.Log(ctx, book, audit.Trust{Origin: origin})
		if !errors.Is(err, context.Canceled) || r.Batches > 2 || book.busy.Load() != 0 || strings.Contains(err.Error(), "differ") {
			t.Errorf("%s: %d batches passed, %d questions are open: %v", name, r.Batches, book.busy.Load(), err)
		}
	}
	s := newScene(t, file(t), 2000)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	blocks := edited{s.ledger, func(b *anchor.Block) bool {
		if b.Number == 4 {
			cancel()
		}
		return true
	}}
	if r, err := audit.Blocks(ctx, blocks, s.trust(), nil); err != context.Canceled || r.Blocks > 5 {
		t.Errorf("blocks: %d were judged: %v", r.Blocks, err)
	}
}
