package store_test

import (
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"mingzhang/ledger/book"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
)

// disks are small ones on which a child works: a file system of its own, mounted in a
// name space of its own, which only root can have; or a limit to the size of files,
// which everybody can set themselves.
var disks = map[string]struct {
	mount func(folder string) error
	fill  func(t *testing.T, folder string) // so that nothing more fits, or soon
	room  func(t *testing.T, folder string) // takes back what fill did
}{
	"disk": {
		func(folder string) error { return syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=160m,mode=0755") },
		func(t *testing.T, folder string) {
			f, err := os.OpenFile(filepath.Join(folder, "filler"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
			must(t, err)
			defer f.Close()
			for chunk := make([]byte, 1<<16); err == nil; {
				_, err = f.Write(chunk)
			}
			if !errors.Is(err, syscall.ENOSPC) {
				t.Fatal(err)
			}
		},
		func(t *testing.T, folder string) { must(t, os.Remove(filepath.Join(folder, "filler"))) },
	},
	"file_size": {
		func(string) error { return nil },
		func(t *testing.T, folder string) {
			var largest int64
			files, err := filepath.Glob(filepath.Join(folder, "*"))
			must(t, err)
			for _, file := range files {
				info, err := os.Stat(file)
				must(t, err)
				largest = max(largest, info.Size())
			}
			limit(t, uint64(max(largest-1, 0))) // not even as large a one again
		},
		func(t *testing.T, _ string) { limit(t, 1<<40) },
	},
	"server_files": { // the same of a server, whose limits its own user may set
		func(string) error { return nil },
		func(t *testing.T, folder string) { limitServer(t, folder, 1<<20) },
		func(t *testing.T, folder string) { limitServer(t, folder, 1<<40) },
	},
}

// limitServer bounds the size of the files that a server of PostgreSQL writes, as far as
// it is still there.
func limitServer(t *testing.T, folder string, bytes uint64) {
	t.Helper()
	var own syscall.Rlimit // which the server has from here
	must(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &own))
	files, err := filepath.Glob(filepath.Join(folder, "postgres-*", "postmaster.pid"))
	must(t, err)
	for _, file := range files {
		text, _ := os.ReadFile(file)
		first, _, _ := strings.Cut(string(text), "\n")
		children, _ := os.ReadFile("/proc/" + first + "/task/" + first + "/children")
		for _, word := range append([]string{first}, strings.Fields(string(children))...) { // those to come have the first one's
			pid, err := strconv.Atoi(word)
			must(t, err)
			l := syscall.Rlimit{Cur: min(bytes, own.Max), Max: own.Max}
			_, _, failed := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), syscall.RLIMIT_FSIZE, uintptr(unsafe.Pointer(&l)), 0, 0, 0)
			if failed != 0 && failed != syscall.ESRCH {
				t.Fatalf("limit the files of process %d: %v", pid, failed)
			}
		}
	}
}

// limit bounds the size of the files that this process writes.
func limit(t *testing.T, bytes uint64) {
	t.Helper()
	var l syscall.Rlimit
	must(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l))
	l.Cur = min(bytes, l.Max)
	must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l))
}

// onSmallDisk runs the rest of a test in a child on each of some small disks; that of a
// server's files only where none can be mounted. In the child it gives the folder of the
// disk and its name.
func onSmallDisk(t *testing.T, names ...string) (folder, name string) {
	if r := role(); len(r) > 0 {
		folder, err := os.MkdirTemp("", "full-") // not the test's own: another user must reach it
		must(t, err)
		must(t, os.Chmod(folder, 0o755))
		must(t, disks[r[0]].mount(folder))
		t.Cleanup(func() { syscall.Unmount(folder, syscall.MNT_DETACH); os.RemoveAll(folder) })
		return folder, r[0]
	}
	mounted := false
	for _, name := range names {
		if name == "server_files" && mounted {
			continue
		}
		t.Run(name, func(t *testing.T) {
			c := again(t, name)
			if name == "disk" {
				c.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
			}
			mounted = report(t, c) && name == "disk"
		})
	}
	return "", ""
}

// report runs the child, if it can: nobody may mount a disk in some containers, and
// elsewhere only root.
func report(t *testing.T, c *exec.Cmd) bool {
	c.Args = append(c.Args, "-test.v")
	out, err := c.CombinedOutput()
	if errors.Is(err, syscall.EPERM) {
		t.Logf("we may mount no disk here (%v)", err)
		return false
	}
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "answers,") {
			t.Log(strings.TrimSpace(line))
		}
	}
	return true
}

