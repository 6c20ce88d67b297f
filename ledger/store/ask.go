package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// fielder is a row that says where its columns go, in their order.
type fielder[T any] interface {
	*T
	fields() []any
}

// question is what a database is asked, and where a row's columns go.
type question struct {
	text   string
	args   []any
	fields []any
	taken  func() // keeps the row that is in the fields
	failed error  // to put it into words
}

// onEach gives the rows of a question to do. GORM writes the question, but to find each
// column's field by its name, as GORM's own scanning does, takes longer than most.
func onEach[T any, P fielder[T]](q *gorm.DB, do func(P)) question {
	row := P(new(T))
	return question{q.Statement.SQL.String(), q.Statement.Vars, row.fields(), func() { do(row) }, q.Error}
}

// into puts the rows of a question into a list.
func into[T any, P fielder[T]](list *[]T, q *gorm.DB) question {
	return onEach(q, func(row P) { *list = append(*list, *row) })
}

// together asks several questions in one go, on one connection; those of a moment are
// answered as of that moment.
func together(db *gorm.DB, questions ...question) error {
	for _, q := range questions {
		if q.failed != nil {
			return q.failed
		}
	}
	if len(questions) == 0 {
		return nil
	}
	ctx := db.Statement.Context
	if err := ctx.Err(); err != nil {
		return err // a driver notices only sometimes
	}
	return db.Statement.ConnPool.(answerer).answer(ctx, questions)
}

// answerer answers questions in their order. Through database/sql each would begin a
// goroutine and wait for its answer alone, and each row would go through several hands.
type answerer interface {
	answer(ctx context.Context, questions []question) error
}

// ask gives the rows of a question. One that GORM has yet to put together goes its way.
func ask[T any, P fielder[T]](q *gorm.DB) (list []T, err error) {
	if q.Statement.SQL.Len() > 0 {
		err := together(q, into[T, P](&list, q))
		return list, err
	}
	rows, err := q.Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var row T
	for fields := P(&row).fields(); rows.Next(); list = append(list, row) {
		if err := rows.Scan(fields...); err != nil {
			return nil, err
		}
	}
	return list, rows.Err()
}

// turns bound how many questions are answered at a time; nil bounds nothing. All
// connections to SQLite in a program share one lock of its cache of pages, which each page
// takes. When more of them work than there are processors, whoever waits for the lock has
// lost its processor to another's whole question, too.
type turns chan struct{}

func newTurns(d dialect) turns {
	if _, ok := d.(sqliteDialect); ok {
		return make(turns, max(2, runtime.GOMAXPROCS(0)))
	}
	return nil
}

