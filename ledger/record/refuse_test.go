package record_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

var beijing = time.FixedZone("UTC+8", 8*60*60)

// refused makes sure that err is a refusal with the code given, if any, and that
// its sentences are whole in both languages.
func refused(t testing.TB, err error, code string) *ledger.Error {
	t.Helper()
	var e *ledger.Error
	if !errors.As(err, &e) {
		t.Fatalf("got error %v, want a refusal %s", err, code)
	}
	if code != "" && e.Code != code {
		t.Errorf("refused as %s (%s), want %s", e.Code, e.En, code)
	}
	if e.Kind == 0 || e.Code == "" || e.Zh == "" || e.En == "" || strings.Contains(e.Zh+e.En, "%!") {
		t.Errorf("the refusal %+v is not whole", *e)
	}
	if e.Zh == e.En {
		t.Errorf("both sentences of %s are %q", e.Code, e.En)
	}
	return e
}

// refusedFor is refused for input that a fuzzer made up, which a sentence may quote:
// where it holds a per cent sign, that is no sign of a fault.
func refusedFor(t testing.TB, err error, input, code string) {
	t.Helper()
	if !strings.Contains(input, "%") {
		refused(t, err, code)
	} else if !errors.As(err, new(*ledger.Error)) {
		t.Fatalf("got error %v, want a refusal", err)
	}
}

