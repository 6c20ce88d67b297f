package explorer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger/proof"
)

// reply is an answer that somebody on the way may change.
type reply struct {
	status      int
	media, body string
}

// swap puts one text for another, once.
func (a *reply) swap(t *testing.T, old, new string) {
	if !strings.Contains(a.body, old) {
		t.Errorf("%q is not in the answer", old)
	}
	a.body = strings.Replace(a.body, old, new, 1)
}

// between puts somebody between browser and server who changes answers on the way.
func (s *site) between(t *testing.T, change func(r *http.Request, a *reply)) string {
	t.Helper()
	target, err := url.Parse(s.url)
	check(err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Accept-Encoding", "identity")
		held := httptest.NewRecorder()
		proxy.ServeHTTP(held, r)
		a := reply{held.Code, held.Header().Get("Content-Type"), held.Body.String()}
		change(r, &a)
		for name, values := range held.Header() {
			w.Header()[name] = values
		}
		w.Header().Del("Content-Length")
		w.Header().Set("Content-Type", a.media)
		w.WriteHeader(a.status)
		w.Write([]byte(a.body))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// signerOf gives the key of that seed, under the name of a log. That of the tests has the
// seed 1.
func signerOf(name string, seed byte) (signer note.Signer, vkey string) {
	skey, vkey, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{seed}, 32)), name)
	check(err)
	signer, err = note.NewSigner(skey)
	check(err)
	return signer, vkey
}

// proofAt proves a record under the checkpoint of another size, signed by whoever.
func (s *site) proofAt(index, size int64, signers ...note.Signer) string {
	root, err := proof.Root(size, s.store)
	check(err)
	p := proof.Proof{Index: index}
	p.Hashes, err = proof.Inclusion(size, root, index, s.store)
	check(err)
	return s.sealed(p, proof.Checkpoint{Origin: origin, Size: size, Root: root}, signers...)
}

// sealed is a proof with a checkpoint, true or not.
func (s *site) sealed(p proof.Proof, cp proof.Checkpoint, signers ...note.Signer) string {
	msg, err := note.Sign(&note.Note{Text: cp.Text()}, signers...)
	check(err)
	p.Checkpoint = msg
	return string(p.Format())
}

// deceit is what may come to the browser in place of a record and its proof, and what its
// check has to say of that.
type deceit struct {
	name    string
	record  func(a *reply) // what becomes of the record, and of
	proof   func(a *reply) // its proof on the way, nil for nothing
	key     string         // that the visitor puts for the page's, "" to leave it
	before  string         // a script that makes the browser another one
	verdict string         // of the catalogue's check.…
	failed  string         // step that does not succeed
	fault   string         // that the step tells, where there is more to tell
}

// TestCheckInBrowser: the browser proves a record. It does not prove one of which a byte or
// the opening was changed on the way, another record or the proof of another; a proof of
// another hash, length, size, root, log, key or signature; and it says that it cannot tell
// where there is no answer, none of this server, or a browser that cannot. Each verdict is
// in the words of the page's language.
func TestCheckInBrowser(t *testing.T) {
	t.Parallel()
	s := open()
	index := s.city.Showcase.Gift
	reached := map[string]bool{}
	for i, d := range s.deceits(t, index) {
		reached[d.fault] = true
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			s.deceive(t, index, d, []string{"zh-Hans", "en"}[i%2])
		})
	}
	for key := range catalogues(t)["zh-Hans"] {
		if fault, ok := strings.CutPrefix(key, "check.fault."); ok && !reached[fault] {
			t.Errorf("no case ends in %s", key)
		}
	}
}

