package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"
)

// fielder is a row that says where its columns go, in their order.
type fielder[T any] interface {
	*T
	fields() []any
}

// ask gives the rows of a question. GORM writes it, but to find each column's field by its
// name, as GORM's own scanning does, takes longer than most questions.
func ask[T any, P fielder[T]](question *gorm.DB) (list []T, err error) {
	var row T
	fields := P(&row).fields()
	q := question.Statement
	if l, ok := q.ConnPool.(*look); ok && q.SQL.Len() > 0 && question.Error == nil {
		err = l.rows(q.Context, q.SQL.String(), q.Vars, func(values []driver.Value) error {
			err := put(values, fields)
			list = append(list, row)
			return err
		})
		return list, err
	}
	rows, err := question.Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(fields...); err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

// look is a transaction that reads, and the connection that it is on.
type look struct {
	*sql.Tx
	conn *sql.Conn
}

// rows asks the driver itself: through database/sql a question begins a goroutine, and
// each row goes through several hands.
func (l *look) rows(ctx context.Context, text string, args []any, row func([]driver.Value) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	named := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		v, err := driver.DefaultParameterConverter.ConvertValue(arg)
		if err != nil {
			return err
		}
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	var failed error // apart: told of a broken connection, Raw would wait for the transaction to end
	if err := l.conn.Raw(func(conn any) error {
		failed = eachRow(ctx, conn.(driver.QueryerContext), text, named, row)
		return nil
	}); err != nil {
		return err
	}
	return failed
}

func eachRow(ctx context.Context, conn driver.QueryerContext, text string, args []driver.NamedValue, row func([]driver.Value) error) error {
	rows, err := conn.QueryContext(ctx, text, args)
	if err != nil {
		return err
	}
	defer rows.Close()
	for values := make([]driver.Value, len(rows.Columns())); ; {
		if err := rows.Next(values); err != nil {
			return unlessEnd(err)
		}
		if err := row(values); err != nil {
			return err
		}
	}
}

// put gives values to the fields of a row.
func put(values []driver.Value, fields []any) error {
	for i, v := range values {
		ok := false
		switch f := fields[i].(type) {
		case *int64:
			*f, ok = v.(int64)
		case *int:
			var n int64
			n, ok = v.(int64)
			*f = int(n)
		case *string:
			*f, ok = v.(string)
		case *[]byte:
			*f, ok = v.([]byte)
			ok = ok || v == nil
		case **string:
			var text string
			if text, ok = v.(string); ok {
				*f = &text
			} else {
				*f, ok = nil, v == nil
			}
		case *bool:
			var n int64
			if *f, ok = v.(bool); !ok {
				n, ok = v.(int64)
				*f = n != 0
			}
		}
		if !ok {
			return fmt.Errorf("column %d: %T does not go into %T", i, v, fields[i])
		}
	}
	return nil
}

// number is a row of one column.
type number int64

func (n *number) fields() []any { return []any{(*int64)(n)} }

// numbers gives the rows of a question that has one column.
func numbers(question *gorm.DB) ([]int64, error) {
	rows, err := ask[number](question)
	list := make([]int64, len(rows))
	for i, n := range rows {
		list[i] = int64(n)
	}
	return list, err
}

// atMost ends a question with its number written out: SQLite plans a statement anew for
// each number that it is given there as a value.
func atMost(n int) string { return " LIMIT " + strconv.Itoa(n) }

// conditions are put together for a question, of which all must hold.
type conditions struct {
	texts []string
	args  []any
}

func (c *conditions) add(text string, args ...any) {
	c.texts, c.args = append(c.texts, "("+text+")"), append(c.args, args...)
}

func (c *conditions) String() string {
	if len(c.texts) == 0 {
		return "TRUE"
	}
	return strings.Join(c.texts, " AND ")
}
