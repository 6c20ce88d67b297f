package book

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
)

// Keeper keeps the published checkpoint outside the store, so that a store which was
// rolled back is noticed. Save is durable when it returns; ErrLonger says that it left a
// checkpoint out, and one of another log of the same size it refuses. Load gives nil where
// nothing was saved.
type Keeper interface {
	Load() ([]byte, error)
	Save(checkpoint []byte) error
}

// maxClockLag is how far the clock may be behind the last record at the start: beyond
// it, every record until it has caught up would carry a wrong time.
const maxClockLag = 5 * time.Minute

// Open begins to take requests. It first makes sure that the store is the one that
// the last published checkpoint was of, that its records give the root of its head,
// and that the clock is not behind them; else it refuses and says where it differs.
func Open(ctx context.Context, c Config) (*Book, error) {
	b := &Book{Config: c, secret: newSecret(c.Secret), done: make(chan struct{})}
	if err := b.defaults(); err != nil {
		return nil, err
	}
	if err := b.verify(ctx); err != nil {
		return nil, err
	}
	b.publish.book = b
	if b.Cosign != nil {
		if err := b.publish.sign(ctx); err != nil {
			return nil, err
		}
	}
	b.queue = make(chan *submission, b.MaxQueue)
	// A group's callers all come back at once. One processor is left to the store, which is
	// to begin with the next group at that time.
	b.room = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1))
	ctx, b.stop = context.WithCancel(context.WithoutCancel(ctx))
	b.publish.start(ctx)
	go b.run(ctx)
	return b, nil
}

func (b *Book) defaults() error {
	if len(b.Secret) < 32 {
		return fmt.Errorf("the book's secret has %d bytes and needs 32", len(b.Secret))
	}
	if b.Signer.Name() != b.Origin || b.Verifier.Name() != b.Origin || b.Signer.KeyHash() != b.Verifier.KeyHash() {
		return fmt.Errorf("the signing key %s is not that of the log %s", b.Signer.Name(), b.Origin)
	}
	if b.Now == nil {
		b.Now = time.Now
	}
	if b.Random == nil {
		b.Random = func(p []byte) { rand.Read(p) }
	}
	if b.Log == nil {
		b.Log = slog.Default()
	}
	if b.MaxGroup == 0 {
		b.MaxGroup = 4096
	}
	if b.MaxQueue == 0 {
		b.MaxQueue = 16384
	}
	if b.Patience == 0 {
		b.Patience = time.Minute
	}
	return nil
}

// verify holds the store against the checkpoint that was kept outside it.
func (b *Book) verify(ctx context.Context) error {
	tx, err := b.Store.Begin(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	head := tx.Head()
	edge, err := tx.Edge()
	if err != nil {
		return err
	}
	if edge.Root() != head.Root {
		return headBroken(head)
	}
	if lag := head.Recorded.Sub(b.Now()); lag > maxClockLag {
		return ledger.Refuse(ledger.Conflict, "clock-behind", "",
			"本机时钟比最后一条记录慢 %s，请校准后再启动", "the clock of this machine is %s behind the last record: set it right first", lag.Round(time.Second))
	}
	b.known.Store(&head)
	kept, err := b.kept()
	if err != nil {
		return err
	}
	return continued(kept, head, b.Store)
}

func headBroken(head Head) error {
	return ledger.Refuse(ledger.Corrupt, "head-broken", "",
		"日志头（%d 条）与存储的记录不符", "the head of the log (%d records) does not agree with the records stored", head.Size)
}

func behind(have, published int64) error {
	return ledger.Refuse(ledger.Corrupt, "store-behind", "",
		"数据库只有 %d 条记录，而日志已有 %d 条：数据库被回滚或换成了旧备份，请先补齐缺失的记录", "the database has %d records, but the log has %d: it was rolled back or is an old backup, so bring the missing records back first", have, published)
}

func forked(size int64) error {
	return ledger.Refuse(ledger.Corrupt, "store-forked", "",
		"数据库前 %d 条记录与已公布的日志不符", "the first %d records of the database are not those of the published log", size)
}

// kept is the head of the checkpoint kept outside the store.
func (b *Book) kept() (Head, error) {
	msg, err := b.Keeper.Load()
	if err != nil || msg == nil {
		return Head{Root: tlog.Hash(sha256.Sum256(nil))}, err // every log continues the empty one
	}
	cp, _, err := proof.OpenCheckpoint(msg, b.Origin, b.Verifier)
	if err != nil {
		return Head{}, fmt.Errorf("the checkpoint kept outside the database: %w", err)
	}
	return Head{Size: cp.Size, Root: cp.Root}, nil
}

// continued refuses a log, at head, that does not continue what it was at another.
func continued(old, head Head, tiles proof.TileReader) error {
	if old.Size > head.Size {
		return behind(head.Size, old.Size)
	}
	root, err := proof.Root(old.Size, tiles)
	if err != nil {
		return err
	}
	if root != old.Root {
		return forked(old.Size)
	}
	return nil
}

// publisher signs the latest head and hands it out, at most a second after its
// commit. It signs only what the book knows to be the log's.
type publisher struct {
	book   *Book
	due    chan struct{}
	done   chan error
	signed Head
	latest latest
}

func (p *publisher) start(ctx context.Context) {
	p.due, p.done = make(chan struct{}, 1), make(chan error, 1)
	p.offer()
	go p.run(ctx)
}

// offer has the head that is known by then published.
func (p *publisher) offer() {
	select {
	case p.due <- struct{}{}:
	default: // it is due already, or this is a catch-up, which publishes nothing
	}
}

// run publishes until the book is closed, then once more.
func (p *publisher) run(ctx context.Context) {
	pace := time.NewTicker(200 * time.Millisecond)
	defer pace.Stop()
	look := time.NewTicker(500 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-p.due:
			before := p.signed
			if err := p.sign(ctx); err != nil {
				p.failed(err, p.signed != before)
			}
			select {
			case <-pace.C:
			case <-ctx.Done():
			}
		case <-look.C:
			if err := p.look(ctx); err != nil && ctx.Err() == nil {
				p.book.Log.Error("the head of the log cannot be published", "error", err)
			}
		case <-ctx.Done():
			p.done <- p.last(ctx)
			return
		}
	}
}

