package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// at finds a value in decoded JSON: "items.0.name", and "items.#" for a length.
func at(v any, place string) any {
	for _, step := range strings.Split(place, ".") {
		switch here := v.(type) {
		case map[string]any:
			v = here[step]
		case []any:
			if step == "#" {
				v = len(here)
				continue
			}
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(here) {
				return nil
			}
			v = here[i]
		default:
			return nil
		}
	}
	return v
}

// decoded reads an answer with its numbers as they are written.
func (l *library) decoded(t testing.TB, path string) any {
	t.Helper()
	status, header, body := l.ask(t, "GET", path, nil)
	if status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Type"), "application/json") {
		t.Fatalf("GET %s: %d %s %s", path, status, header.Get("Content-Type"), body)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	check(t, d.Decode(&v))
	return v
}

// expect is what a place of an answer holds, as fmt prints it; "{name}" is a record of
// the story.
type expect map[string]string

var reads = []struct {
	path string
	want expect
}{
	{"/v1/organizations", expect{"items.#": "6", "items.0.kind": "platform", "items.1.name": "甲慈善会", "items.1.public_fundraising": "true", "items.1.projects": "1", "next": "<nil>"}},
	{"/v1/organizations?kind=charity", expect{"items.#": "2"}},
	{"/v1/organizations?fundraising=true", expect{"items.#": "1", "items.0.id": "{charity}"}},
	{"/v1/organizations?q=基金", expect{"items.#": "1", "items.0.id": "{other}"}},
	{"/v1/organizations/{partner}", expect{"name": "丙服务中心", "partner_pools.#": "1", "partner_pools.0.held": "700", "partner_pools.0.project": "{east}"}},
	{"/v1/organizations/0", expect{"id": "0", "kind": "platform"}},
	{"/v1/organizations/{charity}/statement", expect{"organization": "{charity}", "assets.0.closing": "4224", "assets.0.in_transit": "700", "shares.0.spent": "726"}},
	{"/v1/organizations/{partner}/statement", expect{"assets.#": "0"}},
	{"/v1/organizations/0/statement", expect{"assets.#": "0"}},
	{"/v1/assets", expect{"items.#": "2", "items.0.id": "CNY", "items.0.scale": "2", "items.1.id": "goods/desk", "items.1.unit": "张"}},
	{"/v1/projects", expect{"items.#": "2", "items.0.id": "{west}", "items.0.frozen": "true", "items.1.name": "东村小学课桌", "items.1.organization.name": "甲慈善会",
		"items.1.status": "fundraising", "items.1.progress.raised": "8000", "items.1.progress.raised_percent": "80", "items.1.progress.spent": "726",
		"items.1.progress.spent_percent": "9", "items.1.holdings.0.held": "4224", "items.1.holdings.0.income.flows": "3", "facets": "<nil>"}},
	{"/v1/projects?q=义诊&facets=true", expect{"items.#": "1", "facets.total": "1", "facets.causes.0.value": "health", "facets.kinds.0.count": "1"}},
	{"/v1/projects?facets=true&cause=health", expect{"items.#": "1", "facets.causes.#": "2", "facets.places.0.value": "44"}},
	{"/v1/projects?place=4403", expect{"items.#": "1"}},
	{"/v1/projects?status=fundraising&year=2026&kind=campaign&organization={charity}", expect{"items.#": "1", "items.0.id": "{east}"}},
	{"/v1/projects?frozen=true&sort=raised", expect{"items.#": "1", "items.0.id": "{west}"}},
	{"/v1/projects?sort=spent", expect{"items.0.id": "{east}"}},
	{"/v1/projects/{east}", expect{"filing_number": libraryCode(2) + "A26001", "target.amount": "10000", "plan.texts.purpose": "助学", "plan.budget.#": "2", "plan.beneficiaries": "30",
		"designations.#": "1", "designations.0.class": "restricted", "holdings.#": "2", "holdings.0.in_transit": "700", "holdings.1.asset": "goods/desk", "holdings.1.held": "2"}},
	{"/v1/projects/{west}", expect{"frozen": "true", "target": "<nil>", "progress": "<nil>", "holdings.#": "0"}},
	{"/v1/projects/{east}/pools", expect{"items.#": "3", "items.0.designation": "general", "items.0.laid": "8120", "items.0.held": "3524"}},
	{"/v1/projects/{east}/parties?side=got", expect{"items.0.name": "某家具厂", "items.0.kind": "conversion", "items.0.amount": "3000", "items.1.name": "某学校", "items.1.category": "5101.direct_aid"}},
	{"/v1/projects/{east}/parties?side=gave&limit=1", expect{"items.#": "1", "items.0.amount": "5000", "items.0.kind": "donation", "next": "NTAwMCA3IDEgQ05ZIDUzNDQwMTAwMDAwMDAwMDA5WA"}},
	{"/v1/records?type=correction,disclosure", expect{"items.#": "2", "items.0.id": "{correction}", "items.1.id": "{disclosure}"}},
	{"/v1/records?type=flow&project={east}&limit=3", expect{"items.#": "3", "items.0.type": "flow", "items.0.project": "{east}"}},
	{"/v1/records?project={west}", expect{"items.#": "3", "items.0.id": "{freeze}"}},
	{"/v1/records?type=flow&project={west}", expect{"items.#": "0", "next": "<nil>"}},
	{"/v1/projects/{east}/records", expect{"items.0.type": "correction", "items.0.texts.new": "某小学", "items.1.type": "disclosure", "items.1.texts.text": "第一行\n第二行", "items.2.type": "erasure"}},
	{"/v1/projects/{west}/records?type=freeze,plan", expect{"items.#": "2", "items.0.what.order": "穗民函〔2026〕12号", "items.0.texts.reason": "核查"}},
	{"/v1/projects/{east}/statement", expect{"project": "{east}", "assets.0.asset": "CNY", "assets.0.opening": "0", "assets.0.income.0.kind": "donation", "assets.0.income.0.amount": "6000",
		"assets.0.returns": "50", "assets.0.refunds": "100", "assets.0.converted_out": "3000", "assets.0.closing": "4224", "assets.0.in_transit": "700", "assets.1.converted_in": "6",
		"budget.asset": "CNY", "budget.planned": "9100", "budget.actual": "726", "budget.lines.0.actual": "400", "budget.lines.1.planned": "100", "budget.lines.1.actual": "20",
		"budget.lines.2.planned": "0", "budget.lines.3.planned": "0", "shares.0.management": "20", "shares.0.management_bp": "275", "shares.0.fundraising_bp": "10"}},
	{"/v1/projects/{east}/statement?from=2026-11-01&to=2026-11-30", expect{"from": "2026-11-01", "upto": "2026-11-30", "assets.0.opening": "5000", "assets.0.income.#": "2", "budget.actual": "726"}},
	{"/v1/projects/{east}/statement?at={payment}", expect{"at": "{payment}", "assets.0.closing": "8000", "assets.0.expenditure.#": "0", "budget.actual": "0"}},
	{"/v1/flows?kind=donation&order=oldest", expect{"items.#": "3", "items.0.id": "{gift}", "items.0.party.display": "李*", "items.0.texts.note": "加油", "items.2.undone": "70", "items.2.withdrawn": "true"}},
	{"/v1/flows/{payment}", expect{"of": "<nil>", "undone": "50", "corrections.0": "{correction}", "evidence.#": "2", "evidence.0.public": "false", "evidence.0.url": "<nil>", "evidence.1.public": "true", "party.name": "某学校"}},
	{"/v1/flows/{desks}", expect{"delivered": "3"}},
	{"/v1/records/{gift}", expect{"type": "flow", "project": "{east}", "what.kind": "donation", "what.amount": "1000", "texts.display": "李*", "anchor.status": "none"}},
	{"/v1/records/{wrong}", expect{"withdrawn": "true", "texts": "<nil>", "public_opening": "<nil>", "undone": "70"}},
	{"/v1/records/{payment}", expect{"corrections.0": "{correction}", "private": "<nil>"}},
	{"/v1/records/{desks}", expect{"deliveries.0": "{delivery}", "delivered": "3"}},
	{"/v1/records/0", expect{"type": "organization", "id": "0"}},
	{"/v1/records?limit=1", expect{"items.#": "1", "items.0.id": "{witness}"}},
	{"/v1/statistics", expect{"by": "month", "moments.0.period": "2026-10", "moments.0.received.amount": "5000", "moments.1.period": "2026-11", "moments.1.received.amount": "3000",
		"moments.1.spent.amount": "726", "moments.1.returns.amount": "50", "moments.1.refunds.amount": "100", "totals.0.asset": "CNY", "totals.0.held": "4224", "sizes.0.least": "1000", "sizes.0.flows": "2"}},
	{"/v1/statistics?by=year&from=2026-11-01&to=2026-11-30", expect{"moments.0.period": "2026", "moments.0.received.amount": "3000", "from": "2026-11-01", "upto": "2026-11-30"}},
	{"/v1/statistics?by=day&to=2026-10-31", expect{"moments.#": "1", "moments.0.period": "2026-10-01"}},
	{"/v1/statistics?by=cause", expect{"moments": "<nil>", "groups.#": "2", "groups.0.value": "education", "groups.0.holdings.0.income.amount": "8000"}},
	{"/v1/statistics?by=place", expect{"groups.#": "1", "groups.0.value": "44", "groups.0.projects": "2"}},
	{"/v1/statistics?by=organization", expect{"groups.#": "2", "groups.0.name": "甲慈善会"}},
	{"/v1/statistics?by=asset", expect{"groups": "<nil>", "totals.1.asset": "goods/desk"}},
	{"/v1/search?q=课桌", expect{"items.#": "1", "items.0.type": "project", "items.0.url": "/v1/projects/{east}"}},
	{"/v1/search?q={gift}", expect{"items.0.type": "flow", "items.0.url": "/v1/flows/{gift}"}},
	{"/v1/search?q=" + librarySerial, expect{"items.#": "0"}},
	{"/v1/log", expect{"origin": libraryOrigin, "head.size": "35", "keys.0.id": "w1", "ledger": "<nil>"}},
}

