package pgtest

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Server is a PostgreSQL server of one test, or of the process. Its methods fail the
// test when the server does not do as it is told.
type Server struct {
	t        testing.TB
	bin      string // where PostgreSQL's programs are
	user     *user
	folder   *folder
	data     string
	password string
}

// options are what New can be told.
type options struct {
	place    string   // the folder to put the data under, "" for the server's own
	settings []string // lines of postgresql.conf
}

// Option changes a server before it is made.
type Option func(*options)

// Place puts the data in a new folder under path, such as a small disk that a test
// fills. The server's user must be able to reach it: as root, a folder of t.TempDir
// will not do. The server asks for some 60 MB to begin with; on a
// small disk also set max_wal_size, to "32MB".
func Place(path string) Option { return func(o *options) { o.place = path } }

// Setting sets a parameter of postgresql.conf, such as ("max_connections", "10").
func Setting(name, value string) Option {
	return func(o *options) { o.settings = append(o.settings, name+" = "+quote(value)) }
}

// New makes a server, started, that is stopped and removed when the test ends.
func New(t testing.TB, with ...Option) *Server {
	t.Helper()
	var o options
	for _, option := range with {
		option(&o)
	}
	s, err := launch(o)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	s.t = t
	t.Cleanup(s.end)
	return s
}

// DSN gives the server's own database, "postgres", as a superuser. It stays the same
// when the server is started again.
func (s *Server) DSN() string {
	q := url.Values{"host": {s.folder.path}, "port": {"5432"}, "sslmode": {"disable"}}
	u := url.URL{Scheme: "postgres", User: url.UserPassword(superuser, s.password), Path: "/postgres", RawQuery: q.Encode()}
	return u.String()
}

// Files is the folder of the server's data and write-ahead log.
func (s *Server) Files() string { return s.data }

// Database gives a fresh, empty database that is dropped when the test ends; the
// server must be running then.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	return database(t, s.DSN())
}

// Stop ends the server in order: transactions under way are rolled back, all data is
// written out.
func (s *Server) Stop() {
	s.t.Helper()
	s.must(s.control("stop", "-m", "fast"))
}

// Kill ends the server as a crash does: nothing more is written, and the next Start
// recovers from the log.
func (s *Server) Kill() {
	s.t.Helper()
	s.must(s.control("stop", "-m", "immediate"))
}

// Start starts the stopped server again, on the same data and address.
func (s *Server) Start() {
	s.t.Helper()
	s.must(s.start())
}

// Log gives what the server has written to its log.
func (s *Server) Log() string {
	b, err := os.ReadFile(s.logFile())
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func (s *Server) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("pgtest: %v", err)
	}
}

// launch makes a server and starts it.
func launch(o options) (*Server, error) {
	sweep()
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, password: rand.Text()}
	if s.user, err = unprivileged(); err != nil {
		return nil, err
	}
	if s.folder, err = makeFolder(s.user); err != nil {
		return nil, fmt.Errorf("make a folder for the server: %w", err)
	}
	if err := s.build(o); err != nil {
		s.end()
		return nil, err
	}
	return s, nil
}

func (s *Server) build(o options) (err error) {
	s.data = filepath.Join(s.folder.path, "data")
	if o.place != "" {
		if s.data, err = os.MkdirTemp(o.place, "postgres-"); err != nil {
			return err
		}
		if err := s.user.give(s.data); err != nil {
			return err
		}
	}
	if err := s.folder.guard(s.user, s.bin, s.data); err != nil {
		return fmt.Errorf("start the guardian: %w", err)
	}
	if err := s.initialize(o); err != nil {
		return err
	}
	return s.start()
}

// end stops the server and removes it, by letting go of its guardian.
func (s *Server) end() {
	s.folder.release()
	os.RemoveAll(s.data)
	os.RemoveAll(s.folder.path)
}

// quote writes a value as postgresql.conf reads it.
func quote(value string) string { return "'" + strings.ReplaceAll(value, "'", "''") + "'" }
