package access

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/store"
)

const (
	// cacheLife is how long a row is believed. It is how late at most another program
	// hears that a key was revoked, and how exact the time of a last use is.
	cacheLife = 5 * time.Second
	// cacheSize bounds the rows that are kept. Only keys that exist stay, so nobody can
	// fill it by guessing.
	cacheSize = 10_000
	// loadPatience is how long a row is waited for.
	loadPatience = 10 * time.Second
)

// cache remembers rows of keys for a moment.
type cache struct {
	load    func(ctx context.Context, id string) (*store.APIKey, error)
	mu      sync.RWMutex
	entries map[string]*entry
}

// entry is a row that is being read, or was read.
type entry struct {
	ready  chan struct{} // closed when the rest is there
	row    *store.APIKey
	err    error
	caller *Caller
	until  time.Time
	noted  atomic.Bool // that the key was used since the row was read
}

// nobody is the row of an id that nobody has: no HMAC is empty.
var nobody = &store.APIKey{}

// get gives the row of a key. Of many who ask for one that is not there, one reads and
// the others wait.
func (c *cache) get(ctx context.Context, id string, now time.Time) (*entry, error) {
	c.mu.RLock()
	e := c.entries[id]
	c.mu.RUnlock()
	if e == nil || !now.Before(e.until) {
		e = c.renew(ctx, id, now)
	}
	select {
	case <-e.ready:
		return e, e.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// has says whether a row is there or being read, however long ago.
func (c *cache) has(id string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.entries[id] != nil
}

// renew begins to read a row, unless somebody has just done so. Its time counts from
// before it is read.
func (c *cache) renew(ctx context.Context, id string, now time.Time) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.entries[id]; e != nil && now.Before(e.until) {
		return e
	}
	if c.entries == nil || len(c.entries) >= cacheSize {
		c.entries = map[string]*entry{} // those in use are back in a moment
	}
	e := &entry{ready: make(chan struct{}), until: now.Add(cacheLife)}
	c.entries[id] = e
	go c.fill(context.WithoutCancel(ctx), id, e)
	return e
}

// fill reads a row for all who wait, so none of them can call it off. What is not there
// or could not be read is asked for again by the next.
func (c *cache) fill(ctx context.Context, id string, e *entry) {
	ctx, cancel := context.WithTimeout(ctx, loadPatience)
	defer cancel()
	defer close(e.ready)
	e.row, e.err = c.load(ctx, id)
	if e.err == nil {
		e.caller = &Caller{Key: e.row.ID, Role: e.row.Role, Organization: e.row.Organization}
		return
	}
	c.mu.Lock()
	if c.entries[id] == e {
		delete(c.entries, id)
	}
	c.mu.Unlock()
	if ledger.KindOf(e.err) == ledger.NotFound {
		e.row, e.err = nobody, nil
	}
}

// forget has a row read anew by all who ask from now on.
func (c *cache) forget(id string) {
	c.mu.Lock()
	delete(c.entries, id)
	c.mu.Unlock()
}
