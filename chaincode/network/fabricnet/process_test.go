package fabricnet

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// daemon runs a line of shell as a node.
func daemon(t *testing.T, line string) process {
	t.Helper()
	f := folder(t.TempDir())
	if err := f.makeParts(); err != nil {
		t.Fatal(err)
	}
	p := f.process("node")
	if err := p.start(t.Context(), "/bin/sh", []string{"-c", line}, nil, string(f)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.kill(context.Background()) })
	return p
}

// ready waits until the daemon wrote that it is here.
func ready(t *testing.T, p process) {
	t.Helper()
	err := until(t.Context(), "its first word", func(context.Context) error {
		if b, _ := os.ReadFile(p.logFile); !strings.Contains(string(b), "here") {
			return errors.New("none")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

const wait = "while :; do sleep 1; done"

func TestProcess(t *testing.T) {
	p := daemon(t, "echo here; "+wait)
	ready(t, p)
	if !p.alive() || p.pid() == 0 {
		t.Fatalf("alive %v, pid %d", p.alive(), p.pid())
	}
	if group, _ := syscall.Getpgid(p.pid()); group != p.pid() {
		t.Errorf("its group is %d, not its own", group)
	}
	if err := p.stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p.alive() || p.pid() != 0 {
		t.Error("it lives after the stop")
	}
	if err := p.stop(t.Context()); err != nil {
		t.Errorf("a second stop: %v", err)
	}
}

func TestKill(t *testing.T) {
	p := daemon(t, "trap '' TERM; echo here; "+wait)
	ready(t, p)
	if err := p.signal(syscall.SIGTERM); err != nil || !p.alive() {
		t.Fatalf("a node that does not listen: alive %v, %v", p.alive(), err)
	}
	if err := p.kill(t.Context()); err != nil || p.alive() {
		t.Errorf("after the kill: alive %v, %v", p.alive(), err)
	}
}

// TestStalePid: a pid file alone, of a number that is another's by now, ends nobody.
func TestStalePid(t *testing.T) {
	other := exec.Command("/bin/sh", "-c", wait)
	other.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- other.Wait() }()
	f := folder(t.TempDir())
	if err := f.makeParts(); err != nil {
		t.Fatal(err)
	}
	p := f.process("node")
	if err := os.WriteFile(p.pidFile, []byte(strconv.Itoa(other.Process.Pid)), 0o600); err != nil {
		t.Fatal(err)
	}
	if p.alive() || p.pid() != 0 {
		t.Error("a file is taken for a process")
	}
	if err := errors.Join(p.signal(syscall.SIGKILL), syscall.Kill(other.Process.Pid, 0)); err != nil {
		t.Error(err)
	}
	select {
	case err := <-ended:
		t.Errorf("another's process was ended: %v", err)
	default:
		syscall.Kill(-other.Process.Pid, syscall.SIGKILL)
		<-ended
	}
}

func TestDied(t *testing.T) {
	p := daemon(t, "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do echo line $i; done; exit 3")
	if err := p.gone(t.Context()); err != nil {
		t.Fatal(err)
	}
	says := p.died().Error()
	for _, want := range []string{"node has ended", p.logFile, "\n  line 3\n", "\n  line 14"} {
		if !strings.Contains(says, want) {
			t.Errorf("it does not say %q: %s", want, says)
		}
	}
	if strings.Contains(says, "line 2\n") {
		t.Errorf("it says more than the last lines: %s", says)
	}
	if err := p.start(t.Context(), "/bin/sh", []string{"-c", "echo once more"}, nil, "/"); err != nil {
		t.Fatal(err)
	}
	if err := p.gone(t.Context()); err != nil {
		t.Fatal(err)
	}
	if says := p.died().Error(); !strings.Contains(says, "once more") || strings.Contains(says, "line 14") {
		t.Errorf("of two starts it says %s", says)
	}
}

// TestGuardian: the end of the process that holds the pipe, in whatever way, is the
// end of what it started; a word before changes that.
func TestGuardian(t *testing.T) {
	for _, word := range []string{"", "done\n"} {
		p := daemon(t, "echo here; "+wait)
		ready(t, p)
		g, err := guard(filepath.Dir(filepath.Dir(p.pidFile)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.pipe.Write([]byte(word)); err != nil {
			t.Fatal(err)
		}
		g.pipe.Close()
		g.process.Wait()
		if word == "" {
			err = p.gone(t.Context())
		}
		if err != nil || p.alive() != (word != "") {
			t.Errorf("word %q: alive %v, %v", word, p.alive(), err)
		}
	}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "lock")
	first, err := lock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := lock(ctx, path); !errors.Is(err, errHeld) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second one: %v", err)
	}
	if err := os.Remove(path); err != nil { // as purge does, under the lock
		t.Fatal(err)
	}
	second, err := lock(t.Context(), path)
	if err != nil {
		t.Fatalf("after a purge: %v", err)
	}
	first.Close()
	second.Close()
}

func TestUntil(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	times := 0
	err := until(ctx, "see a comet", func(context.Context) error {
		if times++; times == 3 {
			cancel()
		}
		return errors.New("cloudy")
	})
	if times < 3 || err == nil || !strings.Contains(err.Error(), "see a comet: cloudy") || !errors.Is(err, context.Canceled) {
		t.Errorf("asked %d times, %v", times, err)
	}
	gone := errors.New("it fell into the sun")
	if err := until(t.Context(), "see a comet", func(context.Context) error { return final(gone) }); err != gone {
		t.Errorf("a final error: %v", err)
	}
}
