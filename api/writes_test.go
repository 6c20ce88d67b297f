package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"mingzhang/api"
	"mingzhang/ledger"
)

// TestWriteAnswers: what a write says, where its record is, and that the same is there.
func TestWriteAnswers(t *testing.T) {
	d := sqliteDesk(t)
	d.send(t, "platform", "/v1/assets", anAsset.but())
	for _, g := range goodRequests {
		if g.path == "/v1/keys" || g.path == "/v1/assets" {
			continue
		}
		t.Run(g.path, func(t *testing.T) {
			status, header, body := d.send(t, g.as, g.path, g.body.but(), "Idempotency-Key", strings.Repeat("~", 200))
			var a api.Answer
			if err := json.Unmarshal(body, &a); err != nil || status != http.StatusCreated {
				t.Fatalf("got %d %s", status, body)
			}
			d.checkHeaders(t, header, "application/json; charset=utf-8")
			if header.Get("Access-Control-Allow-Origin") != "" || header.Get("ETag") != "" || header.Get("Cache-Control") != "no-store" || header.Get("Idempotency-Replayed") != "" {
				t.Errorf("the headers are %v", header)
			}
			var there struct {
				ID   int64
				By   api.Author
				Leaf string `json:"leaf_hash"`
			}
			if a.Type != "project" && a.Type != "organization" {
				d.json(t, header.Get("Location"), &there)
				if there.ID != a.ID || there.Leaf != a.LeafHash || there.By.Key != d.ids[g.as] || there.By.Org != d.at[g.as] {
					t.Errorf("at %s is %+v, want %+v", header.Get("Location"), there, a)
				}
			} else if status, _, body := d.ask(t, "GET", header.Get("Location"), nil); status != http.StatusOK {
				t.Errorf("at %s: %d %s", header.Get("Location"), status, body)
			}
			var units int64
			for _, s := range a.Spans {
				units += s.Upto - s.From
			}
			if a.Type == "flow" && (units < a.Amount || a.Kind == "") || (a.Receipt != nil) != a.Kind.Brings() {
				t.Errorf("the answer is %s", body)
			}
			status, header, again := d.send(t, g.as, g.path, g.body.but(), "Idempotency-Key", strings.Repeat("~", 200))
			if status != http.StatusCreated || header.Get("Idempotency-Replayed") != "true" || string(again) != string(body) {
				t.Errorf("again: got %d %v %s\nwant %s", status, header, again, body)
			}
			d.ids[g.as], d.keys[g.as] = "", ""
			d.newKey(t, g.as, roleOf(g.as), libraryNoon.AddDate(1, 0, 0)) // the next request has a key of its own
		})
	}
}

func roleOf(who string) ledger.OrganizationKind {
	switch who {
	case "other":
		return ledger.Charity
	case "partner2":
		return ledger.Partner
	}
	return ledger.OrganizationKind(who)
}

// TestConsent: what the receiving charity agreed to is in the record, with its key.
func TestConsent(t *testing.T) {
	d := sqliteDesk(t)
	abroad := aTransfer.but("to", `{"project":{south}}`, "basis", "{plan}")
	id := d.told(t, "abroad2", "charity", "/v1/transfers", abroad, "Consent-Authorization", d.keys["other"], "Idempotency-Key", "abroad")
	if f := d.flow(t, id); f.Consent == nil || *f.Consent != (api.Author{Org: d.at["other"], Key: d.ids["other"]}) || f.By.Key != d.ids["charity"] {
		t.Errorf("the consent is %v, by %v", f.Consent, f.By)
	}
	_, header, _ := d.send(t, "charity", "/v1/transfers", abroad, "Consent-Authorization", d.keys["other"], "Idempotency-Key", "abroad")
	if header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("again: %v", header)
	}
	if id := d.told(t, "abroad3", "platform", "/v1/transfers", abroad, "Consent-Authorization", d.keys["other"]); d.flow(t, id).Consent == nil {
		t.Error("the platform's transfer does not say who agreed")
	}
	if id := d.told(t, "near", "charity", "/v1/transfers", aTransfer.but(), "Consent-Authorization", ""); d.flow(t, id).Consent != nil {
		t.Error("a transfer to the partner says that somebody agreed")
	}
}

