package interop

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"mingzhang/ledger/folder"
	"mingzhang/ledger/sample"
	"mingzhang/ledger/sample/demo"
)

// The accounts of the made city, once for all tests: some thousand records.
var city struct {
	once    sync.Once
	dir     string
	trouble error
	*sample.City
}

// data gives a copy of the city's data folder.
func data(t *testing.T) string {
	t.Helper()
	city.once.Do(func() {
		var dir string
		if dir, city.trouble = os.MkdirTemp("", "interop-city"); city.trouble == nil {
			city.dir = filepath.Join(dir, "data")
			city.City, city.trouble = demo.Load(context.Background(), city.dir, time.Now(), slog.New(slog.DiscardHandler))
		}
	})
	must(t, city.trouble)
	dir := filepath.Join(t.TempDir(), "data")
	must(t, os.CopyFS(dir, os.DirFS(city.dir)))
	must(t, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			err = os.Chmod(path, 0o600)
		}
		return err
	}))
	return dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// served is a server that runs.
type served struct {
	*running
	dir, url, key string
}

// serve starts `mingzhang serve`.
func serve(t *testing.T, dir string, args ...string) *served {
	t.Helper()
	f, err := folder.Open(dir, "")
	must(t, err)
	r := start(t, "mingzhang", append([]string{"serve", "--data", dir, "--listen", "127.0.0.1:0"}, args...)...)
	text := r.says(t, "http://127.0.0.1:")
	_, after, _ := strings.Cut(text, "http://127.0.0.1:")
	port, _, _ := strings.Cut(after, "\n")
	return &served{r, dir, "http://127.0.0.1:" + strings.TrimSpace(port), f.LogKey}
}

// keyFile is the log's public key in a file.
func (s *served) keyFile(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "log.pub")
	must(t, os.WriteFile(name, []byte(s.key+"\n"), 0o600))
	return name
}

func (s *served) get(t *testing.T, path string) string {
	t.Helper()
	resp, err := http.Get(s.url + path)
	must(t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	must(t, err)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s", path, resp.Status, data)
	}
	return string(data)
}

// tampering is a server that changes what it hands on.
type tampering struct {
	url string
	hit chan struct{} // closed when it has done so
}

// tampered stands before a server and changes one byte of what lies at a path.
func (s *served) tampered(t *testing.T, path string, at int) tampering {
	t.Helper()
	target, err := url.Parse(s.url)
	must(t, err)
	hit := make(chan struct{})
	hits := sync.OnceFunc(func() { close(hit) })
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(resp *http.Response) error {
		if !strings.HasPrefix(resp.Request.URL.Path, path) || resp.StatusCode != http.StatusOK {
			return nil
		}
		data, err := io.ReadAll(resp.Body)
		if err != nil {
			return err
		}
		resp.Body.Close()
		data[at] ^= 1
		hits()
		resp.Body = io.NopCloser(strings.NewReader(string(data)))
		return nil
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Accept-Encoding")
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		server.Close()
		select {
		case <-hit:
		default:
			t.Errorf("nobody asked for %s", path)
		}
	})
	return tampering{server.URL, hit}
}
