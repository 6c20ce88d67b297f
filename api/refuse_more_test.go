package api_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"mingzhang/api/access"
	"mingzhang/ledger"
	"mingzhang/ledger/store"
	"mingzhang/ledger/view"
)

// goodRequests are the requests that the refusals are made of, in an order in which all
// are recorded.
var goodRequests = []struct {
	as, path string
	body     members
}{
	{"platform", "/v1/organizations", aBody}, {"platform", "/v1/assets", anAsset}, {"platform", "/v1/projects", aProject},
	{"charity", "/v1/donations", aGift}, {"charity", "/v1/incomes", anIncome}, {"charity", "/v1/expenditures", aPayment},
	{"charity", "/v1/transfers", aTransfer}, {"charity", "/v1/conversions", aConversion}, {"charity", "/v1/refunds", aRefund},
	{"charity", "/v1/returns", aReturn}, {"charity", "/v1/reversals", aReversal}, {"charity", "/v1/deliveries", aDelivery},
	{"charity", "/v1/disclosures", aPublishing}, {"charity", "/v1/corrections", aCorrection}, {"platform", "/v1/erasures", anErasure},
	{"charity", "/v1/projects/{east}/plan", aPlan}, {"charity", "/v1/projects/{east}/status", aStatus},
	{"platform", "/v1/log-keys", aLogKey}, {"platform", "/v1/keys", aKey}, {"regulator", "/v1/freezes", aFreeze},
}

// send posts a good request.
func (d *desk) send(t testing.TB, as, path, body string, headers ...string) (int, http.Header, []byte) {
	headers = append([]string{"Authorization", d.keys[as], "Content-Type", "application/json"}, headers...)
	return d.ask(t, "POST", d.path(path), strings.NewReader(d.path(body)), headers...)
}

// TestGoodRequests: what the refusals change one thing of is recorded as it is, so that
// each is refused for that one thing.
func TestGoodRequests(t *testing.T) {
	for _, address := range []string{"sqlite", "postgres"} {
		t.Run(address, func(t *testing.T) {
			d := deskOn(t, address)
			for _, g := range goodRequests {
				before := d.written(t)
				status, header, body := d.send(t, g.as, g.path, g.body.but())
				if status != http.StatusCreated || header.Get("Cache-Control") != "no-store" {
					t.Errorf("%s: got %d %s %s", g.path, status, header.Get("Cache-Control"), body)
				}
				if d.written(t) == before && g.path != "/v1/keys" {
					t.Errorf("%s: nothing was written", g.path)
				}
			}
		})
	}
}

