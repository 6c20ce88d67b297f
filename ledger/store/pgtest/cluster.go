package pgtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const superuser = "mingzhang"

// settings keep a server small, yet large enough that a new database, some 7 MB of
// pages, is copied without a checkpoint: 50 ms instead of 320. What makes a commit
// durable (fsync, synchronous_commit, full_page_writes) stays on, and is said aloud.
var settings = []string{
	"listen_addresses = ''", "unix_socket_permissions = 0700",
	"fsync = on", "synchronous_commit = on", "full_page_writes = on",
	"shared_buffers = '64MB'", "max_wal_size = '512MB'", "min_wal_size = '32MB'",
	"max_connections = 100", "timezone = 'UTC'", "log_timezone = 'UTC'",
	"log_line_prefix = '%m [%p] %d '",
}

// initialize makes the data of a server. --no-sync concerns this step alone, which
// nothing has to survive.
func (s *Server) initialize(o options) error {
	secret := filepath.Join(s.folder.path, "password")
	if err := os.WriteFile(secret, []byte(s.password), 0o600); err != nil {
		return err
	}
	defer os.Remove(secret)
	if err := s.user.give(secret); err != nil {
		return err
	}
	if err := s.run("initdb", "-D", s.data, "-U", superuser, "--pwfile", secret,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums", "--no-sync"); err != nil {
		return err
	}
	lines := append(append([]string{""}, settings...), "unix_socket_directories = "+quote(s.folder.path))
	lines = append(append(lines, o.settings...), "")
	f, err := os.OpenFile(filepath.Join(s.data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteString(strings.Join(lines, "\n"))
	return err
}

// start starts the server and waits until it takes connections.
func (s *Server) start() error {
	if err := s.control("start", "-l", s.logFile()); err != nil {
		return fmt.Errorf("%w\nthe server's log:\n%s", err, tail(s.Log(), 4000))
	}
	return nil
}

// control has pg_ctl do something and waits until it is done.
func (s *Server) control(what ...string) error {
	return s.run("pg_ctl", append(what, "-D", s.data, "-w", "-t", "300", "-s")...)
}

func (s *Server) logFile() string { return filepath.Join(s.folder.path, "log") }

// run runs one of PostgreSQL's programs as the server's user.
func (s *Server) run(program string, args ...string) error {
	c := exec.Command(filepath.Join(s.bin, program), args...)
	s.user.become(c)
	c.Dir = s.folder.path
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", program, args[0], err, tail(string(out), 4000))
	}
	return nil
}

// environment is that of this process without PostgreSQL's own variables (PGDATA,
// PGPORT …), which would reach into a server that is not ours, and in English.
func environment() []string {
	env := []string{"LC_ALL=C"}
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "PG") && !strings.HasPrefix(e, "LC_") && !strings.HasPrefix(e, "LANG") {
			env = append(env, e)
		}
	}
	return env
}

// tail gives the last n bytes of a text.
func tail(text string, n int) string { return text[max(0, len(text)-n):] }
