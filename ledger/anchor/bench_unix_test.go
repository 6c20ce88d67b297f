//go:build unix

package anchor_test

import (
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/store/pgtest"
)

// many is how many records the benchmarks carry; with fewer the start shows.
const many = 100_000

// BenchmarkAnchor carries a log that is there already to an embedded ledger: read from
// the database, checked by the rules, signed, on the disk, row kept.
func BenchmarkAnchor(b *testing.B) {
	for _, name := range []string{"sqlite", "postgres"} {
		b.Run(name, func(b *testing.B) {
			address := "sqlite:" + filepath.Join(b.TempDir(), "book.db")
			if name == "postgres" {
				address = pgtest.DSN(b)
			}
			s := newScene(b, address)
			s.History(20).Play(many)
			s.Published()
			n, cpu := int64(0), time.Duration(0)
			b.ResetTimer()
			for b.Loop() {
				b.StopTimer()
				s.freshLedger()
				l := s.loop(s.Store, s.ledger)
				b.StartTimer()
				began := cpuTime()
				stop := run(l)
				s.reached(s.Size())
				stop()
				cpu += cpuTime() - began
				n += s.Size()
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(float64(n)/cpu.Seconds(), "records/cpu-s")
			b.ReportMetric(float64(s.blockBytes())/float64(s.Size()), "B/record")
		})
	}
}

func (s *scene) freshLedger() {
	must(s, s.ledger.Close())
	s.dir = s.TempDir()
	s.openLedger()
	must(s, s.ledger.Register(ctx, s.Key))
	anchortest.Forge(s, s.Address, "DELETE FROM anchors")
}

func (s *scene) reached(size int64) {
	eventually(s, "the ledger has everything", func() bool {
		head, err := s.ledger.Head(ctx)
		return err == nil && head.Size == size
	})
}

func (s *scene) blockBytes() (n int) {
	for b, err := range local.Reader(s.dir).Blocks(ctx, 0) {
		must(s, err)
		n += len(b.Bytes)
	}
	return n
}

// BenchmarkSubmit is the embedded ledger alone: the same batches, ready made.
func BenchmarkSubmit(b *testing.B) {
	s := newScene(b, "sqlite:"+filepath.Join(b.TempDir(), "book.db"))
	s.History(20).Play(many)
	s.Published()
	stop := run(s.loop(s.Store, s.ledger))
	s.reached(s.Size())
	stop()
	var batches [][]byte
	for block, err := range s.ledger.Blocks(ctx, 0) {
		must(b, err)
		if tx := block.Txs[0]; tx.Function == "Anchor" {
			batches = append(batches, tx.Args[1])
		}
	}
	n, cpu := int64(0), time.Duration(0)
	b.ResetTimer()
	for b.Loop() {
		b.StopTimer()
		s.freshLedger()
		b.StartTimer()
		began := cpuTime()
		for _, batch := range batches {
			_, err := s.ledger.Submit(ctx, batch)
			must(b, err)
		}
		cpu += cpuTime() - began
		n += s.Size()
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(n)/cpu.Seconds(), "records/cpu-s")
}

// cpuTime is what this process has used: beside others on the machine it says more than
// the clock. PostgreSQL's own time is not in it.
func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkLag writes 1,000 records a second and says how long each waits for its row,
// counted from the book's answer.
func BenchmarkLag(b *testing.B) {
	s := newScene(b, "sqlite:"+filepath.Join(b.TempDir(), "book.db"))
	h := s.History(22)
	l := s.loop(s.Store, s.ledger)
	defer run(l)()
	var lags []time.Duration
	b.ResetTimer()
	for b.Loop() {
		lags = append(lags, paced(h, l, 10*time.Second)...)
	}
	slices.Sort(lags)
	b.ReportMetric(lags[len(lags)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(lags[len(lags)*99/100].Seconds()*1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// paced plays 100 records each tenth of a second, and gives how long each waited.
func paced(h *anchortest.History, l *anchor.Loop, long time.Duration) (lags []time.Duration) {
	type written struct {
		upto int64
		at   time.Time
	}
	queue := make(chan written, 1000)
	go func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for range long / (100 * time.Millisecond) {
			<-tick.C
			h.Play(100)
			queue <- written{h.Size(), time.Now()}
		}
		close(queue)
	}()
	for w := range queue {
		eventually(h, "it is anchored", func() bool {
			st, err := l.Standing(ctx)
			return err == nil && st.Upto >= w.upto
		})
		for range 100 {
			lags = append(lags, time.Since(w.at))
		}
	}
	return lags
}
