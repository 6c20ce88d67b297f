package pgtest

import (
	"context"
	"database/sql"
	"runtime"
	"strings"
	"testing"
)

func TestDatabasesAreApart(t *testing.T) {
	one, two := open(t, DSN(t)), open(t, DSN(t))
	exec1(t, one, "CREATE TABLE gift (amount bigint)")
	want(t, one, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "1")
	want(t, two, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "0")
	if a, b := ask(t, one, "SELECT current_database()"), ask(t, two, "SELECT current_database()"); a == b {
		t.Errorf("both are %s", a)
	}
}

func TestDatabaseIsDropped(t *testing.T) {
	other := open(t, DSN(t))
	var name string
	var busy *sql.Conn
	t.Run("user", func(t *testing.T) {
		db, err := sql.Open("pgx", DSN(t))
		if err != nil {
			t.Fatal(err)
		}
		name = ask(t, db, "SELECT current_database()")
		if busy, err = db.Conn(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
	want(t, other, "SELECT count(*) FROM pg_database WHERE datname = '"+name+"'", "0")
	if err := busy.PingContext(t.Context()); err == nil {
		t.Error("a connection that was left open still answers")
	}
	busy.Close()
}

// Tests here are about what survives: nothing that makes a commit durable is off.
func TestServerIsDurable(t *testing.T) {
	db := open(t, New(t).DSN())
	for name, value := range map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on",
		"listen_addresses": "", "password_encryption": "scram-sha-256", "server_encoding": "UTF8", "timezone": "UTC",
	} {
		want(t, db, "SELECT current_setting('"+name+"')", value)
	}
}

func TestPassword(t *testing.T) {
	s := New(t)
	if !down(strings.Replace(s.DSN(), s.password, "guess", 1)) {
		t.Error("the server takes any password")
	}
	if down(s.DSN()) {
		t.Error("the server refuses its own password")
	}
}

func TestRenamed(t *testing.T) {
	for _, c := range []struct{ name, dsn, want string }{
		{"URL", "postgres://u:p@h:5433/old?sslmode=disable", "postgres://u:p@h:5433/new?sslmode=disable"},
		{"URL, other scheme", "postgresql://u@h", "postgresql://u@h/new"},
		{"URL with the name in a parameter", "postgres://h/?dbname=old&user=u", "postgres://h/new?user=u"},
		{"URL of a socket", "postgres:///old?host=%2Ftmp", "postgres:///new?host=%2Ftmp"},
		{"words", "host=/tmp dbname=old user=u", "host=/tmp dbname=old user=u dbname=new"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := renamed(c.dsn, "new"); err != nil || got != c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
	if _, err := renamed("postgres://u:secret@h:port/x", "new"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got error %v, want one without the password", err)
	}
}

// The garbage collector would close the pipe that the guardian reads from.
func TestSharedServerIsHeld(t *testing.T) {
	db := open(t, DSN(t))
	for range 3 {
		runtime.GC()
	}
	// The guardian needs a moment to act; DSN goes to the server again and again.
	for range 5 {
		t.Run("", func(t *testing.T) { DSN(t) })
	}
	want(t, db, "SELECT 1", "1")
}
