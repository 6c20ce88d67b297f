package anchor_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/book"
)

// TestOrders: the embedded ledger has each of the regulator's orders right before the
// record that names it, once, wherever in a batch that record would stand and whatever
// breaks in between; nothing is marked.
func TestOrders(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		h := s.History(20) // not anchored yet: the project would be in the same batch
		const project = 4
		freezes := h.Do(freeze(project, "甲", false))
		h.Do(gift(project, 700))
		refused(t, s, payment(project))
		h.Play(40)
		b := &breaking{Ledger: s.ledger}
		b.left.Store(3) // the project's batch is taken, the next two are lost
		l := s.loop(s.Store, b)
		defer run(l)()
		s.anchored(l)
		freezes = append(freezes, h.Do(freeze(project, "乙", true), freeze(project, "丙", false), freeze(project, "丁", true), payment(project))[:3]...)
		h.Play(40)
		s.anchored(l)
		s.wantOnce(l)
		wantOrders(t, s, freezes)
		if b.left.Load() >= 0 {
			t.Error("nothing broke")
		}
	})
}

// breaking is an embedded ledger that loses its second batch and its third on their way.
type breaking struct {
	*local.Ledger
	left atomic.Int64
}

func (b *breaking) Submit(ctx context.Context, batch []byte) (*anchor.Committed, error) {
	if left := b.left.Add(-1); left == 0 || left == 1 {
		return nil, errBroken
	}
	return b.Ledger.Submit(ctx, batch)
}

func freeze(project int64, order string, release bool) book.FreezeProject {
	return book.FreezeProject{Project: project, Order: order, Reason: "核查" + order, Release: release}
}

func gift(project, amount int64) book.Income {
	return book.Income{PoolRef: book.PoolRef{Project: project}, Asset: "CNY", Amount: amount, Occurred: anchortest.Day,
		Donor: &book.Party{Kind: ledger.Person, Name: "李某", Display: "李*"}}
}

func payment(project int64) book.Spend {
	return book.Spend{PoolRef: book.PoolRef{Project: project}, Asset: "CNY", Amount: 500, Occurred: anchortest.Day, Category: "5101.direct_aid",
		Payee: &book.Party{Kind: ledger.Organized, Name: "某学校"}, Purpose: "课桌"}
}

// refused: the book itself lets no payment out of a frozen project.
func refused(t *testing.T, s *scene, what any) {
	t.Helper()
	if _, err := s.Book.Submit(ctx, book.Request{By: anchortest.Platform, What: what}); !errors.Is(err, &ledger.Error{Code: "project-frozen"}) {
		t.Errorf("a payment of a frozen project: %v", err)
	}
}

// wantOrders: the orders that records name, in their order; each is the block before the
// batch that its record begins.
func wantOrders(t *testing.T, s *scene, records []int64) {
	t.Helper()
	answer, err := s.ledger.Invoke(ctx, local.RegulatorMSP, "Orders")
	must(t, err)
	var orders contract.Page[contract.Order]
	must(t, json.Unmarshal(answer, &orders))
	if len(orders.Items) != len(records) {
		t.Fatalf("the ledger has the orders %+v, want %d", orders.Items, len(records))
	}
	for i, o := range orders.Items {
		if o.Record == nil || *o.Record != records[i] || o.Release != (i%2 == 1) {
			t.Errorf("order %d is %+v, want that of record %d", i, o, records[i])
		}
	}
	if head, err := s.ledger.Head(ctx); err != nil || head.Breaches != 0 || head.Waiting != 0 {
		t.Errorf("the head is %+v (%v)", head, err)
	}
	where, given := s.blocksOf(), ordersIn(s)
	if len(given) != len(records) {
		t.Fatalf("orders are in the blocks %v, want %d", given, len(records))
	}
	for i, index := range records {
		if given[i] != where[index].block-1 || where[index-1].block == where[index].block {
			t.Errorf("record %d is in block %d, and its order in block %d", index, where[index].block, given[i])
		}
	}
}

// ordersIn are the blocks that have an order.
func ordersIn(s *scene) (numbers []int64) {
	for b, err := range local.Reader(s.dir).Blocks(ctx, 0) {
		must(s, err)
		if f := b.Txs[0].Function; f == "Freeze" || f == "Release" {
			numbers = append(numbers, b.Number)
		}
	}
	return numbers
}