func TestReads(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		for _, r := range reads {
			t.Run(r.path, func(t *testing.T) {
				got := l.decoded(t, l.path(r.path))
				for place, want := range r.want {
					if is := fmt.Sprint(at(got, place)); is != l.path(want) {
						t.Errorf("%s: got %s, want %s", place, is, l.path(want))
					}
				}
				if t.Failed() {
					text, _ := json.MarshalIndent(got, "", " ")
					t.Logf("%s", text)
				}
			})
		}
	})
}

// TestNothingPrivate: no public answer holds what a private seal does, or a receipt code.
func TestNothingPrivate(t *testing.T) {
	l := newLibrary(t, "sqlite:"+t.TempDir()+"/book.db")
	code := l.book.ReceiptCode(l.at["gift"])
	paths := []string{"/v1/flows/{gift}/receipt", "/v1/flows/{gift}/proof", "/v1/flows/{gift}/trace", "/v1/flows/{payment}/sources", "/v1/records?limit=500", "/tile/entries/000.p/40"}
	for _, r := range reads {
		paths = append(paths, r.path)
	}
	for _, path := range paths {
		_, _, body := l.ask(t, "GET", l.path(path), nil)
		for _, secret := range []string{"李真名", "contact-of-li", librarySerial, code} {
			if bytes.Contains(body, []byte(secret)) {
				t.Errorf("%s tells %s", path, secret)
			}
		}
	}
}

