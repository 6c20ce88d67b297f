package evidence

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"mingzhang/ledger"
)

// settled puts a file and lets it grow old, so that having been hashed is remembered.
func settled(t *testing.T, s *Store, content string) (e ledger.Evidence, changed time.Time) {
	t.Helper()
	e, changed = put(t, s, content, ""), time.Now().Add(-time.Hour).Truncate(time.Second)
	touch(t, fileOf(s, e.Hash), changed)
	return e, changed
}

func touch(t *testing.T, path string, changed time.Time) {
	t.Helper()
	if err := os.Chtimes(path, changed, changed); err != nil {
		t.Fatal(err)
	}
}

// TestKnown: the ranges of a file are hashed once. What shows it is the one thing that is
// not noticed until the time is over: other bytes of the same size and time.
func TestKnown(t *testing.T) {
	s := openAt(t, t.TempDir())
	ahead := time.Duration(0)
	s.known.now = func() time.Time { return time.Now().Add(ahead) }
	e, changed := settled(t, s, aPDF)
	first := func() error {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Range", "bytes=0-0")
		return s.Serve(httptest.NewRecorder(), r, e, "")
	}
	if err := first(); err != nil {
		t.Fatal(err)
	}
	overwrite(t, fileOf(s, e.Hash), "x"+aPDF[1:])
	touch(t, fileOf(s, e.Hash), changed)
	if err := first(); err != nil {
		t.Errorf("a range was hashed though nothing shows that the file changed: %v", err)
	}
	if _, err := s.Open(t.Context(), e.Hash); err == nil {
		t.Error("Open trusts what it has not read")
	}
	ahead = knownLife
	wantCode(t, first(), "evidence-damaged")
}

// TestAlteredIsNoticed: a file that was hashed and is altered is hashed anew at once, if its
// size or its time of change is another; so is one that was changed just before.
func TestAlteredIsNoticed(t *testing.T) {
	for _, c := range []struct {
		name, content string
		changed       func(time.Time) time.Time
	}{
		{"another time", "x" + aPDF[1:], func(t time.Time) time.Time { return t.Add(time.Millisecond) }},
		{"an earlier time", "x" + aPDF[1:], func(t time.Time) time.Time { return t.Add(-time.Hour) }},
		{"another size", aPDF + "x", func(t time.Time) time.Time { return t }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := openAt(t, t.TempDir())
			e, changed := settled(t, s, aPDF)
			f, err := s.reopen(t.Context(), e.Hash)
			if err != nil {
				t.Fatal(err)
			}
			f.Close()
			overwrite(t, fileOf(s, e.Hash), c.content)
			touch(t, fileOf(s, e.Hash), c.changed(changed))
			_, err = s.reopen(t.Context(), e.Hash)
			wantCode(t, err, "evidence-damaged")
		})
	}
	t.Run("just written", func(t *testing.T) {
		eachBucket(t, func(t *testing.T, s *Store) {
			e := put(t, s, aPDF, "")
			f, err := s.reopen(t.Context(), e.Hash)
			if err != nil {
				t.Fatal(err)
			}
			f.Close()
			if len(s.known.as) != 0 {
				t.Error("a file is remembered that may change within the grain of the clock")
			}
		})
	})
}

// TestKnownBound: memory is bounded.
func TestKnownBound(t *testing.T) {
	s := openAt(t, t.TempDir())
	for i := range 3 * mostKnown {
		s.known.note(fmt.Sprint(i), 1, time.Time{}, time.Now())
	}
	if n := len(s.known.as); n > mostKnown {
		t.Errorf("%d files are remembered", n)
	}
}

// TestServeBare: what has no byte of the file in it is answered without reading it, as
// long as a file of its size is there.
func TestServeBare(t *testing.T) {
	s := openAt(t, t.TempDir())
	e := put(t, s, aPDF, "")
	tag := `"` + strings.TrimPrefix(e.Hash, "sha256:") + `"`
	requests := map[string]struct {
		header []string
		method string
		status int
	}{
		"HEAD":                   {nil, "HEAD", 200},
		"HEAD of a range":        {[]string{"Range", "bytes=2-4"}, "HEAD", 206},
		"the same version":       {[]string{"If-None-Match", tag}, "GET", 304},
		"one of some versions":   {[]string{"If-None-Match", `"x", W/` + tag}, "GET", 304},
		"two conditions at once": {[]string{"If-Match", `"x"`, "If-None-Match", tag}, "GET", 412},
	}
	overwrite(t, fileOf(s, e.Hash), "x"+aPDF[1:]) // whoever reads it refuses
	for name, c := range requests {
		got := ask(t, s, c.method, e, c.header...)
		if length := got.Header.Get("Content-Length"); got.StatusCode != c.status || c.status == 200 && length != fmt.Sprint(len(aPDF)) {
			t.Errorf("%s: got status %d, %s bytes, want %d", name, got.StatusCode, length, c.status)
		}
	}
	refused := func(what, code string) {
		for name, c := range requests {
			r, w := httptest.NewRequest(c.method, "/", nil), httptest.NewRecorder()
			for i := 0; i < len(c.header); i += 2 {
				r.Header.Set(c.header[i], c.header[i+1])
			}
			wantCode(t, s.Serve(w, r, e, ""), code)
			if len(w.Header()) != 0 {
				t.Errorf("%s of a file that is %s: wrote %v", name, what, w.Header())
			}
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("If-None-Match", `"x"`)
	wantCode(t, s.Serve(httptest.NewRecorder(), r, e, ""), "evidence-damaged")
	overwrite(t, fileOf(s, e.Hash), aPDF+"x")
	refused("longer", "evidence-damaged")
	if err := s.Delete(t.Context(), e.Hash); err != nil {
		t.Fatal(err)
	}
	refused("erased", "evidence-missing")
}
