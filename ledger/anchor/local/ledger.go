package local

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"mingzhang/chaincode/contract"
	"mingzhang/ledger"
	"mingzhang/ledger/anchor"
)

// Config is what an embedded ledger is opened with.
type Config struct {
	Origin string           // of the log that Submit, Head and Leaf are about
	Now    func() time.Time // time.Now if nil
	Log    *slog.Logger     // slog.Default if nil
}

// Ledger is an open embedded ledger. It implements anchor.Ledger.
type Ledger struct {
	Config
	dir  string
	keys keys

	mu    sync.Mutex
	state *state
	file  *os.File // the segment that blocks are added to
	size  int64    // of it
	next  int64    // number of the next block
	last  *block   // the one before, without its bytes
	prev  hash     // of that
	fault error    // why nothing more can be written
}

var _ anchor.Ledger = (*Ledger)(nil)

// segmentBytes is from which size on the next block begins a file of its own. A
// variable, so that tests see several.
var segmentBytes int64 = 64 << 20

// Open opens the ledger in a folder, and makes it on first use. It cuts off a block
// that was never finished, and plays those that the state has not seen.
func Open(ctx context.Context, dir string, c Config) (*Ledger, error) {
	l := &Ledger{Config: c, dir: dir}
	if l.Now == nil {
		l.Now = time.Now
	}
	if l.Log == nil {
		l.Log = slog.Default()
	}
	if err := os.MkdirAll(l.blocks(), 0o700); err != nil {
		return nil, err
	}
	state, number, last, err := openState(ctx, filepath.Join(dir, "state.db"))
	if err != nil {
		return nil, err
	}
	l.state = state // from here on nobody else has the folder
	if l.keys, err = openKeys(filepath.Join(dir, "keys")); err == nil {
		err = l.recover(ctx, number, last)
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func (l *Ledger) blocks() string { return filepath.Join(l.dir, "blocks") }

// Close lets go of the folder. Every answer given is on the disk already.
func (l *Ledger) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.state.close()
	if l.file != nil {
		err = errors.Join(err, l.file.Close())
	}
	l.file, l.fault = nil, errors.New("the embedded ledger is closed")
	return err
}

// recover finds the end of the blocks and brings the state there.
func (l *Ledger) recover(ctx context.Context, number int64, last hash) error {
	met := number < 0
	for p, err := range walk(ctx, l.blocks(), max(number, 0)) {
		if err != nil {
			return err
		}
		if p.block == nil {
			if err := l.continueAt(p); err != nil {
				return err
			}
			continue
		}
		switch {
		case p.number == number && p.hash() != last:
			return ledger.Refuse(ledger.Corrupt, "blocks-otherwise", "", "第 %d 号区块不是账本状态所记的那一个", "block %d is not the one that the ledger's state was made with", number)
		case p.number == number:
			met = true
		case p.number > number:
			if err := l.replay(p.block); err != nil {
				return err
			}
		}
		l.follow(p.block)
	}
	if !met {
		return missing(number)
	}
	if l.next == 0 {
		return l.found()
	}
	return nil
}

// continueAt opens the last segment behind its last whole block.
func (l *Ledger) continueAt(end place) (err error) {
	if end.segment.path == "" {
		return nil
	}
	if l.file, err = os.OpenFile(end.segment.path, os.O_RDWR, 0o600); err != nil {
		return err
	}
	l.size = end.at
	if end.torn {
		l.Log.Warn("the embedded ledger was left in the middle of a block: its beginning is cut off", "file", end.segment.path, "at", end.at)
		return l.cut()
	}
	return nil
}

// cut takes off what stands behind the last whole block.
func (l *Ledger) cut() error {
	if err := l.file.Truncate(l.size); err != nil {
		return err
	}
	return l.file.Sync()
}

// follow makes a block the last one.
func (l *Ledger) follow(b *block) {
	l.next, l.prev = b.number+1, b.hash()
	l.last = &block{number: b.number, time: b.time}
}

// replay brings the state to a block that it has not seen, by the same rules.
func (l *Ledger) replay(b *block) error {
	over := anchor.Over(l.state)
	if b.function != genesis {
		id := b.view().Txs[0]
		answer, err := contract.Invoke(over, id.Call, b.function, b.args)
		if err != nil {
			return fmt.Errorf("block %d again: %w", b.number, err)
		}
		if string(answer) != string(b.answer) || string(over.Digest()) != string(b.writes) {
			return ledger.Refuse(ledger.Corrupt, "block-otherwise", "", "按规则重算第 %d 号区块的结果不同", "by the rules, block %d has another result", b.number)
		}
	} else if err := l.ours(b); err != nil {
		return err
	}
	return l.state.keep(b, over.Writes)
}

// ours refuses a chain that other keys began.
func (l *Ledger) ours(b *block) error {
	for i, key := range l.founders() {
		if len(b.args) != 3 || string(b.args[i]) != string(key) {
			return ledger.Refuse(ledger.Conflict, "ledger-keys", "", "密钥文件不是这条区块链的", "the key files are not those of these blocks")
		}
	}
	return nil
}

func (l *Ledger) founders() [][]byte {
	return [][]byte{[]byte(l.keys.node.verifier), []byte(l.keys.msps[PlatformMSP].verifier), []byte(l.keys.msps[RegulatorMSP].verifier)}
}

// found writes block 0.
func (l *Ledger) found() error {
	b := &block{time: l.Now().UTC().Truncate(time.Millisecond), function: genesis, args: l.founders()}
	if err := b.seal(l.keys.node); err != nil {
		return err
	}
	return l.add(b, nil)
}
