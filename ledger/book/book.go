// Package book is the only writer of the system. It turns requests into records and
// commits them in groups.
//
// # Group commit
//
// Callers hand in requests and wait. One committer takes whatever has gathered and
// writes it as one transaction: while one group commits, the next gathers, and an
// idle book commits at once. When a caller has its answer, the record is durable,
// numbered and provable. A request that is refused fails alone; the requests of one
// atomic submission stand or fall together.
//
// The head of the log is locked for the transaction, so that several books, in
// several processes, may share one store: what a book remembers of the tree and of
// pools it forgets when the head has moved.
//
// # Played ahead
//
// Most requests need nothing from the store but what the book remembers. They are
// played while the store writes the group before them, on the head that the log will
// have then. Behind the lock it turns out whether that was right: if the head is
// another, a key was there already, or the group before failed, nothing was written
// and nobody answered, and the group is played again with the store at hand; so is one
// with a request that asks the store.
//
// # What is answered is true
//
// A commit can fail in a way that leaves its outcome open: the connection breaks
// before the answer comes. Nobody is answered then until the head has been read
// again. If it cannot be read, the callers get a refusal that says so, and may ask
// again with the same idempotency key.
package book

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
)

// Config is what a book is made of. Clock, secret and signer come from outside, so
// that a test has them in its hand.
type Config struct {
	Store    Store
	Origin   string           // of the log; the signer's name
	Secret   []byte           // 32 bytes or more, not in the database
	Signer   note.Signer      // of the log
	Verifier note.Verifier    // of the same key
	Next     note.Signer      // of the key that is to follow, which signs beside it; nil for none
	Keeper   Keeper           // keeps the published checkpoint, outside the store
	Now      func() time.Time // time.Now if nil
	Random   func([]byte)     // fills salts; crypto/rand if nil
	Log      *slog.Logger     // slog.Default if nil
	MaxGroup int              // most requests of one transaction; 4096 if 0
	MaxQueue int              // most submissions that wait; 16384 if 0

	// Committed, if not nil, is told of every transaction: its records, how long it took,
	// and why it failed.
	Committed func(records int, took time.Duration, err error)

	// Cosign, if not nil, has witnesses sign a checkpoint that is kept already and gives it
	// with their signatures; those that come later go to late. It takes no longer than a
	// bound of its own. An error, beside the checkpoint, says that a witness knows of
	// records that the store does not have: Open refuses then.
	Cosign func(ctx context.Context, checkpoint []byte, late func([]byte)) ([]byte, error)

	// Patience is how long a transaction may take, and after it the search for its
	// outcome; a minute if 0. A database that falls silent must not hold everybody.
	Patience time.Duration
}

// Book takes requests. Its methods may be called from any number of goroutines.
type Book struct {
	Config
	secret  *secret
	queue   chan *submission
	room    chan struct{} // for those who prepare requests, see Open
	done    chan struct{}
	stop    context.CancelFunc
	cache   cache                 // the committer's
	under   *writing              // the group that the store writes, nil for none; the committer's
	known   atomic.Pointer[Head]  // the last head that this book knows to be the log's
	fault   atomic.Pointer[error] // why nothing is answered any more, nil for nothing
	failed  atomic.Pointer[time.Time]
	publish publisher
	closing sync.RWMutex
	closed  bool
}

// submission is requests that came in together and the place where their answers go.
type submission struct {
	ctx      context.Context
	requests []*prepared
	atomic   bool
	results  []Result
	finished chan struct{}
}

// Result is the answer to a request, or why it was refused.
type Result struct {
	Answer *Answer
	Err    error
}

// ErrClosed is the answer of a book that is shutting down.
var ErrClosed = errors.New("the book is closed")

