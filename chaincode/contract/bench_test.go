package contract

import (
	"fmt"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// BenchmarkAnchor anchors batches of 5,000 records of a mixed business on one core: of
// ten, seven gifts, two payments and a transfer or refund; two seals each.
func BenchmarkAnchor(b *testing.B) {
	for _, size := range []int64{100, 1000, 5000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			const batches = 4
			s := newScribe(newWorld(b))
			s.anchor()
			first, bytes := s.size(), 0
			business(s, size*batches)
			for _, data := range s.bytes[first:] {
				bytes += len(data)
			}
			var data [][]byte
			for at := first; at < first+size*batches; at += size {
				data = append(data, s.marshal(s.batch(at, at+size)))
			}
			state, n := s.values, 0
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				if n%batches == 0 { // begin again behind the first records
					s.values = make(map[string][]byte, len(state))
					for key, value := range state {
						s.values[key] = value
					}
				}
				s.must(platform, "Anchor", data[n%batches])
				n++
			}
			b.ReportMetric(float64(n)*float64(size)/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(float64(bytes)/float64(size*batches), "B/record")
			b.ReportMetric(float64(len(s.writes)), "keys/batch")
		})
	}
}

// business writes n flows of real length.
func business(s *scribe, n int64) {
	seal := record.Commitment{1, 2, 3}
	books := ledger.Pool{Project: 11, Holder: 1, Designation: "books", Asset: "CNY"}
	partner := ledger.Pool{Project: 11, Holder: 3, Designation: ledger.General, Asset: "CNY"}
	pools := []ledger.Pool{main, other, books}
	var gifts []int64
	for i := range n {
		p := pools[i%3]
		f := gift(p, 20_000+i)
		switch {
		case i%10 == 4 || i%10 == 8:
			f = payment(p, 5000)
			f.Evidence = []string{fmt.Sprintf("sha256:%064d", i)}
		case i%20 == 9:
			f = move(main, partner, 10_000)
		case i%20 == 19:
			f = naming(ledger.Refund, gifts[len(gifts)-1], 100)
		}
		e, err := ledger.Apply(s.State(), f)
		if err != nil {
			s.Fatal(err)
		}
		s.Skip(int64(len(s.records)))
		index := s.Commit(e)
		flow := e.Flow
		if f.Kind == ledger.Donation {
			flow.Channel = "wechat"
			gifts = append(gifts, index)
		}
		s.write(&record.Record{Index: index, Recorded: s.now, By: ledger.Author{Org: 1, Key: "k7"}, Public: seal, Private: seal, What: &flow})
	}
}
