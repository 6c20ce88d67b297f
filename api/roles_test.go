package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
)

// roles are the callers of the matrix, one to a column. The expired and the revoked key
// are the charity's: for a day, and until somebody ended it.
var roles = []string{"nobody", "platform", "charity", "other", "partner", "partner2", "regulator", "auditor", "expired", "revoked"}

// roleRow is a route with a request that the right caller would succeed with, and what
// each caller gets: a status, or the status of all that are no key's fault.
type roleRow struct {
	route string // as gin has it
	path  string // with {names} of the story
	body  members
	want  string // a column for each of roles
	more  []string
}

// The rows that are alike: what anybody may read, whose key only has to be none or good,
// and what needs no look at keys at all.
const (
	public   = "200 200 200 200 200 200 200 200 401 401"
	keyless  = "200 200 200 200 200 200 200 200 200 200"
	platform = "401 201 403 403 403 403 403 403 401 401" // what the platform alone does
)

// roleMatrix is every route, and what becomes of a good request by whose key it comes.
// The project is charity's; other is the charity of another project; partner holds a
// pool of the project, partner2 none.
var roleMatrix = []roleRow{
	// non plf cha oth par pa2 reg aud exp rev
	{"GET /v1/organizations", "", nil, public, nil},
	{"GET /v1/organizations/:id", "/v1/organizations/{charity}", nil, public, nil},
	{"GET /v1/organizations/:id/statement", "/v1/organizations/{charity}/statement", nil, public, nil},
	{"GET /v1/assets", "", nil, public, nil},
	{"GET /v1/projects", "", nil, public, nil},
	{"GET /v1/projects/:id", "/v1/projects/{east}", nil, public, nil},
	{"GET /v1/projects/:id/statement", "/v1/projects/{east}/statement", nil, public, nil},
	{"GET /v1/projects/:id/pools", "/v1/projects/{east}/pools", nil, public, nil},
	{"GET /v1/projects/:id/parties", "/v1/projects/{east}/parties", nil, public, nil},
	{"GET /v1/projects/:id/records", "/v1/projects/{east}/records", nil, public, nil},
	{"GET /v1/flows", "", nil, public, nil},
	{"GET /v1/flows/:id", "/v1/flows/{gift}", nil, public, nil},
	{"GET /v1/flows/:id/trace", "/v1/flows/{gift}/trace", nil, public, nil},
	{"GET /v1/flows/:id/sources", "/v1/flows/{payment}/sources", nil, public, nil},
	{"GET /v1/flows/:id/proof", "/v1/flows/{gift}/proof", nil, public, nil},
	{"GET /v1/flows/:id/receipt", "/v1/flows/{gift}/receipt", nil, public, nil},
	{"GET /v1/records", "", nil, public, nil},
	{"GET /v1/records/:id", "/v1/records/{gift}", nil, public, nil},
	{"GET /v1/records/:id/proof", "/v1/records/{gift}/proof", nil, public, nil},
	{"GET /v1/statistics", "", nil, public, nil},
	{"GET /v1/evidence/:hash", "/v1/evidence/{file}", nil, public, nil},
	{"GET /v1/log", "", nil, public, nil},
	{"GET /v1/exports", "", nil, public, nil},
	{"GET /v1/exports/:list", "/v1/exports/flows.csv", nil, public, nil},
	{"GET /v1/search", "/v1/search?q=1", nil, public, nil},
	{"GET /checkpoint", "", nil, public, nil},
	{"GET /log.pub", "", nil, public, nil},
	{"GET /tile/*path", "/tile/0/000.p/8", nil, public, nil},
	{"GET /v1/receipts/:code", "/v1/receipts/{code}", nil, public, nil},
	{"POST /v1/receipts/find", "", aQuestion, public, nil},
	{"GET /healthz", "", nil, keyless, nil},
	{"GET /readyz", "", nil, keyless, nil},
	{"GET /metrics", "", nil, keyless, nil},
	{"GET /docs", "", nil, keyless, nil},
	{"GET /docs/*file", "/docs/", nil, keyless, nil},
	{"GET /problems/:code", "/problems/pool-shortfall", nil, keyless, nil},

	// non plf cha oth par pa2 reg aud exp rev
	{"POST /v1/organizations", "", aBody, platform, []string{"uscc", "{uscc}"}},
	{"POST /v1/assets", "", anAsset, platform, []string{"id", `"goods/tent{n}"`}},
	{"POST /v1/projects", "", aProject, platform, nil},
	{"POST /v1/projects/:id/status", "/v1/projects/{east}/status", members{"status", `"closed"`}, "401 403 201 403 403 403 403 403 401 401", nil},
	{"POST /v1/projects/:id/plan", "/v1/projects/{east}/plan", aPlan, "401 403 201 403 403 403 403 403 401 401", nil},
	{"POST /v1/donations", "", aGift, "401 201 201 403 403 403 403 403 401 401", nil},
	{"POST /v1/incomes", "", anIncome, "401 201 201 403 403 403 403 403 401 401", nil},
	{"POST /v1/expenditures", "", aPayment, "401 201 201 403 201 403 403 403 401 401", []string{"holder", "{partner}"}},
	{"POST /v1/transfers", "", aTransfer, "401 201 201 403 201 403 403 403 401 401", []string{"from", `{"project":{east},"holder":{partner}}`, "to", `{"project":{east}}`}},
	{"POST /v1/conversions", "", aConversion, "401 201 201 403 403 403 403 403 401 401", nil},
	{"POST /v1/refunds", "", aRefund, "401 201 201 403 403 403 403 403 401 401", nil},
	{"POST /v1/returns", "", aReturn, "401 201 201 403 201 403 403 403 401 401", []string{"of", "{abroad}"}},
	{"POST /v1/reversals", "", aReversal, "401 201 201 403 403 403 403 403 401 401", []string{"of", "{fresh}"}},
	{"POST /v1/deliveries", "", aDelivery, "401 201 201 403 201 403 403 403 401 401", []string{"of", "{abroad}"}},
	{"POST /v1/disclosures", "", aPublishing, "401 201 201 403 403 403 403 403 401 401", nil},
	{"POST /v1/corrections", "", aCorrection, "401 201 201 403 403 403 403 403 401 401", []string{"of", "{worded}"}},
	{"POST /v1/freezes", "", aFreeze, "401 403 403 403 403 403 201 403 401 401", []string{"project", "{south}"}},
	{"POST /v1/erasures", "", anErasure, platform, nil},
	{"POST /v1/exceptions", "", members{"of", "{gift}", "leaf", "{leaf}", "reason", `"测试"`}, "401 201 403 403 403 403 201 403 401 401", nil},
	{"POST /v1/log-keys", "", aLogKey, "401 201 403 403 403 403 201 403 401 401", []string{"id", `"w{n}"`}},
	{"POST /v1/evidence", "", nil, "401 201 201 201 201 201 403 403 401 401", nil},
	{"POST /v1/batches", "", aGift, "401 200 200 200 200 200 200 403 401 401", nil},
	// non plf cha oth par pa2 reg aud exp rev
	{"GET /v1/records/:id/private", "/v1/records/{firm2}/private?basis=2026-17", nil, "401 403 403 403 403 403 403 200 401 401", nil},
	{"GET /v1/openings", "", nil, "401 200 403 403 403 403 200 403 401 401", nil},
	{"GET /v1/evidence/:hash/original", "/v1/evidence/{file}/original", nil, "401 403 200 403 403 403 200 200 401 401", nil},
	{"GET /v1/keys", "", nil, "401 200 403 403 403 403 200 403 401 401", nil},
	{"POST /v1/keys", "", aKey, "401 201 403 403 403 403 201 403 401 401", nil},
	{"DELETE /v1/keys/:key", "/v1/keys/{key}", nil, "401 204 403 403 403 403 204 403 401 401", nil},
}

