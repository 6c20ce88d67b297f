package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/libtnb/sqlite"
	"gorm.io/gorm"
	driversqlite "modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"mingzhang/ledger/book"
)

type sqliteDialect struct{}

// openSQLite opens a file for many readers and one writer. Durable means on the disk:
// the write-ahead log is synced at each commit. What is deleted is overwritten. The
// file holds what the seals hide, so nobody but its owner may read it; SQLite gives
// the files beside it the same mode. A REPLACE deletes past the triggers that keep the
// history, unless they are recursive.
func openSQLite(ctx context.Context, file string) (reads, writes, tidies *sql.DB, err error) {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("open the database file: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, nil, nil, err
	}
	pragmas := []string{"journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)", "foreign_keys(ON)", "recursive_triggers(ON)"}
	pragma := "&_pragma=" + strings.Join(pragmas, "&_pragma=")
	name := "file:" + (&url.URL{Path: file}).EscapedPath() + "?_pragma=busy_timeout"
	address := name + "(10000)" + pragma
	// A checkpointer moves the write-ahead log into the file beside the writer, which does it
	// itself, and begins the log anew, from 256 MB on.
	writes = sql.OpenDB(sqliteFile{address + "&_pragma=cache_size(-65536)&_pragma=wal_autocheckpoint(64000)"})
	if err = first(ctx, writes); err != nil {
		return nil, nil, nil, fmt.Errorf("open the database file %s: %w", file, err)
	}
	reads = readingFile(address)
	// Who tidies keeps all writers waiting while it waits for those who read.
	return reads, writes, sql.OpenDB(sqliteFile{name + "(100)" + pragma}), nil
}

// readingFile makes the connections that read a file. The driver sets pragmas in the order
// of their names; that of the cache, which opens the file, is to come behind locking_mode.
func readingFile(address string) *sql.DB {
	reads := sql.OpenDB(sqliteFile{address + "&_pragma=query_only(ON)&_pragma=main.cache_size(-8192)"})
	keepOpen(reads, 8)
	return reads
}

