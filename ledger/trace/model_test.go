package trace_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"mingzhang/ledger"
	"mingzhang/ledger/ledgertest"
	"mingzhang/ledger/trace"
)

var ctx = context.Background()

// TestAgainstModel plays random histories on the book and on the model that moves
// single units, and holds them against each other after every flow.
func TestAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		book, model := ledgertest.New(ledgertest.Owners), ledgertest.NewModel()
		for range rapid.IntRange(1, 100).Draw(t, "flows") {
			f := ledgertest.Draw(t, book)
			refused := model.Record(book.Next(), f)
			effect, err := ledger.Apply(book.State(), f)
			if (err == nil) != (refused == nil) {
				t.Fatalf("%s of %d: book says %v, model says %v", f.Kind, f.Of, err, refused)
			}
			if err != nil && ledger.KindOf(err) == 0 {
				t.Fatalf("refused with an untyped error: %v", err)
			}
			if err == nil {
				verify(t, book, effect)
				book.Commit(effect)
				compare(t, book, model)
			}
		}
	})
}

// verifier is a state that cannot draw, as the chaincode's.
type verifier struct{ ledger.State }

func (verifier) Draw(int64, ledger.Pool, int64) ([]ledger.Take, error) {
	return nil, errors.New("a verifier does not draw")
}

// verify: who applies the completed flow again reaches the same effect.
func verify(t *rapid.T, book *ledgertest.Book, effect *ledger.Effect) {
	again, err := ledger.Apply(verifier{book.State()}, effect.Flow)
	if err != nil || !reflect.DeepEqual(again, effect) {
		t.Fatalf("applied again: %v\n got %+v\nwant %+v", err, again, effect)
	}
	if err := effect.Flow.CheckUnits(); err != nil {
		t.Fatalf("units of %+v: %v", effect.Flow, err)
	}
}

// compare checks every pool and both traces of every flow.
func compare(t *rapid.T, book *ledgertest.Book, model *ledgertest.Model) {
	for pool, slots := range model.Pools {
		head, _ := book.State().Head(pool)
		if head.In != int64(len(slots)) || head.Balance() != model.Balance(pool) {
			t.Fatalf("pool %s: head %+v, model has %d units and %d left", pool, head, len(slots), model.Balance(pool))
		}
	}
	for _, index := range book.Indices() {
		compareTook(t, book, model, index)
		compareForward(t, book, model, index)
		compareBack(t, book, model, index)
	}
}

// compareTook: the flow took the very addresses that the model took, in order.
func compareTook(t *rapid.T, book *ledgertest.Book, model *ledgertest.Model, index int64) {
	pieces, _ := book.State().Pieces(index)
	var took []int64
	for _, p := range pieces {
		for a := p.From; a < p.Upto; a++ {
			took = append(took, a)
		}
	}
	if !slices.Equal(took, model.Took[index]) {
		t.Fatalf("flow %d took %v, model %v", index, took, model.Took[index])
	}
}

// compareForward: each unit is where the model has it.
func compareForward(t *rapid.T, book *ledgertest.Book, model *ledgertest.Model, index int64) {
	f, _ := book.State().Flow(index)
	parts, err := trace.Forward(ctx, book.Reader(), index)
	if err != nil {
		t.Fatalf("forward of %d: %v", index, err)
	}
	at := int64(0)
	for _, p := range parts {
		if p.From != at || p.Empty() {
			t.Fatalf("forward of %d: parts %+v leave a gap at %d", index, parts, at)
		}
		at = p.Upto
		for k := p.From; k < p.Upto; k++ {
			if err := placed(book, model, index, k, p); err != nil {
				t.Fatalf("forward of %d (%s): unit %d: %v\n%+v", index, f.Kind, k, err, parts)
			}
		}
	}
	want := f.Amount
	if f.In != nil {
		want = f.In.Span.Len()
	}
	if at != want {
		t.Fatalf("forward of %d adds up to %d, not %d", index, at, want)
	}
	if f.Kind.Brings() {
		compareGivenBack(t, book, index, parts)
	}
}

// compareGivenBack: what its giver has again of an income, or never gave, is what refunds
// naming it kept and what a reversal undid. Pages say it without a trace.
func compareGivenBack(t *rapid.T, book *ledgertest.Book, income int64, parts []trace.Part) {
	var traced int64
	for _, p := range parts {
		if p.State == trace.Refunded || p.State == trace.Reversed {
			traced += p.Len()
		}
	}
	noted, _ := book.State().Undone(income)
	for _, index := range book.Indices() {
		if f, _ := book.State().Flow(index); f.Kind == ledger.Refund && f.Of == income {
			undone, _ := book.State().Undone(index)
			noted += f.Amount - undone
		}
	}
	if traced != noted {
		t.Fatalf("of income %d its trace gives %d back, refunds and reversal give %d", income, traced, noted)
	}
}