// TestRefusedReferences: what contradicts the book.
func TestRefusedReferences(t *testing.T) {
	d := sqliteDesk(t)
	const refunds, returns, reversals, transfers, deliveries = "/v1/refunds", "/v1/returns", "/v1/reversals", "/v1/transfers", "/v1/deliveries"
	abroad := aTransfer.but("to", `{"project":{south}}`, "basis", "{plan}")
	d.told(t, "order", "regulator", "/v1/freezes", aFreeze.but("project", "{south}"))
	d.told(t, "released", "regulator", "/v1/freezes", aFreeze.but("project", "{south}", "release", "true"))
	refuseAll(t, d, []refusal{
		{name: "an overspend", path: "/v1/expenditures", body: aPayment.but("amount", "4000"), want: "409 pool-shortfall amount",
			zh: "资金池余额不足：只剩 37.74 CNY，不够 40.00 CNY", en: "the pool holds 37.74 CNY, which is less than 40.00 CNY",
			data: `{"pool":"{east}/{charity}/general/CNY","left":3774,"asked":4000}`},
		{name: "an overspend by a fen", path: "/v1/expenditures", body: aPayment.but("amount", "3775"), want: "409 pool-shortfall amount", data: `"left":3774`},
		{name: "more than the partner was given", as: "partner", path: "/v1/expenditures", body: aPayment.but("holder", "{partner}", "amount", "701"), want: "409 pool-shortfall amount", data: `"left":700`},
		{name: "goods that are not there", path: "/v1/expenditures", body: aPayment.but("asset", `"goods/desk"`, "amount", "3"), want: "409 pool-shortfall amount", data: `"left":2`},
		{name: "of an empty designation", path: "/v1/expenditures", body: aPayment.but("designation", `"roof"`), want: "409 pool-shortfall amount", data: `"left":0`},
		{name: "of an asset never held", path: "/v1/expenditures", body: aPayment.but("asset", `"USD"`), want: "409 pool-shortfall amount", data: `"left":0`},
		{name: "a transfer of too much", path: transfers, body: aTransfer.but("amount", "9007199254740991"), want: "409 pool-shortfall amount"},
		{name: "a conversion of too much", path: "/v1/conversions", body: aConversion.but("from", `{"asset":"CNY","amount":4000}`), want: "409 pool-shortfall from.amount"},
		{name: "a conversion into the same", path: "/v1/conversions", body: aConversion.but("to", `{"asset":"CNY","amount":10}`), want: "422 conversion-asset to.asset"},
		{name: "a conversion into nothing known", path: "/v1/conversions", body: aConversion.but("to", `{"asset":"goods/tent","amount":10}`), want: "404 no-such-asset to.asset"},

		{name: "a refund of more than is left", path: refunds, body: aRefund.but("amount", "251"), want: "409 gift-shortfall amount", data: `"left":250,"asked":251`},
		{name: "a refund of what was spent", path: refunds, body: aRefund.but("of", "{gift}", "amount", "900"), want: "409 gift-shortfall amount", data: `"rest":[{"state":"spent","pool":"{east}/{charity}/general/CNY","amount":350,"via":{payment}}`},
		{name: "a refund of a payment", path: refunds, body: aRefund.but("of", "{payment}"), want: "409 not-a-gift of"},
		{name: "a refund of a project", path: refunds, body: aRefund.but("of", "{east}"), want: "404 no-such-flow of"},
		{name: "a refund of nothing", path: refunds, body: aRefund.but("of", "-"), want: "422 field-missing of"},
		{name: "a refund of tomorrow's gift", path: refunds, body: aRefund.but("of", "99999"), want: "404 no-such-record of"},
		{name: "a refund of -1", path: refunds, body: aRefund.but("of", "-1"), want: "404 no-such-record of"},
		{name: "a refund of 2^63-1", path: refunds, body: aRefund.but("of", "9223372036854775807"), want: "404 no-such-record of"},
		{name: "a refund from where it never was", path: refunds, body: aRefund.but("from", `{"project":{south}}`), want: "409 gift-shortfall amount"},
		{name: "a refund of another's gift", as: "charity", path: refunds, body: aRefund.but("of", "{southgift}"), want: "403 not-yours"},
		{name: "a refund by the partner", as: "partner", path: refunds, body: aRefund.but(), want: "403 role-forbidden"},
		{name: "a return beyond", path: returns, body: aReturn.but("amount", "351"), want: "409 return-too-large amount", data: `"left":350,"asked":351`,
			en: "3.51 CNY is more than the 3.50 CNY of record {payment} that can still come back"},
		{name: "a return of a gift", path: returns, body: aReturn.but("of", "{gift}"), want: "409 not-a-payment of"},
		{name: "a return of a correction", path: returns, body: aReturn.but("of", "{correction}"), want: "404 no-such-flow of"},
		{name: "a reversal of a reversal", path: reversals, body: aReversal.but("of", "{reversal}"), want: "409 reversal-of-reversal of", zh: "记录 {reversal} 本身是冲正；请重新录入原业务"},
		{name: "a reversal again", path: reversals, body: aReversal.but("of", "{wrong}"), want: "409 already-reversed of"},
		{name: "a reversal of what came back in part", path: reversals, body: aReversal.but("of", "{payment}"), want: "409 already-undone of"},
		{name: "a reversal of a gift that was spent", path: reversals, body: aReversal.but("of", "{firm}"), want: "409 gift-shortfall amount"},
		{name: "a reversal of a plan", path: reversals, body: aReversal.but("of", "{plan}"), want: "404 no-such-flow of"},
		{name: "a reversal in a frozen project's stead", as: "charity", path: reversals, body: aReversal.but("of", "{southgift}"), want: "403 not-yours"},
		{name: "a delivery of too much", path: deliveries, body: aDelivery.but("amount", "2"), want: "409 delivery-too-large amount", data: `"left":1,"asked":2`},
		{name: "a delivery of a gift", path: deliveries, body: aDelivery.but("of", "{gift}"), want: "409 not-an-expenditure of"},
		{name: "a delivery to nobody", path: deliveries, body: aDelivery.but("recipient", "-"), want: "422 field-missing recipient"},
		{name: "a delivery of nobody says what", path: deliveries, body: aDelivery.but("of", "-"), want: "422 field-missing of", zh: "缺少 of", en: "of is missing"},
		{name: "a delivery before the payment", path: deliveries, body: aDelivery.but("occurred", `"2001-01-01"`), want: "422 date-before occurred"},
		{name: "a return before the payment", path: returns, body: aReturn.but("occurred", `"2001-01-01"`), want: "422 date-before occurred"},
		{name: "a refund before the gift", path: refunds, body: aRefund.but("occurred", `"2001-01-01"`), want: "422 date-before occurred"},
		{name: "a delivery of nothing", path: deliveries, body: aDelivery.but("amount", "0"), want: "422 amount-not-positive amount"},

		{name: "a transfer to itself", path: transfers, body: aTransfer.but("to", `{"project":{east}}`), want: "422 transfer-nowhere to"},
		{name: "a transfer to another purpose, of no basis", path: transfers, body: aTransfer.but("to", `{"project":{east},"designation":"roof"}`), want: "422 basis-missing basis"},
		{name: "a transfer on the basis of a gift", path: transfers, body: aTransfer.but("basis", "{gift}"), want: "409 basis-wrong basis"},
		{name: "a transfer on another's plan", path: transfers, body: aTransfer.but("to", `{"project":{east},"designation":"roof"}`, "basis", "5"), want: "409 basis-wrong basis"},
		{name: "a transfer without consent", as: "charity", path: transfers, body: abroad, want: "403 consent-missing to", zh: "调拨到其他组织的项目须经对方同意"},
		{name: "the platform's transfer without consent", path: transfers, body: abroad, want: "403 consent-missing to"},
		{name: "a consent of the giver", as: "charity", path: transfers, body: abroad, headers: []string{"Consent-Authorization", d.keys["charity"]}, want: "403 not-yours",
			en: "to consent to a transfer takes an API key of the charity whose project receives (organization {other})"},
		{name: "a consent of the platform", as: "charity", path: transfers, body: abroad, headers: []string{"Consent-Authorization", d.keys["platform"]}, want: "403 role-forbidden"},
		{name: "a consent of the regulator", as: "charity", path: transfers, body: abroad, headers: []string{"Consent-Authorization", d.keys["regulator"]}, want: "403 role-forbidden"},
		{name: "a consent of nobody", as: "charity", path: transfers, body: abroad, headers: []string{"Consent-Authorization", "Bearer mz_no"}, want: "401 key-malformed Consent-Authorization"},
		{name: "a consent, and no key", as: "nobody", path: transfers, body: abroad, headers: []string{"Consent-Authorization", d.keys["other"]}, want: "401 key-missing"},
		{name: "a partner's transfer to its friend", as: "partner", path: transfers, body: aTransfer.but("from", `{"project":{east},"holder":{partner}}`, "to", `{"project":{east},"holder":{partner2}}`), want: "403 not-yours"},

		{name: "a code twice", path: "/v1/organizations", body: aBody.but("uscc", quoted(libraryCode(2))), want: "409 organization-exists uscc"},
		{name: "a code that is none", path: "/v1/organizations", body: aBody.but("uscc", quoted(libraryCode(20)[:17]+"Y")), want: "422 uscc-check-digit uscc"},
		{name: "an organization of another kind", path: "/v1/organizations", body: aBody.but("kind", `"bank"`), want: "422 word-unknown kind"},
		{name: "an organization without a name", path: "/v1/organizations", body: aBody.but("name", "-"), want: "422 field-missing name"},
		{name: "spaces around a name", path: "/v1/organizations", body: aBody.but("name", `" 甲"`), want: "422 text-spaces name"},
		{name: "an asset twice", path: "/v1/assets", body: anAsset.but("id", `"goods/desk"`), want: "409 asset-exists id"},
		{name: "the yuan again", path: "/v1/assets", body: anAsset.but("id", `"CNY"`, "class", `"money"`, "scale", "2"), want: "409 asset-exists id"},
		{name: "an asset of another class", path: "/v1/assets", body: anAsset.but("class", `"money"`), want: "422 asset-class class"},
		{name: "an asset of seven places", path: "/v1/assets", body: anAsset.but("scale", "7"), want: "422 asset-scale scale"},
		{name: "a filing number twice", path: "/v1/projects", body: aProject.but("filing_number", quoted(libraryCode(2)+"A26001")), want: "409 filing-exists filing_number"},
		{name: "a project of nobody", path: "/v1/projects", body: aProject.but("organization", quoted(libraryCode(99))), want: "404 no-such-organization organization"},
		{name: "a campaign without a filing number", path: "/v1/projects", body: aProject.but("kind", `"campaign"`), want: "422 filing-missing filing_number"},
		{name: "a place in words", path: "/v1/projects", body: aProject.but("place", `"广州"`), want: "422 place-unreadable place"},
		{name: "a designation twice", path: "/v1/projects", body: aProject.but("designations", `[{"id":"a","name":"甲","class":"restricted"},{"id":"a","name":"乙","class":"restricted"}]`), want: "409 designation-exists designations[1].id"},
		{name: "a target of nothing", path: "/v1/projects", body: aProject.but("target", `{"asset":"CNY","amount":0}`), want: "422 amount-not-positive target.amount"},
		{name: "back to draft", as: "charity", path: "/v1/projects/{east}/status", body: aStatus.but("status", `"draft"`), want: "409 status-step status"},
		{name: "a status of no project", as: "charity", path: "/v1/projects/{gift}/status", body: aStatus.but(), want: "404 no-such-project id"},
		{name: "another's status", as: "other", path: "/v1/projects/{east}/status", body: aStatus.but(), want: "403 not-yours"},
		{name: "a path for a project", as: "charity", path: "/v1/projects/..%2F..%2Fkeys/status", body: aStatus.but(), want: "404 no-such-route"},
		{name: "SQL for a project", as: "charity", path: "/v1/projects/7%20OR%201=1/plan", body: aPlan.but(), want: "404 no-such-record id"},
		{name: "a NUL for a project", as: "charity", path: "/v1/projects/7%00/plan", body: aPlan.but(), want: "404 no-such-record id"},
		{name: "a hexadecimal project", as: "charity", path: "/v1/projects/0x7/plan", body: aPlan.but(), want: "404 no-such-record id"},
		{name: "a freeze by a charity", as: "charity", path: "/v1/freezes", body: aFreeze.but(), want: "403 role-forbidden", en: "to freeze or release a project takes an API key of the regulator"},
		{name: "frozen again", as: "regulator", path: "/v1/freezes", body: aFreeze.but("project", "{west}"), want: "409 freeze-same release"},
		{name: "released without a freeze", as: "regulator", path: "/v1/freezes", body: aFreeze.but("release", "true"), want: "409 freeze-same release"},
		{name: "a freeze without an order", as: "regulator", path: "/v1/freezes", body: aFreeze.but("order", "-"), want: "422 field-missing order"},
		{name: "a disclosure as of no record", path: "/v1/disclosures", body: aPublishing.but("at", "-"), want: "422 field-missing at"},
		{name: "a disclosure of a null", path: "/v1/disclosures", body: aPublishing.but("at", "null"), want: "422 field-missing at"},
		{name: "a disclosure of days to come", path: "/v1/disclosures", body: aPublishing.but("period", `"2099-01-01/2099-03-31"`), want: "422 date-ahead period"},
		{name: "a correction of no record", path: "/v1/corrections", body: aCorrection.but("of", "-"), want: "422 field-missing of"},
		{name: "a correction into the same", path: "/v1/corrections", body: aCorrection.but("old", `"甲"`, "new", `"甲"`), want: "422 correction-same new"},
		{name: "an erasure of no record", path: "/v1/erasures", body: anErasure.but("of", "-"), want: "422 field-missing of"},
		{name: "a disclosure ahead", path: "/v1/disclosures", body: aPublishing.but("at", "99999"), want: "422 at-ahead at"},
		{name: "a correction of nothing", path: "/v1/corrections", body: aCorrection.but("of", "99999"), want: "404 no-such-record of"},
		{name: "a correction of a path", path: "/v1/corrections", body: aCorrection.but("field", `"../payee"`), want: "422 word-unknown field"},
		{name: "a correction without a reason", path: "/v1/corrections", body: aCorrection.but("reason", "-"), want: "422 field-missing reason"},
		{name: "a correction of the regulator's order", path: "/v1/corrections", body: aCorrection.but("of", "{order}", "field", `"order"`), want: "403 not-yours"},
		{name: "a correction of it by the charity", as: "other", path: "/v1/corrections", body: aCorrection.but("of", "{order}", "field", `"order"`), want: "403 not-yours"},
		{name: "an erasure of nothing", path: "/v1/erasures", body: anErasure.but("of", "{east}"), want: "409 nothing-sealed seal"},
		{name: "an erasure again", path: "/v1/erasures", body: anErasure.but("of", "{wrong}", "seal", `"public"`), want: "409 nothing-sealed seal"},
		{name: "an erasure of a third seal", path: "/v1/erasures", body: anErasure.but("seal", `"all"`), want: "422 word-unknown seal"},
		{name: "an erasure by a charity", as: "charity", path: "/v1/erasures", body: anErasure.but(), want: "403 role-forbidden"},
		{name: "a key that is none", path: "/v1/log-keys", body: aLogKey.but("verifier", `"x+y+z"`), want: "422 verifier-unreadable verifier"},
		{name: "a key twice", path: "/v1/log-keys", body: aLogKey.but("id", `"w1"`), want: "409 key-exists id"},
		{name: "the log's key by the regulator", as: "regulator", path: "/v1/log-keys", body: aLogKey.but("use", `"log"`), want: "403 not-yours"},
		{name: "an exception that nobody agreed to", path: "/v1/exceptions", body: `{"of":{gift},"leaf":"sha256:` + strings.Repeat("0", 64) + `","reason":"测试"}`, want: "409 exception-unknown of"},

		{name: "an API key of a bank", path: "/v1/keys", body: aKey.but("role", `"bank"`), want: "422 word-unknown role"},
		{name: "an API key of another role", path: "/v1/keys", body: aKey.but("role", `"platform"`), want: "409 role-wrong role"},
		{name: "an API key of nobody", path: "/v1/keys", body: aKey.but("organization", "-"), want: "422 field-missing organization"},
		{name: "an API key that ended", path: "/v1/keys", body: aKey.but("expires", `"2020-01-01T00:00:00Z"`), want: "422 key-expired expires"},
		{name: "an API key under an idempotency key in Chinese", path: "/v1/keys", body: aKey.but(), headers: []string{"Idempotency-Key", "键"}, want: "422 idempotency-key Idempotency-Key"},
		{name: "an API key by a charity", as: "charity", path: "/v1/keys", body: aKey.but(), want: "403 role-forbidden"},
		{name: "a platform's key by the regulator", as: "regulator", path: "/v1/keys", body: aKey.but("role", `"platform"`, "organization", "0"), want: "403 not-yours"},
		{name: "an end of a key that is none", method: "DELETE", path: "/v1/keys/..%2F..", want: "404 no-such-route"},
		{name: "an end of SQL", method: "DELETE", path: "/v1/keys/'%20OR%20''='", want: "404 no-such-key id"},
		{name: "an end of no key", method: "DELETE", path: "/v1/keys/ch-0000000", want: "404 no-such-key"},
		{name: "an end with a parameter", method: "DELETE", path: "/v1/keys/ch-0000000?x=1", want: "400 query-unreadable x"},
	})
}

