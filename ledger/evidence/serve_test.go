package evidence

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"mingzhang/ledger"
)

// ask serves a file to a request with headers, names and values in turn.
func ask(t *testing.T, s *Store, method string, e ledger.Evidence, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, "/v1/evidence/x", nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	if err := s.Serve(w, r, e, "发票.pdf"); err != nil {
		t.Fatalf("Serve: %v", err)
	}
	return w.Result()
}

func TestServeHeaders(t *testing.T) {
	s := openAt(t, t.TempDir())
	strict := "default-src 'none'; sandbox"
	for _, c := range []struct {
		name, content, media, kind, disposition, policy string
		public                                          bool
	}{
		{"PDF", aPDF, "application/pdf", "application/pdf", "inline; filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf",
			"default-src 'none'; style-src 'unsafe-inline'", true},
		{"PNG", aPNG, "image/png", "image/png", "inline; filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf.png", strict, true},
		{"XML", aXML, "application/xml", "application/xml", "attachment; filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf.xml", strict, false},
		{"CSV", aCSV, "text/csv", "text/csv", "attachment; filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf.csv", strict, false},
		{"a row that says HTML", aCSV, "text/html", "application/octet-stream", "attachment; filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf.bin", strict, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := put(t, s, c.content, "")
			e.Media, e.Public = c.media, c.public
			want := map[string]string{
				"Content-Type": c.kind, "Content-Disposition": c.disposition, "Content-Security-Policy": c.policy,
				"X-Content-Type-Options": "nosniff", "Etag": `"` + e.Hash[len("sha256:"):] + `"`, "Last-Modified": "",
				"Cache-Control": "private, no-store", "Cross-Origin-Resource-Policy": "same-origin",
			}
			if c.public {
				want["Cache-Control"], want["Cross-Origin-Resource-Policy"] = "public, max-age=86400, immutable", "cross-origin"
			}
			header := ask(t, s, "GET", e).Header
			for name, value := range want {
				if got := header.Get(name); got != value {
					t.Errorf("%s is %q, want %q", name, got, value)
				}
			}
		})
	}
}

func TestServeRequests(t *testing.T) {
	s := openAt(t, t.TempDir())
	e := put(t, s, "0123456789", "")
	tag := `"` + e.Hash[len("sha256:"):] + `"`
	for _, c := range []struct {
		name, method string
		header       []string
		status       int
		body         string
	}{
		{"GET", "GET", nil, 200, "0123456789"},
		{"HEAD", "HEAD", nil, 200, ""},
		{"the same version", "GET", []string{"If-None-Match", tag}, 304, ""},
		{"any version", "GET", []string{"If-None-Match", "*"}, 304, ""},
		{"another version", "GET", []string{"If-None-Match", `"x"`}, 200, "0123456789"},
		{"a range", "GET", []string{"Range", "bytes=2-4"}, 206, "234"},
		{"the last bytes", "GET", []string{"Range", "bytes=-3"}, 206, "789"},
		{"a range of this version", "GET", []string{"Range", "bytes=2-4", "If-Range", tag}, 206, "234"},
		{"a range of another version", "GET", []string{"Range", "bytes=2-4", "If-Range", `"x"`}, 200, "0123456789"},
		{"a range outside", "GET", []string{"Range", "bytes=10-"}, 416, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ask(t, s, c.method, e, c.header...)
			body := new(strings.Builder)
			if got.Write(body); got.StatusCode != c.status || c.body != "" && !strings.HasSuffix(body.String(), "\r\n\r\n"+c.body) {
				t.Errorf("got status %d and %q, want %d and %q", got.StatusCode, body, c.status, c.body)
			}
		})
	}
}

// An error is the caller's to answer: nothing is written, not even a header.
func TestServeRefuses(t *testing.T) {
	s := openAt(t, t.TempDir())
	e := put(t, s, aPDF, "")
	overwrite(t, fileOf(s, e.Hash), "rot")
	for _, c := range []struct{ name, hash, code string }{
		{"damaged", e.Hash, "evidence-damaged"},
		{"missing", noHash, "evidence-missing"},
		{"no hash", "../../etc/passwd", "hash-unreadable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			e.Hash = c.hash
			wantCode(t, s.Serve(w, httptest.NewRequest("GET", "/", nil), e, "x"), c.code)
			if len(w.Header()) != 0 || w.Body.Len() != 0 {
				t.Errorf("wrote %v %q", w.Header(), w.Body)
			}
		})
	}
}
