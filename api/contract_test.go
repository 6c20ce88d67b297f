package api_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/api"
	"mingzhang/api/access"
	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/evidence"
	"mingzhang/ledger/store"
)

// TestContract plays the story against a real book, holds every request and answer
// against the OpenAPI document, and every answer against the example that the document
// shows. With -update it makes the examples instead.
func TestContract(t *testing.T) {
	c := newContract(t)
	p := newPlayer(t)
	c.sameRoutes(t, p.handler)
	published := false
	var examples []example
	for _, s := range story {
		if s.method == "GET" && strings.Contains(s.path, "/organizations") && !published {
			p.published(t) // all writes are before the first read
			published = true
		}
		e, r, sent, header, answer := p.play(t, s)
		c.holds(t, r, sent, e.Response.Status, header, answer)
		examples = append(examples, e)
	}
	c.complete(t)
	if *update {
		writeExamples(t, examples)
		mergeExamples(t, c, examples)
		return
	}
	sameExamples(t, examples)
}

// player is a server that answers the same to the same requests, each time it is made:
// its clock stands, and its keys and salts are drawn from a counter.
type player struct {
	handler http.Handler
	url     string
	vars    map[string]string
	ledger  *pact
}

// counted fills with bytes that follow from how often it was asked.
func counted() func([]byte) {
	n := uint64(0)
	return func(b []byte) {
		for len(b) > 0 {
			n++
			sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("mingzhang examples"), n))
			b = b[copy(b, sum[:]):]
		}
	}
}

func newPlayer(t testing.TB) *player {
	t.Helper()
	ctx, dir, secret, quiet := context.Background(), t.TempDir(), bytes.Repeat([]byte{7}, 32), slog.New(slog.DiscardHandler)
	s, err := store.Open(ctx, "sqlite:"+filepath.Join(dir, "book.db"))
	check(t, err)
	t.Cleanup(func() { s.Close() })
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{1}, 32)), "mingzhang.example/log")
	check(t, err)
	signer, err := note.NewSigner(skey)
	check(t, err)
	verifier, err := note.NewVerifier(vkey)
	check(t, err)
	b, err := book.Open(ctx, book.Config{Store: s, Origin: "mingzhang.example/log", Secret: secret, Signer: signer, Verifier: verifier,
		Keeper: book.File(filepath.Join(dir, "checkpoint")), Now: libraryNow, Random: counted()})
	check(t, err)
	t.Cleanup(func() { b.Close() })
	files, err := evidence.Open(ctx, filepath.Join(dir, "evidence"))
	check(t, err)
	t.Cleanup(func() { files.Close() })
	a, err := access.New(access.Config{Keys: s, Secret: secret, Now: libraryNow, Random: counted(), Log: quiet})
	check(t, err)
	p := &player{vars: map[string]string{}, ledger: &pact{agreed: map[int64]tlog.Hash{}}}
	p.handler, err = api.New(api.Config{Book: b, Store: s, Evidence: files, Access: a, Limits: access.NewLimits(nil, libraryNow), Metrics: api.NewMetrics(), Anchors: p.ledger,
		LogKey: vkey, URL: "https://mingzhang.example", Now: libraryNow, Log: quiet})
	check(t, err)
	server := httptest.NewServer(p.handler)
	t.Cleanup(server.Close)
	p.url = server.URL
	p.begin(t, b, a)
	return p
}

// begin registers the platform, as its operator does.
func (p *player) begin(t testing.TB, b *book.Book, a *access.Access) {
	t.Helper()
	_, err := b.Submit(context.Background(), book.Request{By: ledger.Author{Org: 0, Key: "setup"}, What: book.RegisterOrganization{USCC: libraryCode(1), Name: "某平台", Kind: ledger.Platform}})
	check(t, err)
	platform := int64(0)
	key, err := a.Create(context.Background(), access.Operator, access.Wish{Role: ledger.Platform, Organization: &platform})
	check(t, err)
	p.vars["operator.key"] = key.Reveal()
	for n := range 10 {
		p.vars[fmt.Sprint("uscc", n)] = libraryCode(n)
	}
	for name, content := range map[string]string{"hash-original": "original of an invoice", "hash-redacted": "the invoice, in part"} {
		sum := sha256.Sum256([]byte(content))
		p.vars[name] = "sha256:" + hex.EncodeToString(sum[:])
	}
}

// fill puts what earlier answers had into a text.
func (p *player) fill(text string) string {
	var pairs []string
	for name, value := range p.vars {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// play sends a step.
func (p *player) play(t testing.TB, s step) (e example, r *http.Request, sent []byte, header http.Header, answer []byte) {
	t.Helper()
	path := p.fill(s.path)
	sent, media := []byte(p.fill(s.body)), "application/json"
	if s.form != nil {
		sent, media = p.form(t, s)
	} else if strings.HasPrefix(path, "/v1/batches") {
		media = "application/x-ndjson"
	}
	r, err := http.NewRequest(s.method, p.url+path, bytes.NewReader(sent))
	check(t, err)
	if s.method == "POST" {
		r.Header.Set("Content-Type", media)
	}
	if s.as != "" {
		r.Header.Set("Authorization", "Bearer "+p.vars[s.as+".key"])
	}
	if s.accept != "" {
		r.Header.Set("Accept", s.accept)
	}
	res, err := http.DefaultClient.Do(r)
	check(t, err)
	defer res.Body.Close()
	answer, err = io.ReadAll(res.Body)
	check(t, err)
	if res.StatusCode != s.status {
		t.Fatalf("%s: %s %s is answered %d, want %d\n%s\n%s", s.name, s.method, path, res.StatusCode, s.status, sent, answer)
	}
	p.keep(s.name, answer)
	return exampleOf(s, path, media, sent, res, answer), r, sent, res.Header, answer
}

// form makes the body of an upload.
func (p *player) form(t testing.TB, s step) ([]byte, string) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	check(t, w.SetBoundary("example"))
	for _, name := range []string{"public", "redacted"} {
		if value := s.form[name]; value != "" {
			check(t, w.WriteField(name, p.fill(value)))
		}
	}
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="发票.txt"`}, "Content-Type": {"text/plain"}})
	check(t, err)
	io.WriteString(part, s.body)
	check(t, w.Close())
	return body.Bytes(), w.FormDataContentType()
}

// keep remembers what later steps need of an answer.
func (p *player) keep(name string, answer []byte) {
	var a struct {
		ID       any    `json:"id"`
		Key      string `json:"key"`
		LeafHash string `json:"leaf_hash"`
		Receipt  struct{ Code string }
	}
	d := json.NewDecoder(bytes.NewReader(answer))
	d.UseNumber()
	if d.Decode(&a) != nil || a.ID == nil {
		return
	}
	p.vars[name] = fmt.Sprint(a.ID)
	p.vars[name+".key"], p.vars[name+".code"] = a.Key, url.PathEscape(a.Receipt.Code)
	p.vars[name+".leaf"] = a.LeafHash
	if name == "donation" { // as if platform and regulator had made an exception for it
		var leaf tlog.Hash
		hex.Decode(leaf[:], []byte(strings.TrimPrefix(a.LeafHash, "sha256:")))
		index, _ := strconv.ParseInt(p.vars[name], 10, 64)
		p.ledger.agreed[index] = leaf
	}
}

// published waits until the checkpoint covers the whole log.
func (p *player) published(t testing.TB) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		var l api.Log
		res, err := http.Get(p.url + "/v1/log")
		check(t, err)
		json.NewDecoder(res.Body).Decode(&l)
		res.Body.Close()
		if l.Size > 0 && l.Size == l.Head.Size {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the log was never published")
}