// told posts a request that is recorded, under a name.
func (d *desk) told(t testing.TB, name, as, path, body string, headers ...string) int64 {
	t.Helper()
	var a struct{ ID int64 }
	status, _, answer := d.send(t, as, path, body, headers...)
	if err := json.Unmarshal(answer, &a); err != nil || status != http.StatusCreated {
		t.Fatalf("%s: got %d %s", name, status, answer)
	}
	d.at[name] = a.ID
	return a.ID
}

// TestRefusedRequests: what is wrong about a request around its body.
func TestRefusedRequests(t *testing.T) {
	d := sqliteDesk(t)
	const gifts = "/v1/donations"
	big := aGift.but("note", `"`+strings.Repeat("a", 256<<10)+`"`)
	form := "multipart/form-data; boundary=b"
	part := func(disposition, media, content string) string {
		return "--b\r\nContent-Disposition: form-data; " + disposition + "\r\nContent-Type: " + media + "\r\n\r\n" + content + "\r\n"
	}
	file := func(content string) string { return part(`name="file"; filename="a.txt"`, "text/plain", content) }
	table := []refusal{
		{name: "no media type", path: gifts, media: "-", body: aGift.but(), want: "415 media-type", zh: "请求正文应为 UTF-8 编码的 application/json", en: "the body should be application/json in UTF-8"},
		{name: "text", path: gifts, media: "text/plain", body: aGift.but(), want: "415 media-type"},
		{name: "a form", path: gifts, media: "application/x-www-form-urlencoded", body: "amount=1", want: "415 media-type"},
		{name: "another JSON", path: gifts, media: "application/vnd.api+json", body: aGift.but(), want: "415 media-type"},
		{name: "JSON in GBK", path: gifts, media: "application/json; charset=gbk", body: aGift.but(), want: "415 media-type"},
		{name: "JSON in UTF-16", path: gifts, media: "application/json; charset=utf-16", body: aGift.but(), want: "415 media-type"},
		{name: "a broken media type", path: gifts, media: "application/json; charset", body: aGift.but(), want: "415 media-type"},
		{name: "two media types", path: gifts, media: "application/json, text/plain", body: aGift.but(), want: "415 media-type"},
		{name: "JSON as a batch", path: "/v1/batches", body: aGift.but(), want: "415 media-type"},
		{name: "NDJSON in GB18030", path: "/v1/batches", media: "application/x-ndjson; charset=gb18030", body: aGift.but(), want: "415 media-type"},
		{name: "a compressed body", path: gifts, headers: []string{"Content-Encoding", "gzip"}, body: "\x1f\x8b\x08\x00", want: "400 json-unreadable"},
		{name: "too large", path: gifts, body: big, want: "413 body-too-large", zh: "请求正文超过 262144 字节", en: "the body has more than 262144 bytes"},
		{name: "too large, of white space", path: gifts, body: strings.Repeat(" ", 256<<10) + aGift.but(), want: "413 body-too-large"},
		{name: "a question too large", as: "nobody", path: "/v1/receipts/find", body: big, want: "413 body-too-large"},
		{name: "a parameter of a write", path: gifts + "?dry_run=true", body: aGift.but(), want: "400 query-unreadable", en: "this request has no parameters"},
		{name: "a parameter of a question", as: "nobody", path: "/v1/receipts/find?x=1", body: aQuestion.but(), want: "400 query-unreadable"},
		{name: "an idempotency key of 201", path: gifts, headers: []string{"Idempotency-Key", strings.Repeat("k", 201)}, body: aGift.but(), want: "422 idempotency-key Idempotency-Key",
			zh: "幂等键应为 1 至 200 个可见 ASCII 字符", en: "an idempotency key is 1 to 200 visible ASCII characters"},
		{name: "a huge idempotency key", path: gifts, headers: []string{"Idempotency-Key", strings.Repeat("k", 20_000)}, body: aGift.but(), want: "422 idempotency-key Idempotency-Key"},
		{name: "an idempotency key with a space", path: gifts, headers: []string{"Idempotency-Key", "a b"}, body: aGift.but(), want: "422 idempotency-key Idempotency-Key"},
		{name: "an idempotency key in Chinese", path: gifts, headers: []string{"Idempotency-Key", "键"}, body: aGift.but(), want: "422 idempotency-key Idempotency-Key"},
		{name: "an idempotency key with a tab", path: gifts, headers: []string{"Idempotency-Key", "a\tb"}, body: aGift.but(), want: "422 idempotency-key Idempotency-Key"},

		{name: "an upload of JSON", path: "/v1/evidence", body: "{}", want: "415 media-type"},
		{name: "a form without a boundary", path: "/v1/evidence", media: "multipart/form-data", body: file("text") + "--b--\r\n", want: "415 media-type"},
		{name: "another boundary", path: "/v1/evidence", media: "multipart/form-data; boundary=c", body: file("text") + "--b--\r\n", want: "400 body-unreadable"},
		{name: "an empty form", path: "/v1/evidence", media: form, body: "--b--\r\n", want: "422 form-field file"},
		{name: "no form", path: "/v1/evidence", media: form, body: " ", want: "400 body-unreadable"},
		{name: "a form without its end", path: "/v1/evidence", media: form, body: strings.TrimSuffix(file("half a fi"), "\r\n"), want: "400 body-unreadable"},
		{name: "a file too large", path: "/v1/evidence", media: form, body: file(strings.Repeat("a", fileLimit+1)) + "--b--\r\n", want: "413 evidence-too-large file"},
		{name: "a form too large", path: "/v1/evidence", media: form, body: strings.Repeat("x\r\n", fileLimit) + file("text") + "--b--\r\n", want: "413 body-too-large"},
		{name: "a long word in a form", path: "/v1/evidence", media: form, body: part(`name="public"`, "text/plain", strings.Repeat("a", fileLimit)) + "--b--\r\n", want: "422 form-field public"},
		{name: "an empty file", path: "/v1/evidence", media: form, body: file("") + "--b--\r\n", want: "422 evidence-empty file"},
		{name: "a web page", path: "/v1/evidence", media: form, body: file("<!DOCTYPE html><script>alert(1)</script>") + "--b--\r\n", want: "422 evidence-type-active file"},
		{name: "a drawing that acts", path: "/v1/evidence", media: form, body: file(`<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>`) + "--b--\r\n", want: "422 evidence-type-active file"},
		{name: "a shell script", path: "/v1/evidence", media: form, body: file("#!/bin/sh\nrm -rf /\n") + "--b--\r\n", want: "422 evidence-type-active file"},
		{name: "a program", path: "/v1/evidence", media: form, body: file("MZ\x90\x00\x03\x00\x00\x00") + "--b--\r\n", want: "422 evidence-type-unknown file"},
		{name: "a gif", path: "/v1/evidence", media: form, body: file("GIF89a\x01\x00\x01\x00") + "--b--\r\n", want: "422 evidence-type-unknown file"},
		{name: "a picture that is a PDF", path: "/v1/evidence", media: form, body: part(`name="file"; filename="a.png"`, "image/png", "%PDF-1.7\n") + "--b--\r\n", want: "422 evidence-type-differs media"},
		{name: "a media type that is none", path: "/v1/evidence", media: form, body: part(`name="file"; filename="a.txt"`, "text/", "text") + "--b--\r\n", want: "422 media-unreadable media"},
		{name: "an unknown field", path: "/v1/evidence", media: form, body: part(`name="pubic"`, "text/plain", "true") + file("text") + "--b--\r\n", want: "422 form-field pubic"},
		{name: "a field twice", path: "/v1/evidence", media: form, body: part(`name="public"`, "text/plain", "true") + part(`name="public"`, "text/plain", "false") + file("text") + "--b--\r\n", want: "422 form-field public"},
		{name: "a field of no name", path: "/v1/evidence", media: form, body: part(`filename="a.txt"`, "text/plain", "text") + "--b--\r\n", want: "422 form-field"},
		{name: "public in Chinese", path: "/v1/evidence", media: form, body: part(`name="public"`, "text/plain", "是") + file("text") + "--b--\r\n", want: "422 form-field public"},
		{name: "a redacted copy of a path", path: "/v1/evidence", media: form, body: part(`name="redacted"`, "text/plain", "../../x") + file("text") + "--b--\r\n", want: "422 hash-unreadable redacted"},
		{name: "an upload with no key", as: "nobody", path: "/v1/evidence", media: form, body: file("text") + "--b--\r\n", want: "401 key-missing"},
		{name: "an upload by an auditor", as: "auditor", path: "/v1/evidence", media: form, body: file("text") + "--b--\r\n", want: "403 role-forbidden"},
	}
	for _, query := range []struct{ name, path, field string }{
		{"a parameter that is misspelt", "/v1/flows?porject=1", "porject"}, {"a parameter twice", "/v1/flows?limit=1&limit=1", "limit"},
		{"in capitals", "/v1/flows?Limit=1", "Limit"}, {"a list in brackets", "/v1/flows?kind[]=donation", "kind[]"},
		{"a limit of 0", "/v1/flows?limit=0", "limit"}, {"a limit of -1", "/v1/flows?limit=-1", "limit"}, {"a limit of 501", "/v1/flows?limit=501", "limit"},
		{"a limit of 2^64", "/v1/flows?limit=18446744073709551616", "limit"}, {"a limit with a point", "/v1/flows?limit=1.5", "limit"}, {"a limit of all", "/v1/flows?limit=all", "limit"},
		{"an index of -1", "/v1/flows?project=-1", "project"}, {"an index of 2^53", "/v1/flows?project=9007199254740992", "project"}, {"SQL for an index", "/v1/flows?project=1%20OR%201=1", "project"},
		{"a kind that is none", "/v1/flows?kind=gift", "kind"}, {"half a list of kinds", "/v1/flows?kind=donation,", "kind"}, {"SQL for a kind", "/v1/flows?kind=donation'--", "kind"},
		{"a category that is none", "/v1/flows?category=5101", "category"}, {"an order by a column", "/v1/flows?order=amount%3BDROP%20TABLE%20flows", "order"},
		{"a day that is none", "/v1/flows?from=2026-02-30", "from"}, {"a day with a time", "/v1/flows?to=2026-01-01T00:00:00Z", "to"}, {"an amount below nothing", "/v1/flows?min=-1", "min"},
		{"an amount beyond", "/v1/flows?max=9007199254740992", "max"}, {"a long text", "/v1/flows?party=" + strings.Repeat("a", 401), "party"}, {"a NUL", "/v1/flows?party=a%00b", "party"},
		{"no UTF-8", "/v1/flows?party=%ff%fe", "party"}, {"a line", "/v1/flows?party=a%0d%0aSet-Cookie:x", "party"}, {"a broken escape", "/v1/flows?party=%zz", ""}, {"a semicolon", "/v1/flows?limit=1;x=2", ""},
		{"a cursor that is none", "/v1/flows?cursor=!!!", "cursor"}, {"a cursor of words", "/v1/flows?cursor=aGVsbG8", "cursor"}, {"a cursor of -1", "/v1/flows?cursor=LTE", "cursor"},
		{"a cursor beyond", "/v1/flows?cursor=OTAwNzE5OTI1NDc0MDk5Mg", "cursor"}, {"a padded cursor", "/v1/flows?cursor=MTI=", "cursor"}, {"a cursor with bits to spare", "/v1/flows?cursor=MR", "cursor"},
		{"projects' cursor in flows", "/v1/flows?cursor=OCA", "cursor"}, {"flows' cursor in projects", "/v1/projects?cursor=MTI", "cursor"}, {"a NUL in a cursor of projects", "/v1/projects?cursor=OCAA", "cursor"},
		{"no UTF-8 in a cursor", "/v1/projects?cursor=OCD_", "cursor"}, {"0 as a cursor of records", "/v1/records?cursor=MA", "cursor"},
		{"a NUL in a cursor of keys", "/v1/keys?cursor=AA", "cursor"}, {"no UTF-8 in a cursor of keys", "/v1/keys?cursor=_w", "cursor"},
		{"a basis of nothing known", "/v1/records/{gift}/private?why=x", "why"},
	} {
		table = append(table, refusal{name: "query: " + query.name, as: "platform", method: "GET", path: query.path, want: strings.TrimSpace("400 query-unreadable " + query.field)})
	}
	for _, path := range []string{"/v1/nothing", "/v2/flows", "/v1/flows/", "/v1/flows/{gift}/", "/v1//flows", "/V1/flows", "/.env", "/v1/../.git/config", "/wp-login.php", "/v1/flows/{gift}/openings", "/v1/projects/{east}/status/x"} {
		table = append(table, refusal{name: "no route: " + path, method: "GET", path: path, want: "404 no-such-route"})
	}
	for _, path := range []string{"/v1/flows/%2e%2e", "/v1/flows/-1", "/v1/flows/007", "/v1/flows/1e1", "/v1/flows/9223372036854775808", "/v1/flows/%E4%B8%80", "/v1/records/0x10", "/v1/projects/%27%3B--", "/v1/organizations/1%00"} {
		table = append(table, refusal{name: "no index: " + path, method: "GET", path: path, want: "404 no-such-record id"})
	}
	refuseAll(t, d, table)
}