// TestLanguages: the sentence is in the language that the caller prefers.
func TestLanguages(t *testing.T) {
	d := sqliteDesk(t)
	for accept, want := range map[string]string{
		"": "zh", "zh": "zh", "zh-CN": "zh", "zh-Hans": "zh", "zh-TW": "zh", "zh-Hant-HK,zh;q=0.9": "zh", "en": "en", "EN-us": "en", "en-GB,zh;q=0.5": "en", "zh;q=0.4,en;q=0.5": "en",
		"en;q=0.4,zh;q=0.5": "zh", "fr": "zh", "fr,en;q=0.1": "en", "*": "zh", "fr,*": "zh", "en;q=0": "zh", "xx-invalid-xxxxxxxxxxx": "zh", ";;;": "zh", "en,": "en", "\"en\"": "zh",
		strings.Repeat("en,", 100): "zh", strings.Repeat("a-", 4000): "zh", "i-klingon,en": "en", "sr-Latn": "zh",
	} {
		_, header, body := d.ask(t, "GET", "/v1/flows/x", nil, "Accept-Language", accept)
		got := "zh"
		if strings.Contains(string(body), "is not the index of a record") {
			got = "en"
		}
		if got != want || !strings.HasPrefix(header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%.60q: got %s, want %s: %s", accept, got, want, body)
		}
	}
}

// TestOpenToScripts: other sites' scripts may read what is public, and nothing else.
func TestOpenToScripts(t *testing.T) {
	d := sqliteDesk(t)
	for path, want := range map[string]string{
		"/v1/projects": "*", "/v1/flows/{gift}": "*", "/v1/flows/x": "*", "/v1/search?q=1": "*", "/checkpoint": "*", "/log.pub": "*", "/v1/exports/flows.csv": "*", "/v1/statistics?x=1": "*",
		"/v1/keys": "", "/v1/records/{gift}/private": "", "/v1/receipts/0000000000000000000000AB": "", "/metrics": "", "/healthz": "", "/readyz": "", "/nothing": "",
	} {
		_, header, _ := d.ask(t, "GET", d.path(path), nil, "Origin", "https://elsewhere.example", "Authorization", d.keys["platform"])
		if got := header.Get("Access-Control-Allow-Origin"); got != want || header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: got %q, want %q: %v", path, got, want, header)
		}
	}
	open := map[string]bool{}
	for _, r := range d.engine.Routes() {
		open[r.Path] = open[r.Path] || r.Method == "OPTIONS"
	}
	for _, row := range roleMatrix {
		method, path, _ := strings.Cut(row.route, " ")
		status, header, _ := d.ask(t, "OPTIONS", filled(path), nil, "Origin", "https://elsewhere.example", "Access-Control-Request-Method", method)
		want := ""
		if open[path] {
			want = "*"
		}
		if status != http.StatusNoContent || header.Get("Access-Control-Allow-Origin") != want || open[path] != (row.want == public && !strings.Contains(path, "/receipts/")) && method == "GET" {
			t.Errorf("a question before %s: got %d %v", row.route, status, header)
		}
	}
	status, header, body := d.ask(t, "OPTIONS", "/v1/projects", nil, "Origin", "https://elsewhere.example", "Access-Control-Request-Method", "GET")
	if status != http.StatusNoContent || header.Get("Access-Control-Allow-Origin") != "*" || header.Get("Access-Control-Allow-Methods") != "GET, HEAD" || len(body) > 0 {
		t.Errorf("a question before: got %d %v", status, header)
	}
	_, header, _ = d.ask(t, "OPTIONS", "/v1/donations", nil, "Origin", "https://elsewhere.example", "Access-Control-Request-Method", "POST")
	if strings.Contains(header.Get("Access-Control-Allow-Methods"), "POST") || header.Get("Access-Control-Allow-Headers") != "" {
		t.Errorf("before a write: %v", header)
	}
}

