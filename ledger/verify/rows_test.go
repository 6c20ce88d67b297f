package verify

import (
	"io"
	"strings"
	"testing"
)

func FuzzRows(f *testing.F) {
	leaf := "sha256:" + strings.Repeat("0a", 32)
	f.Add([]byte("\ufeffid,kind,project,asset,amount,occurred,recorded,leaf_hash\r\n9,donation,5,CNY,2000,2026-11-20,2026-11-20T04:00:00Z," + leaf + "\r\n"))
	f.Add([]byte("流水编号,叶哈希\n1," + leaf + "\n"))
	f.Add([]byte(`{"items":[` + "\n" + `{"id":1,"kind":"donation","project":5,"asset":"CNY","amount":1,"occurred":"2026-11-20","recorded":"2026-11-20T04:00:00Z","leaf_hash":"` + leaf + `"}` + "\n]}\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte(`{"items":[{}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := openRows(strings.NewReader(string(data)))
		if err != nil {
			return
		}
		for n := 0; ; n++ {
			r, err := list.next()
			if err == io.EOF || err != nil {
				return
			}
			if r == nil || n > len(data) {
				t.Fatalf("row %d of %d bytes is %v", n, len(data), r)
			}
		}
	})
}

func TestAddress(t *testing.T) {
	for _, c := range []struct{ text, base, receipt, export string }{
		{"https://m.example", "https://m.example", "", ""},
		{"https://m.example/", "https://m.example", "", ""},
		{"https://m.example/receipts/ABC", "https://m.example", "https://m.example/v1/receipts/ABC", ""},
		{"https://m.example/gz/receipts/ABC?lang=en#trace", "https://m.example/gz", "https://m.example/gz/v1/receipts/ABC", ""},
		{"https://m.example/v1/receipts/A%2FB", "https://m.example", "https://m.example/v1/receipts/A%2FB", ""},
		{"http://127.0.0.1:8080/v1/flows/17/receipt", "http://127.0.0.1:8080", "http://127.0.0.1:8080/v1/flows/17/receipt", ""},
		{"https://m.example/v1/exports/flows.csv?project=5", "https://m.example", "", "https://m.example/v1/exports/flows.csv?project=5"},
	} {
		a, ok, err := parseAddress(c.text)
		if err != nil || !ok {
			t.Errorf("%s: %v %v", c.text, ok, err)
			continue
		}
		if got := a.base.String(); got != c.base {
			t.Errorf("%s: the log is at %s, want %s", c.text, got, c.base)
		}
		if c.receipt != "" && (a.receipt == nil || a.receipt.String() != c.receipt) {
			t.Errorf("%s: the receipt is at %v, want %s", c.text, a.receipt, c.receipt)
		}
		if c.export != "" && (a.export == nil || a.export.String() != c.export) {
			t.Errorf("%s: the list is at %v, want %s", c.text, a.export, c.export)
		}
	}
	for _, text := range []string{"https://m.example/records/17", "https://m.example/v1/records/17", "https://m.example/v1/flows/17", "https://m.example/flows/17/proof"} {
		if a, _, err := parseAddress(text); err != nil || a.record == nil || *a.record != 17 {
			t.Errorf("%s: %v %v", text, a.record, err)
		}
	}
	if _, ok, err := parseAddress("receipt.json"); ok || err != nil {
		t.Errorf("a file is taken for an address: %v", err)
	}
	for _, text := range []string{"https://", "http://[::1", "https://m.example/records/99999999999999999999"} {
		if _, ok, err := parseAddress(text); !ok || err == nil {
			t.Errorf("%s: %v, want a refusal", text, err)
		}
	}
}

func FuzzAddress(f *testing.F) {
	f.Add("https://m.example/gz/receipts/ABC?lang=en#trace")
	f.Add("http://x/v1/exports/flows.csv?project=5")
	f.Add("https://m.example/records/17")
	f.Fuzz(func(t *testing.T, text string) {
		a, ok, err := parseAddress(text)
		if ok && err == nil && (a.base == nil || a.base.Host == "") {
			t.Errorf("%q has no base", text)
		}
	})
}

func TestTrust(t *testing.T) {
	const log = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
	if _, err := ParseTrust(log, nil, 0); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		log       string
		witnesses []string
		quorum    int
	}{
		"no key":             {"", nil, 0},
		"no such file":       {"nothing/here", nil, 0},
		"a folder":           {".", nil, 0},
		"a witness twice":    {log, []string{log}, 0},
		"a key that is none": {log, []string{"x"}, 0},
		"a quorum of none":   {log, nil, 1},
		"a negative one":     {log, nil, -1},
	} {
		if _, err := ParseTrust(c.log, c.witnesses, c.quorum); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// TestWitnessForms: a witness is written as for a server, or as its key alone.
func TestWitnessForms(t *testing.T) {
	const log, key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "witness.example/w1+6327c7cb+Af0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY"
	for _, text := range []string{key, key + " https://witness.example/", "  " + key + "   http://127.0.0.1:7380 "} {
		trust, err := ParseTrust(log, []string{text}, 0)
		if err != nil || len(trust.Witnesses) != 1 || trust.Quorum != 1 || trust.Witnesses[0].Name() != "witness.example/w1" || trust.Witnesses[0].KeyHash() != 0x6327c7cb {
			t.Errorf("%q: got %+v (%v)", text, trust.Witnesses, err)
		}
	}
}
