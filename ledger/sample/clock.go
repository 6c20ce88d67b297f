package sample

import (
	"sync"
	"time"
)

// days is how far before now the accounts of the city begin: a good 14 months.
const days = 425

// Clock is the clock of a book that Fill fills. It begins 14 months before now; Fill
// moves it on, so that each record is dated when it would have been made. After that
// it goes on from now as any clock does.
type Clock struct {
	mu    sync.Mutex
	until time.Time // now
	at    time.Time
	left  time.Time // when Fill was done, by the machine's clock; zero before
}

// NewClock makes the clock of a city whose last record was made at now at the latest.
func NewClock(now time.Time) *Clock {
	now = now.UTC().Truncate(time.Second)
	return &Clock{until: now, at: now.AddDate(0, 0, -days-1)}
}

// Now is what a book's clock must be.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left.IsZero() {
		return c.at
	}
	return c.until.Add(time.Since(c.left))
}

// move sets the clock forward, never back and never beyond now.
func (c *Clock) move(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if to.After(c.until) {
		to = c.until
	}
	if to.After(c.at) {
		c.at = to
	}
}

// release lets the clock go on by itself.
func (c *Clock) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = time.Now()
}
