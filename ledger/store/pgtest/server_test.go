package pgtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRestart(t *testing.T) {
	s := New(t)
	for _, c := range []struct {
		name string
		end  func()
	}{{"in order", s.Stop}, {"after a crash", s.Kill}} {
		t.Run(c.name, func(t *testing.T) {
			dsn := s.Database(t)
			db := open(t, dsn)
			exec1(t, db, "CREATE TABLE gift (amount bigint)")
			exec1(t, db, "INSERT INTO gift VALUES (2000)")
			tx, err := db.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.ExecContext(t.Context(), "INSERT INTO gift VALUES (3000)"); err != nil {
				t.Fatal(err)
			}

			c.end()
			if err := tx.Commit(); err == nil {
				t.Error("a transaction commits on a server that ended")
			}
			if !down(dsn) {
				t.Error("the server still answers")
			}
			s.Start()
			want(t, open(t, dsn), "SELECT sum(amount) FROM gift", "2000")
		})
	}
	if !strings.Contains(s.Log(), "automatic recovery in progress") {
		t.Errorf("no crash was recovered from:\n%s", s.Log())
	}
}

// A test may end while its server is stopped, and leaves nothing.
func TestEnd(t *testing.T) {
	for _, running := range []bool{true, false} {
		var s *Server
		t.Run("", func(t *testing.T) {
			if s = New(t); !running {
				s.Stop()
			}
		})
		for _, path := range []string{s.folder.path, s.data} {
			if _, err := os.Stat(path); !os.IsNotExist(err) {
				t.Errorf("running %v: %s is still there (%v)", running, path, err)
			}
		}
	}
}

func TestOptions(t *testing.T) {
	folder := publicFolder(t)
	s := New(t, Place(folder), Setting("max_connections", "7"), Setting("application_name", "it's"))
	db := open(t, s.DSN())
	want(t, db, "SHOW max_connections", "7")
	if data := ask(t, db, "SHOW data_directory"); filepath.Dir(data) != folder {
		t.Errorf("the data is in %s, want it below %s", data, folder)
	}
}

func TestBadSetting(t *testing.T) {
	_, err := launch(options{settings: []string{"fsync = 'maybe'"}})
	if err == nil || !strings.Contains(err.Error(), `parameter "fsync" requires a Boolean value`) {
		t.Errorf("got error %v, want what the server said", err)
	}
}

// Both forms of a DSN name another server, in a process of its own.
func TestOtherServer(t *testing.T) {
	if os.Getenv(roleVariable) != "" {
		want(t, open(t, DSN(t)), "SHOW max_connections", "13")
		return
	}
	s := New(t, Setting("max_connections", "13"))
	words := "host=" + s.folder.path + " user=" + superuser + " password=" + s.password + " dbname=postgres sslmode=disable"
	for name, dsn := range map[string]string{"URL": s.DSN(), "words": words} {
		t.Run(name, func(t *testing.T) {
			c := again(os.Args[0], "TestOtherServer", name)
			c.Env = append(c.Env, Variable+"="+dsn)
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	want(t, open(t, s.DSN()), "SELECT count(*) FROM pg_database WHERE datname LIKE 'mingzhang%'", "0")
}

// The variables of PostgreSQL's own clients do not reach into the server.
func TestEnvironment(t *testing.T) {
	for _, name := range []string{"PGDATA", "PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE"} {
		t.Setenv(name, "1")
	}
	want(t, open(t, New(t).DSN()), "SELECT current_user", superuser)
}
