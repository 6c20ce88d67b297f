package fabric_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mingzhang/ledger"
)

// TestFaults kills one node after the other while records are written and anchored, and
// starts it again. Without any one orderer, and without the charity's peer, anchoring
// goes on; without an endorser it waits. In the end every record is anchored exactly
// once, and all organisations hold the same.
func TestFaults(t *testing.T) {
	s := newScene(t)
	stop, end := s.run(), s.load()
	for _, f := range []struct {
		node    string
		without bool // anchoring goes on
	}{
		{"orderer1", true}, {"orderer2", true}, {"orderer3", true}, {"peer-charity", true},
		{"chaincode-platform", false}, {"chaincode-regulator", false}, {"peer-regulator", false}, {"peer-platform", false},
	} {
		began := time.Now()
		must(t, one.net.Kill(ctx, f.node))
		if f.without {
			s.progress(300)
		} else {
			s.grows(300)
		}
		must(t, one.net.Start(ctx, f.node))
		s.progress(300)
		t.Logf("%s: killed, started and gone on in %v", f.node, time.Since(began).Round(time.Millisecond))
	}
	end()
	s.anchored()
	stop()
	s.wantOnce()
	s.agreed()
	report, err := s.audit()
	if must(t, err); report.Compared == "" {
		t.Error("the audit compared nothing")
	}
	t.Logf("%d records in %d batches", s.Size(), report.Batches)
}

// load writes records until the answer is called.
func (s *scene) load() (end func()) {
	h := s.History(2)
	var over atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		pace := time.NewTicker(50 * time.Millisecond)
		defer pace.Stop()
		for !over.Load() {
			h.Play(30)
			<-pace.C
		}
	})
	return func() { over.Store(true); wg.Wait() }
}

// progress waits until so many more records are anchored.
func (s *scene) progress(records int64) {
	s.Helper()
	goal := s.upto() + records
	eventually(s, "anchoring goes on", func() bool { return s.upto() >= goal })
}

// grows waits until so many more records are written.
func (s *scene) grows(records int64) {
	s.Helper()
	goal := s.Size() + records
	eventually(s, "the log grows", func() bool { return s.Size() >= goal })
}

// agreed: when all peers have caught up, they hold the same.
func (s *scene) agreed() {
	s.Helper()
	height, err := s.Height(ctx)
	must(s, err)
	eventually(s, "all organisations agree", func() bool {
		all, err := s.Agreement(ctx, height-1)
		must(s, err)
		for _, o := range all {
			if o.Err != nil {
				return false
			}
		}
		return len(all) == 3
	})
}

// TestRestart stops the whole network and starts it on its data. Meanwhile reads and
// calls fail without claiming a refusal; after that the same client goes on.
func TestRestart(t *testing.T) {
	s := newScene(t)
	h := s.History(3)
	stop := s.run()
	h.Play(500)
	s.anchored()
	before, err := s.Client.Head(ctx)
	must(t, err)
	must(t, network(t).Down(ctx, false))
	limited, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if _, err := s.Client.Head(limited); err == nil || ledger.KindOf(err) != 0 {
		t.Errorf("without a network, the head: %v", err)
	}
	if _, err := s.Invoke(limited, "regulator", "Freeze", "4", "甲", "查账"); err == nil || ledger.KindOf(err) != 0 {
		t.Errorf("without a network, a call: %v", err)
	}
	h.Play(500)
	again, err := up()
	must(t, err)
	one.net = again
	eventually(t, "the same head", func() bool {
		after, err := s.Client.Head(ctx)
		return err == nil && after.Size >= before.Size && after.Key == before.Key
	})
	s.anchored()
	stop()
	s.wantOnce()
	s.agreed()
}
