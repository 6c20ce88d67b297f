// Package fresh keeps answers for as long as nothing that they show has changed.
//
// An answer is kept under its entity tag, which is a hash of everything that it depends
// on: the head of the log above all. What has changed has another tag, so that a kept
// answer is never wrong; it is only forgotten when room is needed. Of many who ask for
// the same answer at once, one makes it; where that one goes away before it is made, one of
// the others does, and the rest wait on.
package fresh

import (
	"bytes"
	"container/list"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// Answers are kept answers. They may be used from any number of goroutines.
type Answers struct {
	most int // bytes

	mu    sync.Mutex
	bytes int
	order *list.List // of *answer, the last used first
	kept  map[string]*list.Element
	made  map[string]*making
}

// answer is what a handler wrote.
type answer struct {
	tag    string
	header http.Header
	plain  []byte
	packed []byte // gzip, where that is shorter
}

// making is an answer that somebody makes right now.
type making struct {
	done   chan struct{}
	answer *answer // nil where it is not one to keep
	left   bool    // whoever made it went away meanwhile: another has to
}

// New makes room for answers of so many bytes.
func New(most int) *Answers {
	return &Answers{most: most, order: list.New(), kept: map[string]*list.Element{}, made: map[string]*making{}}
}

// largest is the largest answer that is kept.
const largest = 1 << 20

// Serve answers with what is kept under a tag, or has it made. The header of w, as it is
// when Serve is called, is left as it is; only answers of 200 are kept, and everything
// else goes through unchanged.
func (a *Answers) Serve(w http.ResponseWriter, r *http.Request, tag string, answer func(http.ResponseWriter)) {
	for {
		found, m, mine := a.find(tag)
		switch {
		case found != nil:
			found.write(w, r)
			return
		case mine:
			a.fill(m, w, r, tag, answer)
			return
		}
		select {
		case <-m.done:
		case <-r.Context().Done():
			return
		}
		switch {
		case m.answer != nil:
			m.answer.write(w, r)
			return
		case !m.left:
			answer(w) // whoever made it could not keep it
			return
		}
	}
}

// find gives a kept answer, or who makes it; mine says that it is the caller.
func (a *Answers) find(tag string) (found *answer, m *making, mine bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if e := a.kept[tag]; e != nil {
		a.order.MoveToFront(e)
		return e.Value.(*answer), nil, false
	}
	if m = a.made[tag]; m != nil {
		return nil, m, false
	}
	m = &making{done: make(chan struct{})}
	a.made[tag] = m
	return nil, m, true
}

// fill has an answer made, keeps it and writes it.
func (a *Answers) fill(m *making, w http.ResponseWriter, r *http.Request, tag string, answer func(http.ResponseWriter)) {
	held := &holding{ResponseWriter: w}
	func() {
		defer func() { // also when the handler panics: others wait for it
			a.mu.Lock()
			delete(a.made, tag)
			if m.answer != nil {
				a.keep(m.answer)
			}
			a.mu.Unlock()
			close(m.done)
		}()
		answer(held)
		if held.status == http.StatusOK && !held.through {
			m.answer = newAnswer(tag, w.Header(), held.body.Bytes())
		}
		m.left = r.Context().Err() != nil
	}()
	if m.answer != nil {
		m.answer.write(w, r)
	}
}

// keep puts an answer first and forgets what was used longest ago.
func (a *Answers) keep(n *answer) {
	a.kept[n.tag] = a.order.PushFront(n)
	a.bytes += n.size()
	for a.bytes > a.most {
		last := a.order.Back()
		old := a.order.Remove(last).(*answer)
		delete(a.kept, old.tag)
		a.bytes -= old.size()
	}
}

// perAnswer is what an answer costs beside its body, in bytes, about.
const perAnswer = 2000

func (n *answer) size() int { return len(n.plain) + len(n.packed) + perAnswer }

// newAnswer packs what a handler wrote. Headers of the one request are not in it.
func newAnswer(tag string, h http.Header, body []byte) *answer {
	n := &answer{tag: tag, header: http.Header{}, plain: body}
	for name, values := range h {
		if name == "Content-Type" || name == "Link" || name == "Content-Disposition" || name == "Content-Language" {
			n.header[name] = values
		}
	}
	if len(body) < 512 {
		return n
	}
	if packed := pack(body); len(packed) < len(body) {
		n.packed = packed
	}
	return n
}

// packers pack with the least effort: of a page that is half of what level 4 takes, for a
// twelfth more bytes.
var packers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err)
	}
	return z
}}

func pack(body []byte) []byte {
	packed := bytes.NewBuffer(make([]byte, 0, len(body)/4))
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(packed)
	z.Write(body) // a buffer takes everything
	z.Close()
	return packed.Bytes()
}

func (n *answer) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for name, values := range n.header {
		h[name] = values
	}
	body := n.plain
	if n.packed != nil {
		h.Add("Vary", "Accept-Encoding")
		if packs(r) {
			h.Set("Content-Encoding", "gzip")
			body = n.packed
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body))) // whoever wrote it may have said another
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		w.Write(body)
	}
}

// packs says whether the caller takes gzip.
func packs(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if coding == "gzip" {
			return strings.ReplaceAll(quality, " ", "") != "q=0"
		}
	}
	return false
}

// holding holds what a handler writes back until it is whole, so that it can be packed.
// What is no answer of 200, or too much to keep, goes through.
type holding struct {
	http.ResponseWriter
	status  int // 0 before there is one
	body    bytes.Buffer
	through bool
}

func (h *holding) WriteHeader(status int) {
	if status <= 0 || h.through || h.body.Len() > 0 { // Gin says -1 where it leaves that to others
		return
	}
	if h.status = status; status != http.StatusOK {
		h.pass()
	}
}

func (h *holding) Write(p []byte) (int, error) {
	if h.status == 0 {
		h.status = http.StatusOK
	}
	if !h.through && h.body.Len()+len(p) <= largest {
		return h.body.Write(p)
	}
	if !h.through {
		h.pass()
		if _, err := h.ResponseWriter.Write(h.body.Bytes()); err != nil {
			return 0, err
		}
		h.body = bytes.Buffer{}
	}
	return h.ResponseWriter.Write(p)
}

// pass lets through what comes from now on.
func (h *holding) pass() {
	h.through = true
	h.ResponseWriter.WriteHeader(h.status)
}

// Unwrap lets http.ResponseController reach the connection.
func (h *holding) Unwrap() http.ResponseWriter { return h.ResponseWriter }
