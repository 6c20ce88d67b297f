package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"mingzhang/api"
	"mingzhang/ledger"
)

// batch posts lines and reads the results, or the problem of the whole.
func (d *desk) batch(t testing.TB, as, query, body string, headers ...string) ([]api.Result, shown) {
	t.Helper()
	headers = append([]string{"Authorization", d.keys[as], "Content-Type", "application/x-ndjson", "Accept-Language", "en"}, headers...)
	status, header, answer := d.ask(t, "POST", "/v1/batches"+query, strings.NewReader(d.path(body)), headers...)
	if status != http.StatusOK {
		var p shown
		if err := json.Unmarshal(answer, &p); err != nil || p.Status != status {
			t.Fatalf("%d %s", status, answer)
		}
		return nil, p
	}
	if header.Get("Content-Type") != "application/x-ndjson; charset=utf-8" || header.Get("Cache-Control") != "no-store" {
		t.Errorf("the headers are %v", header)
	}
	var results []api.Result
	for line := range strings.Lines(string(answer)) {
		var r api.Result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		results = append(results, r)
	}
	return results, shown{}
}

// outcome writes results in short: "201 409/pool-shortfall 201r", r for a replay.
func outcome(t testing.TB, results []api.Result) string {
	t.Helper()
	var out []string
	for i, r := range results {
		text := fmt.Sprint(r.Status)
		switch {
		case r.Line != i+1:
			t.Errorf("result %d is of line %d", i+1, r.Line)
		case r.Problem != nil:
			text += strings.Replace(r.Problem.Type, "/problems", "", 1)
		case r.Answer == nil:
			t.Errorf("line %d has no answer", r.Line)
		}
		if r.Replayed {
			text += "r"
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// typed writes a good request as a line.
func typed(name string, m members, changes ...string) string {
	return `{"type":` + quoted(name) + "," + m.but(changes...)[1:] + "\n"
}

// TestBatchLines: each line is answered as if it had been sent alone, in its place.
func TestBatchLines(t *testing.T) {
	d, gift := sqliteDesk(t), typed("donation", aGift)
	for _, c := range []struct{ name, as, body, want string }{
		{"nothing", "charity", "", ""},
		{"only the end of a line", "charity", "\n", "400/json-unreadable"},
		{"one", "charity", gift, "201"},
		{"no final newline", "charity", strings.TrimSuffix(gift+gift, "\n"), "201 201"},
		{"CRLF", "charity", strings.ReplaceAll(gift+gift, "\n", "\r\n"), "201 201"},
		{"an empty line", "charity", gift + "\n" + gift, "201 400/json-unreadable 201"},
		{"an empty line of CRLF", "charity", gift + "\r\n" + gift, "201 400/json-unreadable 201"},
		{"empty lines at the end", "charity", gift + "\n\n", "201 400/json-unreadable 400/json-unreadable"},
		{"white space at the end", "charity", gift + "   ", "201"},
		{"mixed", "charity", gift + "{\n" + typed("expenditure", aPayment, "amount", "9999") + typed("gift", aGift) + typed("donation", aGift, "amount", "0") + aGift.but() + "\n" + gift,
			"201 400/json-unreadable 409/pool-shortfall 422/word-unknown 422/amount-not-positive 422/field-missing 201"},
		{"types that are none", "charity", typed("status", aStatus) + `{"type":1}` + "\n" + `{"type":null}` + "\n" + `{"TYPE":"donation"}` + "\nnull\n[]\n\"donation\"",
			"422/word-unknown 422/field-missing 422/word-unknown 422/field-missing 400/json-unreadable 400/json-unreadable 400/json-unreadable"},
		{"the type twice", "charity", strings.Replace(gift, "{", `{"Type":"expenditure",`, 1), "400/json-unreadable"},
		{"two objects in a line", "charity", strings.TrimSpace(gift) + gift, "400/json-unreadable"},
		{"an object in two lines", "charity", strings.Replace(gift, ",", ",\n", 1), "400/json-unreadable 400/json-unreadable"},
		{"no UTF-8", "charity", typed("donation", aGift, "note", "\"\xff\"") + gift, "400/json-unreadable 201"},
		{"half a surrogate", "charity", typed("donation", aGift, "note", `"\ud800"`) + gift, "400/json-unreadable 201"},
		{"an unknown member", "charity", typed("donation", aGift, "ammount", "1") + gift, "400/json-unreadable 201"},
		{"another's project", "charity", typed("donation", aGift, "project", "{south}") + gift + typed("freeze", aFreeze), "403/not-yours 201 403/role-forbidden"},
		{"a partner's", "partner", gift + typed("expenditure", aPayment, "holder", "{partner}") + typed("return", aReturn, "of", "{abroad}"), "403/role-forbidden 201 201"},
		{"the regulator's", "regulator", typed("freeze", aFreeze) + gift + typed("freeze", aFreeze, "release", "true"), "201 403/role-forbidden 201"},
		{"a transfer abroad", "charity", typed("transfer", aTransfer, "to", `{"project":{south}}`, "basis", "{plan}") + gift, "403/consent-missing 201"},
		{"earlier records", "charity", typed("refund", aRefund) + typed("return", aReturn) + typed("reversal", aReversal) + typed("reversal", aReversal) + typed("delivery", aDelivery) + typed("correction", aCorrection),
			"201 201 201 409/already-undone 201 201"},
		{"the same serial twice", "charity", typed("donation", aGift, "channel", `"wechat"`, "serial", `"B-1"`) + typed("donation", aGift, "channel", `"wechat"`, "serial", `"B-1"`) + typed("donation", aGift, "channel", `"wechat"`, "serial", `"B-1"`, "amount", "2"),
			"201 201r 409/key-reused"},
		{"everything in one", "platform", typed("organization", aBody) + typed("asset", anAsset) + typed("project", aProject) + typed("income", anIncome) + typed("conversion", aConversion) + typed("disclosure", aPublishing) + typed("erasure", anErasure) + typed("key", aLogKey),
			"201 201 201 201 201 201 201 201"},
	} {
		t.Run(c.name, func(t *testing.T) {
			size := d.size(t)
			results, p := d.batch(t, c.as, "", c.body)
			if got := outcome(t, results); got != c.want || p.Status != 0 {
				t.Errorf("got  %s %s\nwant %s", got, p, c.want)
			}
			wrote := d.size(t) - size
			if recorded := int64(strings.Count(c.want, "201") - strings.Count(c.want, "201r")); wrote < recorded || recorded == 0 && wrote > 0 {
				t.Errorf("%d records were written of %d", wrote, recorded)
			}
		})
	}
}

func (d *desk) size(t testing.TB) int64 {
	t.Helper()
	head, err := d.store.Head(t.Context())
	check(t, err)
	return head.Size
}

// TestAtomicBatch: all or none, whichever line fails, on both databases.
func TestAtomicBatch(t *testing.T) {
	gift, bad := typed("donation", aGift), typed("expenditure", aPayment, "amount", "99999")
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			d := deskOn(t, database)
			for _, c := range []struct{ name, body, want string }{
				{"the first line", bad + gift + gift, "409 pool-shortfall amount 1"},
				{"the last line", strings.Repeat(gift, 50) + bad, "409 pool-shortfall amount 51"},
				{"a line that is no JSON", gift + "{\n" + gift, "400 json-unreadable 2"},
				{"a line of no known type", gift + gift + typed("gift", aGift), "422 word-unknown type 3"},
				{"an empty line", gift + "\n" + gift, "400 json-unreadable 2"},
				{"another's project", gift + typed("donation", aGift, "project", "{south}"), "403 not-yours 2"},
				{"a reversal twice", gift + typed("reversal", aReversal) + typed("reversal", aReversal), "409 already-undone of 3"},
				{"a refund and more", typed("refund", aRefund, "amount", "250") + typed("refund", aRefund), "409 gift-shortfall amount 2"},
				{"a return after its reversal", typed("reversal", aReversal, "of", "{return}") + typed("return", aReturn, "amount", "401"), "409 return-too-large amount 2"},
				{"more than one takes", strings.Repeat(gift, 4097), "422 batch-too-large 0"},
				{"a flag that is none", gift, "400 query-unreadable atomic 0"},
			} {
				before := d.written(t)
				query := "?atomic=true"
				if c.name == "a flag that is none" {
					query = "?atomic=yes"
				}
				_, p := d.batch(t, "charity", query, c.body)
				if got := fmt.Sprint(p, " ", p.Line); got != c.want {
					t.Errorf("%s: got %s, want %s", c.name, got, c.want)
				}
				if after := d.written(t); after != before {
					t.Errorf("%s: something was written: %s, before %s", c.name, after, before)
				}
			}
			size := d.size(t)
			results, p := d.batch(t, "charity", "?atomic=true", typed("reversal", aReversal, "of", "{return}")+typed("reversal", aReversal, "of", "{payment}")+typed("expenditure", aPayment, "amount", "401"))
			if got := outcome(t, results); got != "201 201 201" || d.size(t) != size+3 {
				t.Errorf("reverse, reverse, enter anew: got %s %s", got, p)
			}
			if results[2].Answer.ID != results[0].Answer.ID+2 {
				t.Errorf("the records are not next to each other: %v", results)
			}
		})
	}
}

