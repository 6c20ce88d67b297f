package record_test

import (
	"bytes"
	"crypto/sha256"
	"reflect"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// salt is n bytes of no chance at all.
func salt(n int) []byte { return bytes.Repeat([]byte{0xa5, 0x5a, 0x3c}, n)[:n] }

// openings are one of each seal, with n bytes of salt.
func openings(n int) []record.Opening {
	return []record.Opening{
		{Seal: record.Public, Salt: salt(n), Texts: []record.Text{{"display", "李*"}, {"note", "加油！\n\"山\\海\" 😀"}}},
		{Seal: record.Private, Salt: salt(n), Texts: []record.Text{{"account", "4000 0000 0000 0002"}, {"name", "甲某某"}}},
		{Seal: record.Private, Salt: salt(n)},
	}
}

// open opens what was committed to, whatever it is.
func open(opening string) (record.Opening, error) {
	return record.Open(sha256.Sum256([]byte(opening)), []byte(opening))
}

func TestSealRoundTrip(t *testing.T) {
	for n := 16; n <= 64; n++ {
		for _, o := range openings(n) {
			commitment, data, err := record.SealUp(o)
			if err != nil {
				t.Fatal(err)
			}
			if commitment != sha256.Sum256(data) {
				t.Errorf("the commitment is not SHA-256 of %s", data)
			}
			got, err := record.Open(commitment, data)
			if err != nil || !reflect.DeepEqual(got, o) {
				t.Errorf("Open = %+v, %v, want %+v", got, err, o)
			}
		}
	}
}

// TestSealOrder: texts come in any order, empty ones are left out, and the caller's
// list stays as it was.
func TestSealOrder(t *testing.T) {
	texts := []record.Text{{"note", "谢谢"}, {"reason", ""}, {"display", "李*"}}
	_, data, err := record.SealUp(record.Opening{Seal: record.Public, Salt: salt(16), Texts: texts})
	want := `{"salt":"pVo8pVo8pVo8pVo8pVo8pQ==","seal":"public","texts":{"display":"李*","note":"谢谢"}}`
	if err != nil || string(data) != want {
		t.Errorf("SealUp = %s, %v, want %s", data, err, want)
	}
	if texts[0].Name != "note" || texts[1].Name != "reason" || len(texts) != 3 {
		t.Errorf("SealUp changed its caller's texts to %v", texts)
	}
}

func TestOpeningGet(t *testing.T) {
	o := record.Opening{Texts: []record.Text{{"display", "李*"}}}
	if got := o.Get("display"); got != "李*" {
		t.Errorf("Get(display) = %q", got)
	}
	if got := o.Get("note"); got != "" {
		t.Errorf("Get(note) = %q, want nothing", got)
	}
}

// TestSealLife: sealed up, recorded, opened, withdrawn. The record stays as it was;
// a kept copy opens it, and no other bytes do.
func TestSealLife(t *testing.T) {
	commitment, opening, err := record.SealUp(openings(16)[0])
	if err != nil {
		t.Fatal(err)
	}
	r := newRecord(&ledger.Erasure{Of: 3, Seal: "public", Basis: "pipl-47"})
	r.Public = commitment
	data := mustFormat(t, r)
	before, kept := record.Hash(data), bytes.Clone(opening)

	clear(opening) // withdrawn: nothing of it is left with us
	parsed, err := record.Parse(data)
	if err != nil || record.Hash(data) != before {
		t.Fatalf("after the withdrawal: Parse = %v, hash %x, want %x", err, record.Hash(data), before)
	}
	_, err = record.Open(parsed.Public, opening)
	refused(t, err, "seal-broken")
	if _, err := record.Open(parsed.Public, kept); err != nil {
		t.Errorf("the kept copy: %v", err)
	}
	for i := range len(kept) * 8 {
		kept[i/8] ^= 1 << (i % 8)
		_, err := record.Open(parsed.Public, kept)
		refused(t, err, "seal-broken")
		kept[i/8] ^= 1 << (i % 8)
	}
}

func TestSealUpRefuses(t *testing.T) {
	note := func(s string) []record.Text { return []record.Text{{"note", s}} }
	for _, c := range []struct {
		name  string
		seal  record.Seal
		salt  int
		texts []record.Text
		code  string
	}{
		{"no seal", "", 16, nil, "seal-unknown"},
		{"another seal", "secret", 16, nil, "seal-unknown"},
		{"15 bytes of salt", record.Public, 15, nil, "salt-length"},
		{"65 bytes of salt", record.Public, 65, nil, "salt-length"},
		{"a text twice", record.Public, 16, append(note("a"), note("b")...), "key-twice"},
		{"a private text in public", record.Public, 16, []record.Text{{"account", "x"}}, "text-unknown"},
		{"a public text in private", record.Private, 16, []record.Text{{"display", "x"}}, "text-unknown"},
		{"a name with a quote", record.Private, 16, []record.Text{{`a"b`, "x"}}, "text-unknown"},
		{"501 characters", record.Public, 16, note(strings.Repeat("谢", 501)), "text-too-long"},
		{"2001 characters in private", record.Private, 16, note(strings.Repeat("谢", 2001)), "text-too-long"},
		{"a tab", record.Public, 16, note("a\tb"), "text-control"},
		{"a carriage return", record.Public, 16, note("a\r\nb"), "text-control"},
		{"a right-to-left override", record.Private, 16, note("a\u202eb"), "text-bidi"},
		{"text not in NFC", record.Private, 16, note("cafe\u0301"), "text-nfc"},
		{"invalid UTF-8", record.Private, 16, note("\xff"), "text-utf8"},
		{"a mobile number in public", record.Public, 16, note("电话 130 0000 0000"), "personal-number"},
		{"a mobile number over two lines", record.Public, 16, note("13000000000\n"), "personal-number"},
	} {
		t.Run(c.name, func(t *testing.T) {
			commitment, data, err := record.SealUp(record.Opening{Seal: c.seal, Salt: salt(c.salt), Texts: c.texts})
			refused(t, err, c.code)
			if data != nil || commitment != (record.Commitment{}) {
				t.Errorf("SealUp gives %s with a refusal", data)
			}
		})
	}
	if _, _, err := record.SealUp(record.Opening{Seal: record.Public, Salt: salt(16), Texts: note(strings.Repeat("谢", 500))}); err != nil {
		t.Errorf("500 characters: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	const salt = `"salt":"AAAAAAAAAAAAAAAAAAAAAA=="`
	for _, c := range []struct{ name, opening, code string }{
		{"nothing", ``, "json-form"},
		{"trailing bytes", `{` + salt + `,"seal":"public","texts":{}} `, "trailing-bytes"},
		{"white space", `{` + salt + `, "seal":"public","texts":{}}`, "json-space"},
		{"names out of order", `{` + salt + `,"seal":"public","texts":{"note":"a","display":"b"}}`, "key-order"},
		{"a name twice", `{` + salt + `,"seal":"public","texts":{"note":"a","note":"b"}}`, "key-twice"},
		{"an empty name", `{` + salt + `,"seal":"public","texts":{"":"a"}}`, "key-twice"},
		{"an unknown name", `{` + salt + `,"seal":"public","texts":{"nota":"a"}}`, "text-unknown"},
		{"a name of 100 characters", `{` + salt + `,"seal":"public","texts":{"` + strings.Repeat("n", 100) + `":"a"}}`, "json-form"},
		{"an empty text", `{` + salt + `,"seal":"public","texts":{"note":""}}`, "text-empty"},
		{"a comma too many", `{` + salt + `,"seal":"public","texts":{"note":"a",}}`, "json-form"},
		{"a comma before", `{` + salt + `,"seal":"public","texts":{,"note":"a"}}`, "json-form"},
		{"a raw line break", `{` + salt + `,"seal":"public","texts":{"note":"a` + "\n" + `b"}}`, "escape-form"},
		{"an escaped letter", `{` + salt + `,"seal":"public","texts":{"note":"\u0061"}}`, "escape-form"},
		{"an escaped carriage return", `{` + salt + `,"seal":"public","texts":{"note":"\r"}}`, "escape-form"},
		{"no texts", `{` + salt + `,"seal":"public"}`, "key-missing"},
		{"another key", `{` + salt + `,"seal":"public","texts":{},"v":1}`, "key-unknown"},
		{"no base64", `{"salt":"AAAAAAAAAAAAAAAAAAAAA!==","seal":"public","texts":{}}`, "salt-form"},
		{"loose bits", `{"salt":"AAAAAAAAAAAAAAAAAAAAAB==","seal":"public","texts":{}}`, "salt-form"},
		{"no padding", `{"salt":"AAAAAAAAAAAAAAAAAAAAAA","seal":"public","texts":{}}`, "salt-form"},
		{"a salt of two lines", `{"salt":"AAAAAAAAAAAA\nAAAAAAAAAA==","seal":"public","texts":{}}`, "salt-form"},
		{"a short salt", `{"salt":"AAAA","seal":"public","texts":{}}`, "salt-length"},
		{"another seal", `{` + salt + `,"seal":"secret","texts":{}}`, "seal-unknown"},
		{"a seal of two lines", `{` + salt + `,"seal":"pub\nlic","texts":{}}`, "seal-unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := open(c.opening)
			refused(t, err, c.code)
		})
	}
}
