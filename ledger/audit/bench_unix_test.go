//go:build unix

package audit_test

import (
	"os"
	"runtime/debug"
	"strconv"
	"syscall"
	"testing"
	"time"

	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/audit"
)

// BenchmarkAudit has the rules check a mixed history anew, of 100,000 flows or of as many
// as MINGZHANG_FLOWS says, and rebuilds the accounts: from the blocks alone, against the
// database, of the database by itself, and of a server by itself, whose own work counts
// as well.
func BenchmarkAudit(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(300)) // as the program has it
	s := newScene(b, file(b), flows())
	address := s.serve(nil)
	for _, c := range []struct {
		name string
		run  func() (*audit.Report, error)
	}{
		{"blocks", func() (*audit.Report, error) { return audit.Blocks(ctx, local.Reader(s.dir), s.trust(), nil) }},
		{"blocks and database", func() (*audit.Report, error) { return s.blocks(s.database()) }},
		{"database", s.log},
		{"server", func() (*audit.Report, error) { return audit.Run(ctx, audit.Config{URL: address, LogKey: s.Key}) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			began := cpuTime()
			for b.Loop() {
				_, err := c.run()
				must(b, err)
			}
			records := float64(b.N) * float64(s.Size())
			used := (cpuTime() - began).Seconds()
			b.ReportMetric(records/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(records/used, "records/cpu-s")
			b.ReportMetric(b.Elapsed().Seconds()/records*1e6, "s/million")
			b.ReportMetric(used/records*1e6, "cpu-s/million")
		})
	}
}

func flows() int {
	if n, err := strconv.Atoi(os.Getenv("MINGZHANG_FLOWS")); err == nil {
		return n
	}
	return 100_000
}

// cpuTime is what this process has used: beside others on the machine it says more than
// the clock.
func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
