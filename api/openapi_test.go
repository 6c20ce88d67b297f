package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/gin-gonic/gin"
)

// contract is the OpenAPI document as a validator reads it.
type contract struct {
	*openapi3.T
	called map[string]bool // "GET /v1/flows", each with its success
}

func newContract(t testing.TB) *contract {
	t.Helper()
	data, err := os.ReadFile("../docs/swagger.json")
	check(t, err)
	var doc openapi2.T
	check(t, json.Unmarshal(data, &doc))
	v3, err := openapi2conv.ToV3(&doc)
	check(t, err)
	for _, name := range []string{"application/x-ndjson", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"} {
		openapi3filter.RegisterBodyDecoder(name, openapi3filter.FileBodyDecoder)
	}
	c := &contract{v3, map[string]bool{}}
	c.tighten()
	check(t, v3.Validate(context.Background(), openapi3.DisableExamplesValidation()))
	return c
}

// tighten says what the older form of the document cannot: that objects have no other
// members, that a problem has a media type of its own, that what is not JSON is text,
// and that a file is of any type.
func (c *contract) tighten() {
	for _, s := range c.Components.Schemas {
		if v := s.Value; v != nil && len(v.Properties) > 0 && v.AdditionalProperties.Schema == nil {
			v.AdditionalProperties.Has = openapi3.Ptr(false)
		}
	}
	bytes := openapi3.NewSchemaRef("", openapi3.NewStringSchema())
	for _, item := range c.Paths.Map() {
		for _, op := range item.Operations() {
			for status, r := range op.Responses.Map() {
				content := r.Value.Content
				if json := content.Get("application/json"); status >= "400" && json != nil && status != "503" {
					r.Value.Content = openapi3.Content{"application/problem+json": json}
					continue
				}
				for name, media := range content {
					if status == "200" && media.Schema != nil && media.Schema.Value != nil && media.Schema.Value.Format == "binary" {
						r.Value.Content = openapi3.Content{"*/*": &openapi3.MediaType{}}
						break
					}
					if status >= "400" && strings.HasSuffix(ref(media), "Problem") {
						content["application/problem+json"] = &openapi3.MediaType{Schema: media.Schema}
					}
					if !strings.Contains(name, "json") || strings.Contains(name, "ndjson") || isString(media) {
						content[name] = &openapi3.MediaType{Schema: bytes}
					}
				}
			}
			if op.RequestBody != nil && op.RequestBody.Value.Content["application/x-ndjson"] != nil {
				op.RequestBody.Value.Content["application/x-ndjson"].Schema = bytes
			}
		}
	}
}

func ref(m *openapi3.MediaType) string {
	if m.Schema == nil {
		return ""
	}
	return m.Schema.Ref
}

func isString(m *openapi3.MediaType) bool {
	return m.Schema != nil && m.Schema.Value != nil && m.Schema.Value.Type.Is("string")
}

// shared is the contract that every answer of the tests is held against, whatever the
// test is about.
var shared struct {
	sync.Once
	*contract
}

// documented holds an answer against the document. What is at an address that is in no
// document, or sent by a method that is not, is a refusal that TestRefusedMethods looks at.
func documented(t testing.TB, r *http.Request, status int, header http.Header, answer []byte) {
	t.Helper()
	shared.Do(func() { shared.contract = newContract(t) })
	c := shared.contract
	if c == nil || r.Method == http.MethodHead || r.Method == http.MethodOptions {
		return
	}
	if route, params := c.find(r); route != nil {
		in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, QueryParams: r.URL.Query(), Route: route}
		c.answers(t, in, status, header, answer)
	}
}

// route finds the operation of a request, which is in the document.
func (c *contract) route(t testing.TB, r *http.Request) (*routers.Route, map[string]string) {
	t.Helper()
	route, params := c.find(r)
	if route == nil {
		t.Fatalf("%s %s is not in the document", r.Method, r.URL.Path)
	}
	return route, params
}

