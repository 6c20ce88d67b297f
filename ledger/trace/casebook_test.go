package trace_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/ledgertest"
	"mingzhang/ledger/trace"
)

// The cases below were worked out on paper from the rule of the pool. The first
// record of a book is 100. A part is written "places state pool[addresses) via path",
// a source "places of gift[places) via path", a piece "[addresses)@place".

const most = ledger.MaxUnits // 2^53−1

var (
	owners  = map[int64]int64{11: 1, 12: 2, 13: 3}
	home    = at(11, 1, "CNY")
	dollars = at(11, 1, "USD")
	masks   = at(11, 1, "goods/mask")
	partner = at(11, 9, "CNY") // 9 owns no project
	east    = at(12, 2, "CNY")
	west    = at(13, 3, "CNY")

	everywhere = []ledger.Pool{home, dollars, masks, partner, east, west}
	names      = []string{"home", "dollars", "masks", "partner", "east", "west"}
)

func at(project, holder int64, asset ledger.AssetID) ledger.Pool {
	return ledger.Pool{Project: project, Holder: holder, Designation: ledger.General, Asset: asset}
}

func name(p ledger.Pool) string {
	for i, q := range everywhere {
		if p == q {
			return names[i]
		}
	}
	return p.String()
}

// The flows, each without its units.

func flow(kind ledger.FlowKind, of, n int64) ledger.Flow {
	return ledger.Flow{Kind: kind, Of: of, Amount: n, Occurred: ledger.On("2026-11-20")}
}

func gift(to ledger.Pool, n int64) ledger.Flow {
	f := flow(ledger.Donation, 0, n)
	f.In, f.Party = &ledger.Inflow{Pool: to}, &ledger.Party{Kind: ledger.Person}
	return f
}

func pay(from ledger.Pool, n int64) ledger.Flow {
	f := flow(ledger.Expenditure, 0, n)
	f.Out, f.Party, f.Category = &ledger.Outflow{Pool: from}, &ledger.Party{Kind: ledger.Person}, "5101.direct_aid"
	return f
}

func move(from, to ledger.Pool, n int64) ledger.Flow {
	f := flow(ledger.Transfer, 0, n)
	f.Out, f.In, f.Basis = &ledger.Outflow{Pool: from}, &ledger.Inflow{Pool: to}, 9
	return f
}

func moveOf(of int64, from, to ledger.Pool, n int64) ledger.Flow {
	f := move(from, to, n)
	f.Of, f.Basis = of, 0
	return f
}

func change(from ledger.Pool, n int64, to ledger.Pool, m int64) ledger.Flow {
	f := flow(ledger.Conversion, 0, n)
	f.Out, f.In, f.Into = &ledger.Outflow{Pool: from}, &ledger.Inflow{Pool: to}, m
	return f
}

func refund(of, n int64) ledger.Flow   { return flow(ledger.Refund, of, n) }
func comeback(of, n int64) ledger.Flow { return flow(ledger.Return, of, n) }
func reverse(of int64) ledger.Flow     { return flow(ledger.Reversal, of, 0) }

func refundFrom(of int64, from ledger.Pool, n int64) ledger.Flow {
	f := refund(of, n)
	f.Out = &ledger.Outflow{Pool: from}
	return f
}

// book is a book in a test.
type book struct {
	t *testing.T
	*ledgertest.Book
}

func open(t *testing.T) book { return book{t, ledgertest.New(owners)} }

