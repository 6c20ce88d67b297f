package book

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// latest is the published checkpoint in memory.
type latest struct {
	sync.RWMutex
	msg []byte
}

func (l *latest) get() []byte {
	l.RLock()
	defer l.RUnlock()
	return l.msg
}

func (l *latest) set(msg []byte) {
	l.Lock()
	l.msg = msg
	l.Unlock()
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

// Save puts a whole new file in the old one's place, and returns when both the file
// and its name are on the disk.
func (f File) Save(msg []byte) error {
	dir := filepath.Dir(string(f))
	tmp, err := os.CreateTemp(dir, ".checkpoint-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(msg)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), string(f))
	}
	if err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