// find finds the operation of a request: of two paths that fit, the one with fewer
// places.
func (c *contract) find(r *http.Request) (*routers.Route, map[string]string) {
	var paths []string
	for path, item := range c.Paths.Map() {
		if item.GetOperation(r.Method) != nil && pattern(path).MatchString(r.URL.Path) {
			paths = append(paths, path)
		}
	}
	if len(paths) == 0 {
		return nil, nil
	}
	slices.SortFunc(paths, func(a, b string) int { return strings.Count(a, "{") - strings.Count(b, "{") })
	item := c.Paths.Value(paths[0])
	params := map[string]string{}
	match, names := pattern(paths[0]).FindStringSubmatch(r.URL.Path), place.FindAllStringSubmatch(paths[0], -1)
	for i, name := range names {
		params[name[1]] = match[i+1]
	}
	return &routers.Route{Spec: c.T, Path: paths[0], PathItem: item, Method: r.Method, Operation: item.GetOperation(r.Method)}, params
}

var place = regexp.MustCompile(`\{(\w+)\}`)

func pattern(path string) *regexp.Regexp {
	path = strings.ReplaceAll(regexp.QuoteMeta(path), `\{path\}`, "(.+)")
	return regexp.MustCompile("^" + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(path, "([^/]+)") + "$")
}

// holds checks a request that was answered, and its answer.
func (c *contract) holds(t testing.TB, r *http.Request, sent []byte, status int, header http.Header, answer []byte) {
	t.Helper()
	route, params := c.route(t, r)
	r.Body = io.NopCloser(bytes.NewReader(sent))
	options := &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, MultiError: true}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, QueryParams: r.URL.Query(), Route: route, Options: options}
	if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil && status < 300 {
		t.Errorf("%s %s: the request is not as documented: %v", r.Method, r.URL, err)
	}
	c.answers(t, in, status, header, answer)
	if status < 300 {
		c.called[r.Method+" "+route.Path] = true
	}
}

// answers checks an answer. Only of a refusal the document may leave the status open.
func (c *contract) answers(t testing.TB, in *openapi3filter.RequestValidationInput, status int, header http.Header, answer []byte) {
	t.Helper()
	r := in.Request
	if status < 400 && in.Route.Operation.Responses.Status(status) == nil {
		t.Errorf("%s %s: the status %d is not documented", r.Method, r.URL, status)
	}
	options := &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: status, Header: header, Options: options}
	out.SetBodyBytes(answer)
	if err := openapi3filter.ValidateResponse(context.Background(), out); err != nil {
		t.Errorf("%s %s: the answer is not as documented: %v\n%.2000s", r.Method, r.URL, err, answer)
	}
}

// operations lists all operations: "GET /v1/flows".
func (c *contract) operations() (all []string) {
	for path, item := range c.Paths.Map() {
		for method := range item.Operations() {
			all = append(all, method+" "+path)
		}
	}
	return all
}

// complete says which operations were never called with success.
func (c *contract) complete(t testing.TB) {
	t.Helper()
	for _, operation := range c.operations() {
		if !c.called[operation] {
			t.Errorf("%s was never called with success", operation)
		}
	}
}

// sameRoutes holds the table of routes against the document.
func (c *contract) sameRoutes(t testing.TB, h http.Handler) {
	t.Helper()
	routed := map[string]bool{}
	for _, r := range h.(*gin.Engine).Routes() {
		path := regexp.MustCompile(`[:*](\w+)`).ReplaceAllString(r.Path, "{$1}")
		if r.Method == http.MethodHead || r.Method == http.MethodOptions || strings.HasPrefix(path, "/docs") || strings.HasPrefix(path, "/problems") {
			continue
		}
		routed[r.Method+" "+path] = true
		if item := c.Paths.Value(path); item == nil || item.GetOperation(r.Method) == nil {
			t.Errorf("%s %s is a route, and not in the document", r.Method, path)
		}
	}
	for path, item := range c.Paths.Map() {
		for method := range item.Operations() {
			if !routed[method+" "+path] {
				t.Errorf("%s %s is in the document, and no route", method, path)
			}
		}
	}
}
