package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// call has the handler itself answer, without a network, and looks at what every answer
// must be: no fault of the server's, and a problem where it is refused.
func (d *desk) call(t *testing.T, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	d.engine.ServeHTTP(w, r)
	documented(t, r, w.Code, w.Header(), w.Body.Bytes())
	var p shown
	switch {
	case w.Code >= 500:
		t.Fatalf("%s %s: %d %s", r.Method, r.URL, w.Code, w.Body)
	case w.Code >= 400:
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != w.Code || p.Detail == "" || w.Body.Len() > 8<<10 {
			t.Fatalf("%d and no problem: %v %.300s", w.Code, err, w.Body)
		}
	}
	return w
}

// fuzzDesk is one desk for all runs of a fuzz target.
func fuzzDesk(f *testing.F) *desk {
	return newDesk(f, "sqlite:"+filepath.Join(f.TempDir(), "book.db"), nil)
}

func request(method, path, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// FuzzBody sends any body as every kind of request, by somebody without a key: it is
// refused, and nothing that is JSON to one reader is something else to another.
func FuzzBody(f *testing.F) {
	d := fuzzDesk(f)
	for i, g := range goodRequests {
		f.Add(i, d.path(g.body.but()))
	}
	for _, s := range []string{"", "null", "[]", "{}", `{"a":1,"a":2}`, `{"amount":1,"AMOUNT":2}`, `{"ſerial":"a","serial":"b"}`, `{"note":"\ud800"}`, "{\"note\":\"\xff\"}", `{"donor":{"donor":{}}}`,
		`{"amount":1e999}`, `{"amount":-0}`, strings.Repeat("[", 1000), strings.Repeat(`{"donor":`, 1000), `{"":{"":[{},{"":0}]}}`, "\ufeff{}", `{"project":7}{}`, `{"evidence":[null]}`, `{"donor":null}`} {
		f.Add(3, s)
	}
	f.Fuzz(func(t *testing.T, route int, body string) {
		g := goodRequests[(route%len(goodRequests)+len(goodRequests))%len(goodRequests)]
		if w := d.call(t, request("POST", d.path(g.path), body)); w.Code < 400 {
			t.Fatalf("%s: recorded for nobody: %d", body, w.Code)
		}
	})
}

// FuzzGift sends any body as a donation, with a key that may. What is recorded reads back
// as it was sent.
func FuzzGift(f *testing.F) {
	d := fuzzDesk(f)
	for _, s := range []string{"加油", "=1+1", "a\nb", "\u202e", "cafe\u0301", "\ud7ff", "13812345678", "' OR 1=1", "\x00", "\U0010FFFF", strings.Repeat("长", 300)} {
		f.Add(s, int64(1))
	}
	f.Add("", int64(-1))
	f.Add("x", int64(1)<<53)
	f.Fuzz(func(t *testing.T, note string, amount int64) {
		body, err := json.Marshal(map[string]any{"project": d.at["east"], "asset": "CNY", "amount": min(amount, 1<<53) % (1 << 54), "occurred": "2026-11-20", "donor": map[string]any{"kind": "anonymous"}, "note": note})
		check(t, err)
		r := request("POST", "/v1/donations", string(body))
		r.Header.Set("Authorization", d.keys["charity"])
		w := d.call(t, r)
		if w.Code >= 400 {
			return
		}
		var kept struct{ Texts map[string]string }
		check(t, json.Unmarshal(d.call(t, request("GET", w.Header().Get("Location"), "")).Body.Bytes(), &kept))
		if kept.Texts["note"] != note {
			t.Fatalf("kept %q of %q", kept.Texts["note"], note)
		}
	})
}

// FuzzBatch sends any lines: there is a result for each line, or one problem.
func FuzzBatch(f *testing.F) {
	d := fuzzDesk(f)
	for _, s := range []string{"", "\n", "\r\n\r\n", "{}\n{}", "null\n", `{"type":"donation"}`, `{"type":"donation","Type":"x"}`, "{\n}", "\x00", typed("freeze", aFreeze), strings.Repeat("{}\n", 50)} {
		f.Add(d.path(s), false)
		f.Add(d.path(s), true)
	}
	f.Fuzz(func(t *testing.T, body string, atomic bool) {
		path := "/v1/batches"
		if atomic {
			path += "?atomic=true"
		}
		r := request("POST", path, body)
		r.Header.Set("Content-Type", "application/x-ndjson")
		r.Header.Set("Authorization", d.keys["partner2"]) // which may write nothing
		w := d.call(t, r)
		want := strings.Count(body, "\n")
		if rest := body[strings.LastIndexByte(body, '\n')+1:]; strings.TrimSpace(rest) != "" {
			want++
		}
		if got := strings.Count(w.Body.String(), "\n"); w.Code == 200 && got != want {
			t.Fatalf("%d results of %d lines", got, want)
		}
	})
}

// FuzzQuery asks for flows, projects, records and keys with any query.
func FuzzQuery(f *testing.F) {
	d := fuzzDesk(f)
	for _, s := range []string{"", "limit=1", "limit=-1", "project=7&kind=donation,refund", "category=5101.direct_aid", "from=2026-01-01&to=2026-12-31", "min=1&max=9007199254740991", "party=%ff", "cursor=MTI",
		"cursor=AA", "order=oldest", "a=b;c=d", "%zz", "&&&", "=", "asset=goods/desk", "asset=%00", "q=%25", "q=_", "sort=name&cursor=OCB4", "limit=1&limit=2", "organization=9223372036854775807", "facets=true&year=2026"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		if strings.ContainsAny(query, " #") || strings.ContainsFunc(query, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return // no client sends these
		}
		for _, path := range []string{"/v1/flows", "/v1/projects", "/v1/records", "/v1/keys", "/v1/search", "/v1/organizations", "/v1/openings", "/v1/assets", "/v1/statistics"} {
			r := request("GET", path, "")
			r.URL.RawQuery = query
			r.Header.Set("Authorization", d.keys["platform"])
			if w := d.call(t, r); w.Code == 200 && !json.Valid(w.Body.Bytes()) {
				t.Fatalf("%s?%s: %s", path, query, w.Body)
			}
		}
	})
}

