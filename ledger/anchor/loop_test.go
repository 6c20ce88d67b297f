package anchor_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
	"mingzhang/ledger/anchor/anchortest"
	"mingzhang/ledger/audit"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
)

// faulty is a ledger between which and the loop something breaks.
type faulty struct {
	anchor.Ledger
	mu      sync.Mutex
	submits int
	late    []byte // a batch that was given up for lost and is still under way
	fault   func(n int) string
	die     func() // ends the loop where the fault says so
	hits    map[string]int
}

var errBroken = errors.New("the connection broke")

// The faults, by where in a submission they strike.
const (
	before    = "before it is submitted"
	lost      = "it is lost on its way"
	silent    = "it is committed, and the answer is lost"
	delayed   = "it is given up, and committed later"
	dieBefore = "the program ends before it is submitted"
	dieAfter  = "the program ends between commit and row"
)

var faults = []string{before, lost, silent, delayed, dieBefore, dieAfter}

func (f *faulty) Submit(ctx context.Context, batch []byte) (*anchor.Committed, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.submits++
	fault := f.fault(f.submits)
	f.hits[fault]++
	if err := f.land(); err != nil {
		return nil, err
	}
	switch fault {
	case before, lost:
		return nil, errBroken
	case delayed:
		f.late = batch
		return nil, context.DeadlineExceeded
	case dieBefore:
		f.die()
		return nil, ctx.Err()
	}
	c, err := f.Ledger.Submit(ctx, batch)
	switch {
	case err != nil:
	case fault == silent:
		return nil, errBroken
	case fault == dieAfter:
		f.die()
	}
	return c, err
}

// land commits what was under way.
func (f *faulty) land() error {
	late := f.late
	f.late = nil
	if late == nil {
		return nil
	}
	_, err := f.Ledger.Submit(ctx, late)
	return err
}

// TestMixed anchors a mixed history while it is written, with faults at every stage of
// a submission, and restarts of the loop; then every record is anchored exactly once.
func TestMixed(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		h := s.History(1)
		random := rand.New(rand.NewPCG(2, 3))
		f := &faulty{Ledger: s.ledger, hits: map[string]int{}, fault: func(n int) string {
			if n <= len(faults) {
				return faults[n-1]
			}
			return append(faults, make([]string, 12)...)[random.IntN(len(faults)+12)]
		}}
		all, stop := context.WithCancel(ctx)
		var lives int
		var wg sync.WaitGroup
		wg.Go(func() {
			for all.Err() == nil { // each life is a program that is started again
				life, end := context.WithCancel(all)
				f.mu.Lock()
				f.die = end
				f.mu.Unlock()
				c := s.Loop(f)
				c.MaxRecords = 60
				anchor.New(c).Run(life)
				end()
				lives++
			}
		})
		for range 60 { // small batches, so that there are many submissions
			h.Play(50)
		}
		watch := s.loop(s.Store, s.ledger)
		s.anchored(watch)
		stop()
		wg.Wait()
		s.wantOnce(watch)
		t.Logf("%d records in %d submissions, %d lives: %v", s.Size(), f.submits, lives, f.hits)
		for _, fault := range faults {
			if f.hits[fault] == 0 {
				t.Errorf("never: %s", fault)
			}
		}
		report, err := audit.Blocks(ctx, s.ledger, audit.Trust{Origin: origin, Key: s.Key}, audit.Database{Store: s.Store})
		must(t, err)
		if report.Compared == "" || report.Head.Size != s.Size() || report.Head.Breaches != 0 || len(report.Statements) != 4 {
			t.Errorf("the audit found %+v", report.Head)
		}
	})
}

