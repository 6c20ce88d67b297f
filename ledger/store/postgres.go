package store

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"mingzhang/ledger/book"
)

type postgresDialect struct{}

// uniqueViolation is PostgreSQL's code for a key that is there already.
const uniqueViolation = "23505"

// openPostgres opens the pools of connections for reading and writing.
func openPostgres(address string) (reads, writes, tidies *sql.DB, err error) {
	c, err := postgresConfig(address)
	if err != nil {
		return nil, nil, nil, err
	}
	reads = readingBy(c)
	w := c.Copy()
	// A writer's statements all look rows up by their keys. To plan the look-up of a
	// thousand keys anew for each group costs three times what it takes to run it.
	w.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	w.RuntimeParams["enable_seqscan"] = "off"
	// A process that vanished with its machine must not hold the head's lock for ever.
	if w.RuntimeParams["idle_in_transaction_session_timeout"] == "" {
		w.RuntimeParams["idle_in_transaction_session_timeout"] = "10s"
	}
	writes = stdlib.OpenDB(*w)
	d := c.Copy()
	d.RuntimeParams["lock_timeout"] = "500ms" // those who write and read queue behind who waits
	return reads, writes, stdlib.OpenDB(*d), nil
}

// readPostgres opens connections of which none can write.
func readPostgres(address string) (*sql.DB, error) {
	c, err := postgresConfig(address)
	if err != nil {
		return nil, err
	}
	c.RuntimeParams["default_transaction_read_only"] = "on"
	return readingBy(c), nil
}

func postgresConfig(address string) (*pgx.ConnConfig, error) {
	c, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("the address of the database: %w", err)
	}
	c.RuntimeParams["application_name"] = "mingzhang"
	c.RuntimeParams["jit"] = "off" // to compile a statement takes longer than any of ours
	return c, nil
}

func readingBy(c *pgx.ConnConfig) *sql.DB {
	reads := stdlib.OpenDB(*c, stdlib.OptionResetSession(planAnew))
	keepOpen(reads, 16)
	return reads
}

// planned is for how long plans are kept. To plan a question takes longer than to answer
// it, but a plan that was made while a table was small would stay a scan of all of it.
const planned = time.Minute

// planAnew has a connection make its plans anew from time to time.
func planAnew(ctx context.Context, c *pgx.Conn) error {
	const since = "planned"
	data := c.PgConn().CustomData()
	if t, ok := data[since].(time.Time); ok && time.Since(t) < planned {
		return nil
	}
	data[since] = time.Now()
	_, err := c.Exec(ctx, "DISCARD PLANS")
	return err
}

// rewritten is the size in bytes up to which the openings are written anew to be rid of
// an erased one, a second or two.
const rewritten = 256 << 20

// scrub frees the old version of the row, as soon as no transaction sees it any more. A
// page keeps the bytes of what was freed until others need the place, so a table that is
// not too large is written anew, unless that would keep readers waiting. For a large one,
// for the write-ahead log and for backups the guide for operators says what to do.
func (postgresDialect) scrub(ctx context.Context, db *sql.DB) bool {
	// How far back transactions see, PostgreSQL notes of each table that it freezes whole;
	// this one has a row or two.
	if _, err := db.ExecContext(ctx, "VACUUM (FREEZE) versions"); err != nil {
		return false
	}
	var seen bool
	if err := db.QueryRowContext(ctx, erasedSince("versions")).Scan(&seen); err != nil || seen {
		return false
	}
	var small bool
	if err := db.QueryRowContext(ctx, "SELECT pg_table_size('openings') <= $1", int64(rewritten)).Scan(&small); err != nil {
		return false
	}
	vacuum := "VACUUM (TRUNCATE FALSE) openings"
	if small {
		vacuum = "VACUUM (FULL) openings"
	}
	_, err := db.ExecContext(ctx, vacuum)
	return err == nil
}

// owes: to write a table anew also freezes it.
func (postgresDialect) owes() string { return erasedSince("openings") }

// erasedSince asks whether something was erased after the time up to which a table is
// frozen. Of old transactions the numbers come again, which at worst tidies once too often.
func erasedSince(table string) string {
	return fmt.Sprintf(`SELECT EXISTS (SELECT FROM records WHERE type = %d AND line IS NULL
		AND age(xmin) BETWEEN 0 AND (SELECT age(relfrozenxid) FROM pg_class WHERE oid = '%s'::regclass))`, typeNumber("erasure"), table)
}

