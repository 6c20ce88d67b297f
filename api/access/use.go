package access

import (
	"context"
	"maps"
	"sync"
	"time"
)

// useEvery is how often last uses are written: each key at most once in it.
const useEvery = time.Minute

// uses are the last uses of keys that are not written yet.
type uses struct {
	mu   sync.Mutex
	last map[string]time.Time
}

func (u *uses) note(id string, at time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.last == nil {
		u.last = map[string]time.Time{}
	}
	if at.After(u.last[id]) {
		u.last[id] = at
	}
}

func (u *uses) take() map[string]time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	taken := u.last
	u.last = nil
	return taken
}

// Run writes when keys were last used, until ctx ends and then once more. No request
// waits for it, and none fails with it.
func (a *Access) Run(ctx context.Context) error {
	pace := time.NewTicker(useEvery)
	defer pace.Stop()
	for {
		select {
		case <-pace.C:
			a.keepUses(ctx)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			a.keepUses(last)
			return nil
		}
	}
}

// keepUses writes what was noted. What cannot be written is noted again: later uses
// stay, for they are later.
func (a *Access) keepUses(ctx context.Context) {
	used := a.uses.take()
	if err := a.Keys.UsedAPIKeys(ctx, used); err != nil {
		a.Log.Warn("the last use of API keys was not written", "keys", len(used), "error", err)
		for id, at := range maps.All(used) {
			a.uses.note(id, at)
		}
	}
}