// TestRefusedMethods: no route takes a method that it does not have, and says which it
// has.
func TestRefusedMethods(t *testing.T) {
	d := sqliteDesk(t)
	takes := map[string][]string{}
	for _, r := range d.engine.Routes() {
		takes[r.Path] = append(takes[r.Path], r.Method)
	}
	before := d.written(t)
	for path, methods := range takes {
		if strings.Contains(path, "*path") {
			continue
		}
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "OPTIONS"} {
			if slices.Contains(methods, method) || method == "OPTIONS" || path == "/v1/receipts/find" && method != "DELETE" {
				continue
			}
			r := refusal{name: method + " " + path, method: method, path: filled(path), media: "-"}
			if p := d.refused(t, r, "en"); p.Status != http.StatusMethodNotAllowed || method != "HEAD" && p.String() != "405 method-not-allowed" {
				t.Errorf("%s: got %s", r.name, p)
			}
		}
	}
	if after := d.written(t); after != before {
		t.Errorf("something was written: %s, before %s", after, before)
	}
	_, header, _ := d.ask(t, "DELETE", "/v1/donations", nil)
	if allow := header.Get("Allow"); !strings.Contains(allow, "POST") {
		t.Errorf("Allow is %q", allow)
	}
}

// filled puts something into the parameters of a route.
func filled(path string) string {
	return strings.NewReplacer(":id", "{gift}", ":list", "flows.csv", ":code", "0000000000000000000000AB", ":hash", "sha256:"+strings.Repeat("0", 64), ":key", "ch-0000000").Replace(path)
}

