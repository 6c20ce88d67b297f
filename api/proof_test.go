package api_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/api"
	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/mirror"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// checkpoint opens the served checkpoint once it has a record.
func (l *library) checkpoint(t testing.TB, index int64) proof.Checkpoint {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		_, _, body := l.ask(t, "GET", "/checkpoint", nil)
		cp, _, err := proof.OpenCheckpoint(body, libraryOrigin, l.verifier)
		check(t, err)
		if cp.Size > index {
			return cp
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("record %d was never published", index)
	return proof.Checkpoint{}
}

// TestProofs: each record's proof holds under the log's key, as JSON and as text.
func TestProofs(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		l.checkpoint(t, l.at["witness"])
		for name, index := range l.at {
			var r api.RecordDetail
			l.json(t, fmt.Sprintf("/v1/records/%d", index), &r)
			leaf := tlog.RecordHash([]byte(r.Bytes))
			if r.LeafHash != fmt.Sprintf("sha256:%x", leaf[:]) {
				t.Errorf("%s: the leaf hash of record %d is %s", name, index, r.LeafHash)
			}
			if want := sha256.Sum256([]byte(r.PublicOpening)); r.PublicOpening != "" && r.Public != base64.StdEncoding.EncodeToString(want[:]) {
				t.Errorf("%s: the opening is not that of %s", name, r.Public)
			}
			var p api.Proof
			l.json(t, fmt.Sprintf("/v1/records/%d/proof", index), &p)
			cp, _, err := proof.OpenCheckpoint([]byte(p.Checkpoint), libraryOrigin, l.verifier)
			check(t, err)
			var hashes tlog.RecordProof
			for _, h := range p.Hashes {
				hash, err := tlog.ParseHash(h)
				check(t, err)
				hashes = append(hashes, hash)
			}
			if err := tlog.CheckRecord(hashes, cp.Size, cp.Root, index, leaf); err != nil || p.Size != cp.Size || p.Root != cp.Root.String() || p.LeafHash != r.LeafHash {
				t.Errorf("%s: the proof of record %d: %v %+v", name, index, err, p)
			}
		}
		_, header, text := l.ask(t, "GET", l.path("/v1/flows/{gift}/proof"), nil, "Accept", "text/plain")
		p, err := proof.ParseProof(text)
		check(t, err)
		if p.Index != l.at["gift"] || p.Extra != nil || !strings.HasPrefix(header.Get("Content-Type"), "text/plain") {
			t.Errorf("the text proof is %+v, %v", p, header)
		}
	})
}

// served is the log as tlog's own client reads it: every tile it fetches is checked
// against the checkpoint.
type served struct {
	l *library
	t testing.TB
}

func (s served) Height() int                     { return proof.TileHeight }
func (s served) SaveTiles([]tlog.Tile, [][]byte) {}
func (s served) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	var rows [][]byte
	for _, w := range want {
		path := "/" + proof.Tile{Level: w.L, Number: w.N, Width: w.W}.Path()
		status, header, body := s.l.ask(s.t, "GET", path, nil)
		if status != http.StatusOK || header.Get("Content-Type") != "application/octet-stream" || !strings.Contains(header.Get("Cache-Control"), "immutable") {
			return nil, fmt.Errorf("%s: %d %v", path, status, header)
		}
		rows = append(rows, body)
	}
	return rows, nil
}

