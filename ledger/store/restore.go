package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"

	"mingzhang/ledger"
)

// Dumped is what a dump is read from.
type Dumped interface {
	// Begin gives what Dump.Begin was told.
	Begin() (version int, tables []Table, err error)
	// Row gives the next row and the place of its table among the tables, or io.EOF
	// behind the last. The rows of a table come together and in the order of the tables.
	// The cells are the caller's.
	Row() (table int, cells []any, err error)
}

// Restore fills an empty database with a dump, of whichever kind of database that was,
// and brings it to the program's version. Either all of it is there afterwards or nothing.
// A database with anything in it is refused (Conflict, "database-taken"), and so is a
// dump of a newer program.
func Restore(ctx context.Context, address string, from Dumped) (*Store, error) {
	s, err := connect(ctx, address)
	if err != nil {
		return nil, err
	}
	if err := s.fill(ctx, from); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.update(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Empty refuses a database with anything in it (Conflict, "database-taken"), and makes
// none where there is none.
func Empty(ctx context.Context, address string) (err error) {
	if !There(address) {
		return nil
	}
	s, err := connect(ctx, address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	c, err := s.writes.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	return s.empty(ctx, c)
}

// There says whether a database may be there. Of SQLite, which makes the file that it is
// to open, that is known beforehand.
func There(address string) bool {
	file, ok := strings.CutPrefix(address, "sqlite:")
	if !ok {
		return true
	}
	_, err := os.Stat(file)
	return !errors.Is(err, fs.ErrNotExist)
}

// empty refuses a database with tables.
func (s *Store) empty(ctx context.Context, c *sql.Conn) error {
	var there int
	if err := c.QueryRowContext(ctx, "SELECT count(*) FROM ("+s.d.tables()+") t").Scan(&there); err != nil {
		return fmt.Errorf("look for tables: %w", err)
	}
	if there > 0 {
		return ledger.Refuse(ledger.Conflict, "database-taken", "database", "数据库不是空的（已有 %d 个表），不能恢复到其中", "the database is not empty (it has %d tables): nothing is restored into it", there)
	}
	return nil
}

// fill makes the tables as they were in the dump's version, and their rows, in one
// transaction.
func (s *Store) fill(ctx context.Context, from Dumped) error {
	version, tables, err := from.Begin()
	if err != nil {
		return err
	}
	c, err := s.writes.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	defer c.Close()
	if err := s.begin(ctx, c); err != nil {
		return err
	}
	if _, ok := s.d.(postgresDialect); ok {
		_, err = c.ExecContext(ctx, "SET LOCAL idle_in_transaction_session_timeout = 0") // the dump may come slowly
	}
	if err == nil {
		err = s.raise(ctx, c, version)
	}
	if err == nil {
		err = s.insertAll(ctx, c, tables, from)
	}
	if err == nil {
		err = s.d.numberOn(ctx, c)
	}
	if err != nil {
		c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return err
	}
	return s.d.commit(ctx, c)
}

// raise makes the tables of a version in a database that has none.
func (s *Store) raise(ctx context.Context, c *sql.Conn, version int) error {
	if err := s.empty(ctx, c); err != nil {
		return err
	}
	files, err := s.steps()
	if err != nil {
		return err
	}
	if version < 1 || version > len(files) {
		return ledger.Refuse(ledger.Conflict, "dump-newer", "", "备份的数据库版本是 %d，本程序只认识到 %d，请使用更新的程序", "the backup is of database version %d, but this program knows %d: use a newer program", version, len(files))
	}
	if _, err := c.ExecContext(ctx, versionTable); err != nil {
		return err
	}
	for i, file := range files[:version] {
		text, err := migrationFiles.ReadFile(file)
		if err != nil {
			return err
		}
		if _, err := c.ExecContext(ctx, string(text)); err != nil {
			return fmt.Errorf("migrate to version %d: %w", i+1, err)
		}
		if _, err := c.ExecContext(ctx, fmt.Sprintf("INSERT INTO versions VALUES (%d)", i+1)); err != nil {
			return err
		}
	}
	return nil
}

// rowsAtOnce is how many rows go to the database together.
const rowsAtOnce = 4096

// insertAll writes the rows of all tables.
func (s *Store) insertAll(ctx context.Context, c *sql.Conn, tables []Table, from Dumped) error {
	own, err := s.own(ctx, c)
	if err != nil {
		return err
	}
	if len(own) != len(tables) {
		return fmt.Errorf("the dump has %d tables, and a database of its version %d", len(tables), len(own))
	}
	at, rows := -1, make([][]any, 0, rowsAtOnce)
	flush := func() error {
		if at < 0 || len(rows) == 0 {
			return nil
		}
		err := s.d.bulk(ctx, c, part{own[at].name, own[at].columns, rows})
		rows = rows[:0]
		if err != nil {
			return fmt.Errorf("write %s: %w", own[at].name, err)
		}
		return nil
	}
	for {
		table, cells, err := from.Row()
		if err == io.EOF {
			return flush()
		}
		if err != nil {
			return err
		}
		if table < at || table >= len(own) {
			return fmt.Errorf("a row of table %d stands behind one of table %d", table, at)
		}
		if table > at || len(rows) == rowsAtOnce {
			if err := flush(); err != nil {
				return err
			}
		}
		if table > at {
			if at = table; own[at].name != tables[at].Name || !slices.EqualFunc(own[at].columns, tables[at].Columns, func(name string, c Column) bool { return name == c.Name }) {
				return fmt.Errorf("the table %s is not %s of this version", tables[at].Name, own[at].name)
			}
			if _, err := c.ExecContext(ctx, "DELETE FROM "+own[at].name); err != nil { // what the migration wrote itself
				return err
			}
		}
		rows = append(rows, own[at].cells(cells))
	}
}

// target is a table as this database has it.
type target struct {
	name    string
	columns []string
	uuid    []bool
}

// own lists the tables of the database that is being filled.
func (s *Store) own(ctx context.Context, c *sql.Conn) ([]target, error) {
	rows, err := c.QueryContext(ctx, s.d.tables())
	if err != nil {
		return nil, err
	}
	var all []target
	for rows.Next() {
		var t target
		if err := rows.Scan(&t.name); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		if t.name != "versions" {
			all = append(all, t)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for i := range all {
		if err := all[i].read(ctx, c); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// read reads what the columns are.
func (t *target) read(ctx context.Context, c *sql.Conn) error {
	rows, err := c.QueryContext(ctx, "SELECT * FROM "+t.name+" WHERE 1 = 0")
	if err != nil {
		return err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	for _, column := range types {
		t.columns = append(t.columns, column.Name())
		t.uuid = append(t.uuid, column.DatabaseTypeName() == "UUID")
	}
	return err
}

// cells makes a row what the database takes.
func (t *target) cells(row []any) []any {
	for i, v := range row {
		if b, ok := v.([]byte); ok && i < len(t.uuid) && t.uuid[i] && len(b) == 16 {
			row[i] = pgtype.UUID{Bytes: [16]byte(b), Valid: true}
		}
	}
	return row
}

func (sqliteDialect) tables() string {
	return "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY rowid"
}

func (sqliteDialect) primary() string {
	return "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk"
}

// numberOn does nothing: SQLite goes on from the largest number by itself.
func (sqliteDialect) numberOn(context.Context, *sql.Conn) error { return nil }

// tables are those of the schema that is used; the parts of a divided one are no tables
// of their own.
func (postgresDialect) tables() string {
	return "SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY oid"
}

func (postgresDialect) primary() string {
	return `SELECT a.attname::text FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, place), pg_attribute a
		WHERE i.indisprimary AND i.indrelid = $1::regclass AND a.attrelid = i.indrelid AND a.attnum = k.attnum ORDER BY k.place`
}

// numberOn has the columns that number themselves go on behind what was written.
func (postgresDialect) numberOn(ctx context.Context, c *sql.Conn) error {
	rows, err := c.QueryContext(ctx, "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES'")
	if err != nil {
		return err
	}
	var statements []string
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return errors.Join(err, rows.Close())
		}
		statements = append(statements, fmt.Sprintf("SELECT setval(pg_get_serial_sequence('%[1]s', '%[2]s'), coalesce(max(%[2]s), 1), max(%[2]s) IS NOT NULL) FROM %[1]s", table, column))
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, text := range statements {
		if _, err := c.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("number on: %w", err)
		}
	}
	return nil
}
