package record_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"mingzhang/ledger/record"
)

// schema compiles record.schema.json or one of its definitions; compiling checks
// it against the metaschema.
func schema(t testing.TB, fragment string) *jsonschema.Schema {
	t.Helper()
	file, err := os.Open("record.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	doc, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("record.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("record.schema.json" + fragment)
	if err != nil {
		t.Fatal(err)
	}
	if s.DraftVersion != 2020 {
		t.Fatalf("the schema is of draft %d, want 2020-12", s.DraftVersion)
	}
	return s
}

// validate holds JSON against a schema.
func validate(s *jsonschema.Schema, data []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		panic(err) // the rows below are JSON, however wrong
	}
	return s.Validate(value)
}

func TestSchemaAcceptsGoldens(t *testing.T) {
	s := schema(t, "")
	for _, g := range goldens() {
		if err := validate(s, mustFormat(t, g.record())); err != nil {
			t.Errorf("%s: %v", g.name, err)
		}
	}
}

// TestSchemaRefuses breaks goldens in what a schema can express: schema and Parse
// both refuse. Each row replaces old by new once; keys stay in order.
func TestSchemaRefuses(t *testing.T) {
	const digest = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="
	envelope := `{"from":50000,"pool":"5/1/general/CNY","upto":52000}`
	s := schema(t, "")
	for _, c := range []struct{ name, golden, old, new string }{
		// The envelope.
		{"author_sig", "status", `{"by"`, `{"author_sig":"c2ln","by"`},
		{"no author", "status", `"by":{"key":"k7","org":1},`, ``},
		{"author without key", "status", `{"key":"k7","org":1}`, `{"org":1}`},
		{"author without org", "status", `{"key":"k7","org":1}`, `{"key":"k7"}`},
		{"author with more", "status", `"org":1}`, `"org":1,"role":"x"}`},
		{"author's key in capitals", "status", `"k7"`, `"K7"`},
		{"author is null", "status", `{"key":"k7","org":1}`, `null`},
		{"no index", "status", `"index":12,`, ``},
		{"negative index", "status", `"index":12`, `"index":-12`},
		{"fractional index", "status", `"index":12`, `"index":12.5`},
		{"index of 2^53", "status", `"index":12`, `"index":9007199254740992`},
		{"index as text", "status", `"index":12`, `"index":"12"`},
		{"index null", "status", `"index":12`, `"index":null`},
		{"commitment too short", "flow-donation", `"` + digest + `"`, `"AAE="`},
		{"commitment of zeros", "flow-donation", digest, strings.Repeat("A", 43) + "="},
		{"commitment with loose bits", "flow-donation", digest, strings.Repeat("A", 42) + "B="},
		{"commitment unpadded", "flow-donation", digest, strings.TrimSuffix(digest, "=")},
		{"commitment in URL alphabet", "flow-donation", `"/wAA`, `"_wAA`},
		{"no time", "status", `"recorded":"2026-11-20T08:30:00Z",`, ``},
		{"time with a fraction", "status", `:00Z`, `:00.000Z`},
		{"time with an offset", "status", `:00Z`, `:00+00:00`},
		{"time in the 13th month", "status", `2026-11`, `2026-13`},
		{"hour of one digit", "status", `T08:`, `T8:`},
		{"time of 1999", "status", `2026-11-20T`, `1999-11-20T`},
		{"no type", "status", `"type":"status",`, ``},
		{"unknown type", "status", `"type":"status"`, `"type":"vote"`},
		{"the type of another body", "status", `"type":"status"`, `"type":"freeze"`},
		{"no version", "status", `"v":1,`, ``},
		{"version 2", "status", `"v":1`, `"v":2`},
		{"no body", "status", `,"what":{"project":5,"status":"fundraising"}`, ``},
		{"a list for a body", "status", `{"project":5,"status":"fundraising"}`, `[]`},
		{"a key after the body", "status", `ing"}}`, `ing"},"x":1}`},
		// The bodies.
		{"scheme unknown", "organization", `"uscc"`, `"duns"`},
		{"code with a letter I", "organization", charityCode, "5144010000000000I" + "B"},
		{"code abroad with a space", "organization-abroad", `00-0000001`, `00 0000001`},
		{"public_fundraising false", "organization", `"public_fundraising":true`, `"public_fundraising":false`},
		{"public_fundraising of a partner", "organization", `"charity"`, `"partner"`},
		{"name empty", "organization", `"南粤示例慈善会"`, `""`},
		{"name with a space before it", "organization", `"南粤`, `" 南粤`},
		{"name of 201 characters", "organization", `南粤示例慈善会`, strings.Repeat("善", 201)},
		{"name with a right-to-left override", "organization", `南粤`, "南\u202e粤"},
		{"name with a line separator", "organization", `南粤`, "南\u2028粤"},
		{"name with a byte order mark", "organization", `南粤`, "南\ufeff粤"},
		{"name with an escaped tab", "organization", `南粤`, `南\t粤`},
		{"use of a key", "key", `"author"`, `"server"`},
		{"key with an empty replaces", "key", `"replaces":"k7"`, `"replaces":""`},
		{"class against id", "asset", `"class":"goods"`, `"class":"hours"`},
		{"asset id in capitals", "asset", `goods/kn95-mask`, `goods/KN95`},
		{"scale of 7", "asset", `"scale":0`, `"scale":7`},
		{"unit of 21 characters", "asset", `"只"`, `"` + strings.Repeat("只", 21) + `"`},
		{"campaign without filing", "project", `"filing_number":"` + charityCode + `P26001",`, ``},
		{"filing in small letters", "project", `P26001`, `p26001`},
		{"place of five digits", "project", `"440100"`, `"44010"`},
		{"cause with a capital", "project", `"education"`, `"Education"`},
		{"ends without starts", "plan", `,"starts":"2026-01-01"`, ``},
		{"budget without target", "plan", `,"target":{"amount":100000000,"asset":"CNY"}`, ``},
		{"empty budget", "plan-open", `{"project"`, `{"budget":[],"project"`},
		{"partners as text", "plan", `[2,3]`, `["2"]`},
		{"beneficiaries zero", "plan-open", `{"project"`, `{"beneficiaries":0,"project"`},
		{"budget category", "plan", `5101.direct_aid`, `5101.direct`},
		{"day 31 of April", "plan", `2026-01-01`, `2026-04-31`},
		{"project 0", "status", `"project":5`, `"project":0`},
		{"status unknown", "status", `"fundraising"`, `"paused"`},
		{"designation class", "designation", `"restricted"`, `"bound"`},
		{"designation id", "designation", `"winter-coats"`, `"winter--coats"`},
		{"recipient missing", "delivery", `,"recipient":{"kind":"group"}`, ``},
		{"hash in capitals", "delivery", `:dddd`, `:DDDD`},
		{"media without a slash", "evidence", `application/pdf`, `pdf`},
		{"size zero", "evidence", `"size":48213`, `"size":0`},
		{"disclosure without period", "disclosure", `"period":"2026-07-01/2026-09-30",`, ``},
		{"period of three days", "disclosure", `/2026-09-30`, `/2026-09-30/2026-10-01`},
		{"field of a correction", "correction", `what.name`, `What`},
		{"freeze without order", "freeze", `"order":"穗民函〔2026〕12号",`, ``},
		{"exception without leaf", "exception", `"leaf":"AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",`, ``},
		{"erasure of another seal", "erasure", `"private"`, `"secret"`},
		// Flows.
		{"flow kind", "flow-donation", `"donation"`, `"gift"`},
		{"amount zero", "flow-donation", `"amount":2000`, `"amount":0`},
		{"amount fractional", "flow-donation", `"amount":2000`, `"amount":2000.5`},
		{"no amount", "flow-donation", `"amount":2000,`, ``},
		{"out on an income", "flow-donation", `,"party"`, `,"out":` + envelope + `,"party"`},
		{"of on an income", "flow-donation", `,"party"`, `,"of":3,"party"`},
		{"into on an income", "flow-donation", `,"kind":"donation"`, `,"into":7,"kind":"donation"`},
		{"back on an income", "flow-donation", `,"channel"`, `,"back":{"from":0,"upto":2000},"channel"`},
		{"basis on an income", "flow-donation", `,"channel"`, `,"basis":3,"channel"`},
		{"category on an income", "flow-grant", `,"channel":"bank"`, `,"category":"5301"`},
		{"consent on an income", "flow-donation", `,"in":`, `,"consent":{"key":"k2","org":2},"in":`},
		{"value on money", "flow-donation", `"person"}}`, `"person"},"value":{"amount":1,"basis":"fair"}}`},
		{"value's basis", "flow-goods", `"document"`, `"guess"`},
		{"no giver", "flow-donation", `,"party":{"kind":"person"}`, ``},
		{"income without in", "flow-grant", `"in":{"from":52000,"pool":"5/1/general/CNY","upto":352000},`, ``},
		{"late false", "flow-donation-late", `"late":true`, `"late":false`},
		{"a person named", "flow-donation", `{"kind":"person"}`, `{"kind":"person","name":"某人"}`},
		{"an organization unnamed", "flow-donation", `{"kind":"person"}`, `{"kind":"organization"}`},
		{"party kind", "flow-donation", `{"kind":"person"}`, `{"kind":"robot"}`},
		{"a party to an opening", "flow-opening", `"occurred":"2025-12-31"`, `"occurred":"2025-12-31","party":{"kind":"person"}`},
		{"pool of project 0", "flow-donation", `"5/1/`, `"0/1/`},
		{"pool with a leading zero", "flow-donation", `"5/1/`, `"05/1/`},
		{"pool without designation", "flow-donation", `"5/1/general/CNY"`, `"5/1/CNY"`},
		{"channel with a space", "flow-donation", `"wechat"`, `"we chat"`},
		{"expenditure without category", "flow-expenditure", `"category":"5101.direct_aid",`, ``},
		{"expenditure without payee", "flow-expenditure", `,"party":{"kind":"public"}`, ``},
		{"loss with a payee", "flow-loss", `"upto":20}}`, `"upto":20},"party":{"kind":"public"}}`},
		{"expenditure with a channel", "flow-loss", `5501.loss",`, `5501.loss","channel":"bank",`},
		{"late expenditure", "flow-loss", `"kind":"expenditure",`, `"kind":"expenditure","late":true,`},
		{"takes without of", "flow-loss", `{"from":0,"pool":"5/1/general/goods/kn95-mask","upto":20}`, `{"pool":"5/1/general/goods/kn95-mask","takes":[{"from":0,"upto":20}]}`},
		{"evidence twice", "flow-expenditure", contentHash("b"), contentHash("a")},
		{"empty evidence", "flow-return", `["` + contentHash("c") + `"]`, `[]`},
		{"transfer to nowhere", "flow-transfer", `"in":{"from":0,"pool":"6/2/general/CNY","upto":700},`, ``},
		{"envelope where a record is named", "flow-transfer-named", `{"pool":"5/1/general/CNY","takes":[{"from":50000,"upto":52000}]}`, envelope},
		{"conversion without into", "flow-conversion", `"into":10000,`, ``},
		{"conversion into zero", "flow-conversion", `"into":10000`, `"into":0`},
		{"refund of nothing", "flow-refund", `"of":3,`, ``},
		{"refund without takes", "flow-refund", `[{"from":50100,"upto":50600},{"from":60000,"path":[7,8,10],"upto":61000}]`, `[]`},
		{"refund with a party", "flow-refund", `61000}]}}`, `61000}]},"party":{"kind":"person"}}`},
		{"empty path", "flow-refund", `[7,8,10]`, `[]`},
		{"return without back", "flow-return", `"back":{"from":1000,"upto":1200},`, ``},
		{"return without of", "flow-return", `,"of":10`, ``},
		{"reversal of nothing", "flow-reversal-payment", `,"of":10`, ``},
		{"reversal without pools", "flow-reversal-payment", `"in":{"from":352200,"pool":"5/1/general/CNY","upto":353400},`, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := []byte(broken(t, c.golden, c.old, c.new))
			if err := validate(s, data); err == nil {
				t.Errorf("the schema accepts %s", data)
			}
			_, err := record.Parse(data)
			refused(t, err, "")
		})
	}
}

