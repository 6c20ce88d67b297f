package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// program measures the whole program as who first meets it does: to build it where
// nothing was built before, to see the sample accounts, and what it holds when idle.
func program(ctx context.Context) ([]result, error) {
	dir, err := os.MkdirTemp("", "benchmarks")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "mingzhang")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, ".")
	build.Env, build.Stderr = append(os.Environ(), "GOCACHE="+filepath.Join(dir, "cache")), os.Stderr
	began := time.Now()
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("build the program: %w", err)
	}
	results := []result{{pkg: "mingzhang", name: "cold build", values: []value{{time.Since(began).Seconds(), "s"}}}}
	for _, c := range []struct{ name, command string }{{"demo", "demo"}, {"empty server", "serve"}} {
		ready, memory, err := served(ctx, binary, c.command, filepath.Join(dir, c.command))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.command, err)
		}
		results = append(results, result{pkg: "mingzhang", name: c.name, values: []value{{ready, "s until ready"}, {memory, "MiB idle"}}})
	}
	return results, nil
}

// served starts a server, and gives the seconds until it says its address and the memory
// that it then holds.
func served(ctx context.Context, binary, command, data string) (ready, memory float64, err error) {
	c := exec.CommandContext(ctx, binary, command, "--listen", "127.0.0.1:0", "--data", data)
	c.Env = append(os.Environ(), "MINGZHANG_ORIGIN=benchmark.example/log")
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	out, err := c.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	began := time.Now()
	if err := c.Start(); err != nil {
		return 0, 0, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	ready = time.Since(began).Seconds()
	if err == nil && !strings.HasPrefix(line, "http://") {
		err = fmt.Errorf("it said %q", line)
	}
	if err == nil {
		memory, err = resident(c.Process.Pid)
	}
	c.Process.Signal(os.Interrupt)
	io.Copy(io.Discard, out)
	return ready, memory, errors.Join(err, c.Wait())
}

// resident is what a process holds in memory, in MiB, as Linux tells it.
func resident(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprint("/proc/", pid, "/status"))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kib / 1024, err
		}
	}
	return 0, errors.New("the process has no size")
}
