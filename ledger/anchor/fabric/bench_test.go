package fabric_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/fabric"
	"mingzhang/ledger/proof"
)

// BenchmarkAnchor anchors a mixed history that is written already, with so many records
// to a transaction at the most. Run it with -benchtime 1x.
func BenchmarkAnchor(b *testing.B) {
	for _, c := range []struct {
		records int64
		history int
	}{{100, 5000}, {1000, 20_000}, {5000, 60_000}} {
		b.Run(fmt.Sprint(c.records), func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				s := newScene(b)
				s.history(5).play(c.history)
				eventually(b, "everything is published", func() bool { return s.published() == s.size() })
				s.loop = s.newLoop(c.records)
				s.loop.MaxBytes = 6 << 20 // so that 5,000 records fit
				b.StartTimer()
				s.measure(b)
			}
		})
	}
}

// published is how many records the log's checkpoint has.
func (s *scene) published() int64 {
	note := s.book.Checkpoint()
	if note == nil {
		return 0
	}
	cp, _, err := proof.OpenCheckpoint(note, s.origin, s.verifier)
	must(s, err)
	return cp.Size
}

// measure anchors what is written and reports the figures.
func (s *scene) measure(b *testing.B) {
	var w stopwatch
	fabric.Observe(w.step)
	defer fabric.Observe(func(int) {})
	began := time.Now()
	stop := s.run()
	s.anchored()
	took := time.Since(began)
	b.StopTimer()
	stop()
	records := float64(s.size())
	b.ReportMetric(records/took.Seconds(), "records/s")
	b.ReportMetric(float64(w.spent[0])/float64(w.calls)/1e6, "ms-endorse/tx")
	b.ReportMetric(float64(w.spent[1])/float64(w.calls)/1e6, "ms-commit/tx")
	b.ReportMetric(100*w.spent[0].Seconds()/took.Seconds(), "%endorse")
	b.ReportMetric(float64(w.tries)/float64(w.calls), "tries/tx")
	blocks, state := s.bytes()
	b.ReportMetric(float64(blocks)/records, "B-block/record")
	b.ReportMetric(float64(state)/records, "B-state/record")
}

// stopwatch adds up the steps of calls that follow each other.
type stopwatch struct {
	sync.Mutex
	last         time.Time
	spent        [2]time.Duration
	tries, calls int
}

func (w *stopwatch) step(step int) {
	w.Lock()
	defer w.Unlock()
	now := time.Now()
	switch {
	case step == 0:
		w.tries++
	default:
		w.spent[step-1] += now.Sub(w.last)
	}
	if step == 2 {
		w.calls++
	}
	w.last = now
}

// bytes is what the log takes in blocks, and in the state that they make.
func (s *scene) bytes() (blocks, state int) {
	s.Helper()
	memory := anchor.Memory{}
	for b, err := range s.Blocks(ctx, 0) {
		must(s, err)
		for i := range b.Txs {
			tx := &b.Txs[i]
			if tx.Code != anchor.Valid || len(tx.Args) == 0 || string(tx.Args[0]) != s.origin {
				continue
			}
			over := anchor.Over(memory)
			_, err := contract.Invoke(over, tx.Call, tx.Function, tx.Args)
			must(s, err)
			memory.Keep(over.Writes)
			blocks += len(b.Bytes)
		}
	}
	for key, value := range memory {
		state += len(key) + len(value)
	}
	return blocks, state
}

// BenchmarkLag writes 1,000 records a second for 20 seconds and reports how long they
// wait from their answer until they are anchored.
func BenchmarkLag(b *testing.B) {
	for range b.N {
		s := newScene(b)
		h := s.history(6)
		defer s.run()()
		times := []time.Time{}
		base := s.size()
		var lags []time.Duration
		done := make(chan struct{})
		var mu sync.Mutex
		go func() {
			defer close(done)
			for next := base; next < base+20_000; {
				upto, now := s.upto(), time.Now()
				mu.Lock()
				for ; next < upto && next-base < int64(len(times)); next++ {
					lags = append(lags, now.Sub(times[next-base]))
				}
				mu.Unlock()
				time.Sleep(2 * time.Millisecond) // the pace of the measurement
			}
		}()
		pace := time.NewTicker(50 * time.Millisecond)
		for range 400 {
			<-pace.C
			h.play(50)
			mu.Lock()
			for range s.size() - base - int64(len(times)) {
				times = append(times, time.Now())
			}
			mu.Unlock()
		}
		pace.Stop()
		<-done
		slices.Sort(lags)
		b.ReportMetric(lags[len(lags)/2].Seconds(), "s-lag-p50")
		b.ReportMetric(lags[len(lags)*99/100].Seconds(), "s-lag-p99")
	}
}

// BenchmarkAudit reads and checks the blocks of 20,000 records.
func BenchmarkAudit(b *testing.B) {
	s := newScene(b)
	h := s.history(7)
	stop := s.run()
	h.play(20_000)
	s.anchored()
	stop()
	b.ResetTimer()
	for range b.N {
		_, err := anchor.Audit(ctx, s.Client, anchor.Trust{Origin: s.origin, Key: s.key}, nil)
		must(b, err)
	}
	b.ReportMetric(float64(s.size())*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
