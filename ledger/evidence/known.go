package evidence

import (
	"sync"
	"time"
)

const (
	// knownLife is for how long a file that was hashed is taken to be what it was.
	knownLife = 10 * time.Minute
	// knownSettled is how old a file's last change has to be by then: what is written
	// twice within the grain of a file system's clock has the same time.
	knownSettled = 5 * time.Second
	// mostKnown bounds memory: some 200 bytes each.
	mostKnown = 4096
)

// known remembers which files were found undamaged, as they then were. It may be used
// from any number of goroutines.
type known struct {
	now func() time.Time
	mu  sync.Mutex
	as  map[string]state // by hash
}

// state is how a file was when all of it was hashed.
type state struct {
	size    int64
	changed time.Time
	hashed  time.Time
}

// note remembers a file that has its hash.
func (k *known) note(hash string, size int64, changed, began time.Time) {
	if began.Sub(changed) < knownSettled {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.as) >= mostKnown {
		clear(k.as) // those in use are back in a moment
	}
	k.as[hash] = state{size, changed, began}
}

// has says whether a file is as it was when it was hashed, not long ago.
func (k *known) has(hash string, size int64, changed time.Time) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	s, ok := k.as[hash]
	return ok && s.size == size && s.changed.Equal(changed) && k.now().Sub(s.hashed) < knownLife
}