func (postgresDialect) moment() string { return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" }

// end does not have the caller wait for the server once more: all is answered.
func (postgresDialect) end(do func()) { go do() }

// answer sends all questions at once, and waits once.
func (postgresDialect) answer(ctx context.Context, c *sql.Conn, first string, questions []question) error {
	batch := &pgx.Batch{}
	if first != "" {
		batch.Queue(first)
	}
	for _, q := range questions {
		batch.Queue(q.text, unwrapped(q.args)...).Query(q.eachOf)
	}
	if batch.Len() == 0 {
		return nil
	}
	err := direct(c, func(conn any) error { return conn.(*stdlib.Conn).Conn().SendBatch(ctx, batch).Close() })
	if pgconn.SafeToRetry(err) {
		err = driver.ErrBadConn
	}
	return err
}

// eachOf takes the rows of an answer.
func (q question) eachOf(rows pgx.Rows) error {
	for rows.Next() {
		if err := rows.Scan(q.fields...); err != nil {
			return err
		}
		q.taken()
	}
	return rows.Err()
}

func (postgresDialect) migrations() string { return "postgres" }

// migrating holds a lock of no table: at first there is none. The number is any.
func (postgresDialect) migrating() []string {
	return []string{"BEGIN", "SELECT pg_advisory_xact_lock(7250117)"}
}

func (postgresDialect) open(c gorm.ConnPool) (*gorm.DB, error) {
	return gorm.Open(postgres.New(postgres.Config{Conn: c}), config())
}

func (postgresDialect) key(k book.Key) any { return pgtype.UUID{Bytes: k, Valid: true} }

func (postgresDialect) lock(ctx context.Context, c *sql.Conn) (row headRow, err error) {
	batch := &pgx.Batch{}
	batch.Queue("BEGIN")
	batch.Queue(selectHead + " FOR UPDATE").QueryRow(func(r pgx.Row) error { return r.Scan(row.fields()...) })
	err = raw(c, func(conn *pgx.Conn) error { return conn.SendBatch(ctx, batch).Close() })
	return row, err
}

// raw gives pgx's own connection, which alone can COPY (database/sql cannot).
func raw(c *sql.Conn, do func(*pgx.Conn) error) error {
	return c.Raw(func(driver any) error { return do(driver.(*stdlib.Conn).Conn()) })
}

// bulk copies rows as pgx would, but asks only once for a connection what types the
// columns have: each time, that would be one more wait for the server.
func (postgresDialect) bulk(ctx context.Context, c *sql.Conn, p part) error {
	return raw(c, func(conn *pgx.Conn) error {
		text, data, err := copying(ctx, conn, p)
		if err == nil {
			_, err = conn.PgConn().CopyFrom(ctx, bytes.NewReader(data), text)
		}
		return err
	})
}

// copying gives the COPY that inserts rows, and what it reads.
func copying(ctx context.Context, conn *pgx.Conn, p part) (text string, data []byte, err error) {
	names := strings.Join(p.columns, ", ")
	columns, err := described(ctx, conn, "SELECT "+names+" FROM "+p.table)
	if err != nil {
		return "", nil, err
	}
	if data, err = copied(conn.TypeMap(), columns.Fields, p.rows); err != nil {
		return "", nil, fmt.Errorf("encode rows of %s: %w", p.table, err)
	}
	return "COPY " + p.table + " (" + names + ") FROM STDIN BINARY", data, nil
}

// described has the server prepare a statement, once for a connection.
func described(ctx context.Context, conn *pgx.Conn, text string) (*pgconn.StatementDescription, error) {
	return conn.Prepare(ctx, text, text)
}

// copied writes rows in the binary format of PostgreSQL's COPY: a signature, flags and an
// extension, both empty; of each row the number of values, of each value its length, -1
// for NULL, and its bytes; -1 ends it.
func copied(types *pgtype.Map, columns []pgconn.FieldDescription, rows [][]any) ([]byte, error) {
	data := make([]byte, 0, 512*len(rows))
	data = append(data, "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
	for _, row := range rows {
		data = binary.BigEndian.AppendUint16(data, uint16(len(row)))
		for i, value := range row {
			at := len(data)
			data = append(data, 0xff, 0xff, 0xff, 0xff)
			if value == nil {
				continue
			}
			with, err := types.Encode(columns[i].DataTypeOID, pgx.BinaryFormatCode, value, data)
			if err != nil {
				return nil, err
			}
			if with != nil { // a nil slice is NULL
				data = with
				binary.BigEndian.PutUint32(data[at:], uint32(len(data)-at-4))
			}
		}
	}
	return append(data, 0xff, 0xff), nil
}

func (postgresDialect) among(column string) string { return column + " = ANY (?::bigint[])" }

func (postgresDialect) lateral() bool { return true }

func (postgresDialect) merges() bool { return false }

func (postgresDialect) each() string { return "SELECT unnest(?::bigint[]) AS idx" }

func (postgresDialect) indices(list []int64) any { return bigints(list) }

// bigints is a list that GORM takes for one value.
type bigints []int64

// unwrapped gives lists to pgx as it knows them.
func unwrapped(args []any) []any {
	for i, arg := range args {
		if l, ok := arg.(bigints); ok {
			args = slices.Clone(args)
			args[i] = []int64(l)
		}
	}
	return args
}

// Value implements driver.Valuer, in the words of PostgreSQL.
func (l bigints) Value() (driver.Value, error) {
	text := []byte{'{'}
	for i, n := range l {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, n, 10)
	}
	return string(append(text, '}')), nil
}

// stream takes the values as they were sent: an index is eight bytes, and bytes are
// what they are.
func (postgresDialect) stream(ctx context.Context, c *sql.Conn, text string, args []any, row func(storedRow) bool) error {
	return raw(c, func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, numbered(text), append([]any{pgx.QueryResultFormats{pgx.BinaryFormatCode}}, unwrapped(args)...)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		var a arena
		for rows.Next() {
			v := rows.RawValues() // until the next row
			if !row(storedRow{Idx: bigint(v[0]), Bytes: a.keep(v[1]), Public: a.keep(v[2]), Project: bigint(v[3])}) {
				break
			}
		}
		rows.Close()
		return rows.Err()
	})
}

