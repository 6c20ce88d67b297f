package fabric_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/audit"
)

// TestFaults anchors 20,000 records of all kinds while they are written. Meanwhile it kills
// one node after the other, and starts it again; then it stops the whole network, and
// starts it on its data. Without any one orderer, and without the charity's peer,
// anchoring goes on; without an endorser it waits. In the end every record is anchored
// exactly once, all organisations hold the same, and the audit, from the blocks alone,
// finds the book as it is: until a record is edited behind the server's back.
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
	s.restart()
	if h := end(); s.Size() < 20_000 {
		h.Play(20_000 - int(s.Size()))
	}
	s.anchored()
	stop()
	s.wantOnce()
	s.agreed()
	report, err := s.audit()
	must(t, err)
	if report.Compared != "database" || report.Head.Size != s.Size() || report.Head.Breaches != 0 || len(report.Statements) != 4 {
		t.Errorf("the audit found %+v", report.Head)
	}
	t.Logf("%d records in %d batches", s.Size(), report.Batches)
	index := s.Size() / 2
	anchortest.Tamper(t, s.Address, index)
	_, err = s.audit()
	var d *audit.Difference
	if !errors.As(err, &d) || d.Index != index || ledger.KindOf(err) != ledger.Corrupt {
		t.Errorf("the audit finds %v, want record %d", err, index)
	}
}

// restart stops the network and starts it again. Meanwhile reads and calls fail without
// claiming a refusal; after that the same client goes on.
func (s *scene) restart() {
	s.Helper()
	began := time.Now()
	before, err := s.Client.Head(ctx)
	must(s, err)
	must(s, one.net.Down(ctx, false))
	limited, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if _, err := s.Client.Head(limited); err == nil || ledger.KindOf(err) != 0 {
		s.Errorf("without a network, the head: %v", err)
	}
	if _, err := s.Invoke(limited, "regulator", "Freeze", "4", "甲", "查账"); err == nil || ledger.KindOf(err) != 0 {
		s.Errorf("without a network, a call: %v", err)
	}
	s.grows(100)
	one.net, err = up()
	must(s, err)
	s.progress(300)
	if after, err := s.Client.Head(ctx); err != nil || after.Size <= before.Size || after.Key != before.Key {
		s.Errorf("the head was %+v, and is %+v (%v)", before, after, err)
	}
	s.TB.Logf("the network: stopped, started and gone on in %v", time.Since(began).Round(time.Millisecond))
}

// load writes records until the answer is called, which gives their history.
func (s *scene) load() (end func() *anchortest.History) {
	h := s.History(2)
	var over atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		pace := time.NewTicker(50 * time.Millisecond)
		defer pace.Stop()
		for !over.Load() {
			h.Play(20)
			<-pace.C
		}
	})
	return func() *anchortest.History {
		over.Store(true)
		wg.Wait()
		return h
	}
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
