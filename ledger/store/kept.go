package store

import (
	"context"
	"database/sql/driver"

	"modernc.org/sqlite"
)

// mostKept is how many statements a connection keeps.
const mostKept = 256

// sqliteFile opens connections to an SQLite file that keep the statements they have made.
// To make one takes longer than most of the book's questions, and the driver makes one
// anew for each.
type sqliteFile struct{ address string }

var _ driver.Connector = sqliteFile{}

// Driver implements driver.Connector.
func (sqliteFile) Driver() driver.Driver { return &sqlite.Driver{} }

// Connect implements driver.Connector.
func (k sqliteFile) Connect(context.Context) (driver.Conn, error) {
	c, err := k.Driver().Open(k.address)
	if err != nil {
		return nil, err
	}
	return &keptConn{fullConn: c.(fullConn), idle: map[string]driver.Stmt{}}, nil
}

// fullConn is what a connection of the driver can do.
type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keptConn is a connection with the statements that nobody uses at the moment. As
// database/sql has it, one goroutine at a time uses it.
type keptConn struct {
	fullConn
	idle map[string]driver.Stmt
}

// take gives a statement to the caller alone.
func (c *keptConn) take(ctx context.Context, text string) (driver.Stmt, error) {
	if s, ok := c.idle[text]; ok {
		delete(c.idle, text)
		return s, nil
	}
	return c.PrepareContext(ctx, text)
}

// keep takes a statement back. Of two with the same text one is kept.
func (c *keptConn) keep(text string, s driver.Stmt) error {
	if _, ok := c.idle[text]; ok {
		return s.Close()
	}
	for other, old := range c.idle {
		if len(c.idle) < mostKept {
			break
		}
		delete(c.idle, other)
		if err := old.Close(); err != nil {
			return err
		}
	}
	c.idle[text] = s
	return nil
}

// ExecContext implements driver.ExecerContext.
func (c *keptConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	result, err := s.(driver.StmtExecContext).ExecContext(ctx, args)
	if err != nil {
		s.Close() // its error says less than the one at hand
		return nil, err
	}
	return result, c.keep(text, s)
}

// QueryContext implements driver.QueryerContext.
func (c *keptConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := s.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		s.Close()
		return nil, err
	}
	return &keptRows{rows.(fullRows), c, text, s}, nil
}

// Close implements driver.Conn.
func (c *keptConn) Close() error {
	for text, s := range c.idle {
		delete(c.idle, text)
		s.Close() // closing the connection frees what is left
	}
	return c.fullConn.Close()
}

// fullRows is what rows of the driver can do.
type fullRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypeScanType
}

// keptRows gives its statement back when it is closed.
type keptRows struct {
	fullRows
	conn *keptConn
	text string
	stmt driver.Stmt
}

// Close implements driver.Rows.
func (r *keptRows) Close() error {
	if err := r.fullRows.Close(); err != nil {
		r.stmt.Close()
		return err
	}
	return r.conn.keep(r.text, r.stmt)
}
