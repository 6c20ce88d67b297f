package api

import (
	"context"
	"sync"
	"time"
)

// trial is the latest try to write in the data folder.
type trial struct {
	sync.Mutex
	began time.Time
	*try
}

// try is over when done is closed; then err says how it went.
type try struct {
	done chan struct{}
	err  error
}

// trialKept is for how long a try stands, so that nobody wears the disk out by asking.
const trialKept = 5 * time.Second

// writable tries whether the data folder can be written. Of a disk that hangs one try
// waits, and whoever asks no longer than they would.
func (s *server) writable(ctx context.Context) error {
	if s.Writable == nil {
		return nil
	}
	latest := s.trying.latest(s.Now(), s.Writable)
	select {
	case <-latest.done:
		return latest.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// latest gives the try that stands, or begins one.
func (t *trial) latest(now time.Time, write func() error) *try {
	t.Lock()
	defer t.Unlock()
	if t.try != nil && (!t.over() || now.Sub(t.began) < trialKept) {
		return t.try
	}
	next := &try{done: make(chan struct{})}
	go func() {
		next.err = write()
		close(next.done)
	}()
	t.began, t.try = now, next
	return next
}

func (t *try) over() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}