// TestFullDisk fills the disk of an SQLite file under load, three times.
func TestFullDisk(t *testing.T) {
	folder, disk := onSmallDisk(t, "disk", "file_size")
	if folder == "" {
		return
	}
	s := openStore(t, "sqlite:"+filepath.Join(folder, "book.db"))
	fillUp(t, s, folder, disk, func() {})
}

// fillUp takes the room away under load and gives it back. Nobody starts anything
// anew but the database itself, where that stopped.
func fillUp(t *testing.T, s *store.Store, folder, disk string, revive func()) {
	prepared(t, s)
	b := openImpatient(t, s, time.Second) // a server that has ended does not answer before it is revived
	c := gather(t, b, "c", 16, nil)
	for range 3 {
		c.more(50)
		disks[disk].fill(t, folder)
		refused := c.refused.Load()
		eventually(t, "the callers are told to ask again", func() bool { return c.refused.Load() > refused+20 })
		disks[disk].room(t, folder)
		revive()
		c.more(50)
	}
	c.disperse()
	must(t, b.Close())
	c.wantAll(s)
	t.Logf("%d answers, %d refusals (%d unsure)", len(c.answers), c.refused.Load(), c.unsure.Load())
}

// TestFullDiskPostgres fills the disk of a PostgreSQL server. Where its log finds no
// room, the server ends itself, and is started again once there is some.
func TestFullDiskPostgres(t *testing.T) {
	folder, disk := onSmallDisk(t, "disk", "server_files")
	if folder == "" {
		return
	}
	server := pgtest.New(t, pgtest.Place(folder), pgtest.Setting("max_wal_size", "32MB"), pgtest.Setting("restart_after_crash", "off"))
	address := server.Database(t)
	s := openStore(t, address)
	fillUp(t, s, folder, disk, func() {
		if probe, err := store.Open(ctx, address); err != nil {
			server.Start()
		} else {
			probe.Close()
		}
	})
}

// lineCount counts the lines of a log.
type lineCount struct{ atomic.Int64 }

func (n *lineCount) Write(line []byte) (int, error) {
	n.Add(1)
	return len(line), nil
}

// TestFullDiskOfKeeper fills the disk of the kept checkpoint. The book goes on giving
// answers; it publishes nothing that is not kept, and all once there is room.
func TestFullDiskOfKeeper(t *testing.T) {
	folder, disk := onSmallDisk(t, "disk", "file_size")
	if folder == "" {
		return
	}
	address := "sqlite:" + filepath.Join(t.TempDir(), "book.db")
	if disk == "file_size" {
		address = pgtest.DSN(t) // written by processes that the limit of this one does not bind
	}
	s := openStore(t, address)
	keeper := book.File(filepath.Join(folder, "checkpoint"))
	var failed lineCount
	cfg := config(t, s, keeper)
	cfg.Log = slog.New(slog.NewTextHandler(&failed, nil))
	b, err := book.Open(ctx, cfg)
	must(t, err)
	prepare(t, b)
	kept := func() int64 { msg, err := keeper.Load(); must(t, err); return sizeOf(t, msg) }
	eventually(t, "a first checkpoint", func() bool { return b.Checkpoint() != nil && sizeOf(t, b.Checkpoint()) > 10 })
	c := gather(t, b, "c", 8, nil)
	c.more(20)
	eventually(t, "no checkpoint can be kept", func() bool {
		disks[disk].fill(t, folder) // each one kept makes room for the next
		return failed.Load() > 2
	})
	full := kept()
	for range 20 {
		c.more(20)
		if published := sizeOf(t, b.Checkpoint()); published > kept() {
			t.Fatalf("a checkpoint of %d is published, but only one of %d is kept", published, kept())
		}
	}
	if now := kept(); now != full {
		t.Errorf("the checkpoint went from %d to %d on a full disk", full, now)
	}
	disks[disk].room(t, folder)
	c.disperse()
	head, err := s.Head(ctx)
	must(t, err)
	eventually(t, "the last checkpoint is published", func() bool { return sizeOf(t, b.Checkpoint()) == head.Size })
	if now := kept(); now != head.Size {
		t.Errorf("the checkpoint published is of %d records, the one kept of %d", head.Size, now)
	}
	must(t, b.Close())
	if left, err := filepath.Glob(filepath.Join(folder, "checkpoint*")); err != nil || len(left) != 2 { // with the file of its lock
		t.Errorf("failed checkpoints were left behind: %v (%v)", left, err)
	}
	c.wantAll(s)
	t.Logf("%d answers, %d refusals", len(c.answers), c.refused.Load())
}