// placed says how the model disagrees with a part about one unit.
func placed(book *ledgertest.Book, model *ledgertest.Model, flow, place int64, p trace.Part) error {
	is := func(tok ledgertest.Token) bool { return tok.Flow == flow && tok.Place == place }
	for pool, slots := range model.Pools {
		for a, s := range slots {
			i := slices.IndexFunc(s.Tokens, is)
			if s.Gone || i < 0 {
				continue
			}
			state := trace.Held
			switch {
			case pool.Holder != ledgertest.Owners[pool.Project]:
				state = trace.InTransit
			case s.Tokens[i].Converted && pool.Asset != start(book, flow).Asset:
				state = trace.Converted
			}
			exact := s.Tokens[i].Converted || int64(a) == p.At.From+place-p.From
			if p.State != state || p.Pool != pool || !exact || int64(a) < p.At.From || int64(a) >= p.At.Upto {
				return fmt.Errorf("it is %s at %s#%d", state, pool, a)
			}
			return nil
		}
	}
	for index, moved := range model.Moved {
		f, _ := book.State().Flow(index)
		for k, s := range moved {
			if s.Gone || !f.Kind.Spends() || !slices.ContainsFunc(s.Tokens, is) {
				continue
			}
			state, last := trace.Spent, flow
			if f.Kind == ledger.Refund {
				state = trace.Refunded
			}
			if len(p.Path) > 0 {
				last = p.Path[len(p.Path)-1]
			}
			address := model.Took[index][k]
			if p.State != state || last != index || address < p.At.From || address >= p.At.Upto {
				return fmt.Errorf("it is %s by %d from %d", state, index, address)
			}
			return nil
		}
	}
	if p.State != trace.Reversed {
		return fmt.Errorf("it was reversed")
	}
	return nil
}

func start(book *ledgertest.Book, index int64) ledger.Pool {
	f, _ := book.State().Flow(index)
	if f.In != nil {
		return f.In.Pool
	}
	return f.Out.Pool
}

type unit struct{ flow, place int64 }

// compareBack: the sources of each outflow are the units that the model found in it,
// each at its own place.
func compareBack(t *rapid.T, book *ledgertest.Book, model *ledgertest.Model, index int64) {
	f, _ := book.State().Flow(index)
	sources, err := trace.Back(ctx, book.Reader(), index)
	if err != nil {
		t.Fatalf("back of %d: %v", index, err)
	}
	var paged []trace.Source
	for from, more := trace.Mark(nil), true; more && len(paged) <= len(sources); more = from != nil {
		page, next, err := backFrom(book.Reader(), index, from, 1+int(index)%3)
		if err != nil {
			t.Fatalf("back of %d from %v: %v", index, from, err)
		}
		paged, from = append(paged, page...), next
	}
	if !reflect.DeepEqual(paged, sources) {
		t.Fatalf("back of %d in pages: %+v, whole %+v", index, paged, sources)
	}
	got := map[unit]trace.Source{}
	at := int64(0)
	for _, s := range sources {
		if s.From != at || s.Upto < at {
			t.Fatalf("back of %d: sources %+v leave a gap at %d", index, sources, at)
		}
		at = s.Upto
		for k := s.Of.From; k < s.Of.Upto; k++ {
			got[unit{s.Flow, k}] = s
		}
	}
	if at != f.Amount {
		t.Fatalf("back of %d adds up to %d, not %d", index, at, f.Amount)
	}
	if f.Out == nil {
		return
	}
	for k, s := range model.Moved[index] {
		for _, tok := range s.Tokens {
			if of, err := book.State().Flow(tok.Flow); err != nil || !of.Kind.Brings() {
				continue
			}
			u := unit{tok.Flow, tok.Place}
			src, ok := got[u]
			inside := src.From <= int64(k) && int64(k) <= src.Upto
			exact := tok.Converted || int64(k)-src.From == tok.Place-src.Of.From
			if !ok || !inside || !exact {
				t.Fatalf("back of %d: place %d has %v, sources %+v", index, k, tok, sources)
			}
			delete(got, u)
		}
	}
	if len(got) > 0 {
		t.Fatalf("back of %d: sources claim %v that is not there", index, got)
	}
}
