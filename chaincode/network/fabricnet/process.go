package fabricnet

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a daemon of the network. Its pid file says which one it is, and whether
// it lives: the daemon inherits the file, locked, so the lock is held exactly as long
// as it runs. A pid alone would say neither, since the system hands it out again.
type process struct{ name, pidFile, logFile string }

func (f folder) process(name string) process {
	return process{name, f.path("run", name+".pid"), f.log(name)}
}

// start starts the daemon: in a session of its own, so that no terminal ends it, with
// an environment that holds nothing of ours but what it is given.
func (p process) start(ctx context.Context, program string, args, env []string, dir string) error {
	pid, err := lock(ctx, p.pidFile)
	if err != nil {
		return err
	}
	defer pid.Close()
	log, err := os.OpenFile(p.logFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	c := exec.Command(program, args...)
	c.Dir, c.Env, c.Stdout, c.Stderr = dir, append(clean(), env...), log, log
	c.ExtraFiles = []*os.File{pid.File}
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if _, err := fmt.Fprintf(log, "%s %s\n", mark, time.Now().UTC().Format(time.RFC3339)); err != nil {
		return err
	}
	if err := pid.Truncate(0); err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	go c.Wait() // so that it leaves no zombie; whether it lives, the lock tells
	_, err = pid.WriteAt([]byte(strconv.Itoa(c.Process.Pid)), 0)
	return err
}

// clean is the part of the environment that any program may need. Others' settings
// for Fabric (CORE_…, ORDERER_…) must not reach into a network that is not theirs.
func clean() (env []string) {
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "TZ"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

func (p process) alive() bool {
	if _, err := os.Stat(p.pidFile); err != nil {
		return false
	}
	l, err := try(p.pidFile)
	if err == nil {
		l.Close()
	}
	return errors.Is(err, errHeld)
}

// pid is the process's number, 0 where it does not run.
func (p process) pid() int {
	if !p.alive() {
		return 0
	}
	b, _ := os.ReadFile(p.pidFile)
	n, _ := strconv.Atoi(strings.TrimSpace(string(b)))
	return n
}

// stop asks the process to end, and makes it when it takes too long.
func (p process) stop(ctx context.Context) error {
	if err := p.signal(syscall.SIGTERM); err != nil {
		return err
	}
	orderly, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	if p.gone(orderly) == nil {
		return p.forget()
	}
	return p.kill(ctx)
}

// kill ends the process, and what it may have started, as a crash does.
func (p process) kill(ctx context.Context) error {
	if err := p.signal(syscall.SIGKILL); err != nil {
		return err
	}
	if err := p.gone(ctx); err != nil {
		return err
	}
	return p.forget()
}

// signal sends to the process, or to its whole session when it is to be killed.
// A process that does not run has nothing to be told.
func (p process) signal(s syscall.Signal) error {
	pid := p.pid()
	switch {
	case pid > 1 && s == syscall.SIGKILL:
		pid = -pid
	case pid <= 1 && p.alive():
		return fmt.Errorf("%s runs, but %s does not say as what", p.name, p.pidFile)
	case pid <= 1:
		return nil
	}
	if err := syscall.Kill(pid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("end %s: %w", p.name, err)
	}
	return nil
}

func (p process) gone(ctx context.Context) error {
	return until(ctx, "end "+p.name, func(context.Context) error {
		if p.alive() {
			return errors.New("it still runs")
		}
		return nil
	})
}

func (p process) forget() error {
	if err := os.Remove(p.pidFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
