package pgtest

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
)

var perSecond = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)

// Pgbench is how many transactions a second the server does by PostgreSQL's own measure
// of small writes, pgbench -N, with so many clients for so many seconds.
func (s *Server) Pgbench(clients, seconds int) (float64, error) {
	server, err := filepath.EvalSymlinks(filepath.Join(s.bin, "postgres")) // it lies where the server itself does
	if err != nil {
		return 0, err
	}
	program := filepath.Join(filepath.Dir(server), "pgbench")
	for _, args := range [][]string{{"-i", "-q", "-s", "10"}, {"-N", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2", "-T", strconv.Itoa(seconds)}} {
		out, err := exec.Command(program, append(args, s.DSN())...).CombinedOutput()
		if err != nil {
			return 0, fmt.Errorf("pgbench: %w\n%s", err, tail(string(out), 4000))
		}
		if found := perSecond.FindSubmatch(out); found != nil {
			return strconv.ParseFloat(string(found[1]), 64)
		}
	}
	return 0, fmt.Errorf("pgbench told no figure")
}