// broken replaces old by new once in the bytes of a golden.
func broken(t testing.TB, name, old, new string) string {
	t.Helper()
	for _, g := range goldens() {
		if g.name != name {
			continue
		}
		data := string(mustFormat(t, g.record()))
		if !strings.Contains(data, old) {
			t.Fatalf("%s has no %s", name, old)
		}
		return strings.Replace(data, old, new, 1)
	}
	t.Fatalf("no golden %s", name)
	return ""
}

func TestSchemaOfOpenings(t *testing.T) {
	s := schema(t, "#/$defs/opening")
	for n := 16; n <= 64; n++ {
		for _, o := range openings(n) {
			_, data, err := record.SealUp(o)
			if err != nil {
				t.Fatal(err)
			}
			if err := validate(s, data); err != nil {
				t.Errorf("%s: %v", data, err)
			}
		}
	}
	salt := `"salt":"AAAAAAAAAAAAAAAAAAAAAA=="`
	for _, c := range []struct{ name, opening string }{
		{"no salt", `{"seal":"public","texts":{}}`},
		{"a short salt", `{"salt":"AAAA","seal":"public","texts":{}}`},
		{"a long salt", `{"salt":"` + strings.Repeat("A", 86) + `E=","seal":"public","texts":{}}`},
		{"a salt with loose bits", `{"salt":"AAAAAAAAAAAAAAAAAAAAAB==","seal":"public","texts":{}}`},
		{"a salt of two lines", `{"salt":"AAAAAAAAAAAA\nAAAAAAAAAA==","seal":"public","texts":{}}`},
		{"no seal", `{` + salt + `,"texts":{}}`},
		{"another seal", `{` + salt + `,"seal":"secret","texts":{}}`},
		{"no texts", `{` + salt + `,"seal":"public"}`},
		{"an empty text", `{` + salt + `,"seal":"public","texts":{"note":""}}`},
		{"a text that is no text", `{` + salt + `,"seal":"public","texts":{"note":1}}`},
		{"a private text in public", `{` + salt + `,"seal":"public","texts":{"account":"x"}}`},
		{"a public text in private", `{` + salt + `,"seal":"private","texts":{"display":"x"}}`},
		{"a text that is too long", `{` + salt + `,"seal":"public","texts":{"display":"` + strings.Repeat("李", 101) + `"}}`},
		{"a tab", `{` + salt + `,"seal":"public","texts":{"note":"a\tb"}}`},
		{"more", `{` + salt + `,"seal":"public","texts":{},"v":1}`},
	} {
		if err := validate(s, []byte(c.opening)); err == nil {
			t.Errorf("%s: the schema accepts %s", c.name, c.opening)
		}
		_, err := open(c.opening)
		refused(t, err, "")
	}
}