// TestTwoLoops: of two programs on one database one carries at a time, and the other
// goes on when it ends.
func TestTwoLoops(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		h := s.History(4)
		var inside, most atomic.Int64
		counted := counting{s.ledger, &inside, &most}
		first, second := s.loop(s.Store, counted), s.loop(anchortest.OpenStore(t, address), counted)
		stops := []func(){run(first), run(second)}
		h.Play(300)
		s.anchored(first)
		for round := range 4 {
			stops[round%2]()
			h.Play(150)
			s.anchored(second)
			stops[round%2] = run([]*anchor.Loop{first, second}[round%2])
		}
		stops[0]()
		stops[1]()
		s.wantOnce(first)
		if most.Load() != 1 {
			t.Errorf("%d submissions were under way at once", most.Load())
		}
	})
}

// counting counts submissions under way.
type counting struct {
	anchor.Ledger
	inside, most *atomic.Int64
}

func (c counting) Submit(ctx context.Context, batch []byte) (*anchor.Committed, error) {
	n := c.inside.Add(1)
	defer c.inside.Add(-1)
	if n > c.most.Load() {
		c.most.Store(n)
	}
	return c.Ledger.Submit(ctx, batch)
}

// refusing refuses what reaches a place.
type refusing struct {
	anchor.Ledger
	at atomic.Int64 // 0 lets everything in
}

func (r *refusing) Submit(ctx context.Context, batch []byte) (*anchor.Committed, error) {
	b, err := contract.Unmarshal(batch)
	if err != nil {
		return nil, err
	}
	if at := r.at.Load(); at > 0 && b.First+int64(len(b.Records)) > at {
		cause := ledger.Refuse(ledger.Shortfall, "pool-shortfall", "amount", "余额不足", "the pool holds less")
		return nil, &contract.Refusal{Index: at, Cause: cause}
	}
	return r.Ledger.Submit(ctx, batch)
}

// TestAlarm: a refusal stops the loop, for all to see; nothing is skipped; it goes on
// when it is told to.
func TestAlarm(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		h := s.History(5)
		r := &refusing{Ledger: s.ledger}
		r.at.Store(300)
		l := s.loop(s.Store, r)
		defer run(l)()
		h.Play(600)
		eventually(t, "the alarm", func() bool { return l.Alarm() != nil })
		st, err := l.Standing(ctx)
		must(t, err)
		var refusal *contract.Refusal
		if !strings.Contains(st.Alarm, "record 300") || st.Upto > 300 || st.Lag != s.Size()-st.Upto || st.Since.IsZero() || !errors.As(l.Alarm(), &refusal) || refusal.Index != 300 {
			t.Errorf("the standing is %+v", st)
		}
		raised := l.Alarm()
		l.Resume() // nothing has changed: the same alarm again, but another one
		eventually(t, "the alarm again", func() bool { now := l.Alarm(); return now != nil && now != raised })
		if head, err := s.ledger.Head(ctx); err != nil || head.Size != st.Upto {
			t.Errorf("the ledger has %d records, want %d (%v)", head.Size, st.Upto, err)
		}
		r.at.Store(0)
		l.Resume()
		eventually(t, "the end of the alarm", func() bool { return l.Alarm() == nil })
		s.anchored(l)
		s.wantOnce(l)
	})
}

// TestTampered: a record that was edited in the database before it was anchored is
// refused by the rules, whatever part of the log it stands in.
func TestTampered(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		s.History(6).Play(100)
		anchortest.Tamper(t, address, 50)
		l := s.loop(s.Store, s.ledger)
		defer run(l)()
		eventually(t, "the alarm", func() bool { return l.Alarm() != nil })
		// A checkpoint that was published before the edited record was written is
		// anchored as ever; one that covers it is not.
		if head, err := s.ledger.Head(ctx); err != nil || head.Size > 50 {
			t.Errorf("the ledger has %d records (%v)", head.Size, err)
		}
	})
}