// TestPaging: the pages of each list, laid end to end, are the whole.
func TestPaging(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		l.do(t, "pen", book.RegisterAsset{ID: "goods/pen", Class: ledger.Goods, Name: "钢笔", Unit: "支"})
		for _, path := range []string{"/v1/assets?", "/v1/projects/{east}/pools?", "/v1/projects/{east}/parties?", "/v1/records?project={east}&", "/v1/records?type=flow,organization&", "/v1/organizations?", "/v1/projects?sort=newest&", "/v1/projects?sort=raised&", "/v1/projects?sort=ending&", "/v1/projects?sort=name&",
			"/v1/flows?", "/v1/records?", "/v1/projects/{east}/records?", "/v1/flows/{firm}/trace?", "/v1/flows/{management}/sources?"} {
			path = l.path(path)
			list := "items"
			if strings.Contains(path, "trace") {
				list = "parts"
			} else if strings.Contains(path, "sources") {
				list = "sources"
			}
			whole := at(l.decoded(t, path+"limit=500"), list).([]any)
			var all []any
			for next := ""; ; {
				page := l.decoded(t, path+"limit=1"+next)
				all = append(all, at(page, list).([]any)...)
				cursor, more := at(page, "next").(string)
				if next = "&cursor=" + cursor; !more {
					break
				}
			}
			if fmt.Sprint(all) != fmt.Sprint(whole) {
				t.Errorf("%s: the pages give\n%v\nand the whole is\n%v", path, all, whole)
			}
		}
	})
}