func bigint(value []byte) int64 { return int64(binary.BigEndian.Uint64(value)) }

// exec sends all statements at once and waits once.
func (postgresDialect) exec(ctx context.Context, c *sql.Conn, statements []statement) error {
	batch := &pgx.Batch{}
	for _, s := range statements {
		batch.Queue(numbered(s.text), s.args...)
	}
	return raw(c, func(conn *pgx.Conn) error { return conn.SendBatch(ctx, batch).Close() })
}

// numbered writes places as PostgreSQL does: $1, $2, …
func numbered(text string) string {
	var out strings.Builder
	n := 0
	for {
		before, after, found := strings.Cut(text, "?")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		n++
		out.WriteString("$" + strconv.Itoa(n))
		text = after
	}
}

func (postgresDialect) lookup(ctx context.Context, c *sql.Conn, keys []book.Key, hit func(book.Key, book.Hit)) error {
	uuids := make([]pgtype.UUID, len(keys))
	for i, k := range keys {
		uuids[i] = pgtype.UUID{Bytes: k, Valid: true}
	}
	return raw(c, func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, "SELECT key, idx, input FROM lookups WHERE key = ANY ($1::uuid[])", uuids)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var key, input pgtype.UUID
			var index int64
			if err := rows.Scan(&key, &index, &input); err != nil {
				return err
			}
			hit(key.Bytes, book.Hit{Index: index, Input: input.Bytes})
		}
		return rows.Err()
	})
}

func (postgresDialect) taken(err error, table string) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == uniqueViolation && e.TableName == table
}

// commit looks at the answer: PostgreSQL answers the COMMIT of a failed transaction
// with ROLLBACK and no error.
func (postgresDialect) commit(ctx context.Context, c *sql.Conn) error {
	return raw(c, func(conn *pgx.Conn) error {
		tag, err := conn.Exec(ctx, "COMMIT")
		if err == nil && tag.String() != "COMMIT" {
			err = fmt.Errorf("the database answered COMMIT with %s", tag)
		}
		return err
	})
}
