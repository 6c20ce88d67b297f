package verify_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/anchor/local"
	"mingzhang/ledger/mirror"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/verify"
)

// TestReceipt: a receipt is proven in every form and from every place.
func TestReceipt(t *testing.T) {
	s := open(t)
	code := "/v1/receipts/" + s.city.Showcase.Receipt
	whole := s.get(t, code)
	receipt, err := proof.ParseReceipt(whole)
	must(t, err)
	for _, c := range []struct {
		name, what string
		options    verify.Options
		parts      []string
	}{
		{"a file", file(t, "receipt.json", whole), verify.Options{}, []string{"Not checked: the log of today was not asked"}},
		{"a file and the server", file(t, "receipt.json", whole), verify.Options{Log: s.URL}, []string{"goes on from this checkpoint"}},
		{"a file and a copy of the log", file(t, "receipt.json", whole), verify.Options{Log: s.tiled(t, s.records(t))}, []string{"goes on from this checkpoint"}},
		{"a tlog-proof", file(t, "receipt.txt", s.get(t, code, "Accept", "text/plain")), verify.Options{Record: file(t, "record", receipt.Record)}, nil},
		{"its page", s.URL + "/receipts/" + s.city.Showcase.Receipt, verify.Options{}, []string{"goes on from this checkpoint"}},
		{"its address", s.URL + code, verify.Options{}, []string{"goes on from this checkpoint"}},
		{"without what is its giver's", s.URL + at("/v1/flows/%d/receipt", s.city.Showcase.Gift), verify.Options{}, []string{"the record sealed something private that the receipt does not carry"}},
		{"of a gift whose words were erased", s.URL + at("/v1/flows/%d/receipt", s.city.Showcase.Withdrawn), verify.Options{}, []string{"they may have been erased"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := verify.Run(t.Context(), c.what, c.options, s.trust(t))
			must(t, err)
			wantSaid(t, r, append(c.parts, "is in the log "+s.folder.Origin, "donation of ", "没有给出见证人", "ledger")...)
		})
	}
	t.Run("what it says", func(t *testing.T) {
		r, err := verify.Run(t.Context(), file(t, "r", whole), verify.Options{}, s.trust(t))
		must(t, err)
		wantSaid(t, r, at("第 %d 号记录在日志", s.city.Showcase.Gift), "捐赠收入 "+ledger.FormatAmount(s.city.Showcase.Amount, 2)+" CNY", "公开文字与记录所封存的一致：display=", "name, serial")
		if text := said(t, r, "en"); strings.Contains(text, s.city.Showcase.Serial) {
			t.Error("the report shows what only the giver may see")
		}
	})
}

// TestOnLedger: the record must be on the permissioned ledger as well, if one is given.
func TestOnLedger(t *testing.T) {
	s := open(t)
	whole := s.get(t, "/v1/receipts/"+s.city.Showcase.Receipt)
	wants := func(name string, receipt []byte, trust verify.Trust, code string) {
		t.Run(name, func(t *testing.T) {
			r, err := verify.Run(t.Context(), file(t, "r", receipt), verify.Options{}, trust)
			if code == "" {
				must(t, err)
				wantSaid(t, r, "has this very record in its place", "在同一编号处有同一条记录")
			} else if !errors.Is(err, &ledger.Error{Code: code}) {
				t.Errorf("got %v, want %s", err, code)
			}
		})
	}
	receipt := func(change func(*proof.Receipt)) []byte {
		r, err := proof.ParseReceipt(whole)
		must(t, err)
		change(r)
		return r.Format()
	}
	wants("where the receipt says", whole, s.withLedger(t), "")
	wants("the receipt does not say where", receipt(func(r *proof.Receipt) { r.Anchor = nil }), s.withLedger(t), "")
	wants("the receipt says another block", receipt(func(r *proof.Receipt) { r.Anchor.Block = 3 }), s.withLedger(t), "anchor-elsewhere")
	wants("a block beyond the last", receipt(func(r *proof.Receipt) { r.Anchor.Block = 1 << 50 }), s.withLedger(t), "anchor-elsewhere")
	wants("another transaction of the block", receipt(func(r *proof.Receipt) { r.Anchor.Tx = r.Anchor.Tx[1:] + "0" }), s.withLedger(t), "anchor-elsewhere")
	wants("another channel", receipt(func(r *proof.Receipt) { r.Anchor.Channel = "another" }), s.withLedger(t), "")
	empty := s.trust(t)
	empty.Ledger = &verify.Ledger{Blocks: local.Reader(t.TempDir()), Name: "another"}
	wants("the ledger never had it", whole, empty, "anchor-false")
	wants("the receipt speaks of another ledger", receipt(func(r *proof.Receipt) { r.Anchor.Backend = "fabric" }), empty, "not-anchored")
	wants("not yet there", receipt(func(r *proof.Receipt) { r.Anchor = nil }), empty, "not-anchored")
}

