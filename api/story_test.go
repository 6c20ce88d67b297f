package api_test

// step is a request of the story that the contract is held against, and what it is
// answered with. In path and body, {name} is what an earlier answer had: {gift} its id,
// {gift.code} the receipt's code, {gift.leaf} the leaf hash, {charity.key} an
// API key.
type step struct {
	name   string // of the example; the record that it makes is kept under it
	as     string // whose key it is sent with: "" for none
	method string
	path   string
	body   string // JSON; with a form, the file
	status int
	form   map[string]string
	accept string
	shaky  bool // the body is another each time
}

// story goes through every route of the interface, each with its success, and the
// refusals that a caller meets first. The platform itself is record 0.
var story = []step{
	{name: "charity", as: "operator", method: "POST", path: "/v1/organizations", status: 201,
		body: `{"uscc":"{uscc2}","name":"甲慈善会","kind":"charity","public_fundraising":true}`},
	{name: "partner", as: "operator", method: "POST", path: "/v1/organizations", status: 201, body: `{"uscc":"{uscc3}","name":"丙服务中心","kind":"partner"}`},
	{name: "regulator", as: "operator", method: "POST", path: "/v1/organizations", status: 201, body: `{"uscc":"{uscc4}","name":"某民政局","kind":"regulator"}`},
	{name: "auditor", as: "operator", method: "POST", path: "/v1/organizations", status: 201, body: `{"uscc":"{uscc5}","name":"某会计师事务所","kind":"auditor"}`},
	{name: "abroad", as: "operator", method: "POST", path: "/v1/organizations", status: 201, body: `{"scheme":"GB-CHC","code":"1234567","name":"A Foundation","kind":"partner"}`},
	{name: "key-charity", as: "operator", method: "POST", path: "/v1/keys", status: 201, body: `{"role":"charity","organization":{charity},"label":"财务系统"}`},
	{name: "key-regulator", as: "operator", method: "POST", path: "/v1/keys", status: 201, body: `{"role":"regulator","organization":{regulator}}`},
	{name: "key-auditor", as: "operator", method: "POST", path: "/v1/keys", status: 201, body: `{"role":"auditor","organization":{auditor},"expires":"2027-01-01T00:00:00Z"}`},
	{name: "key-spare", as: "operator", method: "POST", path: "/v1/keys", status: 201, body: `{"role":"partner","organization":{partner}}`},
	{name: "key-revoked", as: "operator", method: "DELETE", path: "/v1/keys/{key-spare}", status: 204},
	{name: "keys", as: "operator", method: "GET", path: "/v1/keys", status: 200, shaky: true},
	{name: "asset", as: "operator", method: "POST", path: "/v1/assets", status: 201, body: `{"id":"goods/desk","class":"goods","name":"课桌","unit":"张"}`},
	{name: "project", as: "operator", method: "POST", path: "/v1/projects", status: 201, body: `{"organization":"{uscc2}","name":"乡村小学课桌","filing_number":"{uscc2}A26001","kind":"campaign","cause":"education","place":"440100",` +
		`"target":{"asset":"CNY","amount":10000000},"starts":"2026-09-01","ends":"2027-08-31","budget":[{"category":"5101.purchase","amount":9000000},{"category":"5301","amount":500000}],"beneficiaries":300,` +
		`"plan":{"purpose":"为乡村小学购置课桌","selection":"由县教育局提名，公示七日"},"designations":[{"id":"roof","name":"屋顶维修","class":"restricted"}]}`},
	{name: "plan", as: "key-charity", method: "POST", path: "/v1/projects/{project}/plan", status: 201,
		body: `{"target":{"asset":"CNY","amount":12000000},"starts":"2026-09-01","ends":"2027-08-31","reason":"新增两所学校"}`},
	{name: "evidence", as: "key-charity", method: "POST", path: "/v1/evidence", status: 201, form: map[string]string{}, body: "original of an invoice"},
	{name: "evidence-redacted", as: "key-charity", method: "POST", path: "/v1/evidence", status: 201, form: map[string]string{"public": "true", "redacted": "{hash-original}"}, body: "the invoice, in part"},
	{name: "donation", as: "key-charity", method: "POST", path: "/v1/donations", status: 201, body: `{"project":{project},"asset":"CNY","amount":200000,"occurred":"2026-11-20","channel":"wechat",` +
		`"serial":"4200000000202611201234567890","donor":{"name":"李真名","display":"李*"},"note":"加油，孩子们"}`},
	{name: "donation-replayed", as: "key-charity", method: "POST", path: "/v1/donations", status: 201, body: `{"project":{project},"asset":"CNY","amount":200000,"occurred":"2026-11-20","channel":"wechat",` +
		`"serial":"4200000000202611201234567890","donor":{"name":"李真名","display":"李*"},"note":"加油，孩子们"}`},
	{name: "donation-company", as: "key-charity", method: "POST", path: "/v1/donations", status: 201, body: `{"project":{project},"designation":"roof","asset":"CNY","amount":500000,"occurred":"2026-11-19","channel":"bank",` +
		`"donor":{"kind":"organization","name":"某某公司","uscc":"{uscc9}"}}`},
	{name: "income", as: "key-charity", method: "POST", path: "/v1/incomes", status: 201, body: `{"project":{project},"kind":"grant","asset":"CNY","amount":300000,"occurred":"2026-11-18","payer":{"kind":"organization","name":"某区财政局"}}`},
	{name: "expenditure", as: "key-charity", method: "POST", path: "/v1/expenditures", status: 201, body: `{"project":{project},"asset":"CNY","amount":40000,"occurred":"2026-11-20","category":"5101.direct_aid",` +
		`"payee":{"kind":"organization","name":"某学校"},"purpose":"助学金","evidence":["{hash-original}","{hash-redacted}"]}`},
	{name: "return", as: "key-charity", method: "POST", path: "/v1/returns", status: 201, body: `{"of":{expenditure},"amount":5000,"occurred":"2026-11-20","reason":"多付"}`},
	{name: "refund", as: "key-charity", method: "POST", path: "/v1/refunds", status: 201, body: `{"of":{donation},"amount":10000,"occurred":"2026-11-20","reason":"重复捐赠"}`},
	{name: "transfer", as: "key-charity", method: "POST", path: "/v1/transfers", status: 201, body: `{"from":{"project":{project}},"to":{"project":{project},"holder":{partner}},"asset":"CNY","amount":100000,"occurred":"2026-11-20","purpose":"执行费用"}`},
	{name: "conversion", as: "key-charity", method: "POST", path: "/v1/conversions", status: 201, body: `{"pool":{"project":{project}},"from":{"asset":"CNY","amount":60000},"to":{"asset":"goods/desk","amount":4},"occurred":"2026-11-20","basis":"单价 150.00 元","payee":{"kind":"organization","name":"某家具厂"}}`},
	{name: "goods", as: "key-charity", method: "POST", path: "/v1/expenditures", status: 201, body: `{"project":{project},"asset":"goods/desk","amount":3,"occurred":"2026-11-20","category":"5101.direct_aid","payee":{"kind":"organization","name":"某学校"},"purpose":"课桌"}`},
	{name: "delivery", as: "key-charity", method: "POST", path: "/v1/deliveries", status: 201, body: `{"of":{goods},"amount":3,"occurred":"2026-11-20","recipient":{"kind":"organization","name":"某学校"}}`},
	{name: "mistake", as: "key-charity", method: "POST", path: "/v1/donations", status: 201, body: `{"project":{project},"asset":"CNY","amount":700,"occurred":"2026-11-20","donor":{"display":"赵*"},"note":"请撤回"}`},
	{name: "reversal", as: "key-charity", method: "POST", path: "/v1/reversals", status: 201, body: `{"of":{mistake},"reason":"误录"}`},
	{name: "erasure", as: "operator", method: "POST", path: "/v1/erasures", status: 201, body: `{"of":{mistake},"seal":"public","basis":"pipl-47"}`},
	{name: "batch", as: "key-charity", method: "POST", path: "/v1/batches?atomic=false", status: 200, body: `{"type":"donation","project":{project},"asset":"CNY","amount":100,"occurred":"2026-11-20","donor":{"kind":"anonymous"}}` + "\n" +
		`{"type":"expenditure","project":{project},"asset":"CNY","amount":999999999,"occurred":"2026-11-20","category":"5101.direct_aid","payee":{"kind":"public"}}` + "\n"},
	{name: "disclosure", as: "key-charity", method: "POST", path: "/v1/disclosures", status: 201, body: `{"project":{project},"period":"2026-09-01/2026-11-19","kind":"progress","title":"首批课桌到位","text":"三张课桌已送达。","at":{delivery}}`},
	{name: "correction", as: "key-charity", method: "POST", path: "/v1/corrections", status: 201, body: `{"of":{expenditure},"field":"payee.name","old":"某学校","new":"某小学","reason":"误写"}`},
	{name: "freeze", as: "key-regulator", method: "POST", path: "/v1/freezes", status: 201, body: `{"project":{project},"order":"穗民函〔2026〕12号","reason":"核查"}`},
	{name: "release", as: "key-regulator", method: "POST", path: "/v1/freezes", status: 201, body: `{"project":{project},"order":"穗民函〔2026〕13号","reason":"核查完毕","release":true}`},
	{name: "status", as: "key-charity", method: "POST", path: "/v1/projects/{project}/status", status: 201, body: `{"status":"closed","reason":"募捐目标已达到"}`},
	{name: "log-key", as: "key-regulator", method: "POST", path: "/v1/log-keys", status: 201, body: `{"id":"w1","org":{regulator},"use":"witness","verifier":"example.org/witness+92570752+AbriMpNTosiEA4XFzVbg+3qFXNDqw4Jlc0K9dxm8AIfJ"}`},
	{name: "exception", as: "key-regulator", method: "POST", path: "/v1/exceptions", status: 201, body: `{"of":{donation},"leaf":"{donation.leaf}","reason":"演示"}`},

	{name: "overspend", as: "key-charity", method: "POST", path: "/v1/expenditures", status: 409, body: `{"project":{project},"asset":"CNY","amount":99999900,"occurred":"2026-11-20","category":"5101.direct_aid","payee":{"kind":"organization","name":"某学校"},"purpose":"课桌"}`},
	{name: "no-key", method: "POST", path: "/v1/reversals", status: 401, body: `{"of":{donation},"reason":"误录"}`},
	{name: "wrong-role", as: "key-auditor", method: "POST", path: "/v1/reversals", status: 403, body: `{"of":{donation},"reason":"误录"}`},
	{name: "negative", as: "key-charity", method: "POST", path: "/v1/donations", status: 422, body: `{"project":{project},"asset":"CNY","amount":-1,"occurred":"2026-11-20","donor":{"kind":"anonymous"}}`},
	{name: "no-such-flow", method: "GET", path: "/v1/flows/999999", status: 404},
	{name: "no-such-parameter", method: "GET", path: "/v1/flows?colour=red", status: 400},

	{name: "organizations", method: "GET", path: "/v1/organizations?fundraising=true", status: 200},
	{name: "organization", method: "GET", path: "/v1/organizations/{partner}", status: 200},
	{name: "organization-statement", method: "GET", path: "/v1/organizations/{charity}/statement", status: 200},
	{name: "assets", method: "GET", path: "/v1/assets", status: 200},
	{name: "projects", method: "GET", path: "/v1/projects?cause=education&facets=true", status: 200},
	{name: "project-read", method: "GET", path: "/v1/projects/{project}", status: 200},
	{name: "statement", method: "GET", path: "/v1/projects/{project}/statement?from=2026-11-01&to=2026-11-30", status: 200},
	{name: "pools", method: "GET", path: "/v1/projects/{project}/pools", status: 200},
	{name: "parties", method: "GET", path: "/v1/projects/{project}/parties", status: 200},
	{name: "project-records", method: "GET", path: "/v1/projects/{project}/records?type=disclosure,correction", status: 200},
	{name: "flows", method: "GET", path: "/v1/flows?project={project}&kind=donation&limit=2", status: 200},
	{name: "flow", method: "GET", path: "/v1/flows/{donation}", status: 200},
	{name: "trace", method: "GET", path: "/v1/flows/{donation}/trace", status: 200},
	{name: "sources", method: "GET", path: "/v1/flows/{expenditure}/sources", status: 200},
	{name: "proof", method: "GET", path: "/v1/flows/{donation}/proof", status: 200},
	{name: "public-receipt", method: "GET", path: "/v1/flows/{donation}/receipt", status: 200},
	{name: "receipt-found", method: "POST", path: "/v1/receipts/find", status: 200, body: `{"channel":"wechat","serial":"4200000000202611201234567890","amount":200000}`},
	{name: "receipt-missed", method: "POST", path: "/v1/receipts/find", status: 404, body: `{"channel":"wechat","serial":"4200000000202611201234567890","amount":200001}`},
	{name: "receipt", method: "GET", path: "/v1/receipts/{donation.code}", status: 200},
	{name: "receipt-text", method: "GET", path: "/v1/receipts/{donation.code}", status: 200, accept: "text/plain"},
	{name: "records", method: "GET", path: "/v1/records?type=flow,delivery&project={project}&limit=2", status: 200},
	{name: "record", method: "GET", path: "/v1/records/{correction}", status: 200},
	{name: "record-proof", method: "GET", path: "/v1/records/{correction}/proof", status: 200},
	{name: "private", as: "key-auditor", method: "GET", path: "/v1/records/{donation}/private?basis=2026年度审计", status: 200},
	{name: "openings", as: "key-regulator", method: "GET", path: "/v1/openings", status: 200},
	{name: "evidence-read", method: "GET", path: "/v1/evidence/{hash-redacted}", status: 200},
	{name: "evidence-original", as: "key-regulator", method: "GET", path: "/v1/evidence/{hash-original}/original", status: 200},
	{name: "statistics", method: "GET", path: "/v1/statistics", status: 200},
	{name: "statistics-project", method: "GET", path: "/v1/statistics?by=year&project={project}", status: 200},
	{name: "search", method: "GET", path: "/v1/search?q={uscc2}", status: 200},
	{name: "exports", method: "GET", path: "/v1/exports?list=assets", status: 200},
	{name: "export", method: "GET", path: "/v1/exports/flows.csv?kind=expenditure&headings=machine", status: 200},
	{name: "export-json", method: "GET", path: "/v1/exports/statement.json?project={project}", status: 200},
	{name: "export-records", method: "GET", path: "/v1/exports/records.json?type=correction", status: 200},
	{name: "log", method: "GET", path: "/v1/log", status: 200},
	{name: "checkpoint", method: "GET", path: "/checkpoint", status: 200},
	{name: "log-pub", method: "GET", path: "/log.pub", status: 200},
	{name: "tile", method: "GET", path: "/tile/entries/000.p/8", status: 200, shaky: true},
	{name: "health", method: "GET", path: "/healthz", status: 200},
	{name: "ready", method: "GET", path: "/readyz", status: 200},
	{name: "metrics", method: "GET", path: "/metrics", status: 200, shaky: true},
}
