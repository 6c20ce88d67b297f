package store_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// fault is what a proxy does to the next COMMIT that comes by.
type fault int32

const (
	none   fault = iota
	before       // the server never sees it
	during       // the server has it, and the client is gone before it is done
	after        // the server has answered, and the answer is lost
	silent       // nothing comes through any more, and neither side is told, until heal
)

// proxy stands between a store and PostgreSQL and reads what passes: it knows a
// COMMIT when it sees one.
type proxy struct {
	network, server string
	armed           atomic.Int32 // the fault for the next COMMIT
	budget          atomic.Int64 // bytes until a connection is cut, if positive
	cuts            atomic.Int64
	heal            chan bool
	shut            atomic.Bool // nobody new comes through
}

// through starts a proxy for the server of an address and gives the address that
// leads through it.
func through(t testing.TB, address string) (*proxy, string) {
	t.Helper()
	c, err := pgx.ParseConfig(address)
	must(t, err)
	p := &proxy{heal: make(chan bool)}
	p.network, p.server = pgconn.NetworkAddress(c.Host, c.Port)
	folder, err := os.MkdirTemp("", "cut-") // not the test's own: a socket's path is short
	must(t, err)
	listener, err := net.Listen("unix", filepath.Join(folder, ".s.PGSQL.5432"))
	must(t, err)
	t.Cleanup(func() { listener.Close(); os.RemoveAll(folder) })
	go p.serve(listener)
	u, err := url.Parse(address)
	must(t, err)
	q := u.Query()
	q.Set("host", folder)
	q.Set("port", "5432")
	q.Set("sslmode", "disable")
	u.Host, u.RawQuery = "", q.Encode()
	return p, u.String()
}

func (p *proxy) serve(l net.Listener) {
	for {
		client, err := l.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial(p.network, p.server)
		if err != nil || p.shut.Load() {
			client.Close()
			continue
		}
		w := &wire{proxy: p, client: client, server: server, commits: map[string]bool{}, quiet: sync.NewCond(&sync.Mutex{})}
		go w.up()
		go w.down()
	}
}

// wire is one connection through the proxy.
type wire struct {
	*proxy
	client, server net.Conn
	commits        map[string]bool // prepared statements that are a COMMIT
	begun          bool            // the COMMIT was sent; its end is what comes next
	fate           fault           // of that COMMIT
	open           int             // how many times the server is still to say that it is ready
	quiet          *sync.Cond      // when that changes
	lost           atomic.Bool     // the answers are lost from now on
}

func (w *wire) cut() {
	w.cuts.Add(1)
	w.client.Close()
	w.server.Close()
}

// up carries what the client says.
func (w *wire) up() {
	defer w.client.Close()
	defer w.server.Close()
	for kind := 0; ; kind = 1 { // the first message has no type
		m, err := message(w.client, kind)
		if err != nil {
			return
		}
		if kind == 1 && w.isCommit(m) {
			w.wait() // what was sent before it is done
			w.begun, w.fate = true, fault(w.armed.Swap(int32(none)))
			if w.fate == before {
				w.cut()
				return
			}
			w.lost.Store(w.fate == after || w.fate == silent)
			if w.fate == silent {
				w.cuts.Add(1)
				<-w.heal
				return
			}
		}
		if kind == 1 && (m[0] == 'Q' || m[0] == 'S') {
			w.awaits(1)
		}
		if !w.pass(w.server, m) {
			return
		}
		if w.begun && w.fate == during && (m[0] == 'Q' || m[0] == 'S') {
			w.cut()
			return
		}
	}
}

// down carries what the server says, unless that is lost.
func (w *wire) down() {
	defer w.server.Close()
	defer w.awaits(-1 << 40) // nobody waits any more
	for {
		m, err := message(w.server, 1)
		if err != nil && w.lost.Load() {
			return
		}
		if err != nil {
			w.client.Close()
			return
		}
		if w.lost.Load() {
			if m[0] == 'Z' { // ready for the next: the COMMIT is done
				w.cut()
				return
			}
			continue
		}
		if !w.pass(w.client, m) {
			return
		}
		if m[0] == 'Z' {
			w.awaits(-1)
		}
	}
}

// awaits counts what the server is to answer.
func (w *wire) awaits(n int) {
	w.quiet.L.Lock()
	w.open += n
	w.quiet.L.Unlock()
	w.quiet.Broadcast()
}

// wait returns when the server has answered everything.
func (w *wire) wait() {
	w.quiet.L.Lock()
	for w.open > 0 {
		w.quiet.Wait()
	}
	w.quiet.L.Unlock()
}

// pass carries a message, as far as the budget goes.
func (w *wire) pass(to net.Conn, m []byte) bool {
	left := w.budget.Add(-int64(len(m)))
	if had := left + int64(len(m)); had > 0 && left <= 0 {
		to.Write(m[:had])
		w.cut()
		return false
	}
	_, err := to.Write(m)
	return err == nil
}

// message reads one message of the protocol whole.
func message(from io.Reader, kind int) ([]byte, error) {
	head := make([]byte, kind+4)
	if _, err := io.ReadFull(from, head); err != nil {
		return nil, err
	}
	m := make([]byte, kind+int(binary.BigEndian.Uint32(head[kind:])))
	_, err := io.ReadFull(from, m[copy(m, head):])
	return m, err
}

// isCommit knows a COMMIT in a simple query and in the run of a prepared statement.
func (w *wire) isCommit(m []byte) bool {
	commit := func(text []byte) bool { return bytes.HasPrefix(bytes.ToUpper(bytes.TrimSpace(text)), []byte("COMMIT")) }
	first, rest, _ := bytes.Cut(m[5:], []byte{0})
	switch m[0] {
	case 'Q':
		return commit(first)
	case 'P':
		w.commits[string(first)] = commit(rest)
	case 'B':
		name, _, _ := bytes.Cut(rest, []byte{0})
		return w.commits[string(name)]
	}
	return false
}
