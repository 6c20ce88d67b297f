package fabricnet

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const lockFile = "lock"

// locked is a file that one process at a time holds. The kernel lets go of it when
// the last process that has it open ends, in whatever way.
type locked struct{ *os.File }

var errHeld = errors.New("another process holds it")

// try takes the lock, or gives errHeld.
func try(path string) (*locked, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = errHeld
	}
	if err == nil {
		err = still(f, path)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &locked{f}, nil
}

// still notices that the file was removed between its opening and its locking: then
// the lock is on something that nobody else will ever see.
func still(f *os.File, path string) error {
	now, err := os.Stat(path)
	if err != nil {
		return errHeld
	}
	mine, err := f.Stat()
	if err != nil {
		return err
	}
	if !os.SameFile(now, mine) {
		return errHeld
	}
	return nil
}

// lock waits for the lock.
func lock(ctx context.Context, path string) (l *locked, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	err = until(ctx, "lock "+path, func(context.Context) (err error) {
		l, err = try(path)
		if err != nil && !errors.Is(err, errHeld) {
			return final(err)
		}
		return err
	})
	return l, err
}

// lockPatiently waits longer: whoever holds this lock may be compiling.
func lockPatiently(ctx context.Context, path string) (*locked, error) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	defer cancel()
	for {
		l, err := lock(ctx, path)
		if !errors.Is(err, errHeld) || ctx.Err() != nil {
			return l, err
		}
	}
}

// lock makes one change to the network at a time, whoever makes it.
func (f folder) lock(ctx context.Context) (*locked, error) { return lock(ctx, f.path(lockFile)) }
