//go:build unix

package fabric_test

import (
	"context"
	"fmt"
	"iter"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/fabric"
	"mingzhang/ledger/audit"
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
				s.History(5).Play(c.history)
				s.Published()
				config := s.Loop(s.Client)
				config.MaxRecords = c.records
				s.loop = anchor.New(config)
				b.StartTimer()
				s.measure(b)
			}
		})
	}
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
	records := float64(s.Size())
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
	switch step {
	case fabric.Endorsing:
		w.tries++
	case fabric.Ordering:
		w.spent[0] += now.Sub(w.last)
	case fabric.Sent:
		return
	case fabric.Committed:
		w.spent[1] += now.Sub(w.last)
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
		h := s.History(6)
		defer s.run()()
		times := []time.Time{}
		base := s.Size()
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
			h.Play(50)
			mu.Lock()
			for range s.Size() - base - int64(len(times)) {
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

// BenchmarkAudit reads and checks the blocks of a mixed history, of 60,000 flows or of as
// many as MINGZHANG_FLOWS says, from the first block of their log on: other benchmarks'
// logs are on the channel as well.
func BenchmarkAudit(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(300)) // as the program has it
	first, err := connect(b, "platform", newOrigin()).Height(ctx)
	must(b, err)
	s := newScene(b)
	flows, err := strconv.Atoi(os.Getenv("MINGZHANG_FLOWS"))
	if err != nil {
		flows = 60_000
	}
	s.History(7).Play(flows)
	s.Published()
	stop := s.run()
	s.anchored()
	stop()
	blocks := later{s.Client, first}
	b.ResetTimer()
	began := cpuTime()
	for range b.N {
		_, err := audit.Blocks(ctx, blocks, audit.Trust{Origin: s.origin, Key: s.Key}, nil)
		must(b, err)
	}
	records, used := float64(s.Size())*float64(b.N), (cpuTime() - began).Seconds()
	b.ReportMetric(records/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(records/used, "records/cpu-s")
	b.ReportMetric(b.Elapsed().Seconds()/records*1e6, "s/million")
	b.ReportMetric(used/records*1e6, "cpu-s/million")
}

// later is a channel as if it began at a block.
type later struct {
	*fabric.Client
	first int64
}

func (l later) Blocks(ctx context.Context, from int64) iter.Seq2[*anchor.Block, error] {
	return func(yield func(*anchor.Block, error) bool) {
		for b, err := range l.Client.Blocks(ctx, l.first+from) {
			if err == nil {
				b.Number -= l.first
			}
			if !yield(b, err) {
				return
			}
		}
	}
}

// cpuTime is what this process has used: not the peers that send the blocks.
func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
