package trace_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"mingzhang/ledger"
	"mingzhang/ledger/ledgertest"
	"mingzhang/ledger/trace"
)

// TestDrawAgainstForward: what a named outflow takes is what the whole trace of the
// record that it names finds in the pool, for every flow that laid units and every pool.
func TestDrawAgainstForward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := ledgertest.New(ledgertest.Owners)
		for range rapid.IntRange(1, 60).Draw(t, "flows") {
			_, _ = b.Record(ledgertest.Draw(t, b)) // refused ones are left out
		}
		for _, index := range b.Indices() {
			if f, _ := b.State().Flow(index); f.In == nil {
				continue
			}
			for _, pool := range b.Pools() {
				compareDraw(t, b.Reader(), index, pool)
			}
		}
	})
}

// blind cannot list the outflows of a span.
type blind struct{ trace.Drawer }

func (blind) Outflows(context.Context, ledger.Pool, ledger.Span) ([]trace.Entry, error) {
	return nil, errors.New("all payments of a gift were asked for")
}

// TestDrawPassesPaymentsBy: a refund of a gift's last units does not read its payments.
func TestDrawPassesPaymentsBy(t *testing.T) {
	b := open(t)
	b.do(100, gift(home, 100), pay(home, 60), move(home, east, 10), pay(home, 20), comeback(103, 5), refund(100, 4))
	got, err := trace.Draw(ctx, blind{b.Reader()}, 100, home, 11)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "takes", got, []ledger.Take{{Span: span(94, 100), Path: []int64{}}, {Span: span(100, 105), Path: []int64{103, 104}}})
}

func compareDraw(t *rapid.T, r trace.Drawer, of int64, pool ledger.Pool) {
	want, left := inPool(t, r, of, pool)
	got, err := trace.Draw(ctx, r, of, pool, left)
	if left > 0 && (err != nil || !reflect.DeepEqual(got, want)) {
		t.Fatalf("all that %s has of %d: %v\n got %v\nwant %v", pool, of, err, got, want)
	}
	var refused *ledger.Error
	if _, err := trace.Draw(ctx, r, of, pool, left+1); !errors.As(err, &refused) || refused.Code != "gift-shortfall" {
		t.Fatalf("more than %s has of %d: %v", pool, of, err)
	}
	e := refused.Data.(trace.Elsewhere)
	f, _ := r.Flow(ctx, of)
	total := e.Left
	for _, rest := range e.Rest {
		total += rest.Amount
	}
	if e.Left != left || e.More != 0 || total != f.In.Span.Len() {
		t.Fatalf("refused with %+v, where %s has %d of the %d units of %d", e, pool, left, f.In.Span.Len(), of)
	}
}

// inPool goes through the whole trace of a flow for what lies in a pool and got there
// without a conversion.
func inPool(t *rapid.T, r trace.Reader, of int64, pool ledger.Pool) (takes []ledger.Take, left int64) {
	parts, err := trace.Forward(ctx, r, of)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		if p.Pool == pool && !p.Changed && (p.State == trace.Held || p.State == trace.InTransit) {
			takes = append(takes, ledger.Take{Span: p.At, Path: p.Path})
			left += p.At.Len()
		}
	}
	slices.SortFunc(takes, func(a, b ledger.Take) int { return int(a.From - b.From) })
	return takes, left
}
