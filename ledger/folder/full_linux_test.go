package folder

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

const fullVariable = "MINGZHANG_FOLDER_FULL"

// TestWritable: a folder in which no file can grow is told from one that has room; nothing
// is left behind. A child bounds the size of its own files, which everybody may.
func TestWritable(t *testing.T) {
	if os.Getenv(fullVariable) == "" {
		c := exec.Command(os.Args[0], "-test.run=^TestWritable$")
		c.Env = append(os.Environ(), fullVariable+"=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	f, err := Open(t.TempDir(), "mingzhang.example/full")
	if err != nil {
		t.Fatal(err)
	}
	before, _ := filepath.Glob(f.path("*"))
	for _, c := range []struct {
		limit uint64
		want  error
	}{{1 << 20, nil}, {100, syscall.EFBIG}, {1 << 20, nil}} {
		var l syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			t.Fatal(err)
		}
		l.Cur = min(c.limit, l.Max)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
			t.Fatal(err)
		}
		if err := f.Writable(); !errors.Is(err, c.want) {
			t.Errorf("within %d bytes: got %v, want %v", c.limit, err, c.want)
		}
		hidden, _ := filepath.Glob(f.path(".*"))
		if after, _ := filepath.Glob(f.path("*")); len(after) != len(before) || len(hidden) > 0 {
			t.Errorf("within %d bytes: left behind: %v %v", c.limit, after, hidden)
		}
	}
	if err := os.RemoveAll(f.dir); err != nil {
		t.Fatal(err)
	}
	if err := f.Writable(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of a folder that is gone: got %v", err)
	}
}