// TestBatchReplayed: a batch that is sent again with its key gives every answer again,
// and one that was cut is completed.
func TestBatchReplayed(t *testing.T) {
	for _, query := range []string{"", "?atomic=true"} {
		t.Run(query, func(t *testing.T) {
			d := sqliteDesk(t)
			body := typed("donation", aGift) + typed("expenditure", aPayment) + typed("refund", aRefund) + typed("reversal", aReversal)
			first, _ := d.batch(t, "charity", query, body, "Idempotency-Key", "batch")
			before := d.written(t)
			again, _ := d.batch(t, "charity", query, body, "Idempotency-Key", "batch")
			if outcome(t, first) != "201 201 201 201" || outcome(t, again) != "201r 201r 201r 201r" || d.written(t) != before {
				t.Errorf("got %s, then %s; %s, before %s", outcome(t, first), outcome(t, again), d.written(t), before)
			}
			for i := range first {
				was, _ := json.Marshal(first[i].Answer)
				if is, _ := json.Marshal(again[i].Answer); !bytes.Equal(was, is) {
					t.Errorf("line %d: got\n%s\nwant\n%s", i+1, is, was)
				}
			}
			longer, _ := d.batch(t, "charity", "", body+typed("donation", aGift), "Idempotency-Key", "batch")
			if got := outcome(t, longer); got != "201r 201r 201r 201r 201" {
				t.Errorf("with a line more: got %s", got)
			}
			other, _ := d.batch(t, "charity", "", typed("donation", aGift, "amount", "2"), "Idempotency-Key", "batch")
			if got := outcome(t, other); got != "409/key-reused" {
				t.Errorf("another line: got %s", got)
			}
		})
	}
}