// TestRefusedReplays: the same key, or the same payment, with other content is told, and
// with the same content gives the first answer.
func TestRefusedReplays(t *testing.T) {
	d := sqliteDesk(t)
	paid := aGift.but("channel", `"wechat"`, "serial", `"REPLAY-1"`)
	status, header, first := d.send(t, "charity", "/v1/donations", paid, "Idempotency-Key", "one")
	if status != http.StatusCreated || header.Get("Idempotency-Replayed") != "" {
		t.Fatalf("got %d %v %s", status, header, first)
	}
	before := d.written(t)
	for _, key := range []string{"one", "", "another"} {
		status, header, again := d.send(t, "charity", "/v1/donations", paid, "Idempotency-Key", key)
		if status != http.StatusCreated || header.Get("Idempotency-Replayed") != "true" || string(again) != string(first) || header.Get("Location") == "" {
			t.Errorf("key %q: got %d %v\n%s\nwant %s", key, status, header, again, first)
		}
	}
	if after := d.written(t); after != before {
		t.Errorf("a replay wrote: %s, before %s", after, before)
	}
	refuseAll(t, d, []refusal{
		{name: "the same key, another amount", as: "charity", path: "/v1/donations", headers: []string{"Idempotency-Key", "one"}, body: aGift.but("amount", "2"), want: "409 key-reused"},
		{name: "the same key, another note", as: "charity", path: "/v1/donations", headers: []string{"Idempotency-Key", "one"}, body: aGift.but("channel", `"wechat"`, "serial", `"REPLAY-1"`, "note", `"谢谢"`), want: "409 key-reused"},
		{name: "the same key, another sort of request", as: "charity", path: "/v1/expenditures", headers: []string{"Idempotency-Key", "one"}, body: aPayment.but(), want: "409 key-reused"},
		{name: "the same serial, another amount", as: "charity", path: "/v1/donations", body: aGift.but("channel", `"wechat"`, "serial", `"REPLAY-1"`, "amount", "2"), want: "409 key-reused",
			en: "the same idempotency key or payment serial number stands for record 40, with other content"},
		{name: "the same serial, another project", path: "/v1/donations", body: aGift.but("channel", `"wechat"`, "serial", `"REPLAY-1"`, "project", "{south}"), want: "409 key-reused",
			en: "the same idempotency key or payment serial number stands for record 40, with other content"},
		{name: "another organization's serial", as: "other", path: "/v1/donations", body: aGift.but("channel", `"wechat"`, "serial", `"REPLAY-1"`, "project", "{south}"), want: "409 key-reused",
			en: "another organization has recorded a payment of this serial number, with other content"},
	})
	if status, header, _ := d.send(t, "platform", "/v1/donations", aGift.but(), "Idempotency-Key", "one"); status != http.StatusCreated || header.Get("Idempotency-Replayed") != "" {
		t.Errorf("another caller's key: got %d %v", status, header)
	}
}

