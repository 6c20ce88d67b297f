package witness

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
)

// Config is what a client is made of.
type Config struct {
	Witnesses []Witness
	Quorum    int           // how many signatures a checkpoint waits for; all of them if 0
	Origin    string        // of the log
	Log       note.Verifier // of the log's key
	Store     book.Store    // whose tiles the proofs are made of
	Dir       string        // where the last checkpoint that each witness signed is kept
	Patience  time.Duration // how long a checkpoint waits; half a second if 0
	Pause     time.Duration // before a witness that failed is asked again, the first time; a second if 0
	Logger    *slog.Logger  // slog.Default if nil
}

// The first checkpoint of a program waits so many times as long as a later one.
const firstWait = 6

// requestTime bounds one exchange with a witness, and how long a witness may be silent
// before it is one that failed.
const requestTime = 5 * time.Second

// Client asks witnesses. Its methods may be called from any number of goroutines.
type Client struct {
	Config
	http  *http.Client
	asked []*asked
	stop  context.CancelFunc
	done  sync.WaitGroup

	mu      sync.Mutex
	started bool // the first checkpoint has been shown
}

// Open begins to ask; nobody is asked before the first checkpoint.
func Open(c Config) (*Client, error) {
	if c.Quorum < 0 || c.Quorum > len(c.Witnesses) {
		return nil, ledger.Refuse(ledger.Invalid, "quorum-range", "quorum", "共有 %d 个见证人，法定数不能是 %d", "there are %d witnesses: the quorum cannot be %d", len(c.Witnesses), c.Quorum)
	}
	if c.Quorum == 0 {
		c.Quorum = len(c.Witnesses)
	}
	if c.Patience == 0 {
		c.Patience = 500 * time.Millisecond
	}
	if c.Pause == 0 {
		c.Pause = time.Second
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if len(c.Witnesses) > 0 {
		if err := os.MkdirAll(c.Dir, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of the witnesses: %w", err)
		}
	}
	client := &Client{Config: c, http: &http.Client{Timeout: requestTime, CheckRedirect: stay}}
	ctx, stop := context.WithCancel(context.Background())
	client.stop = stop
	for _, w := range c.Witnesses {
		a := &asked{Witness: w, client: client, next: make(chan *round, 1), file: book.File(filepath.Join(c.Dir, fmt.Sprintf("%08x", w.KeyHash())))}
		if err := a.recall(); err != nil {
			return nil, err
		}
		a.well.Store(true)
		client.asked = append(client.asked, a)
	}
	for _, a := range client.asked {
		client.done.Go(func() { a.run(ctx) })
	}
	return client, nil
}

// stay follows no redirect: whom a witness sends us to is not whom we were told to ask.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Close stops asking. What was signed by then is kept.
func (c *Client) Close() error {
	c.stop()
	c.done.Wait()
	return nil
}

// Cosign shows a checkpoint, which must be kept durably by then, to all witnesses and
// gives it with the signatures that have come when the quorum is reached or the time is
// up. Later ones go to late, each time with all that are there; it must not wait for
// Cosign. An error (Corrupt, "witness-ahead" or "witness-fork") says that a witness has
// seen a longer log than the store holds, or another one; the checkpoint comes with it.
func (c *Client) Cosign(ctx context.Context, checkpoint []byte, late func([]byte)) ([]byte, error) {
	cp, _, err := proof.OpenCheckpoint(checkpoint, c.Origin, c.Log)
	if err != nil {
		return checkpoint, err
	}
	if cp.Size == 0 || len(c.asked) == 0 {
		return checkpoint, nil // an empty log has nothing to witness
	}
	r := &round{cp: cp, own: checkpoint, msg: checkpoint, late: late, changed: make(chan struct{}, 1), answered: map[*asked]bool{}}
	patience, quorum := c.patience()
	for _, a := range c.asked {
		a.offer(r)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for !r.enough(quorum, c.asked) {
		select {
		case <-r.changed:
		case <-ctx.Done():
			return r.publish()
		}
	}
	return r.publish()
}

// patience is how long and for how many a checkpoint waits. The first one is shown to
// all, to find out whether this is still the log they know.
func (c *Client) patience() (time.Duration, int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.started {
		return c.Patience, c.Quorum
	}
	c.started = true
	return firstWait * c.Patience, len(c.asked)
}
