package pgtest

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// prefix names the folders of servers under the temporary folder. They are short: a
// socket's path has at most about 100 bytes.
const prefix = "mingzhang-pg-"

// folder is where a server lives. The process that made it holds a lock on it, which
// the kernel releases when the process ends.
type folder struct {
	path     string
	lock     *os.File
	pipe     io.Closer // what keeps the guardian waiting
	guardian *exec.Cmd
}

// makeFolder makes the folder of a server. It gets its name only when it is locked,
// so that no other process takes it for a leftover.
func makeFolder(u *user) (*folder, error) {
	unnamed, err := os.MkdirTemp("", "new-"+prefix)
	if err != nil {
		return nil, err
	}
	lock, err := os.Open(unnamed)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, err
	}
	if err := u.give(unnamed); err != nil {
		return nil, err
	}
	path := filepath.Join(filepath.Dir(unnamed), filepath.Base(unnamed)[len("new-"):])
	return &folder{path: path, lock: lock}, os.Rename(unnamed, path)
}

// sweep removes the folders of processes that are gone. A server that still runs in
// one ends by itself within a minute, when it misses its lock file.
func sweep() {
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	for _, path := range left {
		f, err := os.Open(path)
		if err != nil {
			continue // another user's
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			os.RemoveAll(path)
		}
		f.Close()
	}
}

// vigil is the guardian's program: wait for the end of the process, stop the server
// at once, remove what it had. Its arguments are pg_ctl, the data and the folder.
const vigil = `read -r _
"$1" stop -D "$2" -m immediate -w -s
rm -rf "$2" "$3"`

// guard starts the guardian, before there is anything to guard. It is in a session
// of its own, so that an interrupt on the terminal does not end it first, and has
// none of this process's files, which "go test" would wait for.
func (f *folder) guard(u *user, bin, data string) error {
	c := exec.Command("/bin/sh", "-c", vigil, "guardian", filepath.Join(bin, "pg_ctl"), data, f.path)
	u.become(c)
	c.SysProcAttr.Setsid = true
	c.Dir = "/"
	pipe, err := c.StdinPipe()
	if err != nil {
		return err
	}
	f.pipe, f.guardian = pipe, c
	return c.Start()
}

// release lets the guardian do its work and waits for it.
func (f *folder) release() {
	if f.guardian != nil {
		f.pipe.Close()
		f.guardian.Wait()
	}
	f.lock.Close()
}
