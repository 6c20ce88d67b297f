package contract

import (
	"fmt"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// TestPathThroughHoles: a refund follows a gift through a transfer that took its units
// around a hole. The ledger knows the transfer's runs from the holes that it keeps.
func TestPathThroughHoles(t *testing.T) {
	s := newScribe(newWorld(t))
	partner := ledger.Pool{Project: 11, Holder: 3, Designation: ledger.General, Asset: "CNY"}
	s.flow(gift(main, 10))
	second := s.flow(gift(main, 10))
	s.flow(naming(ledger.Refund, second, 2)) // digs [10, 12)
	s.anchor()
	s.flow(move(main, partner, 15)) // takes [0, 10) and [12, 17)
	s.anchor()
	if p := ask[Pool](s.world, charity, "Pool", main.String()); p.Holed != 0 || p.Next != 17 {
		t.Fatalf("the pool: %+v", p)
	}
	f := naming(ledger.Refund, second, 4)
	f.Out = &ledger.Outflow{Pool: partner}
	refund := s.flow(f)
	if got := s.records[refund].What.(*ledger.Flow).Out.Takes; fmt.Sprint(got[0].Span) != "[10, 14)" {
		t.Fatalf("the refund takes %v", got)
	}
	s.anchor()
	compare(t, s)
}

// BenchmarkRefunds anchors 5,000 refunds of gifts all over a log of 100,000: the older
// records lie in every tile, and each digs a hole.
func BenchmarkRefunds(b *testing.B) {
	const gifts, batch = 100_000, 5000
	s := newScribe(newWorld(b))
	s.anchor()
	first := s.size()
	for range gifts / batch {
		for range batch {
			s.flow(gift(main, 100))
		}
		s.anchor()
	}
	size := s.size()
	for i := range int64(batch) {
		of := first + i*(gifts/batch)
		from := s.records[of].What.(*ledger.Flow).In.Span.From + 1
		f := naming(ledger.Refund, of, 1)
		f.Out = &ledger.Outflow{Pool: main, Takes: []ledger.Take{{Span: ledger.Span{From: from - 1, Upto: from}}}}
		s.write(&record.Record{Index: size + i, Recorded: s.now, By: ledger.Author{Key: "k"}, What: &f})
	}
	data, state := s.marshal(s.batch(size, size+batch)), s.values
	for b.Loop() {
		s.values = make(map[string][]byte, len(state))
		for key, value := range state {
			s.values[key] = value
		}
		s.must(platform, "Anchor", data)
	}
	b.ReportMetric(batch*float64(b.N)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(len(s.reads)), "keys-read")
	b.ReportMetric(float64(len(s.writes)), "keys-written")
	b.ReportMetric(float64(s.rounds), "rounds")
}