// TestBatchConsent: a transfer in a batch takes the consent that the batch came with.
func TestBatchConsent(t *testing.T) {
	d := sqliteDesk(t)
	body := typed("transfer", aTransfer, "to", `{"project":{south}}`, "basis", "{plan}") + typed("donation", aGift)
	results, p := d.batch(t, "charity", "", body, "Consent-Authorization", d.keys["other"])
	if got := outcome(t, results); got != "201 201" {
		t.Fatalf("got %s %s", got, p)
	}
	if f := d.flow(t, results[0].Answer.ID); f.Consent == nil || f.Consent.Org != d.at["other"] || f.Consent.Key != d.ids["other"] {
		t.Errorf("the consent is %v", f.Consent)
	}
	results, _ = d.batch(t, "charity", "", body, "Consent-Authorization", d.keys["partner"])
	if got := outcome(t, results); got != "403/role-forbidden 201" {
		t.Errorf("a consent of the partner: got %s", got)
	}
}

// TestBatchBounds: so many lines and so many bytes, and not one more.
func TestBatchBounds(t *testing.T) {
	d := sqliteDesk(t)
	short := "{}\n"
	results, p := d.batch(t, "charity", "", strings.Repeat(short, 20_000))
	if len(results) != 20_000 || slices.ContainsFunc(results, func(r api.Result) bool { return r.Status != 422 }) {
		t.Errorf("20,000 lines: %d results, %s", len(results), p)
	}
	before := d.written(t)
	gift := typed("donation", aGift)
	for _, c := range []struct{ name, body, want string }{
		{"20,001 lines", gift + strings.Repeat(short, 20_000), "413 body-too-large"},
		{"20,001 empty lines", gift + strings.Repeat("\n", 20_000), "413 body-too-large"},
		{"a long line", gift + `{"type":"` + strings.Repeat("a", 256<<10) + "\"}\n", "413 body-too-large"},
	} {
		if _, p := d.batch(t, "charity", "", c.body); p.String() != c.want {
			t.Errorf("%s: got %s, want %s", c.name, p, c.want)
		}
	}
	for _, as := range []string{"nobody", "auditor"} {
		if _, p := d.batch(t, as, "", gift); p.Status != 401 && p.Status != 403 {
			t.Errorf("%s: got %s", as, p)
		}
	}
	if after := d.written(t); after != before {
		t.Errorf("something was written: %s, before %s", after, before)
	}
}

