package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// machine is what the figures were measured on.
type machine struct {
	day                string
	cpu                string
	cores              int
	memory             string // "" where the system does not tell
	system             string
	golang, postgresql string
	revision           string
}

// here is this machine.
func here(ctx context.Context, results []result) machine {
	m := machine{day: time.Now().UTC().Format(time.DateOnly), cores: runtime.NumCPU(), memory: memory(), golang: runtime.Version(),
		system: ask(ctx, "uname", "-srm"), postgresql: postgresql(ctx), revision: ask(ctx, "git", "describe", "--always", "--dirty")}
	for _, r := range results {
		m.cpu = r.cpu
	}
	return m
}

// ask gives what a program prints, "" where it is not there.
func ask(ctx context.Context, program string, args ...string) string {
	out, err := exec.CommandContext(ctx, program, args...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// postgresql is the version of the server that the benchmarks start.
func postgresql(ctx context.Context) string {
	if v := ask(ctx, "postgres", "--version"); v != "" {
		return v
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(found) == 0 {
		return ""
	}
	return ask(ctx, found[len(found)-1], "--version")
}

// memory is how much there is, as Linux tells it.
func memory() string {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) == 3 && fields[0] == "MemTotal:" {
			kib, err := strconv.ParseFloat(fields[1], 64)
			if err == nil {
				return fmt.Sprintf("%.1f GiB", kib/(1<<20))
			}
		}
	}
	return ""
}

// page is the beginning of the page that the table stands on.
func (m machine) page() string {
	var b strings.Builder
	b.WriteString("# Figures\n\nWritten by `make bench`; whoever doubts a figure runs it again. A limit is what the same\nmachine gives at best, measured in the same run.\n\n")
	for _, line := range [][2]string{{"measured", m.day}, {"revision", m.revision}, {"processor", m.cpu}, {"cores", fmt.Sprint(m.cores)}, {"memory", m.memory},
		{"system", m.system}, {"Go", m.golang}, {"PostgreSQL", m.postgresql}} {
		if line[1] != "" {
			fmt.Fprintf(&b, "- %s: %s\n", line[0], line[1])
		}
	}
	return b.String() + "\n"
}