func TestParseRefuses(t *testing.T) {
	const name = "南粤示例慈善会" // of the golden "organization"
	sentences := map[string]string{}
	for _, c := range []struct{ name, golden, old, new, code string }{
		{"2^53", "status", `"index":12`, `"index":9007199254740992`, "number-range"},
		{"an integer that a double rounds", "status", `"index":12`, `"index":9007199254740993`, "number-range"},
		{"an integer beyond 64 bits", "status", `"index":12`, `"index":99999999999999999999`, "number-range"},
		{"exponent", "status", `"index":12`, `"index":1e3`, "number-form"},
		{"fraction", "status", `"index":12`, `"index":1.0`, "number-form"},
		{"negative", "status", `"index":12`, `"index":-1`, "number-form"},
		{"minus zero", "status", `"index":12`, `"index":-0`, "number-form"},
		{"plus", "status", `"index":12`, `"index":+1`, "number-form"},
		{"leading zero", "status", `"index":12`, `"index":012`, "number-form"},
		{"two zeros", "status", `"index":12`, `"index":00`, "number-form"},
		{"hexadecimal", "status", `"index":12`, `"index":0x0c`, "number-form"},
		{"number as text", "status", `"index":12`, `"index":"12"`, "number-form"},
		{"no number", "status", `"index":12`, `"index":`, "number-form"},
		{"null for a number", "status", `"index":12`, `"index":null`, "number-form"},
		{"null for an object", "status", `{"key":"k7","org":1}`, `null`, "json-form"},
		{"null for a text", "status", `"k7"`, `null`, "json-form"},
		{"null for the body", "status", `{"project":5,"status":"fundraising"}`, `null`, "json-form"},
		{"null for an optional number", "plan", `"replaces":6`, `"replaces":null`, "number-form"},
		{"null for an optional text", "key", `"k7","use"`, `null,"use"`, "json-form"},
		{"null for a list", "plan", `[2,3]`, `null`, "json-form"},
		{"null for a truth", "freeze-release", `"release":true`, `"release":null`, "flag-form"},
		{"zero for an optional number", "plan", `"replaces":6`, `"replaces":0`, "zero-written"},
		{"false", "freeze-release", `"release":true`, `"release":false`, "flag-form"},
		{"1 for true", "freeze-release", `"release":true`, `"release":1`, "flag-form"},
		{"empty optional text", "key", `"replaces":"k7"`, `"replaces":""`, "text-empty"},
		{"empty needed text", "organization", `"` + name + `"`, `""`, "text-empty"},
		{"empty list of numbers", "plan", `[2,3]`, `[]`, "number-form"},
		{"empty list of texts", "flow-return", `["` + contentHash("c") + `"]`, `[]`, "json-form"},
		{"comma at the end of a list", "plan", `[2,3]`, `[2,3,]`, "number-form"},
		{"list without end", "plan", `[2,3]`, `[2,3`, "number-form"},
		{"comma after the last member", "status", `"org":1}`, `"org":1,}`, "json-form"},
		{"comma before the first member", "status", `{"by"`, `{,"by"`, "json-form"},
		{"no comma", "status", `},"index"`, `}"index"`, "json-form"},
		{"no colon", "status", `"by":`, `"by"`, "json-form"},
		{"key without quotes", "status", `"index":`, `index:`, "json-form"},
		{"single quotes", "status", `"k7"`, `'k7'`, "json-form"},

		{"key twice", "status", `"index":12`, `"index":12,"index":12`, "key-twice"},
		{"key twice in the body", "status", `"project":5`, `"project":5,"project":6`, "key-twice"},
		{"optional keys out of order", "flow-grant", `"in":{"from":52000,"pool":"5/1/general/CNY","upto":352000},"kind":"grant"`, `"kind":"grant","in":{"from":52000,"pool":"5/1/general/CNY","upto":352000}`, "key-order"},
		{"key after its place", "status", `"v":1,"what":{"project":5,"status":"fundraising"}`, `"what":{"project":5,"status":"fundraising"},"v":1`, "key-missing"},
		{"author_sig", "status", `{"by"`, `{"author_sig":"AAAA","by"`, "key-unknown"},
		{"author_sig null", "status", `{"by"`, `{"author_sig":null,"by"`, "key-unknown"},
		{"unknown key between", "status", `"index":12`, `"hash":"","index":12`, "key-unknown"},
		{"unknown key in the body", "status", `{"project":5`, `{"note":"x","project":5`, "key-unknown"},
		{"unknown key at the end", "status", `ing"}}`, `ing"},"x":1}`, "key-unknown"},
		{"key of another type", "status", `"fundraising"}`, `"fundraising","use":"log"}`, "key-unknown"},
		{"key in capitals", "status", `"by"`, `"BY"`, "key-unknown"},
		{"key with an escape", "status", `"by"`, `"\u0062y"`, "key-unknown"},
		{"missing key", "status", `"index":12,`, ``, "key-missing"},
		{"missing key in the body", "status", `"project":5,`, ``, "key-missing"},
		{"empty body", "status", `{"project":5,"status":"fundraising"}`, `{}`, "key-missing"},

		{"space first", "status", `{"by"`, ` {"by"`, "json-form"},
		{"space after the brace", "status", `{"by"`, `{ "by"`, "json-space"},
		{"space before the colon", "status", `"by":`, `"by" :`, "json-form"},
		{"space after the colon", "status", `"by":{`, `"by": {`, "json-form"},
		{"space before a number", "status", `:12`, `: 12`, "number-form"},
		{"space after a number", "status", `12,`, `12 ,`, "number-form"},
		{"space before a text", "status", `"key":"`, `"key": "`, "json-form"},
		{"space after a text", "status", `"k7",`, `"k7" ,`, "json-space"},
		{"space before a key", "status", `,"index"`, `, "index"`, "json-space"},
		{"space before the end", "status", `"fundraising"}`, `"fundraising" }`, "json-space"},
		{"space in a list", "plan", `[2,3]`, `[2, 3]`, "number-form"},
		{"tab", "status", `,"index"`, ",\t\"index\"", "json-space"},
		{"line break", "status", `,"index"`, ",\n\"index\"", "json-space"},
		{"carriage return", "status", `,"index"`, ",\r\n\"index\"", "json-space"},
		{"newline at the end", "status", `ing"}}`, "ing\"}}\n", "trailing-bytes"},
		{"a second record", "status", `ing"}}`, `ing"}}{}`, "trailing-bytes"},
		{"a zero byte at the end", "status", `ing"}}`, "ing\"}}\x00", "trailing-bytes"},
		{"a comment", "status", `{"by"`, `{/**/"by"`, "json-form"},

		{"BOM first", "status", `{"by"`, "\ufeff{\"by\"", "text-bom"},
		{"BOM in a text", "organization", name, "南\ufeff粤", "text-bom"},
		{"invalid UTF-8", "organization", name, "南\xff粤", "text-utf8"},
		{"UTF-8 cut short", "organization", name, "南\xe7\xb2", "text-utf8"},
		{"overlong UTF-8", "organization", name, "\xc0\xaf", "text-utf8"},
		{"a surrogate in UTF-8", "organization", name, "\xed\xa0\x80", "text-utf8"},
		{"raw control character", "organization", name, "南\x01粤", "text-control"},
		{"raw line break", "organization", name, "南\n粤", "text-control"},
		{"raw tab", "organization", name, "南\t粤", "text-control"},
		{"zero character", "organization", name, "南\x00粤", "text-control"},
		{"DEL", "organization", name, "南\x7f粤", "text-control"},
		{"C1 control character", "organization", name, "南\u0085粤", "text-control"},
		{"line separator", "organization", name, "南\u2028粤", "text-control"},
		{"paragraph separator", "organization", name, "南\u2029粤", "text-control"},
		{"escaped control character", "organization", name, `南\u0001粤`, "escape-form"},
		{"escaped line break", "organization", name, `南\n粤`, "escape-form"},
		{"escaped tab", "organization", name, `南\t粤`, "escape-form"},
		{"escaped letter", "organization", name, `\u0041`, "escape-form"},
		{"escaped Chinese", "organization", name, `\u5357\u7ca4`, "escape-form"},
		{"escaped quote by number", "organization", name, `\u0022`, "escape-form"},
		{"escaped pair of surrogates", "organization", name, `\ud83d\ude00`, "escape-form"},
		{"escaped lone surrogate", "organization", name, `\ud83d`, "escape-form"},
		{"escaped slash", "organization", name, `a\/b`, "escape-form"},
		{"escaped nonsense", "organization", name, `a\xb`, "escape-form"},
		{"not NFC: e and acute", "organization", name, "cafe\u0301", "text-nfc"},
		{"not NFC: angstrom sign", "organization", name, "\u212b", "text-nfc"},
		{"not NFC: Hangul in parts", "organization", name, "\u1112\u1161\u11ab", "text-nfc"},
		{"not NFC: compatibility ideograph", "organization", name, "\uf900", "text-nfc"},

		{"version 0", "status", `"v":1`, `"v":0`, "version-unknown"},
		{"version 2", "status", `"v":1`, `"v":2`, "version-unknown"},
		{"type unknown", "status", `"type":"status"`, `"type":"vote"`, "type-unknown"},
		{"type in capitals", "status", `"type":"status"`, `"type":"Status"`, "type-unknown"},
		{"the body of another type", "status", `"type":"status"`, `"type":"freeze"`, "key-missing"},

		{"commitment of 31 bytes", "flow-donation", `"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="`, `"` + strings.Repeat("A", 40) + `AA=="`, "digest-form"},
		{"commitment of zeros", "flow-donation", "AAE=", "AAA=", "digest-form"},
		{"commitment with loose bits", "flow-donation", "AAE=", "AAF=", "digest-form"},
		{"commitment without padding", "flow-donation", "AAE=", "AAE", "digest-form"},
		{"commitment in the URL alphabet", "flow-donation", `"/wA`, `"_wA`, "digest-form"},
		{"leaf of zeros", "exception", "AQID", "AAAA", "digest-form"},
		{"time with a fraction", "status", `:00Z`, `:00.5Z`, "time-form"},
		{"time with a fraction of zeros", "status", `:00Z`, `:00.000Z`, "time-form"},
		{"time with a comma", "status", `:00Z`, `:00,000Z`, "time-form"},
		{"hour of one digit", "status", `T08:`, `T8:`, "time-form"},
		{"hour 24", "status", `T08:`, `T24:`, "time-form"},
		{"leap second", "status", `:00Z`, `:60Z`, "time-form"},
		{"time with an offset", "status", `:00Z`, `:00+00:00`, "time-form"},
		{"time in small letters", "status", `T08:30:00Z`, `t08:30:00z`, "time-form"},
		{"30 February", "status", `2026-11-20T`, `2026-02-30T`, "time-form"},
		{"time before 2000", "status", `2026-11-20T`, `1999-12-31T`, "recorded-form"},
		{"pool with a leading zero", "flow-donation", `"5/1/`, `"5/01/`, "pool-unreadable"},
		{"pool with a sign", "flow-donation", `"5/1/`, `"+5/1/`, "pool-unreadable"},
		{"date of one digit", "flow-donation", `"2026-11-20"`, `"2026-11-2"`, "date-unreadable"},
		{"date that is not there", "flow-donation", `"2026-11-20"`, `"2026-11-31"`, "date-unreadable"},
		{"interval of one day", "disclosure", `2026-07-01/2026-09-30`, `2026-07-01/2026-07-01`, "period-backwards"},
		{"interval backwards", "disclosure", `2026-07-01/2026-09-30`, `2026-09-30/2026-07-01`, "period-backwards"},
		{"fewer addresses than units", "flow-donation", `"upto":52000`, `"upto":51999`, "units-contradict"},
		{"envelope smaller than the payment", "flow-expenditure", `"upto":1500`, `"upto":1299`, "units-contradict"},
		{"takes that do not add up", "flow-refund", `"upto":61000`, `"upto":61001`, "units-contradict"},
		{"takes in disorder", "flow-refund", `{"from":50100,"upto":50600}`, `{"from":70100,"upto":70600}`, "units-contradict"},
		{"path in disorder", "flow-refund", `[7,8,10]`, `[7,10,8]`, "units-contradict"},
		{"path that begins at the gift", "flow-refund", `[7,8,10]`, `[3,8,10]`, "units-contradict"},
		{"a return of more places than units", "flow-return", `"upto":1200`, `"upto":1201`, "units-contradict"},
		{"check digit", "organization", charityCode, charityCode[:17] + "C", "uscc-check-digit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := record.Parse([]byte(broken(t, c.golden, c.old, c.new)))
			e := refused(t, err, c.code)
			if owner, ok := sentences[e.En]; ok && owner != e.Code {
				t.Errorf("%s and %s say the same: %s", owner, e.Code, e.En)
			}
			sentences[e.En] = e.Code
		})
	}
}