// TestRoles sends a good request of every route as everybody.
func TestRoles(t *testing.T) {
	d := sqliteDesk(t)
	d.onLedger(t, &pact{agreed: map[int64]tlog.Hash{d.at["gift"]: d.leaf(t, "gift")}})
	expired, _ := d.newKey(t, "charity", ledger.Charity, libraryNoon.Add(time.Minute))
	revoked, id := d.newKey(t, "charity", ledger.Charity, time.Time{})
	check(t, d.revoke(id))
	d.keys["expired"], d.keys["revoked"] = expired, revoked
	d.clock.pass(time.Hour)
	status, _, body := d.form(t, d.keys["charity"], map[string]string{"public": "true"}, "b.txt", "a public file")
	if status != http.StatusCreated {
		t.Fatalf("a file: %d %s", status, body)
	}
	var last struct {
		Items []struct{ What struct{ Hash string } }
	}
	d.json(t, "/v1/records?limit=1", &last)
	d.redacted = last.Items[0].What.Hash
	d.told(t, "firm2", "charity", "/v1/donations", aGift.but("donor", `{"name":"李真名"}`))

	rows := map[string]roleRow{}
	for _, row := range roleMatrix {
		rows[row.route] = row
	}
	for _, r := range d.engine.Routes() {
		if route := r.Method + " " + r.Path; r.Method != "HEAD" && r.Method != "OPTIONS" && rows[route].route == "" {
			t.Errorf("the route %s stands in no row of the matrix", route)
		}
	}
	has := map[string]bool{}
	for _, r := range d.engine.Routes() {
		has[r.Method+" "+r.Path] = true
	}
	for _, row := range roleMatrix {
		if !has[row.route] {
			t.Errorf("%s is no route any more", row.route)
			continue
		}
		t.Run(row.route, func(t *testing.T) { d.everybody(t, row) })
	}
}

