package store_test

import (
	"os"
	"syscall"
	"testing"
	"time"

	"mingzhang/ledger/store/pgtest"
)

// TestServerDown ends PostgreSQL under load, at once and as a whole, again and again;
// each commit takes 10 ms, so that most ends come in the middle of one. Now and then
// it stays away until the callers hear of it. The book goes on when the server does.
func TestServerDown(t *testing.T) {
	server := pgtest.New(t, pgtest.Setting("commit_delay", "10000"), pgtest.Setting("commit_siblings", "0"))
	s := openStore(t, server.Database(t))
	prepared(t, s)
	b := openImpatient(t, s, time.Second)
	c := gather(t, b, "c", 16, nil)
	for round := range 12 {
		c.more(20)
		moment(30 * time.Millisecond)
		server.Kill()
		if refused := c.refused.Load(); round%3 == 0 {
			eventually(t, "a refusal", func() bool { return c.refused.Load() > refused })
		}
		server.Start()
	}
	c.more(20)
	c.disperse()
	c.wantAll(s)
	t.Logf("%d answers, %d refusals (%d unsure)", len(c.answers), c.refused.Load(), c.unsure.Load())
}

// TestBackendKilled ends only the process that serves the book: in order by the
// server, or with SIGKILL, after which the server throws all others out and recovers.
func TestBackendKilled(t *testing.T) {
	server := pgtest.New(t, pgtest.Setting("commit_delay", "2000"), pgtest.Setting("commit_siblings", "0"))
	address := server.Database(t)
	s := openStore(t, address)
	b := openBook(t, s)
	prepare(t, b)
	c := gather(t, b, "c", 16, nil)
	side := openStore(t, address) // only to look at the server
	for i := range 60 {
		c.more(5)
		moment(10 * time.Millisecond)
		var pids []int
		err := side.DB().Raw("SELECT pid FROM pg_stat_activity WHERE application_name = 'mingzhang' AND state <> 'idle' AND pid <> pg_backend_pid()").Scan(&pids).Error
		if err != nil {
			continue // its own connection was thrown out with the others
		}
		for _, pid := range pids {
			if i%6 == 5 {
				killBackend(t, pid)
			} else {
				side.DB().Exec("SELECT pg_terminate_backend(?)", pid)
			}
		}
	}
	c.more(20)
	c.disperse()
	c.wantAll(s)
	t.Logf("%d answers, %d refusals (%d unsure)", len(c.answers), c.refused.Load(), c.unsure.Load())
}

// killBackend kills a process of this test's own server.
func killBackend(t *testing.T, pid int) {
	p, err := os.FindProcess(pid)
	must(t, err)
	if err := p.Signal(syscall.SIGKILL); err != nil && err != os.ErrProcessDone {
		t.Errorf("kill %d: %v", pid, err)
	}
}
