package fabric_test

import (
	"context"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/fabric"
	"mingzhang/ledger/audit"
)

// TestImpatient: wherever in a submission time runs out, the answer is a commit that is
// in a block, or an open outcome, never a refusal; and the same batch again is anchored
// once.
func TestImpatient(t *testing.T) {
	s, _, _ := begun(t)
	open := 0
	for limit := time.Millisecond; limit < 200*time.Millisecond; limit = limit*5/4 + time.Millisecond {
		s.flow(gift(1))
		data := s.rest()
		limited, cancel := context.WithTimeout(ctx, limit)
		c, err := s.Submit(limited, data)
		cancel()
		if ledger.KindOf(err) != 0 {
			t.Fatalf("after %v: %v", limit, err)
		}
		if err == nil {
			s.wantInBlock(c)
		} else {
			open++
		}
		if c, err = s.Submit(ctx, data); err != nil {
			t.Fatalf("again, after %v: %v", limit, err)
		}
		s.size = c.Answer.Size
	}
	if open == 0 {
		t.Error("time never ran out")
	}
	report, err := audit.Blocks(ctx, s.Client, audit.Trust{Origin: s.origin, Key: s.key}, nil)
	if must(t, err); report.Head.Root != s.root(int64(len(s.records))) {
		t.Errorf("the audit finds %+v", report.Head)
	}
}

func (s *scribe) wantInBlock(c *anchor.Committed) {
	s.Helper()
	for b, err := range s.Blocks(ctx, c.Block) {
		must(s, err)
		for _, tx := range b.Txs {
			if tx.Tx == c.Tx && tx.Code == c.Code {
				return
			}
		}
		break
	}
	if !c.Answer.Repeated {
		s.Errorf("transaction %s is not in block %d", c.Tx, c.Block)
	}
}

// TestRivals: of two submitters that know nothing of each other and write the same log,
// each gets its answer, and every record is anchored once.
func TestRivals(t *testing.T) {
	s, _, _ := begun(t)
	other := connect(t, "platform", s.origin)
	for range 5 {
		s.flow(gift(1))
		s.flow(gift(1))
		long, short := s.rest(), s.marshal(s.batch(s.size, s.size+1))
		answers := make(chan error, 2)
		go func() { _, err := s.Submit(ctx, long); answers <- err }()
		go func() { _, err := other.Submit(ctx, short); answers <- err }()
		for range 2 {
			if err := <-answers; err != nil && ledger.KindOf(err) != ledger.Conflict {
				t.Fatal(err)
			}
		}
		s.size = ask[contract.Head](t, s.Client, "Head").Size // the short one's, where it came first
	}
	s.flow(gift(1))
	if a := s.anchor(); a.Root != s.root(int64(len(s.records))) {
		t.Errorf("the root is %v", a.Root)
	}
}

// TestClosed: a client that is closed leaves nothing running for long.
func TestClosed(t *testing.T) {
	network(t)
	before := runtime.NumGoroutine()
	for range 3 {
		c, err := fabric.Open(ctx, fabric.Config{Profile: network(t).Profile(), Origin: newOrigin(), Log: quiet})
		must(t, err)
		if _, err := c.Height(ctx); err != nil {
			t.Error(err)
		}
		must(t, c.Close())
	}
	eventually(t, "the goroutines end", func() bool { return runtime.NumGoroutine() <= before+2 })
}

// TestUnknown: a profile, organisation, user or channel that does not exist.
func TestUnknown(t *testing.T) {
	profile := network(t).Profile()
	for name, c := range map[string]fabric.Config{
		"profile":      {Profile: filepath.Join(t.TempDir(), "none.yaml")},
		"organisation": {Profile: profile, Org: "nobody"},
		"user":         {Profile: profile, User: "Nobody"},
		"channel":      {Profile: profile, Channel: "nowhere"},
	} {
		c.Log = quiet
		if l, err := fabric.Open(ctx, c); err == nil {
			l.Close()
			t.Errorf("an unknown %s is accepted", name)
		} else {
			t.Logf("%s: %.200v", name, err)
		}
	}
	_, err := connect(t, "charity", newOrigin()).Head(ctx)
	wantCode(t, err, "log-unknown")
}