// TestRefusedReads: what is misspelt or not there is said, and where.
func TestRefusedReads(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		for _, r := range []struct {
			path, code, field string
			status            int
		}{
			{"/v1/organizations?knid=charity", "query-unreadable", "knid", 400},
			{"/v1/organizations?kind=bank", "query-unreadable", "kind", 400},
			{"/v1/organizations?limit=0", "query-unreadable", "limit", 400},
			{"/v1/organizations?limit=501", "query-unreadable", "limit", 400},
			{"/v1/organizations?limit=5&limit=6", "query-unreadable", "limit", 400},
			{"/v1/organizations?cursor=!", "query-unreadable", "cursor", 400},
			{"/v1/organizations?q=%00", "query-unreadable", "q", 400},
			{"/v1/organizations?q=%ff", "query-unreadable", "q", 400},
			{"/v1/organizations/99", "no-such-organization", "", 404},
			{"/v1/organizations/{east}", "no-such-organization", "", 404},
			{"/v1/organizations/01", "no-such-record", "id", 404},
			{"/v1/organizations/99/statement", "no-such-organization", "", 404},
			{"/v1/assets?x=1", "query-unreadable", "x", 400},
			{"/v1/assets?cursor=Z29vZHMvbm9uZQ", "query-unreadable", "cursor", 400},
			{"/v1/projects/{east}/pools?cursor=Nw", "query-unreadable", "cursor", 400},
			{"/v1/projects/{east}/pools?limit=0", "query-unreadable", "limit", 400},
			{"/v1/records?type=flow,letter", "query-unreadable", "type", 400},
			{"/v1/records?project=-1", "query-unreadable", "project", 400},
			{"/v1/flows/{gift}?full=true", "query-unreadable", "full", 400},
			{"/v1/projects?cursor=AAAA", "query-unreadable", "cursor", 400},
			{"/v1/projects?cursor=NCAA", "query-unreadable", "cursor", 400},
			{"/v1/projects?sort=best", "query-unreadable", "sort", 400},
			{"/v1/projects?status=frozen", "query-unreadable", "status", 400},
			{"/v1/projects?year=26", "query-unreadable", "year", 400},
			{"/v1/projects/{gift}", "no-such-project", "", 404},
			{"/v1/projects/{east}?full=true", "query-unreadable", "full", 400},
			{"/v1/projects/{gift}/pools", "no-such-project", "", 404},
			{"/v1/projects/{gift}/parties", "no-such-project", "", 404},
			{"/v1/projects/{east}/parties?side=left", "query-unreadable", "side", 400},
			{"/v1/projects/{gift}/records", "no-such-project", "", 404},
			{"/v1/projects/{east}/records?type=flow", "query-unreadable", "type", 400},
			{"/v1/projects/{east}/records?cursor=MA", "query-unreadable", "cursor", 400},
			{"/v1/projects/{gift}/statement", "no-such-project", "", 404},
			{"/v1/projects/{east}/statement?from=2026-13-01", "query-unreadable", "from", 400},
			{"/v1/projects/{east}/statement?from=2026-02-02&to=2026-02-01", "query-unreadable", "to", 400},
			{"/v1/projects/{east}/statement?at=0", "query-unreadable", "at", 400},
			{"/v1/flows/{east}", "no-such-flow", "", 404},
			{"/v1/flows/{east}/trace", "no-such-flow", "", 404},
			{"/v1/flows/{east}/receipt", "no-such-flow", "", 404},
			{"/v1/flows/9999/sources", "no-such-record", "", 404},
			{"/v1/records/9999", "no-such-record", "", 404},
			{"/v1/records/9999/proof", "no-such-record", "", 404},
			{"/v1/records/-1", "no-such-record", "id", 404},
			{"/v1/statistics?by=colour", "query-unreadable", "by", 400},
			{"/v1/statistics?by=cause&from=2026-01-01", "query-unreadable", "from", 400},
			{"/v1/search", "query-unreadable", "q", 400},
			{"/v1/log?x=1", "query-unreadable", "x", 400},
			{"/v1/receipts/0000000000000000000000AB", "receipt-unknown", "code", 404},
			{"/tile/0/000", "no-such-tile", "", 404},
			{"/tile/0/1", "no-such-tile", "", 404},
			{"/tile/0/000.p/200", "no-such-tile", "", 404},
			{"/tile/9/000.p/1", "no-such-tile", "", 404},
			{"/tile/0/000.p%2F5", "no-such-tile", "", 404},
			{"/tile/0/000.p/5?x=1", "no-such-tile", "", 404},
			{"/tile/../v1/log", "no-such-tile", "", 404},
			{"/v1/evidence/sha256:00", "no-such-evidence", "", 404},
		} {
			t.Run(r.path, func(t *testing.T) {
				status, header, body := l.ask(t, "GET", l.path(r.path), nil)
				var p struct{ Type, Field string }
				if err := json.Unmarshal(body, &p); err != nil || status != r.status || p.Type != "/problems/"+r.code || p.Field != r.field {
					t.Errorf("got %d %s, want %d %s %s", status, body, r.status, r.code, r.field)
				}
				if !strings.HasPrefix(header.Get("Content-Type"), "application/problem+json") || header.Get("ETag") != "" {
					t.Errorf("the headers are %v", header)
				}
			})
		}
	})
}

