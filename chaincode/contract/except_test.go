package contract

import (
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

func (w *world) leaf(index int64) string { return tlog.Hash(record.Hash(w.bytes[index])).String() }

// TestExcept: one side alone changes nothing; both let just this record in, and its pool
// is unchecked from then on, while the other side of its flows is not.
func TestExcept(t *testing.T) {
	s, _, _, _ := begun(t)
	size := s.size()
	bad := s.raw(paid(main, 40, 60))
	s.raw(paid(main, 90, 300)) // nobody checks this any more
	data := s.marshal(s.batch(size, bad+2))
	s.refused("msp-forbidden", charity, "Except", bad, s.leaf(bad), "误")
	s.refused("already-anchored", platform, "Except", bad-1, s.leaf(bad-1), "误")
	s.refused("digest-form", platform, "Except", bad, "x", "误")
	for range 2 { // the same side twice is one side
		s.must(platform, "Except", bad, s.leaf(bad), "误")
		s.refused("units-differ", platform, "Anchor", data)
	}
	s.must(regulator, "Except", bad, s.leaf(bad), "别的理由")
	s.refused("units-differ", platform, "Anchor", data)
	s.must(regulator, "Except", bad, s.leaf(0), "误")
	s.refused("units-differ", platform, "Anchor", data)
	if a := ask[Agreed](s.world, regulator, "Except", bad, s.leaf(bad), "误"); !a.Agreed || a.Used {
		t.Fatalf("both: %+v", a)
	}
	s.cut(size)
	s.raw(paid(main, 40, 61)) // another record at the same place
	s.bad("units-differ", bad)
	s.raw(paid(main, 40, 60))
	s.raw(paid(main, 90, 300))
	if a := s.anchor(); a.Excepted != 1 {
		t.Fatalf("the answer: %+v", a)
	}
	unchecked(t, s, bad)
}

func unchecked(t *testing.T, s *scribe, bad int64) {
	t.Helper()
	if p := ask[Pool](s.world, charity, "Pool", main.String()); p.Unchecked == nil || *p.Unchecked != bad || p.Balance != 50 {
		t.Fatalf("the pool: %+v", p)
	}
	if p := ask[Project](s.world, charity, "Project", 11); p.Unchecked == nil || *p.Unchecked != bad || p.Totals[0].Expenditure != 30 {
		t.Fatalf("the project: %+v", p)
	}
	if h := ask[Head](s.world, charity, "Head"); h.Excepted != 1 || h.Exceptions != 1 || h.Unchecked != 1 {
		t.Fatalf("the head: %+v", h)
	}
	if e := ask[Page[Exception]](s.world, charity, "Exceptions").Items; !e[0].Used || e[0].Index != bad || e[0].Platform.Reason != "误" {
		t.Fatalf("the list: %+v", e)
	}
	s.refused("already-anchored", platform, "Except", bad, s.leaf(0), "误")
	if a := ask[Agreed](s.world, platform, "Except", bad, s.leaf(bad), "误"); !a.Repeated || !a.Agreed {
		t.Fatalf("again: %+v", a)
	}
	f := move(main, other, 3) // a checked pool receives from an unchecked one
	f.Consent = &ledger.Author{Org: 2, Key: "k"}
	f.Out.Span, f.In.Span = ledger.Span{From: 1000, Upto: 1009}, ledger.Span{From: 1, Upto: 4}
	s.raw(f)
	s.bad("units-differ", s.size())
	f.In = &ledger.Inflow{Pool: other, Span: ledger.Span{From: 0, Upto: 3}}
	moved := s.raw(f)
	s.raw(paid(other, 0, 3))
	s.raw(paid(other, 3, 4))
	s.bad("pool-shortfall", moved+2)
	s.raw(f)
	s.raw(paid(other, 0, 3))
	s.anchor()
	named := naming(ledger.Refund, 16, 4) // of the first gift, by the path through what nobody checked
	named.Out = &ledger.Outflow{Pool: other, Takes: []ledger.Take{{Span: ledger.Span{From: 3, Upto: 7}, Path: []int64{moved}}}}
	s.raw(named)
	s.bad("path-unchecked", s.size())
}

// TestBesideUnchecked: a pool beside an unchecked one goes on as before: its own outflows
// are checked and counted, and paths lead back through what was checked in its time.
func TestBesideUnchecked(t *testing.T) {
	s := newScribe(newWorld(t))
	partner := ledger.Pool{Project: 11, Holder: 3, Designation: ledger.General, Asset: "CNY"}
	s.flow(gift(main, 10))
	second := s.flow(gift(main, 20))
	s.flow(naming(ledger.Refund, second, 2)) // digs [10, 12)
	s.flow(move(main, partner, 15))          // around the hole
	bad := s.raw(paid(main, 5, 6))
	s.must(platform, "Except", bad, s.leaf(bad), "误")
	s.must(regulator, "Except", bad, s.leaf(bad), "误")
	s.anchor()
	f := naming(ledger.Refund, second, 1)
	f.Out = &ledger.Outflow{Pool: partner}
	s.flow(f) // by the path through the transfer, with a hole in its envelope
	back := move(partner, main, 4)
	back.Out.Span, back.In.Span = ledger.Span{From: 0, Upto: 4}, ledger.Span{From: 70, Upto: 74}
	s.raw(back)
	s.anchor()
	p := ask[Project](s.world, charity, "Project", 11).Totals[0]
	if p.TransfersOut != 4 || p.TransfersIn != 0 || p.Held != 13+10 || p.Refunds != 3 {
		t.Fatalf("the totals: %+v", p)
	}
	s.raw(back)
	s.bad("units-differ", s.size())
}

// TestExceptUnreadable: bytes that are no record may enter too; nobody can name them.
func TestExceptUnreadable(t *testing.T) {
	s, _, _, _ := begun(t)
	bad := s.append(nil, []byte("no record"))
	s.must(platform, "Except", bad, s.leaf(bad), "损坏")
	s.must(regulator, "Except", bad, s.leaf(bad), "损坏")
	s.anchor()
	if got := ask[Leaf](s.world, charity, "Leaf", bad).Leaf.String(); got != s.leaf(bad) {
		t.Fatalf("the leaf is %s", got)
	}
	s.refused("not-anchored", charity, "Leaf", bad+1)
	refund := naming(ledger.Refund, bad, 1)
	refund.Out = &ledger.Outflow{Pool: main, Takes: []ledger.Take{{Span: ledger.Span{From: 50, Upto: 51}}}}
	s.raw(refund)
	b := s.batch(bad+1, bad+2)
	b.Olders = []Older{{bad, s.bytes[bad]}}
	s.refused("no-such-flow", platform, "Anchor", s.marshal(b))
}

// TestExceptGoodRecord: an exception that was not needed leaves the pool checked.
func TestExceptGoodRecord(t *testing.T) {
	s, _, _, _ := begun(t)
	index := s.flow(payment(main, 1))
	s.must(platform, "Except", index, s.leaf(index), "误")
	s.must(regulator, "Except", index, s.leaf(index), "误")
	s.add(&ledger.Exception{Of: index, Leaf: record.Hash(s.bytes[index])})
	if a := s.anchor(); a.Excepted != 0 {
		t.Fatalf("the answer: %+v", a)
	}
	if p := ask[Pool](s.world, charity, "Pool", main.String()); p.Unchecked != nil {
		t.Fatalf("the pool: %+v", p)
	}
	expect(s.world)
}

// TestExceptNoun: what both accepted may be named, though its own reference was wrong.
func TestExceptNoun(t *testing.T) {
	s, _, _, _ := begun(t)
	project := s.add(&ledger.Project{Organization: 11, Name: "项目", Kind: ledger.Fund, Cause: "education", Place: "440100"})
	s.must(platform, "Except", project, s.leaf(project), "误")
	s.must(regulator, "Except", project, s.leaf(project), "误")
	f := gift(ledger.Pool{Project: project, Holder: 1, Designation: ledger.General, Asset: "CNY"}, 5)
	f.In.Span.Upto = 5
	s.raw(f)
	s.anchor()
}