// TestLostLedger: an embedded ledger that lost what it had confirmed is noticed at once.
func TestLostLedger(t *testing.T) {
	s := newScene(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	h := s.History(7)
	l := s.loop(s.Store, s.ledger)
	stop := run(l)
	h.Play(200)
	s.anchored(l)
	stop()
	must(t, s.ledger.Close())
	must(t, os.RemoveAll(s.dir))
	s.openLedger()
	must(t, s.ledger.Register(ctx, s.Key))
	var said bytes.Buffer
	c := s.Loop(s.ledger)
	c.Log = slog.New(slog.NewTextHandler(&said, nil))
	l = anchor.New(c)
	stop = run(l)
	eventually(t, "the alarm", func() bool { return errors.Is(l.Alarm(), &ledger.Error{Code: "ledger-behind"}) })
	stop()
	if strings.Contains(said.String(), "to be tried again") {
		t.Errorf("what cannot change was tried again:\n%s", said.String())
	}
}

// TestSmallBatches: batches are cut where a limit says so, each behind a checkpoint that
// is signed for it, and only of what was published.
func TestSmallBatches(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		s.History(12).Play(900)
		s.Published()
		signed := 0
		l := anchor.New(anchor.Config{Store: s.Store, Ledger: s.ledger, Origin: origin, Verifier: s.Config.Verifier, Checkpoint: s.Book.Checkpoint,
			MaxRecords: 30, MaxBytes: 6000, Log: quiet, Sign: func(cp proof.Checkpoint) ([]byte, error) {
				signed++
				if root, err := proof.Root(cp.Size, s.Store); cp.Size >= s.Size() || cp.Root != root || err != nil {
					t.Errorf("asked to sign %+v", cp)
				}
				return s.Book.Sign(cp)
			}})
		stop := run(l)
		s.anchored(l)
		stop()
		s.wantOnce(l)
		for block, err := range s.ledger.Blocks(ctx, 3) {
			must(t, err)
			batch, err := contract.Unmarshal(block.Txs[0].Args[1])
			if must(t, err); len(batch.Records) > 30 || len(batch.Records) > 1 && len(block.Bytes) > 8000 {
				t.Errorf("block %d has %d records in %d bytes", block.Number, len(batch.Records), len(block.Bytes))
			}
		}
		if signed < int(s.Size()/30) {
			t.Errorf("%d checkpoints were signed", signed)
		}
	})
}

// TestForgedTiles: a checkpoint is signed of nothing that the published one does not
// contain, whatever stands in the tables.
func TestForgedTiles(t *testing.T) {
	s := newScene(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	s.History(13).Play(900)
	s.Published()
	anchortest.Forge(t, s.Address, "UPDATE tiles SET hashes = (SELECT hashes FROM tiles WHERE level = 0 AND number = 1) WHERE level = 1 AND number = 0")
	l := anchor.New(anchor.Config{Store: s.Store, Ledger: s.ledger, Origin: origin, Verifier: s.Config.Verifier, Checkpoint: s.Book.Checkpoint,
		MaxRecords: 300, Log: quiet, Sign: func(cp proof.Checkpoint) ([]byte, error) {
			t.Errorf("asked to sign %+v", cp)
			return s.Book.Sign(cp)
		}})
	defer run(l)()
	eventually(t, "the alarm", func() bool { return l.Alarm() != nil })
	if head, err := s.ledger.Head(ctx); err != nil || head.Size > 0 {
		t.Errorf("the ledger has %d records (%v)", head.Size, err)
	}
}

// TestRowsRebuilt: the rows of a database that lost them are those that it had.
func TestRowsRebuilt(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := newScene(t, address)
		h := s.History(8)
		l := s.loop(s.Store, s.ledger)
		stop := run(l)
		for range 5 {
			h.Play(100)
			s.anchored(l)
		}
		stop()
		want := fmt.Sprint(s.rows())
		anchortest.Forge(t, address, "DELETE FROM anchors WHERE first > 150")
		defer run(l)()
		s.anchored(l)
		if got := fmt.Sprint(s.rows()); got != want {
			t.Errorf("the rows are\n%s\nand were\n%s", got, want)
		}
		s.wantOnce(l)
	})
}

func (s *scene) rows() []store.Anchor {
	page, err := s.Store.Anchors(ctx, store.Chain{Backend: "local"}, 0, 1000)
	must(s, err)
	return page
}
