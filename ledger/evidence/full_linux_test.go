package evidence

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"mingzhang/ledger"
)

// faults are ways to run out of room for real, each in a process of its own: this
// test binary, started again with the fault's name in the environment.
var faults = map[string]struct {
	want    error
	arrange func(folder string) error
}{
	"file size limit": {syscall.EFBIG, func(string) error {
		return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 20, Max: 1 << 20})
	}},
	"disk full": {syscall.ENOSPC, func(folder string) error {
		return syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=1m")
	}},
}

const faultVariable = "MINGZHANG_EVIDENCE_FAULT"

func TestNoRoom(t *testing.T) {
	if name := os.Getenv(faultVariable); name != "" {
		noRoom(t, name)
		return
	}
	for name := range faults {
		if name == "disk full" && os.Geteuid() != 0 {
			continue // only root mounts a disk; the other fault stands for it
		}
		t.Run(name, func(t *testing.T) {
			out, err := withFault(name).CombinedOutput()
			if errors.Is(err, syscall.EPERM) {
				t.Logf("this machine lets root mount no disk (%v); the other fault stands for it", err)
			} else if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// withFault runs the test again, for the full disk in a name space of its own: what
// is mounted there nobody else sees, and it ends with the child.
func withFault(name string) *exec.Cmd {
	c := exec.Command(os.Args[0], "-test.run=^TestNoRoom$")
	c.Env = append(os.Environ(), faultVariable+"="+name)
	if name == "disk full" {
		c.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	}
	return c
}

// noRoom puts a file for which there is no room, and then one for which there is.
func noRoom(t *testing.T, name string) {
	folder := t.TempDir()
	if err := faults[name].arrange(folder); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, folder)
	_, err := s.Put(t.Context(), strings.NewReader(strings.Repeat("a", 2<<20)), "")
	if !errors.Is(err, faults[name].want) || ledger.KindOf(err) != 0 {
		t.Errorf("Put gives %v, want %v", err, faults[name].want)
	}
	wantEmpty(t, s)
	if left, err := filepath.Glob(filepath.Join(folder, "*", "*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
	e := put(t, s, aPDF, "")
	if content, err := read(s, e.Hash); content != aPDF {
		t.Errorf("read %q, %v; want the file that fits", content, err)
	}
	if name == "disk full" {
		t.Cleanup(func() { syscall.Unmount(folder, syscall.MNT_DETACH) })
	}
}
