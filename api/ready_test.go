package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"mingzhang/api"
	"mingzhang/ledger/proof"
)

// behind is a permissioned ledger that stands somewhere, or cannot say where.
type behind struct {
	stands api.Standing
	err    error
}

func (b behind) Of(context.Context, int64) (*proof.Anchor, error) { return nil, b.err }

func (b behind) Standing(context.Context) (api.Standing, error) { return b.stands, b.err }

// ready asks whether the server can do its work.
func (d *desk) ready(t testing.TB) (int, api.Ready) {
	t.Helper()
	status, _, body := d.ask(t, "GET", "/readyz", nil)
	var r api.Ready
	if err := json.Unmarshal(body, &r); err != nil {
		t.Fatalf("%d %s: %v", status, body, err)
	}
	return status, r
}

// TestReady: each part that is broken is told, and it alone; what keeps the book from
// recording or publishing makes the server unready, what keeps the ledger from anchoring
// does not.
func TestReady(t *testing.T) {
	d := sqliteDesk(t)
	d.checkpoint(t, d.size(t)-1)
	want := func(what string, status int, ready api.Ready) {
		t.Helper()
		got, r := d.ready(t)
		var anchor, wanted api.Standing
		if r.Anchor != nil {
			anchor = *r.Anchor
		}
		if ready.Anchor != nil {
			wanted = *ready.Anchor
		}
		if got != status || anchor != wanted || r.Ready != ready.Ready || r.Database != ready.Database || r.Log != ready.Log || r.Folder != "ok" {
			t.Errorf("%s: got %d %+v %+v, want %d %+v %+v", what, got, r, anchor, status, ready, wanted)
		}
	}
	want("nothing broken", http.StatusOK, api.Ready{Ready: true, Database: "ok", Log: "ok"})

	late := api.Standing{Backend: "fabric", Upto: 5, Lag: 40, Seconds: 600, Alarm: "refused"}
	d.onLedger(t, behind{stands: late})
	want("a ledger that refuses", http.StatusOK, api.Ready{Ready: true, Database: "ok", Log: "ok", Anchor: &late})
	figures := func() string {
		_, _, body := d.ask(t, "GET", "/metrics", nil)
		return string(body)
	}
	for _, line := range []string{"mingzhang_anchor_lag_records 40", "mingzhang_anchor_lag_seconds 600", "mingzhang_anchor_alarm 1"} {
		if text := figures(); !strings.Contains(text, line+"\n") {
			t.Errorf("the figures do not have %s", line)
		}
	}
	d.onLedger(t, behind{err: errors.New("no route to host")})
	want("a ledger that cannot be asked", http.StatusOK, api.Ready{Ready: true, Database: "ok", Log: "ok", Anchor: &api.Standing{Alarm: "unknown"}})
	d.onLedger(t, nil)

	check(t, os.RemoveAll(d.kept)) // nothing can be published without being kept
	d.told(t, "unpublished", "charity", "/v1/donations", aGift.but())
	want("a checkpoint that is due", http.StatusOK, api.Ready{Ready: true, Database: "ok", Log: "ok"})
	d.clock.pass(time.Minute)
	want("a checkpoint that does not come", http.StatusServiceUnavailable, api.Ready{Database: "ok", Log: "unpublished"})
	check(t, os.Mkdir(d.kept, 0o700))
	d.told(t, "published", "charity", "/v1/donations", aGift.but())
	d.checkpoint(t, d.at["published"])
	want("a checkpoint that came", http.StatusOK, api.Ready{Ready: true, Database: "ok", Log: "ok"})

	check(t, d.store.Close())
	want("no database", http.StatusServiceUnavailable, api.Ready{Database: "unavailable", Log: "unknown"})
	if status, _, _ := d.ask(t, "GET", "/healthz", nil); status != http.StatusOK {
		t.Errorf("the process is alive, and says %d", status)
	}
}

// TestReadyFolder: a data folder that cannot be written makes the server unready, and so
// does one that does not answer, without keeping anybody for longer than usual; it is tried
// anew every few seconds and no oftener.
func TestReadyFolder(t *testing.T) {
	d := sqliteDesk(t)
	d.checkpoint(t, d.size(t)-1)
	var tried atomic.Int64
	var fault atomic.Pointer[error]
	hang := make(chan struct{})
	d.again(t, func(c *api.Config) {
		c.Writable = func() error {
			tried.Add(1)
			switch err := *fault.Load(); err {
			case os.ErrDeadlineExceeded:
				<-hang
				return nil
			default:
				return err
			}
		}
	})
	for i, c := range []struct {
		name   string
		fault  error
		folder string
	}{{"writable", nil, "ok"}, {"full", syscall.ENOSPC, "unwritable"}, {"writable again", nil, "ok"}, {"hanging", os.ErrDeadlineExceeded, "unwritable"}} {
		d.clock.pass(10 * time.Second)
		fault.Store(&c.fault)
		for range 2 {
			if status, r := d.ready(t); r != (api.Ready{Ready: c.fault == nil, Database: "ok", Log: "ok", Folder: c.folder}) || (status == http.StatusOK) != r.Ready {
				t.Errorf("%s: got %d %+v", c.name, status, r)
			}
		}
		if n := tried.Load(); n != int64(i+1) {
			t.Errorf("%s: tried %d times, want %d", c.name, n, i+1)
		}
	}
	close(hang)
}

// TestFigures: the figures that an operator is promised are there, each with its help,
// and count what happened.
func TestFigures(t *testing.T) {
	d := sqliteDesk(t)
	c := d.made
	c.Metrics, c.Anchors = api.NewMetrics(), behind{stands: api.Standing{Backend: "local", Lag: 3, Seconds: 1}}
	c.Metrics.Committed(7, 3*time.Millisecond, nil)
	c.Metrics.Committed(0, time.Millisecond, errors.New("the disk is full"))
	h, err := api.New(c)
	check(t, err)
	d.Config.Handler = h
	d.checkpoint(t, d.size(t)-1)
	_, _, body := d.ask(t, "GET", "/metrics", nil)
	_, _, document := d.ask(t, "GET", "/docs/swagger.json", nil)
	for name, line := range map[string]string{
		"mingzhang_request_seconds":       `mingzhang_request_seconds_count{method="GET",route="/checkpoint",status="200"} `,
		"mingzhang_group_records":         "mingzhang_group_records_sum 7",
		"mingzhang_commit_seconds":        "mingzhang_commit_seconds_count 1",
		"mingzhang_commit_failures_total": "mingzhang_commit_failures_total 1",
		"mingzhang_queue_submissions":     "mingzhang_queue_submissions 0",
		"mingzhang_head_records":          "mingzhang_head_records ",
		"mingzhang_anchor_lag_records":    "mingzhang_anchor_lag_records 3",
		"mingzhang_anchor_lag_seconds":    "mingzhang_anchor_lag_seconds 1",
		"mingzhang_anchor_alarm":          "mingzhang_anchor_alarm 0",
		"mingzhang_requests_broken_total": "",
	} {
		if !strings.Contains(string(body), "\n"+line) || line != "" && !strings.Contains(string(body), "# HELP "+name+" ") {
			t.Errorf("the figures do not have %q", line)
		}
		if !strings.Contains(string(document), name) {
			t.Errorf("the document does not say what %s is", name)
		}
	}
}