// TestParseRefusesBidi goes through every bidirectional control of Unicode.
func TestParseRefusesBidi(t *testing.T) {
	controls := []rune{0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069}
	for _, c := range controls {
		_, err := record.Parse([]byte(broken(t, "organization", "南粤", "南"+string(c)+"粤")))
		refused(t, err, "text-bidi")
	}
	for _, c := range []rune{0x061b, 0x061d, 0x2010, 0x2030} {
		if _, err := record.Parse([]byte(broken(t, "organization", "南粤", "南"+string(c)+"粤"))); err != nil {
			t.Errorf("%U: %v, want it accepted: it turns nothing", c, err)
		}
	}
}

// TestParseRefusesInvisible: zero width space, soft hyphen, tag, variation of no
// character, code points that are undefined or never will be a character.
func TestParseRefusesInvisible(t *testing.T) {
	for _, c := range []rune{0x200b, 0x00ad, 0x2060, 0x206a, 0xe0041, 0x0378, 0xfffe, 0x10ffff} {
		_, err := record.Parse([]byte(broken(t, "organization", "南粤", "南"+string(c)+"粤")))
		refused(t, err, "text-invisible")
	}
}

// TestRefersAhead: a record knows only what came before it.
func TestRefersAhead(t *testing.T) {
	for name, what := range map[string]any{
		"a flow of itself":       &ledger.Delivery{Of: 12, Amount: 1, Occurred: ledger.On("2026-11-20"), Recipient: ledger.Party{Kind: ledger.Person}},
		"a later project":        &ledger.StatusChange{Project: 13, Status: ledger.Filed},
		"a partner to come":      &ledger.Plan{Project: 5, Partners: []int64{2, 12}},
		"a disclosure as of now": &ledger.Disclosure{Project: 5, Period: ledger.On("2026-11-20"), Kind: "final", At: 13},
	} {
		r := newRecord(what)
		_, err := record.Format(r)
		t.Run(name, func(t *testing.T) { refused(t, err, "refers-ahead") })
	}
}

