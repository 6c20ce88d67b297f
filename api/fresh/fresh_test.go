package fresh

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/gin-gonic/gin"
)

// page answers with a text and counts how often it was asked to.
func page(made *atomic.Int64, status int, text string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		made.Add(1)
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Set("Content-Length", strconv.Itoa(len(text)))
		w.WriteHeader(status)
		io.WriteString(w, text)
	}
}

func ask(a *Answers, tag, coding string, answer func(http.ResponseWriter)) *httptest.ResponseRecorder {
	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Encoding", coding)
	a.Serve(w, r, tag, answer)
	if n := w.Header().Get("Content-Length"); n != strconv.Itoa(w.Body.Len()) {
		panic(fmt.Sprintf("%d bytes are said to be %s", w.Body.Len(), n))
	}
	return w
}

// TestServe: an answer is made once for each tag, and is the same packed and plain.
func TestServe(t *testing.T) {
	text := strings.Repeat("晒账单", 500)
	var made atomic.Int64
	if first := ask(New(1<<20), "t1", "gzip", page(&made, 200, text)); first.Header().Get("Content-Encoding") != "gzip" || first.Body.Len() >= len(text) {
		t.Errorf("whom it is made for gets %d bytes, %v", first.Body.Len(), first.Header())
	}
	a := New(1 << 20)
	made.Store(0)
	for range 3 {
		if got := ask(a, "t1", "", page(&made, 200, text)); got.Body.String() != text || got.Header().Get("Content-Type") != "text/plain" {
			t.Fatalf("got %d %v", got.Code, got.Header())
		}
	}
	packed := ask(a, "t1", "br, gzip", page(&made, 200, text))
	z, err := gzip.NewReader(packed.Body)
	if err != nil || packed.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("packed: %v, %v", packed.Header(), err)
	}
	if plain, err := io.ReadAll(z); err != nil || string(plain) != text {
		t.Errorf("packed: %d bytes, %v", len(plain), err)
	}
	if got := ask(a, "t1", "gzip;q=0", page(&made, 200, text)); got.Header().Get("Content-Encoding") != "" {
		t.Error("packed for who does not take it")
	}
	if made.Load() != 1 {
		t.Errorf("made %d times, want 1", made.Load())
	}
	if ask(a, "t2", "", page(&made, 200, text)); made.Load() != 2 {
		t.Error("another tag got the same answer")
	}
}

// TestNotKept: what is no 200, or too large, goes through and is not kept.
func TestNotKept(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		text   string
	}{{"not found", 404, "none"}, {"too large", 200, strings.Repeat("x", largest+1)}} {
		a := New(8 << 20)
		var made atomic.Int64
		for range 2 {
			if got := ask(a, "t", "", page(&made, c.status, c.text)); got.Code != c.status || got.Body.Len() != len(c.text) {
				t.Errorf("%s: got %d with %d bytes", c.name, got.Code, got.Body.Len())
			}
		}
		if made.Load() != 2 {
			t.Errorf("%s: made %d times, want 2", c.name, made.Load())
		}
	}
}

// TestRedirect: who is sent elsewhere through Gin gets there.
func TestRedirect(t *testing.T) {
	w := httptest.NewRecorder()
	engine := gin.New()
	a := New(1 << 20)
	engine.GET("/", func(c *gin.Context) {
		a.Handle(c, `"t"`, func() { c.Redirect(http.StatusSeeOther, "/there") })
	})
	engine.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/there" || len(a.kept) != 0 {
		t.Errorf("got %d, %v, %d kept", w.Code, w.Header(), len(a.kept))
	}
}

// TestRoom: what was used longest ago is forgotten, and the count of bytes is right.
func TestRoom(t *testing.T) {
	a := New(10 * (perAnswer + 400))
	var made atomic.Int64
	for i := range 100 {
		ask(a, fmt.Sprint(i), "", page(&made, 200, strings.Repeat("x", 400)))
		ask(a, "0", "", page(&made, 200, strings.Repeat("x", 400))) // is used all the time
	}
	if len(a.kept) != 10 || a.bytes > a.most || made.Load() != 100 {
		t.Errorf("%d kept with %d bytes of %d; made %d times", len(a.kept), a.bytes, a.most, made.Load())
	}
}

// TestTogether: of many who ask at once one makes the answer, also when the one fails.
func TestTogether(t *testing.T) {
	a := New(1 << 20)
	var made atomic.Int64
	begin := make(chan struct{})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			<-begin
			if got := ask(a, "t", "", page(&made, 200, "page")); got.Body.String() != "page" {
				t.Errorf("got %q", got.Body)
			}
		})
	}
	close(begin)
	wg.Wait()
	if made.Load() != 1 {
		t.Errorf("made %d times, want 1", made.Load())
	}
	func() {
		defer func() { recover() }()
		ask(a, "p", "", func(http.ResponseWriter) { panic("broken") })
	}()
	if got := ask(a, "p", "", page(&made, 200, "page")); !bytes.Equal(got.Body.Bytes(), []byte("page")) {
		t.Errorf("after a panic: got %q", got.Body)
	}
}

// TestGone: where whoever makes an answer goes away, one of those who wait makes it, and
// not all of them at once.
func TestGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := New(1 << 20)
		var made, making atomic.Int64
		makers, end := make(chan context.CancelFunc, 50), make(chan struct{})
		for range 50 {
			go func() {
				ctx, hangUp := context.WithCancel(t.Context())
				defer hangUp()
				w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil).WithContext(ctx)
				a.Serve(w, r, "t", func(w http.ResponseWriter) {
					made.Add(1)
					making.Add(1)
					defer making.Add(-1)
					makers <- hangUp
					select {
					case <-end:
						io.WriteString(w, "page")
					case <-ctx.Done():
						w.WriteHeader(http.StatusServiceUnavailable)
					}
				})
				if got := w.Body.String(); ctx.Err() == nil && got != "page" {
					t.Errorf("who waited got %d %q", w.Code, got)
				}
			}()
		}
		for range 3 {
			synctest.Wait()
			if n := making.Load(); n != 1 {
				t.Errorf("%d make it at once", n)
			}
			(<-makers)()
		}
		synctest.Wait()
		close(end)
		synctest.Wait()
		if n := made.Load(); n != 4 {
			t.Errorf("made %d times, want 4: three hung up", n)
		}
	})
}
