package evidence

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestOpenLocations(t *testing.T) {
	folder := t.TempDir()
	for _, c := range []struct {
		name, location string
		ok             bool
	}{
		{"a folder", folder, true},
		{"a folder to be made", filepath.Join(folder, "a", "b"), true},
		{"a name with special characters", filepath.Join(folder, "凭证 100% #1?"), true},
		{"a file URL", "file://" + folder, true},
		{"a file URL with a host", "file://localhost" + folder, true},
		{"a file URL of another host", "file://server" + folder, false},
		{"a file URL with parameters", "file://" + folder + "?metadata=skip", false},
		{"a linked driver", "mem://", true},
		{"a driver not linked", "s3://bucket", false},
		{"nothing", "", false},
		{"a file", os.Args[0], false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Open(t.Context(), c.location)
			if (err == nil) != c.ok {
				t.Fatalf("Open(%q) gives error %v, want ok %v", c.location, err, c.ok)
			}
			if err == nil {
				defer s.Close()
				put(t, s, aPDF, "")
			}
		})
	}
}

func TestOpenKeepsOthersOut(t *testing.T) {
	root := filepath.Join(t.TempDir(), "deep", "evidence")
	s := openAt(t, root)
	e := put(t, s, aPDF, "")
	for path, want := range map[string]fs.FileMode{
		root: 0o700, filepath.Dir(root): 0o700, filepath.Dir(fileOf(s, e.Hash)): 0o700, fileOf(s, e.Hash): 0o600,
	} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v (%v), want %v", path, info.Mode(), err, want)
		}
	}
}

// What a crash left behind is removed at the next Open; what another process is
// still sending is not.
func TestOpenSweeps(t *testing.T) {
	s := openAt(t, t.TempDir())
	e := put(t, s, aPDF, "")
	dead := filepath.Join(s.folder, "incoming", "AAAA.18c2.tmp")
	live := filepath.Join(s.folder, "incoming", "BBBB.18c3.tmp")
	overwrite(t, dead, "half a fi")
	overwrite(t, live, "half a fi")
	old := time.Now().Add(-2 * idle)
	for _, path := range []string{dead, fileOf(s, e.Hash)} {
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}

	s = openAt(t, s.folder)
	if _, err := os.Stat(dead); !os.IsNotExist(err) {
		t.Errorf("the dead upload is still there (%v)", err)
	}
	if _, err := os.Stat(live); err != nil {
		t.Errorf("the live upload is gone (%v)", err)
	}
	if content, err := read(s, e.Hash); content != aPDF {
		t.Errorf("read %q, %v; want the kept file", content, err)
	}
}