// TestStoredAsText: SQL, markup, formulas and templates are text, and stay what they are.
func TestStoredAsText(t *testing.T) {
	for _, address := range []string{"sqlite", "postgres"} {
		t.Run(address, func(t *testing.T) {
			d := deskOn(t, address)
			for _, text := range []string{"'; DROP TABLE records; --", `" OR 1=1`, "../../etc/passwd", "=HYPERLINK(\"http://x\",\"y\")", "+1+1", "-2+3|cmd", "@SUM(A1)",
				"<script>alert(1)</script>", "{{.}} ${x} %s %d %!s(MISSING)", `\u0000 \n`, "NULL", "nil", "0x31", "加油！👩‍👩‍👧", "𠮷野家", "%00", "$1 ? @p1", "SELECT pg_sleep(9)"} {
				var a struct{ ID int64 }
				status, _, body := d.send(t, "charity", "/v1/donations", aGift.but("note", quoted(text), "donor", `{"display":`+quoted(text)+`,"name":`+quoted(text)+`}`,
					"channel", `"wechat"`, "serial", quoted(text), "account", quoted(text)))
				if status != http.StatusCreated {
					t.Errorf("%s: got %d %s", text, status, body)
					continue
				}
				check(t, json.Unmarshal(body, &a))
				flow := d.decoded(t, fmt.Sprintf("/v1/flows/%d", a.ID))
				if got := at(flow, "texts.note"); got != text {
					t.Errorf("the note is %v, want %s", got, text)
				}
				if got := at(flow, "party.display"); got != text {
					t.Errorf("the display is %v, want %s", got, text)
				}
				d.wantCells(t, text)
			}
		})
	}
}

