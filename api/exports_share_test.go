package api_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/ledger/store"
)

// behind serves the library once more, to callers behind a proxy that tells where they
// come from.
func (l *library) behind(t testing.TB, address string, limits *access.Limits) *library {
	t.Helper()
	s, err := store.Open(context.Background(), address)
	check(t, err)
	t.Cleanup(func() { s.Close() })
	quiet := slog.New(slog.DiscardHandler)
	a, err := access.New(access.Config{Keys: s, Secret: bytes.Repeat([]byte{7}, 32), Now: libraryNow, Log: quiet})
	check(t, err)
	h, err := api.New(api.Config{Book: l.book, Store: s, Access: a, Limits: limits, Metrics: api.NewMetrics(), Now: libraryNow, Log: quiet, Proxies: []string{"127.0.0.1"}})
	check(t, err)
	other := *l
	other.Server = httptest.NewServer(h)
	t.Cleanup(other.Server.Close)
	return &other
}

// TestExportsShared: one network has three exports at a time, and whoever comes from
// another gets its own, though the first reads nothing of any.
func TestExportsShared(t *testing.T) {
	api.Impatient(t, 20*time.Millisecond, time.Hour)
	address := "sqlite:" + filepath.Join(t.TempDir(), "book.db")
	l := newLibrary(t, address)
	l.fill(t, 6_000, longNote) // more than a connection takes in
	l = l.behind(t, address, access.NewLimits(nil, libraryNow))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	got := map[int]int{}
	for range 16 {
		got[l.asked(t, ctx, "flows.csv", "X-Forwarded-For", "203.0.113.7").StatusCode]++
	}
	if got[http.StatusOK] != 3 || got[http.StatusServiceUnavailable] != 13 {
		t.Errorf("of 16 of one network: %v, want 3 that run", got)
	}
	for i, want := range []int{http.StatusOK, http.StatusServiceUnavailable} { // a workbook of which nothing is read
		if status := l.asked(t, ctx, "flows.xlsx", "X-Forwarded-For", "203.0.113.9").StatusCode; status != want {
			t.Errorf("workbook %d of one network: got %d, want %d", i, status, want)
		}
	}
	for _, from := range []string{"203.0.113.8", "2001:db8::1"} {
		if status := l.asked(t, ctx, "organizations.csv", "X-Forwarded-For", from).StatusCode; status != http.StatusOK {
			t.Errorf("who comes from %s gets %d", from, status)
		}
	}
}

// TestExportsMoveOn: whoever takes nothing is broken off, and others get the place. The
// readers are on this machine, of whom one may have all places.
func TestExportsMoveOn(t *testing.T) {
	api.Impatient(t, 20*time.Millisecond, 200*time.Millisecond)
	l := newLibrary(t, "sqlite:"+filepath.Join(t.TempDir(), "book.db"))
	l.fill(t, 6_000, longNote)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // less than the minute that a reader had for a single write
	defer cancel()
	for range 17 {
		if res := l.admitted(t, ctx, "flows.csv"); res.StatusCode != http.StatusOK {
			t.Fatalf("an export is answered with %d", res.StatusCode)
		}
	}
}
