package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestDocs: the documentation is whole, and asks no other host for anything.
func TestDocs(t *testing.T) {
	l := newLibrary(t, "sqlite:"+t.TempDir()+"/book.db")
	for path, media := range map[string]string{
		"/docs/": "text/html", "/docs/index.html": "text/html", "/docs/initializer.js": "text/javascript", "/docs/swagger-ui-bundle.js": "text/javascript",
		"/docs/swagger-ui.css": "text/css", "/docs/favicon-32x32.png": "image/png", "/docs/swagger.json": "application/json", "/docs/problems.html": "text/html", "/problems/not-yours": "text/html", "/docs/swagger.yaml": "application/yaml",
	} {
		status, header, body := l.ask(t, "GET", path, nil)
		if status != 200 || !strings.HasPrefix(header.Get("Content-Type"), media) || len(body) == 0 {
			t.Errorf("GET %s: %d %s, %d bytes", path, status, header.Get("Content-Type"), len(body))
		}
		policy := header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'; script-src 'self';") || strings.Contains(policy, "http") {
			t.Errorf("GET %s: the policy is %q", path, policy)
		}
		if media == "text/html" && regexp.MustCompile(`https?:|<script>|<style|\son\w+=`).Match(body) {
			t.Errorf("GET %s: another host, or a script within the page: %s", path, body)
		}
		if media == "application/json" && !json.Valid(body) {
			t.Errorf("GET %s is no JSON", path)
		}
	}
	for _, path := range []string{"/docs/docs.go", "/docs/../api.go", "/docs/%2e%2e/go.mod", "/docs/swagger-ui.js.map", "/docs/examples", "/docs/nothing", "/problems/nothing", "/problems/", "/problems", "/problems/%22%3E", "/problems/..%2Fdocs"} {
		if status, _, body := l.ask(t, "GET", path, nil); status != 404 {
			t.Errorf("GET %s: %d %.60s", path, status, body)
		}
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Get(l.URL + "/docs")
	check(t, err)
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	if res.StatusCode != 301 || res.Header.Get("Location") != "/docs/" {
		t.Errorf("GET /docs: %d to %s", res.StatusCode, res.Header.Get("Location"))
	}
}