// wantCells: no cell of the export begins a formula.
func (d *desk) wantCells(t *testing.T, text string) {
	t.Helper()
	_, _, sheet := d.ask(t, "GET", "/v1/exports/flows.csv?headings=machine", nil)
	rows, err := csv.NewReader(bytes.NewReader(sheet)).ReadAll()
	check(t, err)
	seen := false
	for _, cell := range slices.Concat(rows...) {
		seen = seen || cell == text || cell == "'"+text
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
			t.Errorf("a cell holds the formula %s", cell)
		}
	}
	if !seen {
		t.Errorf("the export does not have %s", text)
	}
}

// TestRefusedKeys: whatever is wrong with a key, on a public read as on a write.
func TestRefusedKeys(t *testing.T) {
	d := sqliteDesk(t)
	good, unknown := strings.TrimPrefix(d.keys["charity"], "Bearer "), unknownKey(t)
	expired, _ := d.newKey(t, "charity", ledger.Charity, libraryNoon.Add(time.Minute))
	revoked, id := d.newKey(t, "charity", ledger.Charity, time.Time{})
	status, _, body := d.ask(t, "DELETE", "/v1/keys/"+id, nil, "Authorization", d.keys["platform"])
	if status != http.StatusNoContent || len(body) > 0 {
		t.Fatalf("revoke: %d %s", status, body)
	}
	d.clock.pass(time.Hour)
	swapped := []byte(good)
	for i := 20; ; i++ {
		if swapped[i] != swapped[i+1] {
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			break
		}
	}
	other := strings.TrimPrefix(d.keys["other"], "Bearer ")
	before := d.written(t)
	for _, k := range []struct{ name, header, want string }{
		{"the key alone", good, "key-malformed"}, {"basic", "Basic " + good, "key-malformed"}, {"no key", "Bearer ", "key-malformed"}, {"the scheme", "Bearer", "key-malformed"},
		{"two keys", "Bearer " + good + ", Bearer " + good, "key-malformed"}, {"cut", "Bearer " + good[:70], "key-malformed"}, {"longer", "Bearer " + good + "0", "key-malformed"},
		{"in capitals", "Bearer " + strings.ToUpper(good), "key-malformed"}, {"two letters swapped", "Bearer " + string(swapped), "key-malformed"},
		{"the end of another", "Bearer " + good[:13] + other[13:], "key-malformed"}, {"the id alone", "Bearer " + good[:13], "key-malformed"}, {"a tab", "Bearer\t" + good, "key-malformed"},
		{"a token of another kind", "Bearer eyJhbGciOiJub25lIn0.e30.", "key-malformed"}, {"SQL", "Bearer ' OR '1'='1", "key-malformed"}, {"huge", "Bearer " + strings.Repeat("m", 8000), "key-malformed"},
		{"of nobody", "Bearer " + unknown, "key-unknown"}, {"revoked", revoked, "key-revoked"}, {"expired", expired, "key-expired"},
	} {
		t.Run(k.name, func(t *testing.T) {
			for _, r := range []refusal{{path: "/v1/donations", body: aGift.but()}, {method: "GET", path: "/v1/projects"}, {method: "GET", path: "/v1/keys"}} {
				r.headers, r.as = []string{"Authorization", k.header}, "nobody"
				p := d.refused(t, r, "en")
				if p.String() != "401 "+k.want {
					t.Errorf("%s: got %s, want 401 %s", r.path, p, k.want)
				}
				if len(k.header) > 30 && strings.Contains(p.Detail, k.header[20:]) {
					t.Errorf("the refusal repeats the key: %s", p.Detail)
				}
			}
		})
	}
	if after := d.written(t); after != before {
		t.Errorf("something was written: %s, before %s", after, before)
	}
	if status, header, _ := d.ask(t, "GET", "/v1/keys", nil); status != 401 || !strings.HasPrefix(header.Get("WWW-Authenticate"), "Bearer") {
		t.Errorf("got %d %v", status, header)
	}
	for _, header := range []string{"bearer " + good, "BEARER   " + good} {
		if status, _, body := d.ask(t, "GET", "/v1/projects", nil, "Authorization", header); status != http.StatusOK {
			t.Errorf("%.8s: got %d %s", header, status, body)
		}
	}
	if log := d.log.take(); strings.Contains(log, good[14:]) || strings.Contains(log, unknown[14:]) {
		t.Errorf("a key is in the log: %s", log)
	}
}

