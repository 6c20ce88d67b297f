package demo_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/sample"
	"mingzhang/ledger/sample/demo"
	"mingzhang/ledger/store"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	log  = slog.New(slog.DiscardHandler)
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func openLedger(t *testing.T, dir string) *local.Ledger {
	t.Helper()
	l, err := local.Open(ctx, filepath.Join(dir, "ledger"), local.Config{Origin: demo.Origin, Log: log})
	must(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

// TestEmptyFolder: a folder that is there and has nothing in it is taken.
func TestEmptyFolder(t *testing.T) {
	dir := t.TempDir()
	city, err := demo.Load(ctx, dir, noon, log)
	must(t, err)
	if again, err := demo.Load(ctx, dir, noon, log); err != nil || !reflect.DeepEqual(again, city) {
		t.Errorf("the second start has another city: %+v, %v", again, err)
	}
}

// TestLoad: the folder holds a book of which the embedded ledger has every record, by
// the same root and with nothing in breach; a second start gives the same one.
func TestLoad(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache", "demo")
	began := time.Now()
	city, err := demo.Load(ctx, dir, noon, log)
	must(t, err)
	last := noon.Add(time.Since(began)) // the clock goes on while it waits for the ledger
	s, err := store.Open(ctx, "sqlite:"+filepath.Join(dir, "book.db"))
	must(t, err)
	defer s.Close()
	head, err := s.Head(ctx)
	must(t, err)
	l := openLedger(t, dir)
	anchored, err := l.Head(ctx)
	must(t, err)
	if anchored.Size != head.Size || anchored.Root != head.Root || anchored.Breaches != 0 {
		t.Errorf("the ledger has %d of %d records, %d in breach", anchored.Size, head.Size, anchored.Breaches)
	}
	a, err := s.Anchor(ctx, l.Chain(), head.Size-1)
	must(t, err)
	if a.Block == 0 || a.Upto != head.Size {
		t.Errorf("the database has the last record anchored as %+v", a)
	}
	checkOrder(t, l, city)
	checkTimes(t, l, last)
	again, err := demo.Load(ctx, dir, noon.Add(time.Hour), log)
	must(t, err)
	if !reflect.DeepEqual(again, city) {
		t.Errorf("the second start has another city: %+v, want %+v", again, city)
	}
	if later, err := s.Head(ctx); err != nil || later != head {
		t.Errorf("the second start wrote: head %v, want %v (%v)", later, head, err)
	}
}

// checkOrder: the regulator's order is on the ledger, and the record names it.
func checkOrder(t *testing.T, l *local.Ledger, city *sample.City) {
	t.Helper()
	answer, err := l.Invoke(ctx, local.RegulatorMSP, "Orders")
	must(t, err)
	var orders contract.Page[contract.Order]
	must(t, json.Unmarshal(answer, &orders))
	if len(orders.Items) != 1 || orders.Items[0].Project != city.Showcase.Frozen || orders.Items[0].Record == nil || *orders.Items[0].Record != city.Showcase.Freeze {
		t.Errorf("orders on the ledger: %+v, want one for project %d, of record %d", orders.Items, city.Showcase.Frozen, city.Showcase.Freeze)
	}
}

// checkTimes: the ledger took the records in the course of the 14 months, and none after
// the last moment given.
func checkTimes(t *testing.T, l *local.Ledger, last time.Time) {
	t.Helper()
	var before time.Time
	months := map[string]bool{}
	for b, err := range l.Blocks(ctx, 0) {
		must(t, err)
		for _, tx := range b.Txs {
			if tx.Time.Before(before) || tx.Time.After(last) {
				t.Errorf("block %d is of %s, after one of %s", b.Number, tx.Time, before)
			}
			before = tx.Time
			months[before.Format("2006-01")] = true
		}
	}
	if len(months) < 14 {
		t.Errorf("the blocks are of %d months", len(months))
	}
}

// fuse is a context that ends when it was asked for its end so many times.
type fuse struct {
	context.Context
	cancel func()
	left   atomic.Int64
}

func newFuse(asked int64) *fuse {
	f := new(fuse)
	f.Context, f.cancel = context.WithCancel(ctx)
	f.left.Store(asked)
	return f
}

func (f *fuse) Done() <-chan struct{} {
	if f.left.Add(-1) == 0 {
		f.cancel()
	}
	return f.Context.Done()
}

// TestUnfinished: what was left half filled is not served. One that a program may still
// be filling is left alone.
func TestUnfinished(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	dead, alive := dir+".unfinished-1", dir+".unfinished-2"
	for _, d := range []string{dead, alive} {
		must(t, os.Mkdir(d, 0o700))
		must(t, os.WriteFile(filepath.Join(d, "book.db"), []byte("half"), 0o600))
	}
	old := time.Now().Add(-time.Hour)
	must(t, os.Chtimes(dead, old, old))
	for _, asked := range []int64{1, 50, 1500} {
		if _, err := demo.Load(newFuse(asked), dir, noon, log); err == nil {
			t.Errorf("a filling that was called off after %d looks at its context went on", asked)
		}
	}
	left, err := filepath.Glob(dir + "*")
	must(t, err)
	if len(left) != 1 || left[0] != alive {
		t.Errorf("left beside it: %v, want %s alone", left, alive)
	}
}

// TestOtherFolder: the sample does not mix with what somebody else keeps.
func TestOtherFolder(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "book.db"), nil, 0o600))
	if _, err := demo.Load(ctx, dir, noon, log); !errors.Is(err, &ledger.Error{Code: "folder-not-sample"}) {
		t.Errorf("a folder with another book: %v", err)
	}
}
