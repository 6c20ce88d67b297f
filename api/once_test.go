package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/api"
)

// TestEveryPostOnce sends a good request of every route that writes twice under one
// idempotency key, and then another request under it: it is recorded once, said to be a
// replay, and refused.
func TestEveryPostOnce(t *testing.T) {
	d := sqliteDesk(t)
	d.told(t, "fresh", "charity", "/v1/donations", aGift.but())
	d.told(t, "worded", "charity", "/v1/expenditures", aPayment.but())
	leaf := d.leaf(t, "gift")
	d.onLedger(t, &pact{agreed: map[int64]tlog.Hash{d.at["gift"]: leaf}})
	posts := 0
	for _, row := range roleMatrix {
		method, path, _ := strings.Cut(row.route, " ")
		if method != "POST" || path == "/v1/receipts/find" { // which writes nothing
			continue
		}
		posts++
		t.Run(path, func(t *testing.T) { d.postedOnce(t, row) })
	}
	if posts != 23 {
		t.Errorf("%d routes were posted to", posts)
	}
}

// postedOnce does it with one route.
func (d *desk) postedOnce(t *testing.T, row roleRow) {
	_, path, _ := strings.Cut(row.route, " ")
	if row.path != "" {
		path = row.path
	}
	as := roles[slices.IndexFunc(strings.Fields(row.want), func(status string) bool { return status < "300" })]
	send := func(body string) (int, http.Header, []byte) {
		key := []string{"Authorization", d.keys[as], "Idempotency-Key", "once" + strings.ReplaceAll(path, "/", "-")}
		switch path {
		case "/v1/evidence":
			form := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n" + body + "\r\n--b--\r\n"
			return d.ask(t, "POST", path, strings.NewReader(form), append(key, "Content-Type", "multipart/form-data; boundary=b")...)
		case "/v1/batches":
			return d.ask(t, "POST", path, strings.NewReader(d.path(body)), append(key, "Content-Type", "application/x-ndjson")...)
		}
		body = strings.NewReplacer("{uscc}", quoted(libraryCode(77)), "{n}", "7", "{leaf}", hashOf(d.leaf(t, "gift"))).Replace(d.path(body))
		return d.ask(t, "POST", d.path(path), strings.NewReader(body), append(key, "Content-Type", "application/json")...)
	}
	body, other := row.body.but(row.more...), row.body.but(append(append([]string{}, row.more...), another[path]...)...)
	switch path {
	case "/v1/evidence":
		body, other = "one file", "another file"
	case "/v1/batches":
		body, other = `{"type":"donation",`+aGift.but()[1:], `{"type":"donation",`+aGift.but("amount", "2")[1:]
	}
	status, header, first := send(body)
	if status != http.StatusCreated && status != http.StatusOK || header.Get("Idempotency-Replayed") != "" {
		t.Fatalf("got %d %v %s", status, header, first)
	}
	before := d.written(t)
	status, header, again := send(body)
	if header.Get("Idempotency-Replayed") != "true" || !sameAnswer(first, again) {
		t.Errorf("again: got %d %v\n%s\nwant\n%s", status, header, again, first)
	}
	if path == "/v1/evidence" {
		before = strings.Split(before, ",")[0] // the file of a request that is refused may stay, in no record
	}
	if status, _, answer := send(other); status != http.StatusConflict && path != "/v1/batches" || !strings.Contains(string(answer), "/problems/key-reused") {
		t.Errorf("another: got %d %s", status, answer)
	}
	if after := d.written(t); !strings.HasPrefix(after, before) {
		t.Errorf("something was written: %s, before %s", after, before)
	}
}

// another is what differs in another good request of a route.
var another = map[string][]string{
	"/v1/organizations": {"name", `"别的基金会"`}, "/v1/assets": {"name", `"大帐篷"`}, "/v1/projects": {"name", `"别村"`}, "/v1/projects/{east}/status": {"reason", `"别的"`},
	"/v1/projects/{east}/plan": {"reason", `"别的"`}, "/v1/donations": {"amount", "2"}, "/v1/incomes": {"amount", "2"}, "/v1/expenditures": {"amount", "2"}, "/v1/transfers": {"amount", "2"},
	"/v1/conversions": {"basis", `"别的"`}, "/v1/refunds": {"amount", "2"}, "/v1/returns": {"amount", "2"}, "/v1/reversals": {"reason", `"别的"`}, "/v1/deliveries": {"amount", "2"},
	"/v1/disclosures": {"title", `"别的"`}, "/v1/corrections": {"reason", `"别的"`}, "/v1/freezes": {"reason", `"别的"`}, "/v1/erasures": {"basis", `"other"`},
	"/v1/exceptions": {"reason", `"别的"`}, "/v1/log-keys": {"use", `"author"`}, "/v1/keys": {"label", `"别的"`},
}

// sameAnswer holds a replay against the first answer: it is the same, but for the API
// key itself, which is shown once, and the note in each line of a batch.
func sameAnswer(first, again []byte) bool {
	var one, two api.NewKey
	if json.Unmarshal(first, &one) == nil && one.Key != "" {
		return json.Unmarshal(again, &two) == nil && two.ID == one.ID && two.Key == ""
	}
	return strings.ReplaceAll(string(again), `"replayed":true,`, "") == string(first)
}

// TestKeysOnce: many who ask for one API key under one idempotency key get one, and one
// of them the key itself, which works.
func TestKeysOnce(t *testing.T) {
	d := sqliteDesk(t)
	ask := func(as, once string, changes ...string) (int, api.NewKey, string) {
		status, header, body := d.send(t, as, "/v1/keys", aKey.but(changes...), "Idempotency-Key", once)
		var k api.NewKey
		json.Unmarshal(body, &k)
		return status, k, header.Get("Idempotency-Replayed") + string(body)
	}
	type result struct {
		api.NewKey
		text string
	}
	got := make(chan result)
	for range 8 {
		go func() {
			_, k, text := ask("platform", "crowd")
			got <- result{k, text}
		}()
	}
	ids, shown := map[string]bool{}, ""
	for range 8 {
		r := <-got
		ids[r.ID] = true
		if r.Key != "" {
			shown += r.Key
		} else if !strings.HasPrefix(r.text, "true{") {
			t.Errorf("got %s", r.text)
		}
	}
	if status, _, body := d.ask(t, "GET", "/v1/projects", nil, "Authorization", "Bearer "+shown); len(ids) != 1 || status != http.StatusOK {
		t.Errorf("%d keys; the one that was shown gives %d %s", len(ids), status, body)
	}
	_, mine, _ := ask("platform", "same")
	if status, theirs, text := ask("regulator", "same"); status != http.StatusCreated || theirs.Key == "" || theirs.ID == mine.ID {
		t.Errorf("another caller's idempotency key: got %d %s", status, text)
	}
	for i, changes := range [][]string{{"label", `"别的"`}, {"organization", "{charity}", "role", `"charity"`}, {"expires", `"2030-01-01T00:00:00Z"`}} {
		if status, k, text := ask("platform", "same", changes...); status != http.StatusConflict || k.Key != "" || !strings.Contains(text, "key-reused") {
			t.Errorf("%d: another key: got %d %s", i, status, text)
		}
	}
	check(t, d.revoke(mine.ID))
	if status, k, text := ask("platform", "same"); status != http.StatusCreated || k.ID != mine.ID || k.Key != "" {
		t.Errorf("after it was revoked: got %d %s", status, text)
	}
	if n := len(fmt.Sprint(shown)); n != 78 {
		t.Errorf("%d letters of keys were shown", n)
	}
}