// nowhere keeps keys that it forgets.
type nowhere struct{ access.Keys }

func (nowhere) AddAPIKey(context.Context, store.APIKey) error { return nil }
func (nowhere) Organization(context.Context, int64) (*view.Organization, error) {
	return &view.Organization{Organization: ledger.Organization{Kind: ledger.Charity}}, nil
}

// unknownKey makes a key as keys are made, which nobody has.
func unknownKey(t testing.TB) string {
	a, err := access.New(access.Config{Keys: nowhere{}, Secret: bytes.Repeat([]byte{7}, 32), Log: slog.New(slog.DiscardHandler)})
	check(t, err)
	one := int64(1)
	k, err := a.Create(context.Background(), access.Operator, access.Wish{Role: ledger.Charity, Organization: &one})
	check(t, err)
	return k.Reveal()
}

// TestReceiptMisses: whatever code or payment is tried, every miss is the same bytes but
// for the name of the request.
func TestReceiptMisses(t *testing.T) {
	d := sqliteDesk(t)
	code := d.book.ReceiptCode(d.at["gift"])
	status, _, body := d.ask(t, "GET", "/v1/receipts/"+code, nil)
	if status != http.StatusOK || !bytes.Contains(body, []byte("李真名")) {
		t.Fatalf("the code itself: got %d %s", status, body)
	}
	miss := func(method, path, body string) string {
		t.Helper()
		status, header, answer := d.ask(t, method, path, strings.NewReader(body), "Content-Type", "application/json", "Accept-Language", "en")
		name := header.Get("Request-Id")
		header.Del("Request-Id")
		header.Del("Date")
		return fmt.Sprint(status, header, strings.ReplaceAll(string(answer), name, "…"))
	}
	first := miss("GET", "/v1/receipts/0000000000000000000000AB", "")
	if !strings.Contains(first, "receipt-unknown") || !strings.HasPrefix(first, "404") {
		t.Fatalf("a miss: %s", first)
	}
	flipped := []byte(code)
	flipped[len(flipped)-1] ^= 1
	for _, try := range []string{string(flipped), code[:len(code)-1], code[1:], "1" + code[1:], strings.Repeat("0", 24), strings.Repeat("Z", 24), strings.Repeat("A", 4000),
		"x", "%00", "%E7%A0%81", "'%20OR%201=1", "..", "0000 0000", "I1L0OU"} {
		if try == ".." {
			continue // a client takes it for a way up
		}
		if got := miss("GET", "/v1/receipts/"+try, ""); got != first {
			t.Errorf("%.40s: got\n%s\nwant\n%s", try, got, first)
		}
	}
	first = miss("POST", "/v1/receipts/find", `{"channel":"wechat","serial":"none","amount":1}`)
	for _, try := range []string{
		d.path(aQuestion.but("amount", "1001")), aQuestion.but("amount", "0"), aQuestion.but("amount", "-1"), aQuestion.but("amount", "-"), aQuestion.but("channel", `"bank"`), aQuestion.but("channel", "-"),
		aQuestion.but("serial", "-"), aQuestion.but("serial", `""`), aQuestion.but("serial", quoted(librarySerial+" ")), aQuestion.but("serial", quoted(strings.ToLower(librarySerial))),
		aQuestion.but("serial", quoted("' OR '1'='1")), aQuestion.but("serial", quoted("%")), aQuestion.but("serial", `"a\u0000b"`), aQuestion.but("serial", quoted(strings.Repeat("9", 100_000))), "{}",
	} {
		if got := miss("POST", "/v1/receipts/find", try); got != first {
			t.Errorf("%.80s: got\n%s\nwant\n%s", try, got, first)
		}
	}
	if log := d.log.take(); strings.Contains(log, code) || strings.Contains(log, librarySerial) {
		t.Errorf("a code or serial is in the log: %s", log)
	}
}

// TestUploadKeepsNothing: what the form says before its file is refused before the file
// is kept, and a file that two send at once is one.
func TestUploadKeepsNothing(t *testing.T) {
	d := sqliteDesk(t)
	before := d.written(t)
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	check(t, w.WriteField("redacted", "sha256:"+strings.Repeat("0", 63)))
	check(t, w.Close())
	if status, _, body := d.ask(t, "POST", "/v1/evidence", &form, "Authorization", d.keys["charity"], "Content-Type", w.FormDataContentType()); status != http.StatusUnprocessableEntity {
		t.Errorf("got %d %s", status, body)
	}
	if after := d.written(t); after != before {
		t.Errorf("something was written: %s, before %s", after, before)
	}
	for range 2 {
		status, _, body := d.form(t, d.keys["charity"], nil, "a.txt", "the same")
		if status != http.StatusCreated {
			t.Errorf("got %d %s", status, body)
		}
	}
	if after := d.written(t); !strings.HasSuffix(after, "1 files") && !strings.HasSuffix(after, "2 files") {
		t.Errorf("kept: %s", after) // a bucket keeps attributes beside a file
	}
}

// TestMalformedForms: a form that is none, or stops, is the sender's mistake.
func TestMalformedForms(t *testing.T) {
	d := sqliteDesk(t)
	const form = "multipart/form-data; boundary=b"
	refuseAll(t, d, []refusal{
		{name: "cut in a header", path: "/v1/evidence", media: form, body: "--b\r\nContent-Dispo", want: "400 body-unreadable"},
		{name: "a header that is none", path: "/v1/evidence", media: form, body: "--b\r\nno header\r\n\r\ntext\r\n--b--\r\n", want: "400 body-unreadable"},
		{name: "something between parts", path: "/v1/evidence", media: form, body: "--b\nnoise\r\n--x\r\n\r\n--b--", want: "400 body-unreadable"},
	})
}
