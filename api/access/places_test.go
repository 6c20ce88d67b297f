package access

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
)

// takes says whether a caller gets a place at once.
func takes(t *testing.T, p *Places, c *Caller, from string) (leave func(), ok bool) {
	t.Helper()
	gone, cancel := context.WithCancel(t.Context())
	p.mu.Lock()
	before := p.free
	p.mu.Unlock()
	done := make(chan error, 1)
	go func() {
		l, err := p.Take(gone, c, netip.MustParseAddr(from))
		leave = l
		done <- err
	}()
	for came := false; !came; { // whoever comes is in or in the line in one step
		p.mu.Lock()
		came = len(p.line) > 0 || p.free < before
		p.mu.Unlock()
	}
	p.mu.Lock()
	waits := len(p.line) > 0
	p.mu.Unlock()
	if !waits {
		must(t, <-done)
		cancel()
		return leave, true
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("who waited in vain gets %v", err)
	}
	return nil, false
}

// TestPlaces: a network has its share and no more, others have theirs meanwhile, and a
// place that is given back goes to whoever may have it.
func TestPlaces(t *testing.T) {
	p := NewPlaces(5, 2)
	var leave []func()
	for _, c := range []struct {
		name string
		c    *Caller
		from string
		want bool
	}{
		{"the first", Anonymous, "203.0.113.7", true},
		{"the second of a network", Anonymous, "203.0.113.7", true},
		{"the third", Anonymous, "203.0.113.7", false},
		{"the third, mapped", Anonymous, "::ffff:203.0.113.7", false},
		{"a key in that network", keyed, "203.0.113.7", true},
		{"another network", Anonymous, "2001:db8::1", true},
		{"the same, by another address", Anonymous, "2001:db8::2", true},
		{"a third of it", Anonymous, "2001:db8::3", false},
		{"one too many in all", Anonymous, "198.51.100.1", false},
		{"this machine, too", Anonymous, "127.0.0.1", false},
	} {
		l, ok := takes(t, p, c.c, c.from)
		if ok != c.want {
			t.Fatalf("%s: got a place: %v, want %v", c.name, ok, c.want)
		}
		if ok {
			leave = append(leave, l)
		}
	}
	leave[0]()
	l, ok := takes(t, p, Anonymous, "203.0.113.7")
	if !ok {
		t.Fatal("a place that was given back is gone")
	}
	for _, l := range append(leave[1:], l) {
		l()
	}
	if p.free != 5 || len(p.held) != 0 || len(p.line) != 0 {
		t.Errorf("in the end %d are free, %d held, %d wait", p.free, len(p.held), len(p.line))
	}
	for range 5 { // this machine counts only with all
		if _, ok := takes(t, p, Anonymous, "127.0.0.1"); !ok {
			t.Error("a program on this machine has to wait though there is room")
		}
	}
}

// TestPlacesInTurn: who waits comes in when somebody leaves, whoever has his share is
// passed by, and never are more in than may be.
func TestPlacesInTurn(t *testing.T) {
	p := NewPlaces(2, 1)
	var in, most atomic.Int64
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			from := netip.AddrFrom4([4]byte{203, 0, 113, byte(i % 5)})
			leave, err := p.Take(t.Context(), Anonymous, from)
			if err != nil {
				t.Error(err)
				return
			}
			for now := in.Add(1); ; {
				if seen := most.Load(); now <= seen || most.CompareAndSwap(seen, now) {
					break
				}
			}
			in.Add(-1)
			leave()
		})
	}
	all.Wait()
	if most.Load() > 2 || p.free != 2 || len(p.held) != 0 {
		t.Errorf("up to %d were in, %d are free, %d held", most.Load(), p.free, len(p.held))
	}
}