// TestHalfBatch: a batch that does not arrive whole writes nothing, however many lines
// had arrived.
func TestHalfBatch(t *testing.T) {
	d := sqliteDesk(t)
	before := d.written(t)
	gift := d.path(typed("donation", aGift))
	head := "POST /v1/batches HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: " + d.keys["charity"] + "\r\nContent-Type: application/x-ndjson\r\n"
	lines := strings.Repeat(gift, 100)
	for name, request := range map[string]string{
		"fewer bytes than said":     fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", head, len(lines)+1, lines),
		"a chunk without its end":   fmt.Sprintf("%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", head, len(lines), lines),
		"a chunk that is none":      fmt.Sprintf("%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\nzz\r\n", head, len(lines), lines),
		"both ways to say a length": fmt.Sprintf("%sTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n%x\r\n%s\r\n", head, len(lines), lines),
	} {
		if answer := d.raw(t, request, true); !strings.HasPrefix(answer, "HTTP/1.1 400") || !strings.Contains(answer, "body-unreadable") {
			t.Errorf("%s: got %s", name, answer)
		}
	}
	if after := d.written(t); after != before {
		t.Errorf("something was written: %s, before %s", after, before)
	}
}

// TestBatchAlone: a line in a batch is recorded as the same request is alone.
func TestBatchAlone(t *testing.T) {
	d := sqliteDesk(t)
	alone := d.told(t, "alone", "charity", "/v1/donations", aGift.but("note", `"加油 <b>&\u2026"`))
	results, _ := d.batch(t, "charity", "", typed("donation", aGift, "note", `"加油 <b>&\u2026"`))
	a, b := d.flow(t, alone), d.flow(t, results[0].Answer.ID)
	if a.Texts["note"] != b.Texts["note"] || a.Kind != ledger.Donation || b.Kind != a.Kind || a.By != b.By {
		t.Errorf("got %v, want %v", b, a)
	}
}

func (d *desk) flow(t testing.TB, index int64) (f api.Flow) {
	t.Helper()
	d.json(t, fmt.Sprintf("/v1/flows/%d", index), &f)
	return f
}
