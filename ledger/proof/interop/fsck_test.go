package interop

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fsck lets Tessera's fsck look at a log. Its exit code says nothing, and where much is
// wrong it may not end: what counts is whether it says that all is well.
func fsck(t *testing.T, place, key string) (bool, string) {
	t.Helper()
	return judged(run(t, long, "fsck", asked(place, key)...))
}

// fsckAfter lets it look no longer than some time after something has happened.
func fsckAfter(t *testing.T, happened <-chan struct{}, place, key string) (bool, string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), long)
	defer stop()
	go func() {
		select {
		case <-happened:
			time.AfterFunc(15*time.Second, stop)
		case <-ctx.Done():
		}
	}()
	return judged(runIn(ctx, t, "fsck", asked(place, key)...))
}

func asked(place, key string) []string {
	return []string{"--storage_url=" + place, "--public_key=" + key, "--ui=false", "--N=4"}
}

func judged(r ran) (bool, string) {
	said := r.out + r.problem
	return strings.Contains(said, "Successfully fsck'd"), said
}

// already has happened.
func already() <-chan struct{} {
	happened := make(chan struct{})
	close(happened)
	return happened
}

func TestFsck(t *testing.T) {
	s := serve(t, data(t))
	key := s.keyFile(t)
	if ok, said := fsck(t, s.url+"/", key); !ok {
		t.Fatalf("fsck does not accept the log:\n%s", said)
	}
	for name, c := range map[string]struct {
		path string
		at   int
	}{
		"a record": {"/tile/entries/002", 500}, "a leaf": {"/tile/0/001", 64}, "a root of 256": {"/tile/1/000", 40}, "the signed root": {"/checkpoint", 40},
	} {
		t.Run(name, func(t *testing.T) {
			bad := s.tampered(t, c.path, c.at)
			if ok, said := fsckAfter(t, bad.hit, bad.url+"/", key); ok {
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
	if ok, said := fsck(t, "file://"+copied+"/", key); !ok {
		t.Errorf("fsck does not accept the copy:\n%s", said)
	}
	if r := run(t, long, "mingzhang", "verify", copied, "--log-key", key); r.code != 0 {
		t.Errorf("verify gives %d for the copy:\n%s%s", r.code, r.out, r.problem)
	}
	s.end()
	for _, name := range []string{"book.db", "book.db-wal", "book.db-shm"} {
		os.Remove(filepath.Join(s.dir, name))
	}
	if r := run(t, long, "mingzhang", "catch-up", copied, "--data", s.dir); r.code != 0 {
		t.Fatalf("catch-up from the copy: %s%s", r.out, r.problem)
	}
	again := serve(t, s.dir)
	if ok, said := fsck(t, again.url+"/", key); !ok {
		t.Errorf("fsck does not accept the log that was brought back:\n%s", said)
	}

	t.Run("of a log that was tampered with", func(t *testing.T) {
		bad := mirror(t, again.tampered(t, "/tile/entries/003", 700).url)
		if ok, said := fsckAfter(t, already(), "file://"+bad+"/", key); ok {
			t.Errorf("fsck accepts the copy:\n%s", said)
		}
		if r := run(t, long, "mingzhang", "verify", bad, "--log-key", key); r.code != 1 {
			t.Errorf("verify gives %d, want 1:\n%s%s", r.code, r.out, r.problem)
		}
		empty := "sqlite:" + filepath.Join(t.TempDir(), "book.db")
		if r := run(t, long, "mingzhang", "catch-up", bad, "--data", s.dir, "--database", empty); r.code == 0 {
			t.Error("catch-up takes it")
		}
	})
}

// mirror copies a log with Tessera's mirror.
func mirror(t *testing.T, url string) string {
	t.Helper()
	dir := t.TempDir()
	if r := run(t, long, "posix", "--storage_dir="+dir, "--source_url="+url+"/", "--num_workers=4"); r.code != 0 {
		t.Fatalf("the mirror: %s%s", r.out, r.problem)
	}
	return dir
}