func (d *desk) revoke(id string) error {
	req, err := http.NewRequest("DELETE", d.URL+"/v1/keys/"+id, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", d.keys["platform"])
	resp, err := http.DefaultClient.Do(req)
	if err == nil && resp.StatusCode != http.StatusNoContent {
		err = fmt.Errorf("revoke: %s", resp.Status)
	}
	return err
}

// everybody asks a row's request as each role. Who is refused has written nothing; who
// is not has.
func (d *desk) everybody(t *testing.T, row roleRow) {
	method, path, _ := strings.Cut(row.route, " ")
	if row.path != "" {
		path = row.path
	}
	wants := strings.Fields(row.want)
	if len(wants) != len(roles) {
		t.Fatalf("%d columns, want %d", len(wants), len(roles))
	}
	for i, role := range roles {
		switch path {
		case "/v1/reversals":
			d.told(t, "fresh", "charity", "/v1/donations", aGift.but())
		case "/v1/corrections": // a word is put right once
			d.told(t, "worded", "charity", "/v1/expenditures", aPayment.but())
		case "/readyz":
			d.checkpoint(t, d.size(t)-1) // an hour has passed on the clock of the server alone
		}
		before := d.written(t)
		status, header, answer := d.as(t, role, method, path, row)
		if got := fmt.Sprint(status); got != wants[i] {
			t.Errorf("%s: got %s, want %s: %.300s", role, got, wants[i], answer)
		}
		if wrote := d.written(t) != before; wrote != (status == 201 && path != "/v1/keys" || path == "/v1/batches" && strings.Contains(string(answer), `"status":201`)) {
			t.Errorf("%s: %d, and something written is %v", role, status, wrote)
		}
		if status >= 400 && !strings.HasPrefix(header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: %d is %s", role, status, header.Get("Content-Type"))
		}
		d.undo(t, path, status)
		if method == "GET" {
			if head, _, body := d.as(t, role, "HEAD", path, row); head != status || len(body) > 0 {
				t.Errorf("%s: HEAD gives %d and %d bytes, GET %d", role, head, len(body), status)
			}
		}
	}
}

// as sends a row's request with a key, and with new words where one may be there once.
func (d *desk) as(t *testing.T, role, method, path string, row roleRow) (int, http.Header, []byte) {
	n := serials.Add(1)
	fill := func(s string) string {
		var key string
		if strings.Contains(s, "{key}") {
			_, key = d.newKey(t, "auditor", ledger.Auditor, time.Time{})
		}
		return d.path(strings.NewReplacer("{uscc}", quoted(libraryCode(int(100+n))), "{n}", fmt.Sprint(n), "{leaf}", hashOf(d.leaf(t, "gift")), "{key}", key,
			"{code}", d.book.ReceiptCode(d.at["gift"]), "{file}", d.redacted).Replace(s))
	}
	headers := []string{"Authorization", d.keys[role]}
	if d.keys[role] == "" {
		headers = nil
	}
	switch {
	case path == "/v1/evidence":
		return d.form(t, d.keys[role], map[string]string{"public": "true"}, "a.txt", "a file of "+role)
	case path == "/v1/batches":
		body := fill(`{"type":"donation",` + aGift.but()[1:])
		return d.ask(t, method, path, strings.NewReader(body), append(headers, "Content-Type", "application/x-ndjson")...)
	case row.body != nil:
		return d.ask(t, method, fill(path), strings.NewReader(fill(row.body.but(row.more...))), append(headers, "Content-Type", "application/json")...)
	}
	return d.ask(t, method, fill(path), nil, headers...)
}

// undo takes back what would keep the next from doing the same.
func (d *desk) undo(t *testing.T, path string, status int) {
	switch {
	case status >= 300:
	case path == "/v1/freezes":
		d.told(t, "released", "regulator", path, aFreeze.but("project", "{south}", "release", "true"))
	}
}
