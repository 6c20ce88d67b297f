//go:build unix

package book

import (
	"os"
	"syscall"
)

// exclusive waits until no other process has a file locked, and locks it until it is
// closed.
func exclusive(f *os.File) error {
	for {
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != syscall.EINTR {
			return err
		}
	}
}