func want[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func wantLines(t *testing.T, what string, got, want []string) {
	t.Helper()
	if g, w := strings.Join(got, "\n     "), strings.Join(want, "\n     "); g != w {
		t.Fatalf("%s:\n got %s\nwant %s", what, g, w)
	}
}

// do records flows and expects the indices from first on. What a record says of its
// units must be what a verifier reaches that applies the record again.
func (b book) do(first int64, flows ...ledger.Flow) {
	b.t.Helper()
	for i, f := range flows {
		given := fmt.Sprint(f.Out, f.In)
		once, err := ledger.Apply(b.State(), f)
		if err != nil {
			b.t.Fatalf("apply %s of %d: %v", f.Kind, f.Of, err)
		}
		want(b.t, "the caller's flow", fmt.Sprint(f.Out, f.In), given)
		twice, err := ledger.Apply(b.State(), once.Flow)
		if err != nil {
			b.t.Fatalf("apply %s of %d again: %v", f.Kind, f.Of, err)
		}
		want(b.t, "the effect of a completed record", twice, once)
		if err := once.Flow.CheckUnits(); err != nil {
			b.t.Fatalf("units of %s of %d: %v", f.Kind, f.Of, err)
		}
		index, err := b.Record(f)
		if err != nil {
			b.t.Fatalf("record %s of %d: %v", f.Kind, f.Of, err)
		}
		want(b.t, "index", index, first+int64(i))
	}
}

// refuse expects that the book refuses f for the reason code, says so in both
// languages, and stays as it was. Data nil is not compared.
func (b book) refuse(code string, data any, f ledger.Flow) *ledger.Error {
	b.t.Helper()
	before := b.everything()
	_, err := b.Record(f)
	return b.refused(code, data, f, err, before)
}

// forge hands f straight to the rules, past the drawing of units.
func (b book) forge(code string, f ledger.Flow) {
	b.t.Helper()
	before, given := b.everything(), fmt.Sprint(f.Out, f.In)
	_, err := ledger.Apply(b.State(), f)
	b.refused(code, nil, f, err, before)
	want(b.t, "the caller's flow", fmt.Sprint(f.Out, f.In), given)
}

func (b book) refused(code string, data any, f ledger.Flow, err error, before []string) *ledger.Error {
	b.t.Helper()
	var e *ledger.Error
	if !errors.As(err, &e) {
		b.t.Fatalf("%s of %d, %d units: got %v, want the refusal %s", f.Kind, f.Of, f.Amount, err, code)
	}
	if e.Code != code {
		b.t.Fatalf("%s of %d, %d units: got %s (%v), want %s", f.Kind, f.Of, f.Amount, e.Code, e, code)
	}
	if data != nil {
		want(b.t, "data of "+code, e.Data, data)
	}
	for _, sentence := range []string{e.Zh, e.En} {
		if sentence == "" || strings.Contains(sentence, "%!") {
			b.t.Errorf("the sentence of %s is %q", code, sentence)
		}
	}
	b.t.Logf("%s | %s | %s", e.Code, e.Zh, e.En)
	wantLines(b.t, "the book after a refusal", b.everything(), before)
	return e
}

func (b book) forward(index int64, lines ...string) {
	b.t.Helper()
	wantLines(b.t, fmt.Sprint("forward of ", index), b.parts(index), lines)
}

func (b book) parts(index int64) (lines []string) {
	b.t.Helper()
	parts, err := trace.Forward(ctx, b.Reader(), index)
	if err != nil {
		b.t.Fatalf("forward of %d: %v", index, err)
	}
	for _, p := range parts {
		lines = append(lines, fmt.Sprintf("%v %s %s%v via %v", p.Span, p.State, name(p.Pool), p.At, p.Path))
	}
	return lines
}

func (b book) back(index int64, lines ...string) {
	b.t.Helper()
	wantLines(b.t, fmt.Sprint("back of ", index), b.sources(index), lines)
}

func (b book) sources(index int64) (lines []string) {
	b.t.Helper()
	sources, err := trace.Back(ctx, b.Reader(), index)
	if err != nil {
		b.t.Fatalf("back of %d: %v", index, err)
	}
	for _, s := range sources {
		lines = append(lines, fmt.Sprintf("%v of %d%v via %v", s.Span, s.Flow, s.Of, s.Path))
	}
	return lines
}

// flow gives a recorded flow.
func (b book) flow(index int64) *ledger.Flow {
	f, err := b.State().Flow(index)
	if err != nil {
		b.t.Fatal(err)
	}
	return f
}

// took expects an ordinary outflow: its envelope alone in the record, its pieces.
func (b book) took(index int64, envelope ledger.Span, pieces ...string) {
	b.t.Helper()
	f := b.flow(index)
	want(b.t, "envelope", f.Out.Span, envelope)
	want(b.t, "takes of an ordinary outflow", len(f.Out.Takes), 0)
	wantLines(b.t, fmt.Sprint("pieces of ", index), b.pieces(index), pieces)
}

func (b book) pieces(index int64) (lines []string) {
	pieces, err := b.State().Pieces(index)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, p := range pieces {
		lines = append(lines, fmt.Sprintf("%v@%d", p.Span, p.At))
	}
	return lines
}

// named expects a named outflow: the spans and paths that its record lists.
func (b book) named(index int64, lines ...string) {
	b.t.Helper()
	var got []string
	out := b.flow(index).Out
	for _, t := range out.Takes {
		got = append(got, fmt.Sprintf("%s%v via %v", name(out.Pool), t.Span, t.Path))
	}
	wantLines(b.t, fmt.Sprint("takes of ", index), got, lines)
}

// laid expects where a flow put its units, and what it brought back.
func (b book) laid(index int64, in ledger.Span, cut ...ledger.Span) {
	b.t.Helper()
	f := b.flow(index)
	want(b.t, "laid", f.In.Span, in)
	if len(cut) == 1 {
		want(b.t, "places brought back", *f.Cut, cut[0])
	}
}

func (b book) head(p ledger.Pool, in, next, holed, balance int64, holes ...ledger.Span) {
	b.t.Helper()
	h, _ := b.State().Head(p)
	want(b.t, "head of "+name(p), h, ledger.Head{In: in, Next: next, Holed: holed})
	want(b.t, "balance of "+name(p), h.Balance(), balance)
	want(b.t, "holes of "+name(p), b.holes(p), holes)
}

func (b book) holes(p ledger.Pool) (all []ledger.Span) {
	for h, found, _ := b.State().Holes(p).After(0); found; h, found, _ = b.State().Holes(p).After(h.Upto) {
		all = append(all, h)
	}
	return all
}

// everything writes the book down: heads, holes, counts, units and traces.
func (b book) everything() (lines []string) {
	for _, p := range everywhere {
		h, _ := b.State().Head(p)
		lines = append(lines, fmt.Sprint(name(p), h, b.holes(p)))
	}
	for _, i := range b.Indices() {
		undone, _ := b.State().Undone(i)
		f := b.flow(i)
		lines = append(lines, fmt.Sprint(i, f.Kind, f.Of, f.Amount, f.Into, f.In, f.Out, f.Cut, undone, b.pieces(i), b.parts(i), b.sources(i)))
	}
	return lines
}

func span(from, upto int64) ledger.Span { return ledger.Span{From: from, Upto: upto} }
