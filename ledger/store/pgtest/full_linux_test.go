package pgtest

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
)

// A server on a small disk meets its end for real, and goes on when there is room
// again. As root: a disk is mounted in a name space of a child, which it ends with.
// Others fill the quota that they can set themselves, the size of a temporary file.
func TestFullDisk(t *testing.T) {
	switch {
	case os.Getenv(roleVariable) != "":
		fillDisk(t)
	case os.Geteuid() != 0:
		fillQuota(t)
	default:
		c := again(os.Args[0], "TestFullDisk", "child")
		c.SysProcAttr.Unshareflags = syscall.CLONE_NEWNS
		out, err := c.CombinedOutput()
		if errors.Is(err, syscall.EPERM) {
			t.Logf("this machine lets root mount no disk (%v)", err)
			fillQuota(t)
		} else if err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

func fillDisk(t *testing.T) {
	folder := publicFolder(t)
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=80m,mode=0755"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Unmount(folder, syscall.MNT_DETACH) })
	s := New(t, Place(folder), Setting("max_wal_size", "32MB"))
	db := open(t, s.DSN())
	exec1(t, db, "CREATE UNLOGGED TABLE filler AS SELECT 1 AS a")
	_, err := db.ExecContext(t.Context(), "INSERT INTO filler SELECT generate_series(1, 10000000)")
	if err == nil || !strings.Contains(err.Error(), "SQLSTATE 53100") {
		t.Errorf("got error %v, want a full disk", err)
	}
	exec1(t, db, "TRUNCATE filler")
	want(t, db, "SELECT count(*) FROM filler", "0")
}

func fillQuota(t *testing.T) {
	db := open(t, New(t, Setting("temp_file_limit", "1MB"), Setting("work_mem", "64kB")).DSN())
	_, err := db.ExecContext(t.Context(), "SELECT count(*) FROM (SELECT g FROM generate_series(1, 1000000) g ORDER BY g DESC OFFSET 1) x")
	if err == nil || !strings.Contains(err.Error(), "SQLSTATE 53400") {
		t.Errorf("got error %v, want an exceeded limit", err)
	}
}