// TestLedgerHasAnother: the log's own receipt against a ledger that holds another record
// in its place.
func TestLedgerHasAnother(t *testing.T) {
	s := open(t)
	records := slices.Clone(s.records(t))
	gift := s.city.Showcase.Gift
	records[gift] = bytes.Replace(records[gift], []byte(`"occurred":"20`), []byte(`"occurred":"19`), 1)
	trust := s.withLedger(t)
	forged := s.receiptOf(t, records, gift)
	_, err := verify.Run(t.Context(), file(t, "r", forged.Format()), verify.Options{}, trust)
	if !errors.Is(err, &ledger.Error{Code: "anchor-other"}) {
		t.Errorf("got %v, want anchor-other", err)
	}
}

// receiptOf makes a receipt by the log's key for a log of one's own.
func (s *site) receiptOf(t *testing.T, records [][]byte, index int64) *proof.Receipt {
	t.Helper()
	dir := s.tiled(t, records)
	msg, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	must(t, err)
	cp, _, err := proof.OpenCheckpoint(msg, s.folder.Origin, s.folder.Verifier)
	must(t, err)
	m, err := mirror.Open(dir)
	must(t, err)
	hashes, err := proof.Inclusion(cp.Size, cp.Root, index, m)
	must(t, err)
	return &proof.Receipt{Record: records[index], Proof: proof.Proof{Index: index, Hashes: hashes, Checkpoint: msg}}
}

// TestFork: a log that shows its holder of a receipt another history than everybody else
// is found out as soon as both are held against each other.
func TestFork(t *testing.T) {
	s := open(t)
	records := slices.Clone(s.records(t))
	records[7] = bytes.Replace(records[7], []byte(`"recorded":"20`), []byte(`"recorded":"21`), 1)
	forked := s.tiled(t, records)
	for _, size := range []int{len(records), len(records) - 1, 300} {
		receipt := s.receiptOf(t, s.records(t)[:size], 9)
		_, err := verify.Run(t.Context(), file(t, "r", receipt.Format()), verify.Options{Log: forked}, s.trust(t))
		if !errors.Is(err, &ledger.Error{Code: "log-forked"}) {
			t.Errorf("a receipt of %d records: got %v, want log-forked", size, err)
		}
	}
	behind := s.tiled(t, s.records(t)[:200])
	receipt := s.receiptOf(t, s.records(t)[:300], 9)
	_, err := verify.Run(t.Context(), file(t, "r", receipt.Format()), verify.Options{Log: behind}, s.trust(t))
	if !errors.Is(err, &ledger.Error{Code: "log-behind"}) {
		t.Errorf("a log that was rolled back: got %v, want log-behind", err)
	}
}

// TestReceiptRefuted changes each part of a receipt in its turn.
func TestReceiptRefuted(t *testing.T) {
	s := open(t)
	whole := s.get(t, "/v1/receipts/"+s.city.Showcase.Receipt)
	_, other, err := note.GenerateKey(nil, s.folder.Origin)
	must(t, err)
	stranger, err := verify.ParseTrust(other, nil, 0)
	must(t, err)
	_, witness, err := note.GenerateKey(nil, "witness.example")
	must(t, err)
	unwitnessed, err := verify.ParseTrust(s.folder.LogKey, []string{witness}, 0)
	must(t, err)
	change := func(field, old, new string) []byte {
		var j map[string]any
		must(t, json.Unmarshal(whole, &j))
		text := strings.Replace(j[field].(string), old, new, 1)
		if text == j[field] {
			t.Fatalf("%s has no %q", field, old)
		}
		j[field] = text
		data, err := json.Marshal(j)
		must(t, err)
		return append([]byte(`{"type":"mingzhang/receipt@v1",`), bytes.Replace(data[1:], []byte(`,"type":"mingzhang/receipt@v1"`), nil, 1)...)
	}
	for _, c := range []struct {
		name    string
		receipt []byte
		trust   verify.Trust
	}{
		{"another amount", change("record", `"amount":`, `"amount":1`), s.trust(t)},
		{"another spelling", change("record", `"amount":`, `"amount": `), s.trust(t)},
		{"another word", change("public", "display", "displax"), s.trust(t)},
		{"another name", change("private", `"name":"`, `"name":"某`), s.trust(t)},
		{"another place", change("proof", "index ", "index 1"), s.trust(t)},
		{"another size", change("proof", s.folder.Origin+"\n", s.folder.Origin+"\n1"), s.trust(t)},
		{"a member more", bytes.Replace(whole, []byte(`{"type"`), []byte(`{"more":1,"type"`), 1), s.trust(t)},
		{"cut short", whole[:len(whole)/2], s.trust(t)},
		{"another log's key", whole, stranger},
		{"no witness signed", whole, unwitnessed},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, what := range []string{file(t, "r", c.receipt), s.spoilt(t, func(string, []byte) []byte { return c.receipt }) + "/receipts/" + s.city.Showcase.Receipt} {
				if _, err := verify.Run(t.Context(), what, verify.Options{}, c.trust); ledger.KindOf(err) != ledger.Corrupt {
					t.Errorf("%s: got %v, want a refutation", what, err)
				}
			}
		})
	}
}
