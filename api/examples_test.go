package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

var update = flag.Bool("update", false, "make the examples of docs/ and put them into the OpenAPI document")

const (
	exampleDir = "../docs/examples"
	spec       = "../docs/swagger.json"
)

// example is a request and its answer, as docs/examples keeps them.
type example struct {
	name    string
	tagged  bool // the answer can be asked for again with its entity tag
	Request struct {
		Method  string            `json:"method"`
		Path    string            `json:"path"`
		Headers map[string]string `json:"headers,omitempty"`
		Body    any               `json:"body,omitempty"` // JSON, or a text
	} `json:"request"`
	Response struct {
		Status  int               `json:"status"`
		Headers map[string]string `json:"headers,omitempty"`
		Body    any               `json:"body,omitempty"`
	} `json:"response"`
}

func exampleOf(s step, path, media string, sent []byte, res *http.Response, answer []byte) example {
	e := example{name: s.name, tagged: res.Header.Get("ETag") != ""}
	e.Request.Method, e.Request.Path, e.Request.Headers = s.method, path, map[string]string{}
	if s.as != "" {
		e.Request.Headers["Authorization"] = "Bearer (" + s.as + ")"
	}
	if s.method == http.MethodPost {
		e.Request.Headers["Content-Type"] = media
		e.Request.Body = printable(sent)
	}
	if s.accept != "" {
		e.Request.Headers["Accept"] = s.accept
	}
	e.Response.Status, e.Response.Headers = res.StatusCode, map[string]string{}
	for _, name := range []string{"Content-Type", "Content-Disposition", "Location", "Idempotency-Replayed", "Link", "Export-Size"} {
		if value := res.Header.Get(name); value != "" {
			e.Response.Headers[name] = value
		}
	}
	if !s.shaky {
		e.Response.Body = printable(unnamed.ReplaceAll(answer, []byte("urn:request:01930000-0000-7000-8000-000000000000")))
	}
	return e
}

// unnamed is the name of a request, which is another each time.
var unnamed = regexp.MustCompile(`urn:request:[0-9a-f-]{36}`)

// printable gives JSON as it is, other text as a text, and nothing of what is neither.
func printable(body []byte) any {
	switch {
	case len(body) == 0 || !utf8.Valid(body):
		return nil
	case json.Valid(body):
		return json.RawMessage(bytes.TrimSpace(body))
	}
	return string(body)
}

func (e example) text(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	check(t, enc.Encode(e))
	return b.Bytes()
}

func (e example) file() string { return filepath.Join(exampleDir, e.name+".json") }

func writeExamples(t testing.TB, examples []example) {
	t.Helper()
	check(t, os.RemoveAll(exampleDir))
	check(t, os.MkdirAll(exampleDir, 0o755))
	for _, e := range examples {
		check(t, os.WriteFile(e.file(), e.text(t), 0o644))
	}
}

// sameExamples holds what was answered against what the documentation shows.
func sameExamples(t testing.TB, examples []example) {
	t.Helper()
	known := map[string]bool{}
	for _, e := range examples {
		known[e.name+".json"] = true
		want, err := os.ReadFile(e.file())
		if err != nil {
			t.Errorf("%v (go test ./api -run TestContract -update makes it)", err)
		} else if got := e.text(t); !bytes.Equal(got, want) {
			t.Errorf("the example %s is no longer what is answered:\n got %s\nwant %s", e.name, got, want)
		}
	}
	files, err := os.ReadDir(exampleDir)
	check(t, err)
	for _, f := range files {
		if !known[f.Name()] {
			t.Errorf("the example %s is of no step of the story", f.Name())
		}
	}
}

// mergeExamples puts into the document the first example of each operation and status.
func mergeExamples(t testing.TB, c *contract, examples []example) {
	t.Helper()
	data, err := os.ReadFile(spec)
	check(t, err)
	var doc map[string]any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	check(t, d.Decode(&doc))
	for _, e := range examples {
		r, err := http.NewRequest(e.Request.Method, e.Request.Path, nil)
		check(t, err)
		route, _ := c.route(t, r)
		op := doc["paths"].(map[string]any)[route.Path].(map[string]any)[strings.ToLower(r.Method)].(map[string]any)
		e.refused(op)
		e.answered(op)
		e.asked(op)
	}
	describe(t, doc)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "    ")
	check(t, enc.Encode(doc))
	check(t, os.WriteFile(spec, b.Bytes(), 0o644))
	text, err := yaml.JSONToYAML(b.Bytes())
	check(t, err)
	check(t, os.WriteFile(strings.TrimSuffix(spec, "json")+"yaml", text, 0o644))
}

// refused says what an operation has in common with all others: every refusal is a
// problem, and what has an entity tag is not sent twice.
func (e example) refused(op map[string]any) {
	all := op["responses"].(map[string]any)
	all["default"] = map[string]any{"description": "Any other refusal, by its status: 401 for a key that is wrong, 429 with Retry-After, 503 when the server is to be asked again later",
		"schema": map[string]any{"$ref": "#/definitions/api.Problem"}}
	if e.tagged {
		all["304"] = map[string]any{"description": "What the caller has, by its If-None-Match, is as it was"}
	}
}

// answered shows the answer in its response.
func (e example) answered(op map[string]any) {
	r, ok := op["responses"].(map[string]any)[strconv.Itoa(e.Response.Status)].(map[string]any)
	if !ok || e.Response.Body == nil {
		return
	}
	media, _, _ := strings.Cut(e.Response.Headers["Content-Type"], ";")
	all, _ := r["examples"].(map[string]any)
	if all == nil {
		all = map[string]any{}
		r["examples"] = all
	}
	if all[media] == nil {
		all[media] = e.Response.Body
	}
}

// asked shows a body that was accepted in its parameter.
func (e example) asked(op map[string]any) {
	params, _ := op["parameters"].([]any)
	for _, v := range params {
		p := v.(map[string]any)
		schema, _ := p["schema"].(map[string]any)
		if p["in"] != "body" || e.Response.Status >= 300 || schema["$ref"] == nil {
			continue
		}
		p["schema"] = map[string]any{"allOf": []any{map[string]any{"$ref": schema["$ref"]}}, "example": e.Request.Body}
	}
}
