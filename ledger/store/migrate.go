package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"mingzhang/ledger"
)

//go:embed migrations
var migrationFiles embed.FS

// update brings the database to the program's version, with what that keeps beside the
// records of an older one.
func (s *Store) update(ctx context.Context) error {
	if err := s.migrate(ctx); err != nil {
		return err
	}
	return s.completeRuns(ctx)
}

// migrate brings the database to the program's version. Each step is a file of SQL,
// run in one transaction with the note that it was run. Of several programs that
// start at once, one migrates and the others wait. A database that a newer program
// has migrated is refused.
func (s *Store) migrate(ctx context.Context) error {
	files, err := s.steps()
	if err != nil {
		return err
	}
	c, err := s.writes.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	defer c.Close()
	if current, err := readVersion(ctx, c); err == nil && current == len(files) {
		return nil // without the lock, which a busy server seldom lets go of
	}
	done, err := s.version(ctx, c)
	if err != nil {
		return err
	}
	if done > len(files) {
		return newer(done, len(files))
	}
	for i, file := range files[done:] {
		if err := s.step(ctx, c, done+i+1, file); err != nil {
			return fmt.Errorf("migrate to version %d: %w", done+i+1, err)
		}
	}
	return nil
}

func newer(done, known int) error {
	return ledger.Refuse(ledger.Conflict, "database-newer", "database", "数据库已是版本 %d，而本程序只到版本 %d：请改用新版程序",
		"the database has version %d, but this program knows %d: use a newer program", done, known)
}

const selectVersion = "SELECT coalesce(max(version), 0) FROM versions"

const versionTable = "CREATE TABLE IF NOT EXISTS versions (version integer PRIMARY KEY)"

func (s *Store) version(ctx context.Context, c *sql.Conn) (version int, err error) {
	if err := s.begin(ctx, c); err != nil {
		return 0, err
	}
	if _, err = c.ExecContext(ctx, versionTable); err == nil {
		version, err = readVersion(ctx, c)
	}
	if err != nil {
		c.ExecContext(ctx, "ROLLBACK")
		return 0, fmt.Errorf("read the version of the database: %w", err)
	}
	_, err = c.ExecContext(ctx, "COMMIT")
	return version, err
}

func readVersion(ctx context.Context, c *sql.Conn) (version int, err error) {
	err = c.QueryRowContext(ctx, selectVersion).Scan(&version)
	return version, err
}

// begin starts a transaction that no other migration runs beside.
func (s *Store) begin(ctx context.Context, c *sql.Conn) error {
	for _, text := range s.d.migrating() {
		if _, err := c.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("begin a migration: %w", err)
		}
	}
	return nil
}

// steps are the files in their order.
func (s *Store) steps() ([]string, error) {
	files, err := fs.Glob(migrationFiles, path.Join("migrations", s.d.migrations(), "*.sql"))
	slices.Sort(files)
	return files, err
}

// step runs one file, unless another program has just done so.
func (s *Store) step(ctx context.Context, c *sql.Conn, version int, file string) error {
	text, err := migrationFiles.ReadFile(file)
	if err != nil {
		return err
	}
	if err := s.begin(ctx, c); err != nil {
		return err
	}
	var there int
	err = c.QueryRowContext(ctx, fmt.Sprintf("SELECT count(*) FROM versions WHERE version = %d", version)).Scan(&there)
	if err == nil && there == 0 {
		if _, err = c.ExecContext(ctx, string(text)); err == nil {
			_, err = c.ExecContext(ctx, fmt.Sprintf("INSERT INTO versions VALUES (%d)", version))
		}
	}
	if err != nil {
		c.ExecContext(ctx, "ROLLBACK")
		return err
	}
	_, err = c.ExecContext(ctx, "COMMIT")
	return err
}
