package api_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/ledger/store/pgtest"
)

// costlyPaths add up many totals.
var costlyPaths = []string{"/v1/statistics", "/v1/statistics?from=2026-01-02", "/v1/projects/{east}/statement?from=2026-01-02", "/v1/projects/{east}/statement?at=9",
	"/v1/organizations/{charity}/statement?to=2026-12-02", "/v1/exports/statistics.csv?from=2026-01-02", "/v1/exports/statement.json?project={east}",
	"/v1/flows?cause=education", "/v1/flows?place=44&kind=donation&project=%20", "/v1/flows?transit=true"}

// TestCostlyEnds: what adds up many totals and is not done in time is refused with a
// sentence that says so; what is one answer for all is not.
func TestCostlyEnds(t *testing.T) {
	api.Hasty(t, time.Nanosecond)
	inLibraries(t, func(t *testing.T, l *library) {
		for _, path := range costlyPaths {
			status, header, body := l.ask(t, "GET", l.path(path), nil, "Accept-Language", "en")
			if status != http.StatusServiceUnavailable || !strings.Contains(string(body), "/problems/sums-busy") || !strings.Contains(string(body), "choose fewer days") || header.Get("ETag") != "" {
				t.Errorf("%s: %d %s", path, status, body)
			}
		}
		for _, path := range []string{"/v1/projects/{east}/statement", "/v1/organizations/{charity}/statement", "/v1/flows?from=2026-01-02", "/v1/flows?cause=education&project={east}", "/v1/exports/flows.csv?from=2026-01-02"} {
			if status, _, body := l.ask(t, "GET", l.path(path), nil); status != http.StatusOK {
				t.Errorf("%s: %d %s", path, status, body)
			}
		}
	})
}

// TestCostlyIsCutOff: a question that the database is busy with ends as well, and what
// comes after it is answered.
func TestCostlyIsCutOff(t *testing.T) {
	api.Hasty(t, 300*time.Millisecond)
	address := pgtest.DSN(t)
	l := newLibrary(t, address)
	db, err := sql.Open("pgx", address)
	check(t, err)
	defer db.Close()
	tx, err := db.Begin()
	check(t, err)
	_, err = tx.Exec("LOCK TABLE totals IN ACCESS EXCLUSIVE MODE")
	check(t, err)
	for range 3 { // more than there are places
		if status, _, body := l.ask(t, "GET", "/v1/statistics?from=2026-01-02", nil); status != http.StatusServiceUnavailable || !strings.Contains(string(body), "sums-busy") {
			t.Errorf("while the totals are locked: %d %s", status, body)
		}
	}
	check(t, tx.Rollback())
	for end := time.Now().Add(patience); ; {
		status, _, body := l.ask(t, "GET", "/v1/statistics?from=2026-01-02", nil)
		if status == http.StatusOK {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("afterwards: %d %s", status, body)
		}
	}
}

// TestCostlyRate: of always other days a network has as many as of searches, and who asks
// for the same again has them for nothing.
func TestCostlyRate(t *testing.T) {
	address := "sqlite:" + filepath.Join(t.TempDir(), "book.db")
	l := newLibrary(t, address).behind(t, address, access.NewLimits(access.DefaultRates(), libraryNow))
	burst := access.DefaultRates()[access.Search].Address.Burst
	answers := map[int]int{}
	for i := range 2 * burst {
		path := fmt.Sprintf("/v1/statistics?from=2026-%02d-%02d", 1+i/28, 1+i%28)
		for range 2 {
			status, _, _ := l.ask(t, "GET", path, nil, "X-Forwarded-For", "203.0.113.7")
			answers[status]++
		}
	}
	if answers[http.StatusOK] != 2*burst || answers[http.StatusTooManyRequests] != 2*burst {
		t.Errorf("of %d ranges, each asked for twice: %v, want %d answered", 2*burst, answers, burst)
	}
	if status, _, _ := l.ask(t, "GET", "/v1/statistics?from=2026-12-01", nil, "X-Forwarded-For", "203.0.113.8"); status != http.StatusOK {
		t.Errorf("another network gets %d", status)
	}
}
