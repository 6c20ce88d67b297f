package pgtest

import (
	"context"
	"database/sql"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// roleVariable tells this test binary, started again, to run the one test as a child.
const roleVariable = "MINGZHANG_PGTEST_ROLE"

// again starts this test binary again for one test in a role.
func again(program, test, role string) *exec.Cmd {
	c := exec.Command(program, "-test.run=^"+test+"$", "-test.v")
	c.Env = append(os.Environ(), roleVariable+"="+role)
	c.SysProcAttr = &syscall.SysProcAttr{}
	return c
}

// publicCopy copies this test binary to where every user may run it; "go test" keeps
// it in a folder of the one who runs it.
func publicCopy(t *testing.T) string {
	t.Helper()
	path := filepath.Join(publicFolder(t), "pgtest.test")
	from, err := os.Open(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// publicFolder makes a folder that every user may enter.
func publicFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "pgtest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func exec1(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// ask gives the one value of a query.
func ask(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	var got string
	if err := db.QueryRowContext(t.Context(), query).Scan(&got); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return got
}

func want(t *testing.T, db *sql.DB, query, want string) {
	t.Helper()
	if got := ask(t, db, query); got != want {
		t.Errorf("%s gives %q, want %q", query, got, want)
	}
}

// down tells whether nothing answers at a DSN.
func down(dsn string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return false
	}
	defer db.Close()
	return db.PingContext(ctx) != nil
}

// eventually waits for what another process does.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(patience); !is(); <-ticker.C {
		if time.Now().After(deadline) {
			t.Fatalf("not in %s: %s", patience, what)
		}
	}
}
