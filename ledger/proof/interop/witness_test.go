package interop

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	_ "modernc.org/sqlite"

	"mingzhang/ledger/proof"
)

// litewitness is a witness that runs.
type litewitness struct {
	*running
	url, key string
}

// witness starts litewitness for one log.
func witness(t *testing.T, origin, logKey string) *litewitness {
	t.Helper()
	dir, err := os.MkdirTemp("", "w") // the name of a socket must be short
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket, fingerprint := keyring(t, dir)
	db := filepath.Join(dir, "litewitness.db")
	enrol(t, db, origin, logKey)
	address := free(t)
	r := start(t, "litewitness", "-name=witness.example/lite", "-db="+db, "-ssh-agent="+socket, "-key="+fingerprint, "-listen="+address)
	text := r.says(t, "msg=listening")
	_, key, _ := strings.Cut(text, "vkey=")
	key, _, _ = strings.Cut(key, "\n")
	return &litewitness{r, "http://" + address, strings.Trim(key, `"`)}
}

// keyring keeps the witness's key as an SSH agent does.
func keyring(t *testing.T, dir string) (socket, fingerprint string) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	ring := agent.NewKeyring()
	must(t, ring.Add(agent.AddedKey{PrivateKey: key}))
	public, err := ssh.NewPublicKey(key.Public())
	must(t, err)
	socket = filepath.Join(dir, "agent")
	listener, err := net.Listen("unix", socket)
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go agent.ServeAgent(ring, conn)
		}
	}()
	return socket, ssh.FingerprintSHA256(public)
}

// enrol tells the witness of a log, as its own witnessctl does: that program cannot be
// had through the module proxy.
func enrol(t *testing.T, name, origin, key string) {
	t.Helper()
	db, err := sql.Open("sqlite", name)
	must(t, err)
	defer db.Close()
	empty := sha256.Sum256(nil)
	for _, s := range []struct {
		text string
		args []any
	}{
		{"CREATE TABLE log (origin TEXT PRIMARY KEY, tree_size INTEGER NOT NULL, tree_hash TEXT NOT NULL)", nil},
		{"CREATE TABLE key (origin TEXT NOT NULL, key TEXT NOT NULL, FOREIGN KEY(origin) REFERENCES log(origin))", nil},
		{"INSERT INTO log VALUES (?, 0, ?)", []any{origin, base64.StdEncoding.EncodeToString(empty[:])}},
		{"INSERT INTO key VALUES (?, ?)", []any{origin, key}},
	} {
		_, err := db.Exec(s.text, s.args...)
		must(t, err)
	}
}

// free gives an address that nobody listens on, and that nobody will be given who asks
// for any: litewitness must be told one.
func free(t *testing.T) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", 10_000+mathrand.IntN(10_000)))
		if err == nil {
			l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}

// TestWitness: litewitness cosigns every checkpoint; its signature is in the published
// one and in receipts, and `mingzhang verify` counts it.
func TestWitness(t *testing.T) {
	dir := data(t)
	w, s := witnessed(t, dir)
	checkpoint := cosigned(t, s, w, 0)

	receipt := s.get(t, "/v1/receipts/"+city.Showcase.Receipt)
	name := filepath.Join(t.TempDir(), "receipt.json")
	must(t, os.WriteFile(name, []byte(receipt), 0o600))
	for _, what := range []string{name, s.url + "/receipts/" + city.Showcase.Receipt} {
		r := run(t, long, "mingzhang", "verify", what, "--log-key", s.key, "--witness", w.key)
		if r.code != 0 || !strings.Contains(r.out, "the witness witness.example/lite saw this checkpoint at ") {
			t.Errorf("verify %s gives %d:\n%s%s", what, r.code, r.out, r.problem)
		}
	}
	give(t, s)
	later := cosigned(t, s, w, sizeOf(t, checkpoint))

	t.Run("restarted", func(t *testing.T) {
		s.end()
		again := serve(t, dir, "--witness", w.key+" "+w.url)
		give(t, again)
		cosigned(t, again, w, sizeOf(t, later))
		again.end()
	})
	t.Run("an old database", func(t *testing.T) {
		// The folder was lost with all that it knew, but for keys; the witness remembers.
		refused(t, w, "but the database has", func(old string) {})
	})
	t.Run("another history", func(t *testing.T) {
		refused(t, w, "has seen another log", func(old string) {
			s := serve(t, old)
			for range 4 {
				give(t, s)
			}
			s.end()
		})
	})
}

// witnessed starts a server with a witness.
func witnessed(t *testing.T, dir string) (*litewitness, *served) {
	t.Helper()
	quiet := serve(t, dir)
	origin, _, _ := strings.Cut(quiet.get(t, "/checkpoint"), "\n")
	quiet.end()
	w := witness(t, origin, quiet.key)
	return w, serve(t, dir, "--witness", w.key+" "+w.url, "--quorum", "1")
}

// refused: a server whose log is not the one that the witness knows does not start.
func refused(t *testing.T, w *litewitness, says string, prepare func(old string)) {
	t.Helper()
	old := data(t)
	prepare(old)
	r := run(t, long, "mingzhang", "serve", "--data", old, "--listen", "127.0.0.1:0", "--witness", w.key+" "+w.url)
	if r.code != 1 || !strings.Contains(r.problem, says) {
		t.Errorf("the server ends with %d:\n%s%s", r.code, r.out, r.problem)
	}
}

// cosigned waits for a published checkpoint of more records that the witness has signed.
func cosigned(t *testing.T, s *served, w *litewitness, beyond int64) string {
	t.Helper()
	verifier, err := proof.NewVerifier(w.key)
	must(t, err)
	log, err := proof.NewVerifier(s.key)
	must(t, err)
	patience := time.After(long)
	for {
		text := s.get(t, "/checkpoint")
		cp, n, err := proof.OpenCheckpoint([]byte(text), log.Name(), log, verifier)
		must(t, err)
		if cp.Size > beyond && len(n.Sigs) == 2 {
			if at, ok := proof.Seen(n.Sigs[1]); !ok || time.Since(at).Abs() > time.Hour {
				t.Errorf("the witness says that it saw it at %v", at)
			}
			return text
		}
		select {
		case <-patience:
			t.Fatalf("the witness has not signed:\n%s\n%s\n%s", text, w.text(), s.text())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func sizeOf(t *testing.T, checkpoint string) int64 {
	t.Helper()
	text, _, _ := strings.Cut(checkpoint, "\n\n")
	cp, err := proof.ParseCheckpoint(text + "\n")
	must(t, err)
	return cp.Size
}

// give records a gift through the API.
func give(t *testing.T, s *served) {
	t.Helper()
	key := run(t, long, "mingzhang", "keys", "create", "--role", "platform", "--data", s.dir)
	if key.code != 0 {
		t.Fatal(key.problem)
	}
	body, err := json.Marshal(map[string]any{"project": city.Showcase.Running, "asset": "CNY", "amount": 100, "occurred": time.Now().UTC().Format(time.DateOnly),
		"channel": "bank", "serial": fmt.Sprint(time.Now().UnixNano()), "donor": map[string]any{"kind": "anonymous", "display": "匿名"}})
	must(t, err)
	req, err := http.NewRequest(http.MethodPost, s.url+"/v1/donations", bytes.NewReader(body))
	must(t, err)
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(key.out))
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	must(t, err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		var text bytes.Buffer
		text.ReadFrom(resp.Body)
		t.Fatalf("a gift: %s %s", resp.Status, text.String())
	}
}