// look finds the head that another process has committed to the same store.
func (p *publisher) look(ctx context.Context) error {
	known := p.book.known.Load() // first: the store is never behind it
	h, err := p.book.Store.Head(ctx)
	if err != nil || h == *known {
		return err
	}
	for _, old := range []Head{*known, h} {
		if err := continued(old, h, p.book.Store); err != nil {
			return err
		}
	}
	if p.book.known.CompareAndSwap(known, &h) {
		p.offer()
	}
	return nil
}

// failed has a publication tried again. A witness that contradicts a checkpoint does not
// stop it, but a log that others published and this store does not hold stops the book.
func (p *publisher) failed(err error, published bool) {
	if published {
		p.book.Log.Error("a checkpoint was published against the word of a witness", "size", p.signed.Size, "error", err)
		return
	}
	p.book.Log.Error("a checkpoint was not published", "error", err)
	if ledger.KindOf(err) == ledger.Corrupt {
		p.book.fault.Store(&err)
	}
	p.offer()
}

func (p *publisher) last(ctx context.Context) error {
	select {
	case <-p.due:
		return p.sign(ctx) // and waits for no witness: ctx has ended
	default:
		return nil
	}
}

func (p *publisher) flush() error { return <-p.done }

// sign keeps the checkpoint of the head that is known outside the store and only then
// lets anybody see it: first the witnesses, then everybody. Where another process has
// published a longer one, that is what is signed.
func (p *publisher) sign(ctx context.Context) error {
	h := p.book.Head()
	if p.latest.get() != nil && (h.Size < p.signed.Size || h.Size == p.signed.Size && h.Root != p.signed.Root) {
		return forked(p.signed.Size)
	}
	msg, err := p.book.Sign(proof.Checkpoint{Origin: p.book.Origin, Size: h.Size, Root: h.Root})
	if err != nil {
		return err
	}
	if bytes.HasPrefix(p.latest.get(), msg) {
		return nil
	}
	err = p.book.Keeper.Save(msg)
	if errors.Is(err, ErrLonger) {
		if err = p.overtaken(ctx); err == nil {
			return p.sign(ctx)
		}
	}
	if err != nil {
		return fmt.Errorf("keep the checkpoint: %w", err)
	}
	if p.book.Cosign != nil {
		msg, err = p.book.Cosign(ctx, msg, p.latest.improve)
	}
	p.latest.set(msg)
	p.signed = h
	return err
}

// overtaken makes known what another process has published, if that is the log of this
// store.
func (p *publisher) overtaken(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.book.Patience) // it may be the last
	defer cancel()
	kept, err := p.book.kept()
	if err != nil {
		return err
	}
	head, err := p.book.Store.Head(ctx) // after the kept one: the store is never behind it
	if err != nil {
		return err
	}
	if err := continued(kept, head, p.book.Store); err != nil {
		return err
	}
	return p.look(ctx)
}

// Sign signs a checkpoint as the log. It is for whoever has made sure that it says
// nothing which a published one does not.
func (b *Book) Sign(cp proof.Checkpoint) ([]byte, error) {
	signers := []note.Signer{b.Signer}
	if b.Next != nil {
		signers = append(signers, b.Next)
	}
	return proof.Sign(cp, signers...)
}

// Checkpoint is the latest published checkpoint, a signed note.
func (b *Book) Checkpoint() []byte { return b.publish.latest.get() }
