package book

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"mingzhang/ledger/proof"
)

// latest is the published checkpoint in memory.
type latest struct {
	sync.RWMutex
	msg    []byte
	better []byte // the last one that came with more signatures
}

func (l *latest) get() []byte {
	l.RLock()
	defer l.RUnlock()
	return l.msg
}

func (l *latest) set(msg []byte) {
	l.Lock()
	defer l.Unlock()
	if l.msg = msg; extends(l.better, msg) {
		l.msg = l.better
	}
}

// improve puts the same checkpoint with more signatures in the latest one's place. It may
// come just before the one that it is better than, or after a later one.
func (l *latest) improve(msg []byte) {
	l.Lock()
	defer l.Unlock()
	if l.better = msg; extends(msg, l.msg) {
		l.msg = msg
	}
}

// extends says whether a note is another with signatures added: the log's own comes
// first in both.
func extends(more, msg []byte) bool {
	text, _, _ := bytes.Cut(msg, []byte("\n\n"))
	return len(more) > len(msg) && bytes.HasPrefix(more, append(text[:len(text):len(text)], "\n\n"...))
}

// File keeps the checkpoint in a file of its own.
type File string

// Load gives the checkpoint, or nil where there is no file.
func (f File) Load() ([]byte, error) {
	msg, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return msg, err
}

// ErrLonger says that a checkpoint was left out because a longer one is kept: of several
// processes that save, the longest log wins.
var ErrLonger = errors.New("a longer checkpoint is kept")

// Save puts a whole new file in the old one's place, and returns when both the file
// and its name are on the disk. Whether the longer log of ErrLonger continues the shorter
// one is not known here.
func (f File) Save(msg []byte) error {
	lock, err := os.OpenFile(string(f)+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close() // and with it the lock
	if err := exclusive(lock); err != nil {
		return err
	}
	kept, err := f.Load()
	if err != nil {
		return err
	}
	old, next := headOf(kept), headOf(msg)
	switch {
	case old.Size > next.Size:
		return ErrLonger
	case old.Size == next.Size && old.Root != next.Root && old.Origin == next.Origin:
		return forked(next.Size)
	}
	return f.replace(msg)
}

// headOf reads what a checkpoint is of; nothing if it is none.
func headOf(msg []byte) proof.Checkpoint {
	text, _, _ := strings.Cut(string(msg), "\n\n")
	cp, _ := proof.ParseCheckpoint(text + "\n")
	return cp
}

// replace writes the file anew beside the old one, under a name that a broken attempt
// leaves for the next.
func (f File) replace(msg []byte) error {
	name := string(f) + ".new"
	next, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = next.Write(msg)
	err = errors.Join(err, next.Sync(), next.Close())
	if err == nil {
		err = os.Rename(name, string(f))
	}
	if err != nil {
		return errors.Join(err, os.Remove(name))
	}
	d, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
