package api_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/ledger"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

// countedKeys are keys that count how often they are looked up.
type countedKeys struct {
	access.Keys
	asked atomic.Int64
}

func (k *countedKeys) APIKey(ctx context.Context, id string) (*store.APIKey, error) {
	k.asked.Add(1)
	return k.Keys.APIKey(ctx, id)
}

// lostKeys keeps no key that it is given, so that keys are made which nobody has.
type lostKeys struct{ access.Keys }

func (lostKeys) AddAPIKey(context.Context, store.APIKey) error { return nil }

// TestKeyFlood: of two thousand well-formed keys that nobody has, the database is asked
// for as many as the limit lets anybody try, and who has a key works on behind the same
// address, also when what is known of the key has grown old.
func TestKeyFlood(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { keyFlood(t, "sqlite:"+filepath.Join(t.TempDir(), "keys.db")) })
	t.Run("postgres", func(t *testing.T) { keyFlood(t, pgtest.DSN(t)) })
}

func keyFlood(t *testing.T, address string) {
	l := newLibrary(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	s, err := store.Open(t.Context(), address)
	check(t, err)
	defer s.Close()
	var ahead atomic.Int64 // of the clock that keys grow old by; that of the limits stands still
	keys, quiet := &countedKeys{Keys: s}, slog.New(slog.DiscardHandler)
	a, err := access.New(access.Config{Keys: keys, Secret: bytes.Repeat([]byte{7}, 32), Now: func() time.Time { return libraryNoon.Add(time.Duration(ahead.Load())) }, Log: quiet})
	check(t, err)
	h, err := api.New(api.Config{Book: l.book, Store: s, Access: a, Limits: access.NewLimits(access.DefaultRates(), libraryNow), Metrics: api.NewMetrics(), Log: quiet})
	check(t, err)
	server := httptest.NewServer(h)
	defer server.Close()
	try := func(k access.Key) int {
		req, err := http.NewRequest("GET", server.URL+"/v1/assets", nil)
		check(t, err)
		req.Header.Set("Authorization", "Bearer "+k.Reveal())
		resp, err := http.DefaultClient.Do(req)
		check(t, err)
		defer resp.Body.Close()
		io.Copy(io.Discard, resp.Body)
		return resp.StatusCode
	}
	wish := access.Wish{Role: ledger.Platform}
	good, err := a.Create(t.Context(), access.Operator, wish)
	check(t, err)
	if status := try(good); status != http.StatusOK {
		t.Fatalf("a good key gets %d", status)
	}
	maker, err := access.New(access.Config{Keys: lostKeys{s}, Secret: bytes.Repeat([]byte{8}, 32), Log: quiet})
	check(t, err)
	burst := access.DefaultRates()[access.Failure].Address.Burst
	keys.asked.Store(0)
	answers := map[int]int{}
	for range 2000 {
		k, err := maker.Create(t.Context(), access.Operator, wish)
		check(t, err)
		answers[try(k)]++
	}
	if n := keys.asked.Load(); n != int64(burst) || answers[http.StatusUnauthorized] != burst || answers[http.StatusTooManyRequests] != 2000-burst {
		t.Errorf("the database was asked %d times, answers %v; want %d looks and as many 401, the rest 429", n, answers, burst)
	}
	for range 3 {
		ahead.Add(int64(time.Hour)) // what is known of the key is believed for seconds
		if status := try(good); status != http.StatusOK {
			t.Errorf("during the flood the good key behind the same address gets %d", status)
		}
	}
	if n := keys.asked.Load(); n != int64(burst)+3 {
		t.Errorf("the good key was looked up %d times anew, want 3", n-int64(burst))
	}
}