// TestTiles reads the log with clients that know nothing of this program: full tiles,
// partial ones, and those of widths that were once the last.
func TestTiles(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		var many []book.Request
		for range 600 {
			many = append(many, book.Request{By: ledger.Author{Org: 0, Key: "p1"}, What: l.another()})
		}
		_, err := l.book.SubmitAll(context.Background(), many, false)
		check(t, err)
		size := int64(600 + 35)
		cp := l.checkpoint(t, size-1)
		m, err := mirror.Open(l.URL)
		check(t, err)
		hashes := tlog.TileHashReader(tlog.Tree{N: cp.Size, Hash: cp.Root}, served{l, t})
		index := int64(0)
		for data, err := range m.Records(context.Background(), 0) {
			check(t, err)
			if index%50 == 0 || index > cp.Size-3 {
				p, err := tlog.ProveRecord(cp.Size, index, hashes)
				check(t, err)
				check(t, tlog.CheckRecord(p, cp.Size, cp.Root, index, tlog.RecordHash(data)))
			}
			index++
		}
		if index != size || cp.Size != size {
			t.Errorf("the mirror has %d records of %d", index, cp.Size)
		}
		_, _, wide := l.ask(t, "GET", "/tile/1/000.p/2", nil)
		_, _, narrow := l.ask(t, "GET", "/tile/1/000.p/1", nil)
		if len(wide) != 64 || !bytes.HasPrefix(wide, narrow) || len(narrow) != 32 {
			t.Errorf("level 1: %d and %d bytes", len(wide), len(narrow))
		}
		_, _, bundle := l.ask(t, "GET", "/tile/entries/002.p/7", nil)
		if entries, err := proof.Entries(bundle); err != nil || len(entries) != 7 {
			t.Errorf("a bundle of 7 has %d: %v", len(entries), err)
		}
		for _, beyond := range []string{"/tile/0/002", "/tile/0/002.p/124", "/tile/1/000.p/3", "/tile/2/000.p/1", "/tile/entries/003.p/1"} {
			if status, _, _ := l.ask(t, "GET", beyond, nil); status != http.StatusNotFound {
				t.Errorf("%s: got %d", beyond, status)
			}
		}
		if _, _, key := l.ask(t, "GET", "/log.pub", nil); string(key) != l.vkey+"\n" {
			t.Errorf("the log's key is %q", key)
		}
	})
}

// TestReceipts: a receipt proves itself; only its giver's has what is private.
func TestReceipts(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		l.checkpoint(t, l.at["gift"])
		l.checkReceipt(t, l.path("/v1/flows/{gift}/receipt"), "")
		l.checkReceipt(t, "/v1/receipts/"+l.book.ReceiptCode(l.at["gift"]), "李真名")
		_, header, text := l.ask(t, "GET", "/v1/receipts/"+l.book.ReceiptCode(l.at["gift"]), nil, "Accept", "text/plain")
		p, err := proof.ParseProof(text)
		check(t, err)
		if !bytes.Contains(p.Extra, []byte("李真名")) || header.Get("Cache-Control") != "no-store" || header.Get("ETag") != "" || header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("the giver's receipt as text: %s %v", p.Extra, header)
		}
	})
}

func (l *library) checkReceipt(t *testing.T, path, name string) {
	t.Helper()
	_, _, body := l.ask(t, "GET", path, nil)
	r, err := proof.ParseReceipt(body)
	check(t, err)
	proven, err := r.Check(proof.Policy{Log: l.verifier})
	check(t, err)
	if proven.Record.Index != l.at["gift"] || proven.Public == nil || proven.Public.Get("display") != "李*" {
		t.Errorf("%s proves %+v", path, proven)
	}
	var opened record.Opening
	if proven.Private != nil {
		opened = *proven.Private
	}
	if opened.Get("name") != name || (proven.Private == nil) != (name == "") {
		t.Errorf("%s opens %+v", path, opened)
	}
}

// TestFindReceipt: channel, serial and amount find a gift together, and no two of them.
func TestFindReceipt(t *testing.T) {
	inLibraries(t, func(t *testing.T, l *library) {
		ask := func(channel, serial string, amount int64) (int, http.Header, []byte) {
			body := fmt.Sprintf(`{"channel":%q,"serial":%q,"amount":%d}`, channel, serial, amount)
			return l.ask(t, "POST", "/v1/receipts/find", strings.NewReader(body), "Content-Type", "application/json")
		}
		status, header, body := ask("wechat", librarySerial, 1000)
		want := fmt.Sprintf(`{"id":%d,"receipt":{"code":"%[2]s","url":"https://mingzhang.example/receipts/%[2]s"}}`, l.at["gift"], l.book.ReceiptCode(l.at["gift"]))
		if status != http.StatusOK || string(body) != want || header.Get("Cache-Control") != "no-store" || header.Get("ETag") != "" {
			t.Errorf("got %d %s %v, want %s", status, body, header, want)
		}
		var first string
		for _, c := range []struct {
			name, channel, serial string
			amount                int64
		}{
			{"another channel", "alipay", librarySerial, 1000},
			{"another serial", "wechat", librarySerial + "0", 1000},
			{"another amount", "wechat", librarySerial, 1001},
			{"no serial", "wechat", "", 1000},
			{"nothing", "", "", 0},
		} {
			status, _, body := ask(c.channel, c.serial, c.amount)
			miss, _, _ := strings.Cut(string(body), `"instance"`)
			if first == "" {
				first = miss
			}
			if status != http.StatusNotFound || miss != first || !strings.Contains(miss, "receipt-unknown") {
				t.Errorf("%s: got %d %s", c.name, status, body)
			}
		}
	})
}
