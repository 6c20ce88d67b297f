package mirror

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
)

func serve(t *testing.T, f http.HandlerFunc) *Web {
	t.Helper()
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL + "/below")
	if err != nil {
		t.Fatal(err)
	}
	return NewWeb(u)
}

// TestWeb: what a server answers is taken within bounds, and one that wants to be asked
// later is.
func TestWeb(t *testing.T) {
	asked := 0
	w := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		switch {
		case r.URL.Path == "/below/gone":
			http.NotFound(w, r)
		case r.URL.Path == "/below/soon" && asked < 3:
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
		case r.URL.Path == "/below/never":
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(http.StatusServiceUnavailable)
		case r.URL.Path == "/below/broken":
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			fmt.Fprint(w, r.URL.Path, "?", r.URL.RawQuery)
		}
	})
	ctx := context.Background()
	if data, err := w.Get(ctx, "soon", url.Values{"at": {"5"}}, 100); err != nil || string(data) != "/below/soon?at=5" || asked != 3 {
		t.Errorf("asked %d times: %q, %v", asked, data, err)
	}
	if _, err := w.Get(ctx, "gone", nil, 100); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what is not there: %v", err)
	}
	if _, err := w.Get(ctx, "long", nil, 5); ledger.KindOf(err) != ledger.Corrupt {
		t.Errorf("too much: %v", err)
	}
	asked = 0
	if _, err := w.Get(ctx, "broken", nil, 100); err == nil || asked != 1 {
		t.Errorf("a server that is broken and does not say for how long was asked %d times: %v", asked, err)
	}
	limited, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if _, err := w.Get(limited, "never", nil, 100); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("no patience left: %v", err)
	}
}

// TestRange: from anywhere to anywhere, the records are those of the log, and a bundle
// with fewer than it must have is refused.
func TestRange(t *testing.T) {
	const size = 5*proof.TileWidth + 33
	cut := ""
	m := Over(serve(t, func(w http.ResponseWriter, r *http.Request) {
		tile, err := proof.ParseTilePath(strings.TrimPrefix(r.URL.Path, "/below/"))
		if err != nil || tile.Level != proof.BundleLevel || tile.Number*proof.TileWidth+int64(tile.Width) > size {
			http.NotFound(w, r)
			return
		}
		var data []byte
		for i := range tile.Width {
			data, _ = proof.AppendEntry(data, fmt.Append(nil, tile.Number*proof.TileWidth+int64(i)))
		}
		if strings.HasSuffix(r.URL.Path, cut) && cut != "" {
			data = data[:2+3]
		}
		w.Write(data)
	}))
	ctx := context.Background()
	for _, c := range [][2]int64{{0, 1}, {0, size}, {0, 5000}, {255, 2}, {256, 256}, {300, 700}, {size - 1, 9}, {size, 9}, {1280, 33}} {
		records, err := m.Range(ctx, c[0], c[1], size)
		if err != nil || int64(len(records)) != min(c[1], size-c[0]) {
			t.Errorf("%v: %d records, %v", c, len(records), err)
		}
		for i, data := range records {
			if string(data) != fmt.Sprint(c[0]+int64(i)) {
				t.Fatalf("%v: record %d is %s", c, i, data)
			}
		}
	}
	cut = "/002"
	if _, err := m.Range(ctx, 0, size, size); ledger.KindOf(err) != ledger.Corrupt {
		t.Errorf("a short bundle: %v", err)
	}
}