// TestCheckCounts: what the page calls bytes are bytes, also of a record with Chinese.
func TestCheckCounts(t *testing.T) {
	t.Parallel()
	s, w := open(), browse(t, 1200)
	rec, err := s.store.Record(ctx, 0)
	check(err)
	w.do(t, chromedp.Navigate(s.url+"/records/0"), chromedp.Click("#run", chromedp.ByQuery, chromedp.NodeVisible), chromedp.WaitVisible("#verdict[data-outcome]", chromedp.ByQuery))
	if got, want := w.read(t, "#steps [data-step=bytes] code"), fmt.Sprint(len(rec.Bytes), " B"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// deceive has the check run on a page that somebody stands before.
func (s *site) deceive(t *testing.T, index int64, d deceit, language string) {
	record := fmt.Sprint("/v1/records/", index)
	address := s.between(t, func(r *http.Request, a *reply) {
		switch {
		case r.URL.Path == record && d.record != nil:
			d.record(a)
		case r.URL.Path == record+"/proof" && d.proof != nil:
			d.proof(a)
		}
		if a.status == 0 {
			<-r.Context().Done() // it never answers
			a.status = http.StatusGatewayTimeout
		}
	})
	w := browse(t, 1200)
	w.do(t, chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(d.before).Do(ctx)
		return err
	}), chromedp.Navigate(address+in(fmt.Sprint("/records/", index), language)))
	if d.key != "" {
		w.do(t, chromedp.SetAttributeValue("#check details", "open", "", chromedp.ByQuery), chromedp.SetValue("#vkey", d.key, chromedp.ByQuery))
	}
	var outcome, step string
	w.do(t, chromedp.Click("#run", chromedp.ByQuery, chromedp.NodeVisible), chromedp.WaitVisible("#verdict[data-outcome]", chromedp.ByQuery),
		chromedp.AttributeValue("#verdict", "data-outcome", &outcome, nil, chromedp.ByQuery),
		chromedp.Evaluate(fmt.Sprintf(`document.querySelector('#steps :not(.ok)[data-step="%s"]')?.textContent ?? ""`, d.failed), &step))
	want := d.verdict
	if want == "old" {
		want = "unchecked"
	}
	if outcome != want || w.read(t, "#verdict") != say(t, language, "check."+d.verdict) {
		t.Errorf("got %s, %q, want %s: %s", outcome, w.read(t, "#verdict"), want, w.steps(t))
	}
	if d.failed != "" && !strings.Contains(step, say(t, language, "check."+d.failed)) {
		t.Errorf("the step %s did not fail: %s", d.failed, w.steps(t))
	}
	if d.fault != "" && !strings.HasSuffix(step, say(t, language, "check.fault."+d.fault)) {
		t.Errorf("the step says %q, want %s", step, d.fault)
	}
	w.forget("500") // a browser notes what does not come
	w.forget("504")
	w.quiet(t)
}

// steps gives what the check has said so far, also where that is nothing.
func (w *window) steps(t *testing.T) (said string) {
	t.Helper()
	w.do(t, chromedp.Evaluate(`document.getElementById("steps").innerText`, &said))
	return said
}