// Submit records one request and gives the record. It waits until the record is
// durable. When ctx ends first, its error is returned and the request may or may not
// be recorded; a request with an idempotency key can be asked again.
func (b *Book) Submit(ctx context.Context, r Request) (*Answer, error) {
	results, err := b.submit(ctx, []Request{r}, false)
	if err != nil {
		return nil, err
	}
	return results[0].Answer, results[0].Err
}

// SubmitAll records several requests in their order. If atomic, they are all recorded
// next to each other, or none is: then the results of all but the one at fault say
// that they were not recorded because of it, and there may be at most MaxGroup of
// them. If not, each stands for itself; an error then comes with the results of those
// that were answered before it.
func (b *Book) SubmitAll(ctx context.Context, requests []Request, atomic bool) ([]Result, error) {
	if atomic && len(requests) > b.MaxGroup {
		return nil, ledger.Refuse(ledger.Invalid, "batch-too-large", "",
			"整批最多 %d 条（收到 %d 条），请分批或改为逐条处理", "an atomic batch has at most %d requests, not %d: divide it, or let each stand for itself", b.MaxGroup, len(requests))
	}
	var results []Result
	for part := range slices.Chunk(requests, b.MaxGroup) {
		answered, err := b.submit(ctx, part, atomic)
		if results = append(results, answered...); err != nil {
			return results, err
		}
	}
	return results, nil
}

// submit hands requests to the committer and waits.
func (b *Book) submit(ctx context.Context, requests []Request, atomic bool) ([]Result, error) {
	s := &submission{ctx: ctx, atomic: atomic, finished: make(chan struct{})}
	s.requests = make([]*prepared, len(requests))
	for i, r := range requests {
		s.requests[i] = b.prepareInTurn(r)
	}
	if err := b.enqueue(ctx, s); err != nil {
		return nil, err
	}
	select {
	case <-s.finished:
		return s.results, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (b *Book) enqueue(ctx context.Context, s *submission) error {
	b.closing.RLock()
	defer b.closing.RUnlock()
	if b.closed {
		return ErrClosed
	}
	select {
	case b.queue <- s:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Head is the last head that this book knows of: at least what it has committed itself,
// and what it has signed of others.
func (b *Book) Head() Head {
	if h := b.known.Load(); h != nil {
		return *h
	}
	return Head{}
}

// Waiting is how many submissions wait for their turn.
func (b *Book) Waiting() int { return len(b.queue) }

// Failed is when the latest transaction failed, by the book's clock; the zero time where it
// did not.
func (b *Book) Failed() time.Time {
	if at := b.failed.Load(); at != nil {
		return *at
	}
	return time.Time{}
}

// note keeps whether a transaction failed. One that wrote nothing, t being nil, proves
// nothing.
func (b *Book) note(t *turn, err error) {
	switch {
	case err != nil:
		now := b.Now()
		b.failed.Store(&now)
	case t != nil:
		b.failed.Store(nil)
	}
}

// Close waits until everything that was accepted is answered, publishes the last
// checkpoint, and ends the book. The store stays open.
func (b *Book) Close() error {
	b.closing.Lock()
	if b.closed {
		b.closing.Unlock()
		return nil
	}
	b.closed = true
	close(b.queue)
	b.closing.Unlock()
	<-b.done
	b.stop()
	return b.publish.flush()
}

// unavailable is the refusal when the store cannot be written.
func unavailable(err error) error {
	return errors.Join(ledger.Refuse(ledger.Unavailable, "store-unavailable", "",
		"账本暂时无法写入，本次请求没有记入，请稍后重试", "the book cannot be written at the moment; the request was not recorded, so try again later"), err)
}

// uncertain is the refusal when nobody can tell whether a commit took place.
func uncertain(err error) error {
	return errors.Join(ledger.Refuse(ledger.Unavailable, "outcome-unknown", "",
		"与数据库的连接中断，尚不能确认本次请求是否已记入，请用同一幂等键重试", "the connection to the database broke, and it is not known whether the request was recorded; try again with the same idempotency key"), err)
}