// TestTags: an entity tag changes with a record and with the day, and says nothing of
// what is not there.
func TestTags(t *testing.T) {
	d := sqliteDesk(t)
	tag := func(path string, headers ...string) string {
		_, header, _ := d.ask(t, "GET", d.path(path), nil, headers...)
		return header.Get("ETag")
	}
	first := tag("/v1/projects/{east}")
	tags := []string{first, tag("/v1/projects/{west}"), tag("/v1/projects/{east}", "Accept-Language", "en"), tag("/v1/projects"), tag("/v1/projects?limit=1")}
	slices.Sort(tags)
	if n := len(slices.Compact(tags)); n != 5 || first == "" {
		t.Errorf("%d tags of 5: %v", n, tags)
	}
	unchanged := func(path, tags string) bool {
		status, header, body := d.ask(t, "GET", d.path(path), nil, "If-None-Match", tags)
		if status == http.StatusNotModified && (len(body) > 0 || header.Get("ETag") == "" || header.Get("Vary") == "" || header.Get("Content-Type") != "") {
			t.Errorf("304 with %v and %s", header, body)
		}
		return status == http.StatusNotModified
	}
	for tags, want := range map[string]bool{first: true, strings.TrimPrefix(first, "W/"): true, `"x", ` + first: true, `"x"`: false, "": false, strings.Trim(first, `W/"`): false, "*": false, strings.Repeat(`"x",`, 3000): false} {
		if got := unchanged("/v1/projects/{east}", tags); got != want {
			t.Errorf("%.40s: got %v, want %v", tags, got, want)
		}
	}
	if unchanged("/v1/projects/99999", "*") {
		t.Error("what is not there has not changed")
	}
	d.clock.pass(24 * 60 * 60 * 1e9)
	if tag("/v1/projects/{east}") == first {
		t.Error("the tag is that of the day before")
	}
	first = tag("/v1/projects/{east}")
	d.told(t, "one more", "charity", "/v1/donations", aGift.but())
	if unchanged("/v1/projects/{east}", first) {
		t.Error("the tag is that before a record")
	}
}

// TestIdempotencyPath: a key stands for a request with its address. The project of a
// plan or status is there, and nowhere in the body.
func TestIdempotencyPath(t *testing.T) {
	d := sqliteDesk(t)
	d.told(t, "first", "platform", "/v1/projects", aProject.but())
	d.told(t, "second", "platform", "/v1/projects", aProject.but())
	d.told(t, "plan1", "charity", "/v1/projects/{first}/plan", aPlan.but(), "Idempotency-Key", "same")
	if p := d.refused(t, refusal{as: "charity", path: "/v1/projects/{second}/plan", body: aPlan.but(), headers: []string{"Idempotency-Key", "same"}}, "en"); p.String() != "409 key-reused" {
		t.Errorf("got %s", p)
	}
}

// TestCrowd: many who send the same payment at once get one record.
func TestCrowd(t *testing.T) {
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			d := deskOn(t, database)
			size := d.size(t)
			body := d.path(aGift.but("channel", `"wechat"`, "serial", `"CROWD-1"`))
			var wg sync.WaitGroup
			var mu sync.Mutex
			answers, fresh := map[string]int{}, 0
			for i := range 40 {
				wg.Go(func() {
					status, header, answer := d.send(t, "charity", "/v1/donations", body, "Idempotency-Key", fmt.Sprint(i%4))
					mu.Lock()
					defer mu.Unlock()
					answers[fmt.Sprint(status, string(answer))]++
					if header.Get("Idempotency-Replayed") == "" {
						fresh++
					}
				})
			}
			wg.Wait()
			if len(answers) != 1 || fresh != 1 || d.size(t) != size+1 {
				t.Errorf("%d answers, %d of them fresh, %d records: %v", len(answers), fresh, d.size(t)-size, answers)
			}
		})
	}
}

// TestGivenUp: who stops waiting before the turn of their request is not recorded
// without a trace: they are there or not, and the key finds out which.
func TestGivenUp(t *testing.T) {
	d := sqliteDesk(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	req, err := http.NewRequestWithContext(ctx, "POST", d.URL+"/v1/donations", strings.NewReader(d.path(aGift.but())))
	check(t, err)
	if _, err := http.DefaultClient.Do(req); err == nil {
		t.Error("an answer came")
	}
	size := d.size(t)
	d.told(t, "after", "charity", "/v1/donations", aGift.but(), "Idempotency-Key", "given-up")
	if d.size(t) != size+1 {
		t.Errorf("%d records", d.size(t)-size)
	}
}