// deceits are those of a gift's record.
func (s *site) deceits(t *testing.T, index int64) []deceit {
	size, other := s.book.Head().Size, index+1
	log, _ := signerOf(origin, 1)
	stranger, strangersKey := signerOf(origin, 2)
	elsewhere, elsewheresKey := signerOf("mingzhang.example/other", 1)
	_, own := signerOf(origin, 1)
	root, err := proof.Root(size, s.store)
	check(err)
	cp := proof.Checkpoint{Origin: origin, Size: size, Root: root}
	hashes, err := proof.Inclusion(size, root, index, s.store)
	check(err)
	short := proof.Proof{Index: index, Hashes: hashes[:len(hashes)-1]}
	long := proof.Proof{Index: index, Hashes: append(hashes[:len(hashes):len(hashes)], tlog.Hash{})}
	flipped := proof.Proof{Index: index, Hashes: append(tlog.RecordProof{}, hashes...)}
	flipped.Hashes[3][31] ^= 1
	first := hashes[0].String()
	says := func(text string) func(*reply) { return func(a *reply) { a.body = text } }
	swap := func(old, new string) func(*reply) { return func(a *reply) { a.swap(t, old, new) } }
	page := func(a *reply) { a.media, a.body = "text/html; charset=utf-8", "<!doctype html><title>login</title>" }
	fails := func(a *reply) { a.status, a.media, a.body = 500, "text/html; charset=utf-8", "" }
	silent := func(a *reply) { a.status = 0 }
	huge := func(a *reply) {
		bytes, err := json.Marshal(strings.Repeat("[", 4<<20) + strings.Repeat("x", 16<<20))
		check(err)
		a.body = `{"bytes":` + string(bytes) + `}`
	}
	impatient := `AbortSignal.timeout = () => { const c = new AbortController(); setTimeout(() => c.abort(), 100); return c.signal }`
	withdrawn := func(a *reply) { a.swap(t, `"public_opening":`, `"other":`) }
	return []deceit{
		{name: "as it is", verdict: "proven"},
		{name: "as it is, in English", verdict: "proven"},
		{name: "the log's key from elsewhere", key: " " + own + " ", verdict: "proven"},
		{name: "an older checkpoint", proof: says(s.proofAt(index, other, log)), verdict: "proven"},
		{name: "words withdrawn meanwhile", record: withdrawn, verdict: "proven", failed: "withdrawn"},

		{name: "an amount", record: swap(`\"amount\":200000`, `\"amount\":200001`), verdict: "refuted", failed: "path"},
		{name: "another amount", record: swap(`\"amount\":200000`, `\"amount\":200001`), verdict: "refuted", failed: "bytes"},
		{name: "the number", record: swap(fmt.Sprintf(`\"index\":%d`, index), `\"index\":1`), verdict: "refuted", failed: "leaf", fault: "number"},
		{name: "another record", record: s.instead(t, fmt.Sprint("/v1/records/", other)), proof: s.instead(t, fmt.Sprint("/v1/records/", other, "/proof")), verdict: "refuted", failed: "leaf", fault: "number"},
		{name: "the giver's words", record: swap(`\"note\":\"给`, `\"note\":\"送`), verdict: "refuted", failed: "opening"},
		{name: "an opening that is none", record: swap(`"public_opening":"{`, `"public_opening":"`), verdict: "refuted", failed: "opening"},
		{name: "a huge record", record: huge, verdict: "refuted", failed: "leaf", fault: "unreadable"},
		{name: "bytes that are no record", record: says(`{"bytes":"7"}`), verdict: "refuted", failed: "leaf", fault: "number"},
		{name: "an opening that is no text", record: swap(`"public_opening":"{`, `"public_opening":{},"other":"`), verdict: "refuted", failed: "opening"},

		{name: "no proof", proof: says("nothing"), verdict: "refuted", failed: "path", fault: "proof"},
		{name: "half a proof", proof: says("c2sp.org/tlog-proof@v1"), verdict: "refuted", failed: "path", fault: "unreadable"},
		{name: "a proof without a checkpoint", proof: says(fmt.Sprintf("c2sp.org/tlog-proof@v1\nindex %d\n%s\n\n%s\n", index, first, origin)), verdict: "refuted", failed: "path", fault: "checkpoint"},
		{name: "a proof without end", proof: says(fmt.Sprintf("c2sp.org/tlog-proof@v1\nindex %d\n%s", index, strings.Repeat(first+"\n", 1<<16))), verdict: "refuted", failed: "path", fault: "proof"},
		{name: "the proof of another record", proof: s.instead(t, fmt.Sprint("/v1/records/", other, "/proof")), verdict: "refuted", failed: "path", fault: "other"},
		{name: "its number on another's proof", proof: says(strings.Replace(s.proofAt(other, size, log), fmt.Sprint("index ", other), fmt.Sprint("index ", index), 1)), verdict: "refuted", failed: "path"},
		{name: "a bit of a hash", proof: says(s.sealed(flipped, cp, log)), verdict: "refuted", failed: "path"},
		{name: "a hash too short", proof: swap(first, "AAAA"), verdict: "refuted", failed: "path", fault: "hash"},
		{name: "a hash that is none", proof: swap(first, first[:20]+"!"+first[21:]), verdict: "refuted", failed: "path", fault: "base64"},
		{name: "a hash too few", proof: says(s.sealed(short, cp, log)), verdict: "refuted", failed: "path", fault: "length"},
		{name: "a hash too many", proof: says(s.sealed(long, cp, log)), verdict: "refuted", failed: "path", fault: "length"},
		{name: "a tree that ends before it", proof: says(s.sealed(short, proof.Checkpoint{Origin: origin, Size: index, Root: root}, log)), verdict: "refuted", failed: "path", fault: "outside"},
		{name: "a smaller tree", proof: says(strings.Replace(s.proofAt(index, other, log), fmt.Sprint("\n", other, "\n"), fmt.Sprint("\n", size, "\n"), 1)), verdict: "refuted", failed: "path", fault: "length"},
		{name: "another root, signed", proof: says(s.sealed(short, proof.Checkpoint{Origin: origin, Size: size, Root: tlog.Hash{1}}, log)), verdict: "refuted", failed: "path"},

		{name: "the size", proof: swap(fmt.Sprint("\n", size, "\n"), fmt.Sprint("\n", size+1, "\n")), verdict: "refuted", failed: "signature"},
		{name: "a signature", proof: flipSignature, verdict: "refuted", failed: "signature"},
		{name: "no signature", proof: says(s.sealed(proof.Proof{Index: index, Hashes: hashes}, cp)), verdict: "refuted", failed: "signature"},
		{name: "another key", proof: says(s.proofAt(index, size, stranger)), verdict: "refuted", failed: "signature"},
		{name: "another key under the log's hash", proof: says(s.proofAt(index, size, disguised{stranger, log.KeyHash()})), verdict: "refuted", failed: "signature"},
		{name: "the origin", proof: swap("\n\n"+origin, "\n\nmingzhang.example/other"), verdict: "refuted", failed: "signature", fault: "log"},
		{name: "another log, signed", proof: says(s.sealed(proof.Proof{Index: index, Hashes: hashes}, proof.Checkpoint{Origin: "mingzhang.example/other", Size: size, Root: root}, log, elsewhere)), verdict: "refuted", failed: "signature", fault: "log"},
		{name: "the visitor's other key", key: strangersKey, verdict: "refuted", failed: "signature"},
		{name: "the visitor's key of another log", key: elsewheresKey, verdict: "refuted", failed: "signature", fault: "log"},
		{name: "a key that is none", key: "sesame", verdict: "refuted", failed: "signature", fault: "key"},
		{name: "a key with another's hash", key: own[:len(origin)+1] + "00000000" + own[len(origin)+9:], verdict: "refuted", failed: "signature", fault: "keyhash"},

		{name: "no record", record: fails, verdict: "unchecked", failed: "offline"},
		{name: "no way to the proof", proof: fails, verdict: "unchecked", failed: "offline"},
		{name: "an empty record", record: says(""), verdict: "unchecked", failed: "offline", fault: "unreadable"},
		{name: "an empty proof", proof: says(""), verdict: "unchecked", failed: "offline", fault: "unreadable"},
		{name: "a record that is null", record: says("null"), verdict: "unchecked", failed: "offline", fault: "unreadable"},
		{name: "a record without bytes", record: says(`{"bytes":[1,2]}`), verdict: "unchecked", failed: "offline", fault: "unreadable"},
		{name: "half a record", record: func(a *reply) { a.body = a.body[:len(a.body)/2] }, verdict: "unchecked", failed: "offline", fault: "unreadable"},
		{name: "a page in place of the record", record: page, verdict: "unchecked", failed: "offline", fault: "unreadable"},
		{name: "a page in place of the proof", proof: page, verdict: "unchecked", failed: "offline", fault: "unreadable"},
		{name: "a record that never comes", record: silent, before: impatient, verdict: "unchecked", failed: "offline"},
		{name: "a browser without Ed25519", before: `SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException("no", "NotSupportedError"))`, verdict: "unchecked", failed: "signature"},
		{name: "a browser without Ed25519, and a bit", proof: says(s.sealed(flipped, cp, log)), before: `SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException("no", "NotSupportedError"))`, verdict: "refuted", failed: "path"},
		{name: "a browser without hashes", before: `Object.defineProperty(Crypto.prototype, "subtle", {value: undefined})`, verdict: "old"},
	}
}

// instead gives the answer of another address.
func (s *site) instead(t *testing.T, path string) func(*reply) {
	return func(a *reply) {
		r, err := http.NewRequest("GET", s.url+path, nil)
		check(err)
		r.Header.Set("Accept", strings.Split(a.media, ";")[0])
		answer, err := plain.Do(r)
		if err != nil {
			t.Error(err)
			return
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		check(err)
		a.body = string(body)
	}
}

// flipSignature changes six bits of the log's signature.
func flipSignature(a *reply) {
	at := strings.LastIndex(strings.TrimSpace(a.body), " ") + 12 // behind the key's hash
	flipped := "A"
	if a.body[at:at+1] == flipped {
		flipped = "B"
	}
	a.body = a.body[:at] + flipped + a.body[at+1:]
}

// disguised signs under the hash of another key.
type disguised struct {
	note.Signer
	hash uint32
}

func (d disguised) KeyHash() uint32 { return d.hash }
