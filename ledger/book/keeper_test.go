package book

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
)

// TestKeeper: of many that save at once, the longest log is kept.
func TestKeeper(t *testing.T) {
	file := File(filepath.Join(t.TempDir(), "checkpoint"))
	if msg, err := file.Load(); msg != nil || err != nil {
		t.Fatalf("nothing saved: got %q, %v", msg, err)
	}
	checkpoint := func(size int64) []byte {
		return fmt.Appendf(nil, "%s\n— a b\n", proof.Checkpoint{Origin: "example.org/log", Size: size, Root: tlog.Hash{byte(size)}}.Text())
	}
	var wg sync.WaitGroup
	for size := range int64(50) {
		wg.Go(func() {
			if err := file.Save(checkpoint(size)); err != nil && !errors.Is(err, ErrLonger) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	msg, err := file.Load()
	if err != nil || headOf(msg).Size != 49 {
		t.Errorf("kept %d records, want 49 (%v)", headOf(msg).Size, err)
	}
	if err := file.Save(checkpoint(48)); !errors.Is(err, ErrLonger) {
		t.Errorf("a shorter one: got %v, want %v", err, ErrLonger)
	}
	other := fmt.Appendf(nil, "%s\n— a b\n", proof.Checkpoint{Origin: "example.org/log", Size: 49}.Text())
	if err := file.Save(other); !errors.Is(err, &ledger.Error{Code: "store-forked"}) {
		t.Errorf("another of the same size: got %v, want store-forked", err)
	}
	if again, err := file.Load(); err != nil || !bytes.Equal(again, msg) {
		t.Errorf("what was left out is kept: %q (%v)", again, err)
	}
}

// TestLatest: signatures that come later are added to the checkpoint they are of, in
// whatever order things happen, and to no other.
func TestLatest(t *testing.T) {
	note := func(size int64, lines string) []byte {
		return []byte(proof.Checkpoint{Origin: "example.org/log", Size: size}.Text() + "\n— log a\n" + lines)
	}
	one, better, best, two := note(1, ""), note(1, "— w1 a\n"), note(1, "— w1 a\n— w2 a\n"), note(2, "")
	set := func(msg []byte) func(*latest) { return func(l *latest) { l.set(msg) } }
	improve := func(msg []byte) func(*latest) { return func(l *latest) { l.improve(msg) } }
	for _, c := range []struct {
		name  string
		steps []func(*latest)
		want  []byte
	}{
		{"none", []func(*latest){set(one)}, one},
		{"later", []func(*latest){set(one), improve(better), improve(best)}, best},
		{"before it is published", []func(*latest){improve(better), set(one)}, better},
		{"fewer after more", []func(*latest){set(best), improve(better)}, best},
		{"of the one before", []func(*latest){set(one), set(two), improve(better)}, two},
		{"of the one before, before", []func(*latest){set(one), improve(better), set(two)}, two},
		{"of nothing published", []func(*latest){improve(better)}, nil},
		{"no note", []func(*latest){set(one), improve([]byte("x"))}, one},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := &latest{}
			for _, step := range c.steps {
				step(l)
			}
			if got := l.get(); !bytes.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
