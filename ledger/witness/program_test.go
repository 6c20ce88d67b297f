package witness

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger/proof"
)

// program is a witness as the specification has it (tlog-witness), written for itself so
// that a test can have it fail in any way; `make interop` has one that others wrote.
type program struct {
	*httptest.Server
	name string
	key  ed25519.PrivateKey
	log  note.Verifier

	mu    sync.Mutex
	last  proof.Checkpoint
	asked []string                                           // the first line of each request
	fault func(http.ResponseWriter, *http.Request, int) bool // answers in its place; told the how-maniest request it is
}

// start runs a witness. Its name makes its key.
func start(t *testing.T, name string, log note.Verifier) *program {
	t.Helper()
	seed := sha256.Sum256([]byte(name))
	p := &program{name: name, key: ed25519.NewKeyFromSeed(seed[:]), log: log}
	p.Server = httptest.NewServer(http.HandlerFunc(p.answer))
	t.Cleanup(p.Close)
	return p
}

// breaks has the witness answer otherwise from now on; nil mends it.
func (p *program) breaks(fault func(http.ResponseWriter, *http.Request, int) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = fault
}

func (p *program) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.asked...)
}

func (p *program) size() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last.Size
}

// forget makes the witness believe another history.
func (p *program) forget(cp proof.Checkpoint) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = cp
}

func (p *program) id() []byte { return append([]byte{4}, p.key[32:]...) }

func (p *program) Name() string { return p.name }

func (p *program) KeyHash() uint32 {
	sum := sha256.Sum256([]byte(p.name + "\n" + string(p.id())))
	return binary.BigEndian.Uint32(sum[:])
}

func (p *program) Sign(text []byte) ([]byte, error) {
	at := uint64(time.Now().Unix())
	sig := ed25519.Sign(p.key, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at, text))
	return append(binary.BigEndian.AppendUint64(nil, at), sig...), nil
}

// flag is the witness as the command line has it.
func (p *program) flag() string {
	return fmt.Sprintf("%s+%08x+%s %s", p.name, p.KeyHash(), base64.StdEncoding.EncodeToString(p.id()), p.URL)
}

// line signs a checkpoint whatever it is.
func (p *program) line(cp proof.Checkpoint) string {
	msg, err := note.Sign(&note.Note{Text: cp.Text()}, p)
	if err != nil {
		panic(err)
	}
	_, line, _ := strings.Cut(string(msg), "\n\n")
	return line
}

func (p *program) answer(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	first, _, _ := strings.Cut(string(body), "\n")
	p.mu.Lock()
	p.asked = append(p.asked, first)
	fault, n := p.fault, len(p.asked)
	p.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil || fault != nil && fault(w, r, n) {
		return
	}
	status, text := p.add(r.Method+" "+r.URL.Path, body)
	if status == http.StatusConflict {
		w.Header().Set("Content-Type", "text/x.tlog.size")
	}
	w.WriteHeader(status)
	io.WriteString(w, text)
}

// add is add-checkpoint.
func (p *program) add(call string, body []byte) (int, string) {
	head, msg, ok := bytes.Cut(body, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	digits, isOld := strings.CutPrefix(lines[0], "old ")
	old, err := strconv.ParseInt(digits, 10, 64)
	if call != "POST /add-checkpoint" || !ok || !isOld || err != nil || len(lines) > 64 {
		return http.StatusBadRequest, ""
	}
	var tree tlog.TreeProof
	for _, line := range lines[1:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return http.StatusBadRequest, ""
		}
		tree = append(tree, h)
	}
	cp, _, err := proof.OpenCheckpoint(msg, p.log.Name(), p.log)
	if err != nil {
		return http.StatusForbidden, ""
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case old > cp.Size:
		return http.StatusBadRequest, ""
	case old != p.last.Size || old == cp.Size && p.last.Root != cp.Root:
		return http.StatusConflict, fmt.Sprintf("%d\n", p.last.Size)
	case old > 0 && old < cp.Size && tlog.CheckTree(tree, cp.Size, cp.Root, old, p.last.Root) != nil:
		return http.StatusUnprocessableEntity, ""
	}
	p.last = cp
	return http.StatusOK, p.line(cp)
}