// TestConditional: an answer that the reader has is not sent again until a record comes;
// HEAD has the headers of GET and no body.
func TestConditional(t *testing.T) {
	l := newLibrary(t, "sqlite:"+t.TempDir()+"/book.db")
	l.checkpoint(t, l.at["witness"])
	for _, path := range []string{"/v1/projects", "/v1/projects/{east}", "/v1/projects/{east}/statement", "/v1/records/{gift}", "/v1/flows/{gift}/trace", "/v1/statistics", "/v1/search?q=1", "/v1/evidence/" + l.redacted,
		"/v1/flows/{gift}/proof", "/v1/records/{gift}/proof", "/v1/flows/{gift}/receipt", "/v1/log", "/checkpoint", "/log.pub", "/tile/0/000.p/8", "/tile/entries/000.p/8"} {
		path = l.path(path)
		_, header, body := l.ask(t, "GET", path, nil)
		tag := header.Get("ETag")
		status, again, rest := l.ask(t, "GET", path, nil, "If-None-Match", tag)
		if tag == "" || status != http.StatusNotModified || len(rest) > 0 || again.Get("ETag") != tag {
			t.Errorf("%s: ETag %q: got %d with %d bytes and ETag %q", path, tag, status, len(rest), again.Get("ETag"))
		}
		status, head, none := l.ask(t, "HEAD", path, nil)
		if status != http.StatusOK || len(none) > 0 || head.Get("ETag") != tag || head.Get("Content-Type") != header.Get("Content-Type") || len(body) == 0 {
			t.Errorf("HEAD %s: %d with %d bytes, %v", path, status, len(none), head)
		}
	}
	_, header, _ := l.ask(t, "GET", "/v1/projects", nil)
	l.do(t, "later", l.another())
	if status, _, _ := l.ask(t, "GET", "/v1/projects", nil, "If-None-Match", header.Get("ETag")); status != http.StatusOK {
		t.Errorf("after a new record: got %d", status)
	}
}
