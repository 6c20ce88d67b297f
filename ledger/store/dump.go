package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"mingzhang/ledger/book"
)

// Table is a table as a dump has it, whichever database it comes from or goes to.
type Table struct {
	Name    string
	Columns []Column
}

// Column is a column and what its cells are: "int" (int64), "text" (string), "bytes"
// ([]byte) or "bool"; each may be nil.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Dump is what a dump is written to. The first error ends it.
type Dump interface {
	// Begin is told first: the version of the database, where the log ends in it, and
	// its tables in the order in which they must be restored.
	Begin(version int, head book.Head, tables []Table) error
	// Row takes a row of a table. All rows of a table come together, by their key; the
	// cells are the row's only until it returns.
	Row(table *Table, cells []any) error
}

// Dump gives all that the database holds at one moment, while others write on.
func (s *Store) Dump(ctx context.Context, to Dump) error {
	tx, err := s.look(ctx)
	if err != nil {
		return fmt.Errorf("begin the dump: %w", err)
	}
	defer tx.end()
	var row headRow
	var version int
	if err := tx.QueryRowContext(ctx, selectHead).Scan(&row.Size, &row.Root, &row.Recorded); err != nil {
		return fmt.Errorf("read the head: %w", err)
	}
	if err := tx.QueryRowContext(ctx, selectVersion).Scan(&version); err != nil {
		return fmt.Errorf("read the version of the database: %w", err)
	}
	head, err := row.head()
	if err != nil {
		return err
	}
	tables, err := catalogue(ctx, tx, s.d)
	if err == nil {
		err = to.Begin(version, head, tables)
	}
	for i := range tables {
		if err == nil {
			err = dumpTable(ctx, tx, s.d, &tables[i], to)
		}
	}
	return err
}

// catalogue lists the tables in the order in which they were made, so that one comes
// behind those it refers to. The table of versions is not among them.
func catalogue(ctx context.Context, tx *look, d dialect) ([]Table, error) {
	names, err := texts(ctx, tx, d.tables())
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	var tables []Table
	for _, name := range names {
		if name == "versions" {
			continue
		}
		t, err := columnsOf(ctx, tx, name)
		if err != nil {
			return nil, fmt.Errorf("the columns of %s: %w", name, err)
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// texts reads a column of texts.
func texts(ctx context.Context, tx *look, query string, args ...any) (all []string, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// columnsOf reads what a table's columns are. Names of tables and columns are those of
// our migrations, plain words.
func columnsOf(ctx context.Context, tx *look, name string) (Table, error) {
	t := Table{Name: name}
	rows, err := tx.QueryContext(ctx, "SELECT * FROM "+name+" WHERE 1 = 0")
	if err != nil {
		return t, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return t, err
	}
	for _, c := range types {
		kind := neutral[c.DatabaseTypeName()]
		if kind == "" {
			return t, fmt.Errorf("the type %s of %s has no place in a dump", c.DatabaseTypeName(), c.Name())
		}
		t.Columns = append(t.Columns, Column{c.Name(), kind})
	}
	return t, rows.Err()
}

// neutral is what the types of the databases are in a dump.
var neutral = map[string]string{
	"INTEGER": "int", "INT2": "int", "INT4": "int", "INT8": "int", "BOOLEAN": "bool", "BOOL": "bool",
	"TEXT": "text", "BLOB": "bytes", "BYTEA": "bytes", "UUID": "bytes",
}

// dumpTable gives the rows of a table by their key.
func dumpTable(ctx context.Context, tx *look, d dialect, t *Table, to Dump) error {
	key, err := texts(ctx, tx, d.primary(), t.Name)
	if err != nil {
		return fmt.Errorf("the key of %s: %w", t.Name, err)
	}
	rows, err := tx.QueryContext(ctx, "SELECT * FROM "+t.Name+" ORDER BY "+strings.Join(key, ", "))
	if err != nil {
		return fmt.Errorf("read %s: %w", t.Name, err)
	}
	defer rows.Close()
	cells, into := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("read %s: %w", t.Name, err)
		}
		for i, c := range t.Columns {
			if cells[i], err = neutralCell(c.Type, cells[i]); err != nil {
				return fmt.Errorf("%s.%s: %w", t.Name, c.Name, err)
			}
		}
		if err := to.Row(t, cells); err != nil {
			return err
		}
	}
	return rows.Err()
}

// neutralCell makes of what a driver gives what a dump has.
func neutralCell(kind string, v any) (any, error) {
	switch is := v.(type) {
	case nil:
		return nil, nil
	case int64:
		if kind == "bool" {
			return is != 0, nil
		}
		if kind == "int" {
			return is, nil
		}
	case bool:
		if kind == "bool" {
			return is, nil
		}
	case string:
		if kind == "text" {
			return is, nil
		}
		if raw, err := hex.DecodeString(strings.ReplaceAll(is, "-", "")); kind == "bytes" && err == nil {
			return raw, nil // a UUID
		}
	case []byte:
		if kind == "bytes" && len(is) == 0 {
			return nil, nil // SQLite may hold no bytes where there is nothing
		}
		if kind == "bytes" {
			return is, nil
		}
		if kind == "text" {
			return string(is), nil
		}
	}
	return nil, fmt.Errorf("%w: %T is no %s", ErrType, v, kind)
}