// FuzzCursor gives any place to every list that has pages.
func FuzzCursor(f *testing.F) {
	d := fuzzDesk(f)
	for _, s := range []string{"", "MTI", "OCA", "MA", "LTE", "AA", "_w", "MTI=", "OCD_", "!", "OTAwNzE5OTI1NDc0MDk5MQ", "MCAnIE9SIDE9MQ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		for _, path := range []string{"/v1/flows", "/v1/projects?sort=name", "/v1/projects?sort=raised", "/v1/projects?sort=ending", "/v1/records", "/v1/organizations", "/v1/keys", "/v1/flows/{gift}/trace", "/v1/flows/{payment}/sources", "/v1/projects/{east}/records", "/v1/projects/{east}/parties", "/v1/projects/{east}/pools", "/v1/assets", "/v1/openings"} {
			u, err := url.Parse(d.path(path))
			check(t, err)
			q := u.Query()
			q.Set("cursor", cursor)
			u.RawQuery = q.Encode()
			r := request("GET", u.String(), "")
			r.Header.Set("Authorization", d.keys["platform"])
			d.call(t, r)
		}
	})
}

// FuzzHeaders asks with any language, key, entity tag and idempotency key.
func FuzzHeaders(f *testing.F) {
	d := fuzzDesk(f)
	good := d.keys["charity"]
	for _, s := range []string{"", "en", "zh-Hant-TW;q=0.1,en-US;q=0.9", "*", "en;q=2", "en;q=", "x-private-use", "Bearer", "Bearer ", good, good[:40], strings.ToUpper(good), "Basic eA==", "a-a-a-a-a-a-a-a", "und-u-va-posix", "W/\"x\"", "\xff", "en-u-rg-", "zh-Hans-x-lvariant-polytoni"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		r := request("GET", "/v1/projects", "")
		for _, name := range []string{"Accept-Language", "If-None-Match", "Accept", "Idempotency-Key", "Consent-Authorization", "X-Forwarded-For", "Accept-Encoding"} {
			r.Header.Set(name, value)
		}
		if w := d.call(t, r); w.Code != 200 && w.Code != 304 {
			t.Fatalf("%q: %d %s", value, w.Code, w.Body)
		}
		r.Header.Set("Authorization", value)
		if w := d.call(t, r); w.Code >= 400 && w.Code != 401 {
			t.Fatalf("%q: %d %s", value, w.Code, w.Body)
		}
		r = request("POST", "/v1/donations", "{}")
		r.Header.Set("Authorization", good)
		r.Header.Set("Idempotency-Key", value)
		r.Header.Set("Content-Type", value)
		d.call(t, r)
	})
}