// during waits for a turn, for what waits for nothing else: who waits for a turn has its
// connection already.
func (t turns) during(ctx context.Context, do func() error) error {
	if t == nil {
		return do()
	}
	select {
	case t <- struct{}{}:
		defer func() { <-t }()
		return do()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// connections are those that read.
type connections struct {
	*sql.DB
	d     dialect
	turns turns
}

// GetDBConn tells GORM what they are.
func (c connections) GetDBConn() (*sql.DB, error) { return c.DB, nil }

// answer asks on another connection where one is broken and was told nothing.
func (c connections) answer(ctx context.Context, questions []question) error {
	for tries := 1; ; tries++ {
		conn, err := c.Conn(ctx)
		if err != nil {
			return unreachable(err)
		}
		err = c.turns.during(ctx, func() error { return c.d.answer(ctx, conn, "", questions) })
		conn.Close()
		if tries == 3 || !errors.Is(err, driver.ErrBadConn) {
			return unreachable(err)
		}
	}
}

// QueryContext implements gorm.ConnPool.
func (c connections) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	rows, err := c.DB.QueryContext(ctx, text, args...)
	return rows, unreachable(err)
}

// session is the one connection that writes.
type session struct {
	*sql.Conn
	d dialect
}

func (s session) answer(ctx context.Context, questions []question) error {
	return s.d.answer(ctx, s.Conn, "", questions)
}

// direct gives a connection's driver to do. The error is do's own affair: database/sql
// would close the connection for some.
func direct(c *sql.Conn, do func(driver any) error) error {
	var failed error
	if err := c.Raw(func(driver any) error {
		failed = do(driver)
		return nil
	}); err != nil {
		return err
	}
	return failed
}

func (sqliteDialect) answer(ctx context.Context, c *sql.Conn, first string, questions []question) error {
	if first != "" {
		if _, err := c.ExecContext(ctx, first); err != nil {
			return err
		}
	}
	return direct(c, func(conn any) error {
		for _, q := range questions {
			if err := q.eachRow(ctx, conn.(driver.QueryerContext)); err != nil {
				return err
			}
		}
		return nil
	})
}

// eachRow asks a driver of database/sql.
func (q question) eachRow(ctx context.Context, conn driver.QueryerContext) error {
	named := make([]driver.NamedValue, len(q.args))
	for i, arg := range q.args {
		v, err := driver.DefaultParameterConverter.ConvertValue(arg)
		if err != nil {
			return err
		}
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	rows, err := conn.QueryContext(ctx, q.text, named)
	if err != nil {
		return err
	}
	defer rows.Close()
	for values := make([]driver.Value, len(rows.Columns())); ; q.taken() {
		if err := rows.Next(values); err != nil {
			return unlessEnd(err)
		}
		if err := put(values, q.fields); err != nil {
			return err
		}
	}
}

// ErrType is a cell that is not of its column's type, which no program of ours wrote: SQLite
// takes any.
var ErrType = errors.New("a cell of another type")

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
		case **int64:
			var n int64
			if n, ok = v.(int64); ok {
				*f = &n
			} else {
				*f, ok = nil, v == nil
			}
		case **string:
			var text string
			if text, ok = v.(string); ok {
				*f = &text
			} else {
				*f, ok = nil, v == nil
			}
		case *bool:
			var n int64
			n, ok = v.(int64)
			*f = n != 0
		}
		if !ok {
			return fmt.Errorf("column %d: %w: %T does not go into %T", i, ErrType, v, fields[i])
		}
	}
	return nil
}

// number is a row of one column.
type number int64

func (n *number) fields() []any { return []any{(*int64)(n)} }

// numbers gives the rows of a question that has one column.
func numbers(q *gorm.DB) ([]int64, error) {
	rows, err := ask[number](q)
	list := make([]int64, len(rows))
	for i, n := range rows {
		list[i] = int64(n)
	}
	return list, err
}

// atMost ends a question with its number written out: SQLite plans a statement anew for
// each number that it is given there as a value.
func atMost(n int) string { return " LIMIT " + strconv.Itoa(n) }

// among is the condition that a column is one of a list. A list is one value: with a value
// for each number, every length would be a statement of its own.
func among[N ~int16 | ~int64](column string, list []N) clause.Expression {
	return amongst{column, list64(list)}
}

type amongst struct {
	column string
	list   []int64
}

// Build implements clause.Expression.
func (a amongst) Build(b clause.Builder) {
	text, value := a.column+" = ?", any(nil)
	if len(a.list) == 1 {
		value = a.list[0]
	} else {
		d := dialectOf(b)
		text, value = d.among(a.column), d.indices(a.list)
	}
	build(b, text, value)
}

// listOf is the question that gives a list that is known already.
func listOf(list []int64) clause.Expression { return known{list} }

type known struct{ list []int64 }

// Build implements clause.Expression.
func (k known) Build(b clause.Builder) {
	d := dialectOf(b)
	build(b, d.each(), d.indices(k.list))
}

// build writes a text with a value in its one place.
func build(b clause.Builder, text string, value any) {
	before, after, _ := strings.Cut(text, "?")
	b.WriteString(before)
	b.AddVar(b, value)
	b.WriteString(after)
}

func dialectOf(b clause.Builder) dialect { return dialects[b.(*gorm.Statement).Dialector.Name()] }

// dialects are the databases, by what GORM calls them.
var dialects = map[string]dialect{"sqlite": sqliteDialect{}, "postgres": postgresDialect{}}

func list64[N ~int16 | ~int64](list []N) []int64 {
	numbers := make([]int64, len(list))
	for i, n := range list {
		numbers[i] = int64(n)
	}
	return numbers
}

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