// first makes the first connection. Of several programs that turn a new file to
// write-ahead logging at once, SQLite tells all but one at once that it is busy,
// whatever the time it was told to wait.
func first(ctx context.Context, db *sql.DB) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for {
		err := db.PingContext(ctx)
		if err == nil || !strings.Contains(err.Error(), "SQLITE_BUSY") {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// scrub moves the write-ahead log into the file, where secure_delete has overwritten
// what was deleted, and empties it. While it does the latter nobody writes, so most is
// moved before.
func (sqliteDialect) scrub(ctx context.Context, db *sql.DB) bool {
	busy := true
	for _, mode := range []string{"PASSIVE", "TRUNCATE"} {
		var length, moved int
		if db.QueryRowContext(ctx, "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &length, &moved) != nil {
			return false
		}
	}
	return !busy
}

// owes: a log may have been left with what was erased since it was last emptied.
func (sqliteDialect) owes() string {
	return fmt.Sprintf("SELECT EXISTS (SELECT 1 FROM records WHERE type = %d AND line IS NULL)", typeNumber("erasure"))
}

// moment: a transaction of SQLite sees one moment in any case.
func (sqliteDialect) moment() string { return "BEGIN" }

func (sqliteDialect) end(do func()) { do() }

func (sqliteDialect) migrations() string { return "sqlite" }

func (sqliteDialect) migrating() []string { return []string{"BEGIN IMMEDIATE"} }

func (sqliteDialect) open(c gorm.ConnPool) (*gorm.DB, error) {
	return gorm.Open(&sqlite.Dialector{Conn: c}, config())
}

func (sqliteDialect) among(column string) string {
	return column + " IN (SELECT value FROM json_each(?))"
}

func (sqliteDialect) lateral() bool { return false }

func (sqliteDialect) merges() bool { return true }

func (sqliteDialect) each() string { return "SELECT value AS idx FROM json_each(?)" }

// indices writes a list as JSON: each number as a value of its own would have the
// statement made anew for every length.
func (sqliteDialect) indices(list []int64) any {
	text := []byte{'['}
	for i, n := range list {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, n, 10)
	}
	return string(append(text, ']'))
}

// stream asks the driver itself, which makes each value anew.
func (sqliteDialect) stream(ctx context.Context, c *sql.Conn, text string, args []any, row func(storedRow) bool) error {
	named := make([]driver.NamedValue, len(args))
	for i, v := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return c.Raw(func(conn any) error {
		rows, err := conn.(driver.QueryerContext).QueryContext(ctx, text, named)
		if err != nil {
			return err
		}
		defer rows.Close()
		for more, values := true, make([]driver.Value, 4); more; {
			if err := rows.Next(values); err != nil {
				return unlessEnd(err)
			}
			index, _ := values[0].(int64)
			bytes, _ := values[1].([]byte)
			public, _ := values[2].([]byte)
			project, _ := values[3].(int64)
			more = row(storedRow{Idx: index, Bytes: bytes, Public: public, Project: project}) && ctx.Err() == nil
		}
		return ctx.Err()
	})
}

// unlessEnd is what is wrong where rows end.
func unlessEnd(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

func (sqliteDialect) key(k book.Key) any { return k[:] }

func (sqliteDialect) lock(ctx context.Context, c *sql.Conn) (row headRow, err error) {
	if _, err = c.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return row, err
	}
	err = c.QueryRowContext(ctx, selectHead).Scan(row.fields()...)
	return row, err
}

// rowsEach is how many rows one statement inserts or looks for: more do not make it faster.
const rowsEach = 32

// rowsOf is how many of n rows the next statement takes: of few numbers, because each has a
// statement of its own.
func rowsOf(n int) int {
	switch {
	case n >= rowsEach:
		return rowsEach
	case n >= rowsEach/4:
		return rowsEach / 4
	}
	return 1
}

func (sqliteDialect) bulk(ctx context.Context, c *sql.Conn, p part) error {
	row := "(" + strings.Repeat("?,", len(p.columns)-1) + "?)"
	// A statement that may fail half way keeps what it changes aside, in a file of its own.
	// With OR FAIL it does not: who writes gives the whole transaction up.
	head := "INSERT OR FAIL INTO " + p.table + " (" + strings.Join(p.columns, ",") + ") VALUES "
	args := make([]any, 0, rowsEach*len(p.columns))
	for rows := p.rows; len(rows) > 0; {
		n := rowsOf(len(rows))
		args = args[:0]
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		if _, err := c.ExecContext(ctx, head+strings.Repeat(row+",", n-1)+row, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func (sqliteDialect) exec(ctx context.Context, c *sql.Conn, statements []statement) error {
	for _, s := range statements {
		if _, err := c.ExecContext(ctx, s.text, s.args...); err != nil {
			return err
		}
	}
	return nil
}

func (sqliteDialect) lookup(ctx context.Context, c *sql.Conn, keys []book.Key, hit func(book.Key, book.Hit)) error {
	for len(keys) > 0 {
		n := rowsOf(len(keys))
		args := make([]any, n)
		for i := range args {
			args[i] = keys[i][:]
		}
		if err := eachHit(ctx, c, args, hit); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

func eachHit(ctx context.Context, c *sql.Conn, args []any, hit func(book.Key, book.Hit)) error {
	rows, err := c.QueryContext(ctx, "SELECT key, idx, input FROM lookups WHERE key IN ("+strings.Repeat("?,", len(args)-1)+"?)", args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var key, input []byte
		var index int64
		if err := rows.Scan(&key, &index, &input); err != nil {
			return err
		}
		hit(book.Key(key), book.Hit{Index: index, Input: book.Key(input)})
	}
	return rows.Err()
}

func (sqliteDialect) taken(err error, table string) bool {
	var e *driversqlite.Error
	return errors.As(err, &e) && e.Code() == sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY && strings.Contains(e.Error(), table+".")
}

func (sqliteDialect) commit(ctx context.Context, c *sql.Conn) error {
	_, err := c.ExecContext(ctx, "COMMIT")
	return err
}
