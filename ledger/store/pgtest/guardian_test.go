package pgtest

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A test process that is killed takes its server and the server's folder along.
func TestServerEndsWithItsProcess(t *testing.T) {
	if os.Getenv(roleVariable) != "" {
		s := New(t)
		fmt.Println("\nready", s.folder.path, s.DSN())
		select {} // until killed
	}
	c := again(os.Args[0], "TestServerEndsWithItsProcess", "child")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	path, dsn := ready(bufio.NewScanner(out))
	if path == "" || down(dsn) {
		t.Errorf("the child's server does not answer at %s", dsn)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	c.Wait()
	eventually(t, "the server ends", func() bool { return down(dsn) })
	eventually(t, "its folder is removed", func() bool { _, err := os.Stat(path); return os.IsNotExist(err) })
}

// ready reads what the child says when its server runs.
func ready(lines *bufio.Scanner) (path, dsn string) {
	for lines.Scan() {
		if word := strings.Fields(lines.Text()); len(word) == 3 && word[0] == "ready" {
			return word[1], word[2]
		}
	}
	return "", ""
}

// What a killed guardian left is removed at the next start, what lives is not.
func TestSweep(t *testing.T) {
	t.Setenv("TMPDIR", publicFolder(t))
	dead := filepath.Join(os.TempDir(), prefix+"dead")
	if err := os.MkdirAll(filepath.Join(dead, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	live, err := makeFolder(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer live.release()

	sweep()
	if _, err := os.Stat(dead); !os.IsNotExist(err) {
		t.Errorf("the leftover is still there (%v)", err)
	}
	if _, err := os.Stat(live.path); err != nil {
		t.Errorf("the folder of a live process is gone (%v)", err)
	}
}

// Root runs the server as somebody else; everybody else as themselves. Root tries
// both, the second in a child that gave root up.
func TestAsAnotherUser(t *testing.T) {
	if os.Getenv(roleVariable) != "" || os.Geteuid() != 0 {
		if os.Geteuid() == 0 {
			t.Error("the child is still root")
		}
		TestDatabasesAreApart(t)
		TestRestart(t)
		return
	}
	c := again(publicCopy(t), "TestAsAnotherUser", "child")
	c.Dir = "/"
	c.Env = append(c.Env, "TMPDIR="+os.TempDir())
	c.SysProcAttr.Credential = &syscall.Credential{Uid: 65534, Gid: 65534}
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
