package anchor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
)

// Config is what a loop is made of.
type Config struct {
	Store      *store.Store
	Ledger     Ledger
	Origin     string                                 // of the log
	Verifier   note.Verifier                          // of the log's key
	Checkpoint func() []byte                          // the latest published one: Book.Checkpoint
	Sign       func(proof.Checkpoint) ([]byte, error) // by the log's key; asked only for what a published checkpoint contains
	Wake       <-chan struct{}                        // a new checkpoint was published; may be nil: it is looked for ten times a second
	MaxRecords int64                                  // of a batch; contract.MaxRecords if 0
	MaxBytes   int                                    // of a batch's records, with the older ones; 4 MB if 0
	Patience   time.Duration                          // how long a submission may take before its outcome is looked up; a minute if 0
	Now        func() time.Time                       // time.Now if nil
	Log        *slog.Logger                           // slog.Default if nil
}

// Loop carries records to the ledger while Run runs. Its other methods may be called
// at any time, also in a program in which Run does not run.
type Loop struct {
	Config
	chain     store.Chain
	deputy    Deputy    // the ledger, if it is one
	count     int64     // records of the next batch
	size      int64     // of the log on the ledger; −1: to be asked
	latest    published // the last one read
	ahead     chan prepared
	displaced int // times in a row that the ledger saw the log's end elsewhere

	mu     sync.Mutex
	alarm  error
	resume chan struct{}
}

// enough is for the most records that the contract takes at once, of 800 bytes each; a
// gift has some 500. The contract takes 8 MB; orderers and peers take more. Blocks become
// so large only where records wait: a receipt of such a one is as long.
const enough = 4 << 20

// least and begin are how many records a batch has at least, while more wait, and at first.
const least, begin = 16, 512

// New makes a loop; it does nothing before Run.
func New(c Config) *Loop {
	l := &Loop{Config: c, chain: c.Ledger.Chain(), count: begin, size: -1, resume: make(chan struct{}, 1)}
	l.deputy, _ = c.Ledger.(Deputy)
	if l.MaxRecords == 0 {
		l.MaxRecords = contract.MaxRecords
	}
	l.count = min(l.count, l.MaxRecords)
	if l.MaxBytes == 0 {
		l.MaxBytes = enough
	}
	if l.Patience == 0 {
		l.Patience = time.Minute
	}
	if l.Now == nil {
		l.Now = time.Now
	}
	if l.Log == nil {
		l.Log = slog.Default()
	}
	return l
}

// Run carries records until ctx ends. Where another program does so it waits for its
// turn. After an alarm it waits to be told to go on.
func (l *Loop) Run(ctx context.Context) {
	for ctx.Err() == nil {
		lock, err := l.Store.TryLock(ctx, "anchor "+l.Origin)
		if err != nil {
			l.Log.Warn("anchoring: the lock cannot be had", "error", err)
		}
		if lock == nil {
			pause(ctx, time.Second, nil)
			continue
		}
		err = l.carry(ctx, lock)
		lock.Release()
		if ctx.Err() == nil && err != nil {
			l.await(ctx, err)
		}
	}
}

// carry takes turns until one must not be repeated, or the lock is lost (nil).
func (l *Loop) carry(ctx context.Context, lock *store.Lock) error {
	l.size = -1 // another program may have carried since
	defer l.drop()
	wait := time.Duration(0)
	for ctx.Err() == nil {
		err := l.turn(ctx, lock)
		switch {
		case err == nil:
			wait = 0
			continue
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errLost):
			l.Log.Warn("anchoring: another program may have taken over", "error", err)
			return nil
		case l.final(err):
			return err
		}
		l.drop()
		l.size, l.count = -1, max(l.count/2, min(least, l.MaxRecords))
		wait = min(max(2*wait, 50*time.Millisecond), 5*time.Second)
		l.Log.Warn("anchoring: not anchored, to be tried again", "error", err)
		pause(ctx, wait/2+rand.N(wait), nil)
	}
	return nil
}

var errLost = errors.New("the lock was lost")

// turn submits one batch, or waits for one.
func (l *Loop) turn(ctx context.Context, lock *store.Lock) error {
	if l.size < 0 {
		if err := l.align(ctx); err != nil {
			return err
		}
	}
	upto, err := l.published()
	if err != nil {
		return err
	}
	if upto.Size <= l.size {
		pause(ctx, 100*time.Millisecond, l.Wake)
		return nil
	}
	p := l.next(ctx, upto)
	if p.err != nil {
		return p.err
	}
	if err := lock.Held(ctx); err != nil {
		return errors.Join(errLost, err)
	}
	l.prepareAhead(ctx, p.end(), upto)
	return l.submit(ctx, p)
}

// submit hands a batch over and keeps the answer. From when it leaves until the answer
// is kept, the end of the log on the ledger is not known.
func (l *Loop) submit(ctx context.Context, p prepared) error {
	l.size = -1
	limited, cancel := context.WithTimeout(ctx, l.Patience)
	defer cancel()
	if err := l.order(limited, p); err != nil {
		return err
	}
	c, err := l.Ledger.Submit(limited, p.data)
	if err != nil {
		return fmt.Errorf("submit records %d to %d: %w", p.First, p.end()-1, err)
	}
	l.displaced = 0
	if c.Answer.Repeated {
		return nil // an earlier submission of it was committed: its row is made from the block
	}
	if err := l.Store.AddAnchor(ctx, store.Anchor{First: c.Answer.First, Upto: c.Answer.Size, Anchor: c.Anchor}); err != nil {
		return fmt.Errorf("keep the anchor of records %d to %d: %w", c.Answer.First, c.Answer.Size-1, err)
	}
	l.size = c.Answer.Size
	if int64(len(p.Records)) > l.count/2 {
		l.count = min(2*l.count, l.MaxRecords)
	}
	return nil
}

// published reads the log's latest checkpoint. A book that has published nothing yet
// has the empty one.
func (l *Loop) published() (published, error) {
	note := l.Checkpoint()
	if note == nil || bytes.Equal(note, l.latest.note) {
		return l.latest, nil
	}
	cp, _, err := proof.OpenCheckpoint(note, l.Origin, l.Verifier)
	if err != nil {
		return published{}, err
	}
	l.latest = published{cp, note}
	return l.latest, nil
}

// pause waits for a while, or until it is woken.
func pause(ctx context.Context, d time.Duration, wake <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-wake:
	case <-ctx.Done():
	}
}

// patienceWithOrder is how often in a row the ledger may see the log's end elsewhere: a
// peer that is a block behind does, and a batch that was thought lost may land late.
const patienceWithOrder = 8

// displacements are the codes of such answers.
var displacements = []string{"batch-gap", "batch-overlaps", "place-taken", "ledger-behind"}

// final says whether an error is a contradiction that no repetition mends, and not a
// fault of the machine or the network.
func (l *Loop) final(err error) bool {
	switch kind := ledger.KindOf(err); {
	case kind == 0 || kind == ledger.Unavailable || code(err, "log-unknown"):
		return false
	case l.deputy != nil && code(err, "ledger-behind"):
		return true // it has no peers, of which one might be behind
	case slices.ContainsFunc(displacements, func(c string) bool { return code(err, c) }):
		l.displaced++
		return l.displaced > patienceWithOrder
	}
	return true
}

func code(err error, code string) bool { return errors.Is(err, &ledger.Error{Code: code}) }
