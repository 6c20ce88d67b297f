package interop

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fsck lets Tessera's fsck look at a log. Its exit code says nothing, and where much is
// wrong it may not end: what counts is whether it says that all is well.
func fsck(t *testing.T, patience time.Duration, place, key string) (bool, string) {
	t.Helper()
	r := run(t, patience, "fsck", "--storage_url="+place, "--public_key="+key, "--ui=false", "--N=4")
	said := r.out + r.problem
	return strings.Contains(said, "Successfully fsck'd"), said
}

func TestFsck(t *testing.T) {
	s := serve(t, data(t))
	key := s.keyFile(t)
	if ok, said := fsck(t, time.Minute, s.url+"/", key); !ok {
		t.Fatalf("fsck does not accept the log:\n%s", said)
	}
	for name, c := range map[string]struct {
		path string
		at   int
	}{
		"a record": {"/tile/entries/002", 500}, "a leaf": {"/tile/0/001", 64}, "a root of 256": {"/tile/1/000", 40}, "the signed root": {"/checkpoint", 40},
	} {
		t.Run(name, func(t *testing.T) {
			if ok, said := fsck(t, 15*time.Second, s.tampered(t, c.path, c.at)+"/", key); ok {
				t.Errorf("fsck accepts a log with one bit changed in %s:\n%s", c.path, said)
			}
		})
	}
}

// TestMirror: what Tessera's mirror copies is a log to its fsck, to our verify, and to a
// database that has lost everything.
func TestMirror(t *testing.T) {
	s := serve(t, data(t))
	key := s.keyFile(t)
	copied := mirror(t, s.url)
	if ok, said := fsck(t, time.Minute, "file://"+copied+"/", key); !ok {
		t.Errorf("fsck does not accept the copy:\n%s", said)
	}
	if r := run(t, time.Minute, "mingzhang", "verify", copied, "--log-key", key); r.code != 0 {
		t.Errorf("verify gives %d for the copy:\n%s%s", r.code, r.out, r.problem)
	}
	s.end()
	for _, name := range []string{"book.db", "book.db-wal", "book.db-shm"} {
		os.Remove(filepath.Join(s.dir, name))
	}
	if r := run(t, 2*time.Minute, "mingzhang", "catch-up", copied, "--data", s.dir); r.code != 0 {
		t.Fatalf("catch-up from the copy: %s%s", r.out, r.problem)
	}
	again := serve(t, s.dir)
	if ok, said := fsck(t, time.Minute, again.url+"/", key); !ok {
		t.Errorf("fsck does not accept the log that was brought back:\n%s", said)
	}

	t.Run("of a log that was tampered with", func(t *testing.T) {
		bad := mirror(t, again.tampered(t, "/tile/entries/003", 700))
		if ok, said := fsck(t, 15*time.Second, "file://"+bad+"/", key); ok {
			t.Errorf("fsck accepts the copy:\n%s", said)
		}
		if r := run(t, time.Minute, "mingzhang", "verify", bad, "--log-key", key); r.code != 1 {
			t.Errorf("verify gives %d, want 1:\n%s%s", r.code, r.out, r.problem)
		}
		empty := "sqlite:" + filepath.Join(t.TempDir(), "book.db")
		if r := run(t, time.Minute, "mingzhang", "catch-up", bad, "--data", s.dir, "--database", empty); r.code == 0 {
			t.Error("catch-up takes it")
		}
	})
}

// mirror copies a log with Tessera's mirror.
func mirror(t *testing.T, url string) string {
	t.Helper()
	dir := t.TempDir()
	if r := run(t, time.Minute, "posix", "--storage_dir="+dir, "--source_url="+url+"/", "--num_workers=4"); r.code != 0 {
		t.Fatalf("the mirror: %s%s", r.out, r.problem)
	}
	return dir
}