// TestParseRefusesOtherThings: what is no object at all, or is far too deep.
func TestParseRefusesOtherThings(t *testing.T) {
	for _, s := range []string{"", "{", "}", "{}", "[]", "null", "true", "0", `""`, `"`, "\x00", strings.Repeat("[", 60000), strings.Repeat(`{"by":`, 10000)} {
		_, err := record.Parse([]byte(s))
		refused(t, err, "")
	}
}

func TestRecordLength(t *testing.T) {
	plan := &ledger.Plan{Project: 5}
	r := newRecord(plan)
	r.Index = ledger.MaxUnits
	empty := len(mustFormat(t, r)) + len(`"partners":[],`)
	for n := record.MaxBytes - empty; n > 0; n -= 6 {
		plan.Partners = append(plan.Partners, 10000)
	}
	plan.Partners = plan.Partners[:len(plan.Partners)-1]
	for data := mustFormat(t, r); len(data) < record.MaxBytes; data = mustFormat(t, r) {
		plan.Partners[record.MaxBytes-len(data)] *= 10
	}
	data := mustFormat(t, r)
	if len(data) != record.MaxBytes {
		t.Fatalf("the longest record has %d bytes, want %d", len(data), record.MaxBytes)
	}
	if _, err := record.Parse(data); err != nil {
		t.Errorf("Parse of %d bytes: %v", len(data), err)
	}
	plan.Partners[0] *= 10
	_, err := record.Format(r)
	refused(t, err, "record-too-long")
	_, err = record.Parse(append(data, ' '))
	refused(t, err, "record-too-long")
}

