package access

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mingzhang/ledger"
)

// used gives the seconds after noon at which a key was last used, or -1.
func (b *bed) used(t *testing.T, k Key) int {
	t.Helper()
	row, err := b.store.Store.APIKey(ctx, k.ID())
	must(t, err)
	if row.Used.IsZero() {
		return -1
	}
	return int(row.Used.Sub(noon).Seconds())
}

func TestLastUse(t *testing.T) {
	b := open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	key := b.makeFirst(t)
	b.keepUses(ctx)
	if got := b.used(t, key); got != -1 {
		t.Errorf("before any use: %d", got)
	}
	for _, step := range []struct {
		pass  time.Duration
		fault bool
		want  int
	}{
		{0, false, 0},
		{10 * time.Second, false, 0}, // within the minute
		{60 * time.Second, true, 0},  // not written, and no request fails
		{time.Second, false, 70},     // the one before, which is as exact as the cache
		{100 * time.Second, false, 171},
	} {
		b.pass(step.pass)
		_, err := b.with(key)
		must(t, err)
		b.store.fault.Store(step.fault)
		b.keepUses(ctx)
		b.store.fault.Store(false)
		if got := b.used(t, key); got != step.want {
			t.Errorf("at second %d: last used at %d, want %d", int(b.now().Sub(noon).Seconds()), got, step.want)
		}
	}
	if log := b.log.String(); strings.Count(log, "last use of API keys was not written") != 1 || strings.Contains(log, key.Reveal()) {
		t.Errorf("log: %s", log)
	}
}

// TestLastUseAtTheEnd: Run writes what it knows when it is told to end. Keys that were
// refused were not used.
func TestLastUseAtTheEnd(t *testing.T) {
	b := open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	good, ended := b.makeFirst(t), b.makeFirst(t)
	must(t, b.Revoke(ctx, Operator, ended.ID()))
	running, stop := context.WithCancel(ctx)
	done := make(chan error)
	go func() { done <- b.Run(running) }()
	b.pass(time.Second)
	_, err := b.with(good)
	must(t, err)
	_, err = b.with(ended)
	wantCode(t, "revoked", err, "key-revoked")
	stop()
	must(t, <-done)
	if g, e := b.used(t, good), b.used(t, ended); g != 1 || e != -1 {
		t.Errorf("used at %d and %d, want 1 and -1", g, e)
	}
}

// TestNothingInTheLog: after everything that can go wrong, no key is in the log or in an
// error.
func TestNothingInTheLog(t *testing.T) {
	b := open(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	key := b.makeFirst(t)
	guess, _ := draw(ledger.Charity, b.Random)
	said := ""
	for _, header := range []string{"Bearer " + key.Reveal(), "Basic " + key.Reveal(), "Bearer " + guess.Reveal(), "Bearer " + key.Reveal() + "x"} {
		for _, fault := range []bool{false, true} {
			b.cache.forget(key.ID())
			b.store.fault.Store(fault)
			if _, err := b.Authenticate(ctx, header); err != nil {
				said += err.Error() + err.Error()
			}
			b.keepUses(ctx)
		}
	}
	b.store.fault.Store(false)
	must(t, b.Revoke(ctx, Operator, key.ID()))
	_, err := b.with(key)
	said += err.Error() + b.log.String()
	for _, k := range []Key{key, guess} {
		if strings.Contains(said, k.Reveal()[head:head+12]) {
			t.Errorf("the key %s is in: %s", k, said)
		}
	}
	if !strings.Contains(said, key.ID()) {
		t.Error("nothing was logged: this test shows nothing")
	}
}
