package proof

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// issued is a receipt for record 1,234 of a log of 5,000, with both openings and an
// anchor, and the policy of its holder.
func issued(t testing.TB) (*Receipt, Policy) {
	t.Helper()
	public, publicOpening, err := record.SealUp(record.Opening{Seal: record.Public, Salt: bytes.Repeat([]byte{7}, 16),
		Texts: []record.Text{{Name: "display", Value: "李*"}, {Name: "note", Value: "加油"}}})
	must(t, err)
	private, privateOpening, err := record.SealUp(record.Opening{Seal: record.Private, Salt: bytes.Repeat([]byte{9}, 16),
		Texts: []record.Text{{Name: "name", Value: "李某某"}, {Name: "serial", Value: "4200000000202611200000000001"}}})
	must(t, err)
	data, err := record.Format(&record.Record{
		Index: 1234, Recorded: time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC), By: ledger.Author{Org: 1, Key: "k7"},
		Public: public, Private: private,
		What: &ledger.Flow{Kind: ledger.Donation, Amount: 2000, Occurred: ledger.On("2026-11-20"), Party: &ledger.Party{Kind: ledger.Person},
			In: &ledger.Inflow{Pool: ledger.Pool{Project: 5, Holder: 1, Designation: ledger.General, Asset: "CNY"}, Span: ledger.Span{From: 50000, Upto: 52000}}},
	})
	must(t, err)
	leaves := numbered(5000)
	leaves[1234] = record.Hash(data)
	tr := &tree{leaves: leaves, tiles: rows{}}
	tr.tiles.write(tr.edge.Append(leaves))
	hashes, err := Inclusion(5000, tr.edge.Root(), 1234, tr.tiles)
	must(t, err)
	log, verifier := key(t, "mingzhang.example/log", 1)
	witness, witnessKey := key(t, "witness.example", 2)
	msg, err := Sign(Checkpoint{"mingzhang.example/log", 5000, tr.edge.Root()}, log, witness)
	must(t, err)
	return &Receipt{
		Record: data, Public: publicOpening, Private: privateOpening,
		Proof: Proof{Index: 1234, Hashes: hashes, Checkpoint: msg},
		Anchor: &Anchor{Backend: "fabric", Channel: "mingzhang", Block: 17, Tx: "9f2c", Code: "VALID",
			Orgs: []string{"PlatformMSP", "RegulatorMSP"}, Time: time.Date(2026, 11, 20, 8, 30, 2, 0, time.UTC)},
	}, Policy{Log: verifier, Witnesses: []note.Verifier{witnessKey}, Quorum: 1}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestReceipt(t *testing.T) {
	r, policy := issued(t)
	parsed, err := ParseReceipt(r.Format())
	must(t, err)
	if !reflect.DeepEqual(parsed, r) {
		t.Errorf("the receipt changed on the way:\n got %+v\nwant %+v", parsed, r)
	}
	proven, err := parsed.Check(policy)
	must(t, err)
	if got := proven.Record.What.(*ledger.Flow).Amount; got != 2000 {
		t.Errorf("proven amount %d, want 2000", got)
	}
	if got := proven.Public.Get("note") + proven.Private.Get("name"); got != "加油李某某" {
		t.Errorf("opened %q", got)
	}
	if want := []string{"witness.example"}; !reflect.DeepEqual(proven.Witnesses, want) {
		t.Errorf("witnesses %v, want %v", proven.Witnesses, want)
	}
	if proven.Leaf != tlog.RecordHash(r.Record) {
		t.Errorf("leaf %s is not the RFC 6962 hash of the record", proven.Leaf)
	}
}

// TestReceiptWithheld: without an opening the record is proven and the seal closed.
func TestReceiptWithheld(t *testing.T) {
	r, policy := issued(t)
	r.Public, r.Private, r.Anchor = nil, nil, nil
	proven, err := r.Check(policy)
	must(t, err)
	if proven.Public != nil || proven.Private != nil {
		t.Errorf("a seal opened without an opening: %+v", proven)
	}
}

func TestReceiptText(t *testing.T) {
	r, _ := issued(t)
	p, err := ParseProof(r.Text())
	must(t, err)
	if want := string(r.Public) + "\n" + string(r.Private) + "\n"; string(p.Extra) != want {
		t.Errorf("extra data %q, want %q", p.Extra, want)
	}
	p.Extra = nil
	if !reflect.DeepEqual(p, r.Proof) {
		t.Errorf("proof %+v, want %+v", p, r.Proof)
	}
	parsed, err := ParseReceiptText(r.Text(), r.Record)
	must(t, err)
	r.Anchor = nil
	if !reflect.DeepEqual(parsed, r) {
		t.Errorf("the receipt came back as %+v, want %+v", parsed, r)
	}
}