// TestFormatRefuses: what Format must not write, because Parse would not read it
// or because it gives a person away.
func TestFormatRefuses(t *testing.T) {
	status := &ledger.StatusChange{Project: 5, Status: ledger.Filed}
	freeze := func(order string) func(*record.Record) {
		return func(r *record.Record) { r.What = &ledger.Freeze{Project: 5, Order: order} }
	}
	for _, c := range []struct {
		name  string
		spoil func(*record.Record)
		code  string
	}{
		{"no body", func(r *record.Record) { r.What = nil }, "type-unknown"},
		{"a body of another type", func(r *record.Record) { r.What = "status" }, "type-unknown"},
		{"a body that is no pointer", func(r *record.Record) { r.What = *status }, "type-unknown"},
		{"negative index", func(r *record.Record) { r.Index = -1 }, "number-range"},
		{"index of 2^53", func(r *record.Record) { r.Index = ledger.MaxUnits + 1 }, "number-range"},
		{"no author", func(r *record.Record) { r.By = ledger.Author{} }, "name-unreadable"},
		{"no time", func(r *record.Record) { r.Recorded = r.Recorded.AddDate(-2025, 0, 0) }, "recorded-form"},
		{"a time of the year 10000", func(r *record.Record) { r.Recorded = r.Recorded.AddDate(8000, 0, 0) }, "recorded-form"},
		{"a time with a fraction", func(r *record.Record) { r.Recorded = r.Recorded.Add(1) }, "recorded-form"},
		{"a time elsewhere", func(r *record.Record) { r.Recorded = r.Recorded.In(beijing) }, "recorded-form"},
		{"a body that breaks its rule", func(r *record.Record) { r.What = &ledger.StatusChange{Status: ledger.Filed} }, "field-missing"},
		{"an exception without a leaf", func(r *record.Record) { r.What = &ledger.Exception{Of: 7} }, "digest-missing"},
		{"units that contradict", func(r *record.Record) {
			r.What = &ledger.Flow{Kind: ledger.Grant, Amount: 3, Occurred: ledger.On("2026-11-20"), In: laid("5/1/general/CNY", 0, 2)}
		}, "units-contradict"},
		{"an identity card", freeze("身份证 99000019000101018X 号"), "personal-number"},
		{"a line break", freeze("穗民函\n12号"), "text-control"},
		{"text not in NFC", freeze("cafe\u0301"), "text-nfc"},
		{"no text", freeze(""), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRecord(status)
			c.spoil(r)
			data, err := record.Format(r)
			refused(t, err, c.code)
			if len(data) > 0 {
				t.Errorf("Format gives %s with a refusal", data)
			}
		})
	}
}

// TestTruncated cuts each golden, and each opening, at every byte.
func TestTruncated(t *testing.T) {
	for _, g := range goldens() {
		data := mustFormat(t, g.record())
		for n := range data {
			if _, err := record.Parse(data[:n:n]); err == nil {
				t.Errorf("%s: the first %d bytes are accepted: %s", g.name, n, data[:n])
			} else {
				refused(t, err, "")
			}
		}
	}
	for _, o := range openings(16) {
		_, data, err := record.SealUp(o)
		if err != nil {
			t.Fatal(err)
		}
		for n := range data {
			_, err := open(string(data[:n]))
			refused(t, err, "")
		}
	}
}

// TestBitFlipped turns every bit of each golden. Some flips make another record,
// as one of an amount does; none makes the same bytes or another form of them.
func TestBitFlipped(t *testing.T) {
	for _, g := range goldens() {
		data := mustFormat(t, g.record())
		before := record.Hash(data)
		for i := range len(data) * 8 {
			data[i/8] ^= 1 << (i % 8)
			if r, err := record.Parse(data); err != nil {
				refused(t, err, "")
			} else {
				if again, err := record.Format(r); err != nil || !bytes.Equal(again, data) {
					t.Errorf("%s, bit %d: Parse accepts %s, Format gives %s, %v", g.name, i, data, again, err)
				}
				if record.Hash(data) == before {
					t.Errorf("%s, bit %d: the hash is the same", g.name, i)
				}
			}
			data[i/8] ^= 1 << (i % 8)
		}
	}
}
