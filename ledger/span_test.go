package ledger_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"mingzhang/ledger"
)

func span(from, upto int64) ledger.Span { return ledger.Span{From: from, Upto: upto} }

func piece(from, upto, at int64) ledger.Piece { return ledger.Piece{Span: span(from, upto), At: at} }

func TestSpan(t *testing.T) {
	for _, c := range []struct{ s, o, clip ledger.Span }{
		{span(2, 8), span(0, 10), span(2, 8)},
		{span(2, 8), span(4, 6), span(4, 6)},
		{span(2, 8), span(0, 5), span(2, 5)},
		{span(2, 8), span(5, 10), span(5, 8)},
		{span(2, 8), span(8, 10), span(8, 8)},
		{span(2, 8), span(0, 2), span(2, 2)},
		{span(2, 8), span(20, 30), span(20, 20)},
		{span(20, 30), span(2, 8), span(20, 20)},
		{span(2, 8), span(5, 5), span(5, 5)},
	} {
		if got := c.s.Clip(c.o); got != c.clip {
			t.Errorf("%v.Clip(%v) = %v, want %v", c.s, c.o, got, c.clip)
		}
		if got, want := c.s.Within(c.o), c.clip == c.s; got != want {
			t.Errorf("%v.Within(%v) = %t, want %t", c.s, c.o, got, want)
		}
	}
	s := span(2, 8)
	if s.Len() != 6 || s.Empty() || !span(3, 3).Empty() || !span(3, 2).Empty() || s.Shift(-2) != span(0, 6) || s.String() != "[2, 8)" {
		t.Errorf("%v: length %d, empty %t, shifted %v", s, s.Len(), s.Empty(), s.Shift(-2))
	}
}

func TestPiece(t *testing.T) {
	p := piece(100, 150, 10) // addresses 100 to 149 are the places 10 to 59
	if got := p.Places(); got != span(10, 60) {
		t.Errorf("Places = %v", got)
	}
	for _, c := range []struct {
		by   ledger.Span
		want ledger.Piece
	}{
		{span(0, 1000), p}, {span(120, 130), piece(120, 130, 30)}, {span(0, 101), piece(100, 101, 10)}, {span(149, 200), piece(149, 150, 59)},
	} {
		if got := p.Cut(c.by); got != c.want {
			t.Errorf("Cut(%v) = %v, want %v", c.by, got, c.want)
		}
		if got := p.CutPlaces(c.by.Shift(-90)); got != c.want {
			t.Errorf("CutPlaces(%v) = %v, want %v", c.by.Shift(-90), got, c.want)
		}
	}
	for _, apart := range []ledger.Span{span(0, 100), span(150, 160), span(120, 120)} {
		if got := p.Cut(apart); !got.Empty() {
			t.Errorf("Cut(%v) = %v, want nothing", apart, got)
		}
	}
}

// TestPieceCut compares cutting with walking over single units.
func TestPieceCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) ledger.Span {
			from := rapid.Int64Range(0, 20).Draw(t, label)
			return span(from, from+rapid.Int64Range(1, 20).Draw(t, label+" length"))
		}
		p, by := ledger.Piece{Span: draw("piece"), At: rapid.Int64Range(0, 20).Draw(t, "at")}, draw("by")
		type unit struct{ address, place int64 }
		units := func(p ledger.Piece) (all []unit) {
			for i := range p.Len() {
				all = append(all, unit{p.From + i, p.At + i})
			}
			return all
		}
		var cut, cutPlaces []unit
		for _, u := range units(p) {
			if by.From <= u.address && u.address < by.Upto {
				cut = append(cut, u)
			}
			if by.From <= u.place && u.place < by.Upto {
				cutPlaces = append(cutPlaces, u)
			}
		}
		if got := units(p.Cut(by)); !reflect.DeepEqual(got, cut) {
			t.Fatalf("%v.Cut(%v) holds %v, want %v", p, by, got, cut)
		}
		if got := units(p.CutPlaces(by)); !reflect.DeepEqual(got, cutPlaces) {
			t.Fatalf("%v.CutPlaces(%v) holds %v, want %v", p, by, got, cutPlaces)
		}
	})
}

func TestFlowPieces(t *testing.T) {
	whole, holed := goodFlow(ledger.Expenditure), goodFlow(ledger.Expenditure)
	holed.Out.Span.Upto += 50
	named := goodFlow(ledger.Refund)
	named.Out.Takes = []ledger.Take{{Span: span(5, 45)}, {Span: span(60, 120), Path: []int64{4}}}
	for _, c := range []struct {
		name     string
		flow     *ledger.Flow
		pieces   []ledger.Piece
		complete bool
	}{
		{"an income takes nothing", goodFlow(ledger.Grant), nil, true},
		{"a whole envelope", whole, []ledger.Piece{piece(0, 100, 0)}, true},
		{"an envelope with holes", holed, []ledger.Piece{piece(0, 150, 0)}, false},
		{"takes end to end", named, []ledger.Piece{piece(5, 45, 0), piece(60, 120, 40)}, true},
	} {
		pieces, complete := c.flow.Pieces()
		if !reflect.DeepEqual(pieces, c.pieces) || complete != c.complete {
			t.Errorf("%s: Pieces = %v, %t, want %v, %t", c.name, pieces, complete, c.pieces, c.complete)
		}
	}
	if f := goodFlow(ledger.Return); f.Laid() != piece(0, 100, 0) || f.Back() != span(0, 100) || f.Named() || f.Carries() {
		t.Errorf("a return: laid %v, back %v, named %t, carries %t", f.Laid(), f.Back(), f.Named(), f.Carries())
	}
	if f := goodFlow(ledger.Transfer); !f.Carries() || f.Named() {
		t.Errorf("a transfer: carries %t, named %t", f.Carries(), f.Named())
	}
	if f := goodFlow(ledger.Conversion); f.Carries() {
		t.Error("a conversion carries")
	}
	if !named.Named() || named.Carries() {
		t.Errorf("a refund: named %t, carries %t", named.Named(), named.Carries())
	}
}