func TestReceiptRefused(t *testing.T) {
	other, _ := issued(t)
	for _, tc := range []struct {
		name, code string
		spoil      func(*Receipt, *Policy)
	}{
		{"another amount", "inclusion", func(r *Receipt, _ *Policy) {
			r.Record = bytes.Replace(r.Record, []byte(`"amount":2000`), []byte(`"amount":9000`), 1)
			r.Record = bytes.Replace(r.Record, []byte(`"upto":52000`), []byte(`"upto":59000`), 1)
		}},
		{"another index in the record", "receipt-index", func(r *Receipt, _ *Policy) {
			r.Record = bytes.Replace(r.Record, []byte(`"index":1234`), []byte(`"index":1235`), 1)
		}},
		{"another index in both", "inclusion", func(r *Receipt, _ *Policy) {
			r.Record = bytes.Replace(r.Record, []byte(`"index":1234`), []byte(`"index":1235`), 1)
			r.Proof.Index = 1235
		}},
		{"a record that is none", "json-form", func(r *Receipt, _ *Policy) { r.Record = []byte("no") }},
		{"a hash less", "inclusion", func(r *Receipt, _ *Policy) { r.Proof.Hashes = r.Proof.Hashes[1:] }},
		{"another opening", "seal-broken", func(r *Receipt, _ *Policy) {
			r.Public = bytes.Replace(r.Public, []byte("李"), []byte("王"), 1)
		}},
		{"openings swapped", "seal-broken", func(r *Receipt, _ *Policy) { r.Public, r.Private = r.Private, r.Public }},
		{"an unknown log key", "checkpoint-unsigned", func(_ *Receipt, p *Policy) { _, p.Log = key(t, "mingzhang.example/log", 3) }},
		{"another log", "checkpoint-unsigned", func(_ *Receipt, p *Policy) { _, p.Log = key(t, "other.example/log", 1) }},
		{"a checkpoint changed", "checkpoint-signature", func(r *Receipt, _ *Policy) {
			r.Proof.Checkpoint = bytes.Replace(other.Proof.Checkpoint, []byte("\n5000\n"), []byte("\n5001\n"), 1)
		}},
		{"too few witnesses", "witnesses-missing", func(_ *Receipt, p *Policy) { p.Quorum = 2 }},
		{"no witness known", "witnesses-missing", func(_ *Receipt, p *Policy) { p.Witnesses = nil }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, policy := issued(t)
			tc.spoil(r, &policy)
			_, err := r.Check(policy)
			if want := (&ledger.Error{Code: tc.code}); !errors.Is(err, want) {
				t.Errorf("got %v, want %s", err, tc.code)
			}
		})
	}
}

// TestReceiptSeal: an opening of the other seal is refused though it is the one
// committed to.
func TestReceiptSeal(t *testing.T) {
	r, _ := issued(t)
	rec, err := record.Parse(r.Record)
	must(t, err)
	rec.Public, rec.Private, rec.Index, rec.By.Org = rec.Private, rec.Public, 0, 0
	rec.What = &ledger.Organization{Scheme: ledger.SchemeUSCC, Code: "531100006684027126", Name: "某平台", Kind: ledger.Platform}
	r.Record, err = record.Format(rec)
	must(t, err)
	log, verifier := key(t, "mingzhang.example/log", 1)
	msg, err := Sign(Checkpoint{"mingzhang.example/log", 1, record.Hash(r.Record)}, log)
	must(t, err)
	r.Proof = Proof{Checkpoint: msg}
	r.Public, r.Private = r.Private, nil
	policy := Policy{Log: verifier}
	if _, err := r.Check(policy); !errors.Is(err, &ledger.Error{Code: "seal-swapped"}) {
		t.Errorf("got %v, want seal-swapped", err)
	}
}

// TestReceiptEveryBit: a bit flipped anywhere in record, openings or proof is refused.
func TestReceiptEveryBit(t *testing.T) {
	r, policy := issued(t)
	for name, part := range map[string]*[]byte{
		"record": &r.Record, "public": &r.Public, "private": &r.Private, "checkpoint": &r.Proof.Checkpoint,
	} {
		whole := *part
		for i := range len(whole) * 8 {
			*part = bytes.Clone(whole)
			(*part)[i/8] ^= 1 << (i % 8)
			if proven, err := r.Check(policy); err == nil {
				t.Fatalf("%s with bit %d flipped is accepted: %+v", name, i, proven)
			}
		}
		*part = whole
	}
	for i := range len(r.Proof.Hashes) * 256 {
		h := &r.Proof.Hashes[i/256][i%256/8]
		*h ^= 1 << (i % 8)
		if _, err := r.Check(policy); err == nil {
			t.Fatalf("bit %d of hash %d flipped is accepted", i%256, i/256)
		}
		*h ^= 1 << (i % 8)
	}
}

func TestParseReceiptRefused(t *testing.T) {
	r, _ := issued(t)
	good := string(r.Format())
	for name, bad := range map[string]string{
		"empty":          "",
		"not JSON":       "receipt",
		"cut short":      good[:len(good)-3],
		"trailing":       good + "{}",
		"unknown member": strings.Replace(good, `"proof":`, `"extra":1,"proof":`, 1),
		"another type":   strings.Replace(good, "receipt@v1", "receipt@v2", 1),
		"no proof":       strings.Replace(good, `"proof":"c2sp`, `"proof":"`, 1),
		"an array":       "[" + good + "]",
	} {
		if _, err := ParseReceipt([]byte(bad)); ledger.KindOf(err) != ledger.Corrupt {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
	}
}

func FuzzReceipt(f *testing.F) {
	r, policy := issued(f)
	f.Add(r.Format())
	f.Add([]byte(`{"type":"mingzhang/receipt@v1"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := ParseReceipt(data)
		if err != nil {
			return
		}
		if _, err := got.Check(policy); err == nil && !bytes.Equal(got.Record, r.Record) {
			t.Errorf("another record is proven: %s", got.Record)
		}
		again, err := ParseReceipt(got.Format())
		if err != nil || !reflect.DeepEqual(again, got) {
			t.Errorf("the receipt changed on the way: %v\n got %+v\nwant %+v", err, again, got)
		}
	})
}

func BenchmarkReceipt(b *testing.B) {
	r, policy := issued(b)
	policy.Quorum = 0
	data := r.Format()
	for b.Loop() {
		parsed, err := ParseReceipt(data)
		if err == nil {
			_, err = parsed.Check(policy)
		}
		must(b, err)
	}
}
