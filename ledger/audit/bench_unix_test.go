//go:build unix

package audit_test

import (
	"syscall"
	"testing"
	"time"

	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/audit"
)

// BenchmarkAudit has the rules check 100,000 records anew and rebuilds the accounts:
// from the blocks alone, against the database, of the database by itself.
func BenchmarkAudit(b *testing.B) {
	s := newScene(b, file(b), 100_000)
	for _, c := range []struct {
		name string
		run  func() (*audit.Report, error)
	}{
		{"blocks", func() (*audit.Report, error) { return audit.Blocks(ctx, local.Reader(s.dir), s.trust(), nil) }},
		{"blocks and database", func() (*audit.Report, error) { return s.blocks(s.database()) }},
		{"database", s.log},
	} {
		b.Run(c.name, func(b *testing.B) {
			began := cpuTime()
			for b.Loop() {
				_, err := c.run()
				must(b, err)
			}
			records := float64(b.N) * float64(s.Size())
			b.ReportMetric(records/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(records/(cpuTime()-began).Seconds(), "records/cpu-s")
		})
	}
}

// cpuTime is what this process has used: beside others on the machine it says more than
// the clock.
func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
