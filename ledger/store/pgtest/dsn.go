package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Variable names the environment variable with the DSN of a server to use instead
// of one of this package's.
const Variable = "MINGZHANG_TEST_POSTGRES"

// patience bounds each statement of this package.
const patience = 5 * time.Minute

// held keeps the shared server reachable: the garbage collector closes files that
// nobody holds, and the guardian would take a closed pipe for our end.
var held *Server

// shared is the server of this process. It is started once, ends with the process,
// and belongs to no test.
var shared = sync.OnceValues(func() (string, error) {
	if dsn := os.Getenv(Variable); dsn != "" {
		return dsn, nil
	}
	var err error
	if held, err = launch(options{}); err != nil {
		return "", err
	}
	return held.DSN(), nil
})

// DSN gives a fresh, empty database for the test alone; it is dropped when the test
// ends, whoever is still connected. A missing server fails the test.
func DSN(t testing.TB) string {
	t.Helper()
	server, err := shared()
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return database(t, server)
}

// database makes a database on a server.
func database(t testing.TB, server string) string {
	t.Helper()
	name := "mingzhang_" + strings.ToLower(rand.Text()[:16])
	// From template0, which nobody can be connected to: template1 cannot be copied
	// while somebody is.
	if err := execute(server, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		t.Fatalf("pgtest: make a database: %v", err)
	}
	t.Cleanup(func() {
		if err := execute(server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("pgtest: drop the database: %v", err)
		}
	})
	dsn, err := renamed(server, name)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return dsn
}

func execute(dsn, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}

// renamed gives the DSN of another database of the same server, in either of the two
// forms that a DSN has: a URL, or words like host=… of which the last counts.
func renamed(dsn, database string) (string, error) {
	if !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://") {
		return dsn + " dbname=" + database, nil
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "", fmt.Errorf("%s is not the DSN of a server", Variable) // not the error, which tells the password
	}
	q := u.Query()
	q.Del("dbname")
	q.Del("database")
	u.Path, u.RawQuery = "/"+database, q.Encode()
	return u.String(), nil
}
