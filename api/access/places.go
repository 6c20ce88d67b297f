package access

import (
	"context"
	"net/netip"
	"slices"
	"sync"
)

// Places bound how many requests of a sort run at the same time: in all, and of each
// caller, so that nobody has all of them. It may be used from any number of goroutines.
type Places struct {
	each int
	mu   sync.Mutex
	free int
	held map[who]int
	line []*comer // who waits, in the order in which they came
}

// comer waits for a place, or has one.
type comer struct {
	who
	local bool
	ready chan struct{} // closed when the place is there
}

// NewPlaces makes as many places, and lets each caller have so many of them.
func NewPlaces(all, each int) *Places {
	return &Places{each: each, free: all, held: map[who]int{}}
}

// Take waits for a place until the context ends, and then gives its error. Who has a
// place gives it back with leave, once. A caller is counted as [Limits] counts it: by its
// key, or else by its network; programs on this machine only count with all.
func (p *Places) Take(ctx context.Context, c *Caller, from netip.Addr) (leave func(), err error) {
	from = from.Unmap()
	n := &comer{who: who{key: c.Key}, local: from.IsLoopback(), ready: make(chan struct{})}
	if c.Key == "" {
		n.net = network(from)
	}
	p.mu.Lock()
	p.line = append(p.line, n)
	p.admit()
	p.mu.Unlock()
	select {
	case <-n.ready:
		return func() { p.leave(n) }, nil
	case <-ctx.Done():
		p.leave(n)
		return nil, ctx.Err()
	}
}

// admit gives free places to whom they may be given, first come, first served.
func (p *Places) admit() {
	p.line = slices.DeleteFunc(p.line, func(n *comer) bool {
		if p.free == 0 || !n.local && p.held[n.who] >= p.each {
			return false
		}
		p.free--
		p.held[n.who]++
		close(n.ready)
		return true
	})
}

// leave takes a comer out of the line, or its place from it.
func (p *Places) leave(n *comer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.line, n); i >= 0 {
		p.line = slices.Delete(p.line, i, i+1)
		return
	}
	p.free++
	if p.held[n.who]--; p.held[n.who] == 0 {
		delete(p.held, n.who)
	}
	p.admit()
}
