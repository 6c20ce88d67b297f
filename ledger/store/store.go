// Package store keeps a book in PostgreSQL or, embedded, in SQLite, through GORM. It
// is the only package that knows of rows.
//
// What is written once, records and the runs that outflows took, is never changed:
// triggers refuse it. What the records add up to (pools, totals, the current state of
// projects) stands beside them and follows from them. The openings of seals have a
// table of their own, in which rows may be erased.
//
// All of a group is written in one transaction on one connection, which holds the
// lock of the head from its first statement on: a row lock in PostgreSQL, the write
// lock of the file in SQLite.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
)

// Store is an open database. It may be used from any number of goroutines.
type Store struct {
	reads  *gorm.DB // several connections
	writes *sql.DB
	d      dialect
	looks  chan struct{} // one for each moment that is open
	turns  turns         // of those who read
	writer chan *writer  // the one connection that writes, or nil for one to be made
	moves  *checkpointer // of SQLite, nil otherwise
	tidies *tidier
	still  func() error // of a file that is read without its locks: that nobody wrote to it

	closing sync.Once
	closed  error
}

// writer is a connection with GORM on it.
type writer struct {
	conn *sql.Conn
	db   *gorm.DB
	used time.Time // when it last ended a transaction
}

// dialect is what the two databases do differently.
type dialect interface {
	// lock begins a transaction on the connection, takes the head's lock and reads the
	// head behind it.
	lock(ctx context.Context, c *sql.Conn) (headRow, error)
	// bulk inserts rows as fast as the database can, in the open transaction.
	bulk(ctx context.Context, c *sql.Conn, p part) error
	// stream gives the rows of idx, bytes, public and project, while row wants more. The
	// bytes are row's to keep.
	stream(ctx context.Context, c *sql.Conn, text string, args []any, row func(storedRow) bool) error
	// among is the condition that a column is one of a list, each the question that gives
	// the list as idx, indices the list as it is sent.
	among(column string) string
	each() string
	indices(list []int64) any
	// lateral says whether a question may go through the rows of another, merges whether
	// questions in a row, each in order, are merged as far as is needed.
	lateral() bool
	merges() bool
	// exec runs statements in their order.
	exec(ctx context.Context, c *sql.Conn, statements []statement) error
	// lookup finds keys.
	lookup(ctx context.Context, c *sql.Conn, keys []book.Key, hit func(book.Key, book.Hit)) error
	// taken says whether a write failed because a row with its key is in the table already.
	taken(err error, table string) bool
	// commit makes the transaction durable.
	commit(ctx context.Context, c *sql.Conn) error
	// key gives a look-up key the form that the database stores.
	key(k book.Key) any
	// open makes a GORM database on a connection.
	open(c gorm.ConnPool) (*gorm.DB, error)
	// scrub removes from files and logs what was deleted in committed transactions, and says
	// whether it could: it waits for nobody who still sees it. owes asks whether something
	// may be left of an earlier program.
	scrub(ctx context.Context, db *sql.DB) bool
	owes() string
	// moment begins a transaction that sees the database at one moment, end ends it.
	moment() string
	end(do func())
	// answer asks questions in their order, behind a first statement, "" for none. Where
	// nothing was asked because the connection is broken, it is driver.ErrBadConn.
	answer(ctx context.Context, c *sql.Conn, first string, questions []question) error
	// tables lists the tables in the order in which they were made, primary the columns
	// of a table's key in theirs.
	tables() string
	primary() string
	// numberOn has columns that number themselves go on behind rows that were written with
	// their numbers.
	numberOn(ctx context.Context, c *sql.Conn) error
	migrations() string
	// monthly asks for the totals of pools by month, see Monthly.
	monthly() string
	// migrating begins a transaction that no other migration runs beside.
	migrating() []string
}

// Open opens the database that the address names, "sqlite:FILE" or "postgres://…",
// and brings it to the program's version.
func Open(ctx context.Context, address string) (*Store, error) {
	s, err := connect(ctx, address)
	if err != nil {
		return nil, err
	}
	if err := s.update(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.tidies.begin()
	return s, nil
}

// connect opens the database as it is.
func connect(ctx context.Context, address string) (*Store, error) {
	s := &Store{writer: make(chan *writer, 1)}
	s.writer <- nil
	var reads, tidies *sql.DB
	file, err := s.chosen(address)
	switch s.d.(type) {
	case sqliteDialect:
		reads, s.writes, tidies, err = openSQLite(ctx, file)
	case postgresDialect:
		reads, s.writes, tidies, err = openPostgres(address)
	}
	if err != nil {
		return nil, err
	}
	s.writes.SetMaxOpenConns(1)
	if err := s.readBy(reads); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if _, ok := s.d.(sqliteDialect); ok {
		s.moves = newCheckpointer(reads)
	}
	s.tidies = newTidier(s.d, tidies, s.moves)
	return s, nil
}

// chosen says which kind of database an address names, and the file of SQLite.
func (s *Store) chosen(address string) (file string, err error) {
	file, lite := strings.CutPrefix(address, "sqlite:")
	switch {
	case lite:
		s.d = sqliteDialect{}
	case strings.HasPrefix(address, "postgres://"), strings.HasPrefix(address, "postgresql://"):
		s.d = postgresDialect{}
	default:
		return "", fmt.Errorf("%q is no database: sqlite:FILE or postgres://…", address)
	}
	return file, nil
}

// readBy gives the connections that read.
func (s *Store) readBy(reads *sql.DB) (err error) {
	s.turns = newTurns(s.d)
	// Half of the connections are for moments, at most: who asks something else meanwhile
	// needs another one, and all would wait for each other if there were none.
	s.looks = make(chan struct{}, reads.Stats().MaxOpenConnections/2)
	s.reads, err = s.d.open(connections{reads, s.d, s.turns})
	return err
}

// keepOpen bounds how many connections there are, which a server of databases has few of,
// and keeps them: a new one costs more than what it is asked, and knows no statement yet.
func keepOpen(db *sql.DB, most int) {
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
}

// Close ends all connections, after the transaction that is open. Closing again does
// nothing.
func (s *Store) Close() error {
	s.closing.Do(func() {
		if s.writes != nil {
			s.closed = s.closeWrites()
		}
		if s.reads != nil {
			if db, err := s.reads.DB(); err == nil {
				s.closed = errors.Join(s.closed, db.Close())
			}
		}
		if s.still != nil {
			s.closed = errors.Join(s.closed, s.still())
		}
	})
	return s.closed
}

func (s *Store) closeWrites() (err error) {
	if w := <-s.writer; w != nil {
		err = w.conn.Close()
	}
	s.moves.close()
	return errors.Join(err, s.tidies.close(), s.writes.Close())
}

// config is how GORM is used: no transactions of its own, no log of its own, and its
// clock is not asked.
func config() *gorm.Config {
	return &gorm.Config{SkipDefaultTransaction: true, DisableNestedTransaction: true, Logger: logger.Discard, DisableAutomaticPing: true}
}

// Head implements book.Store.
func (s *Store) Head(ctx context.Context) (book.Head, error) {
	return readHead(s.reads.WithContext(ctx))
}

// headRow is the row of log_head.
type headRow struct {
	Size     int64
	Root     []byte
	Recorded int64
}

func readHead(db *gorm.DB) (book.Head, error) {
	rows, err := ask[headRow](db.Raw(selectHead))
	if err != nil {
		return book.Head{}, fmt.Errorf("read the head: %w", err)
	}
	return theHead(rows)
}

// theHead is the one row of log_head; without it there is no book.
func theHead(rows []headRow) (book.Head, error) { return append(rows, headRow{})[0].head() }

func (row *headRow) fields() []any { return []any{&row.Size, &row.Root, &row.Recorded} }

const selectHead = "SELECT size, root, recorded FROM log_head"

func (row headRow) head() (book.Head, error) {
	if len(row.Root) != tlog.HashSize {
		return book.Head{}, errors.New("read the head: it is not there")
	}
	return book.Head{Size: row.Size, Root: tlog.Hash(row.Root), Recorded: time.Unix(row.Recorded, 0).UTC()}, nil
}

// Stored implements book.Store.
func (s *Store) Stored(ctx context.Context, index int64) ([]byte, error) {
	return readRecord(s.reads.WithContext(ctx), index)
}

func readRecord(db *gorm.DB, index int64) ([]byte, error) {
	var bytes [][]byte
	if err := db.Raw("SELECT bytes FROM records WHERE idx = ?", index).Scan(&bytes).Error; err != nil {
		return nil, fmt.Errorf("read record %d: %w", index, err)
	}
	if len(bytes) == 0 {
		return nil, absent("no-such-record", "没有编号为 %d 的记录", "there is no record %d", index)
	}
	return bytes[0], nil
}

func absent(code, zh, en string, args ...any) error {
	return ledger.Refuse(ledger.NotFound, code, "", zh, en, args...)
}

// ReadTile implements proof.TileReader.
func (s *Store) ReadTile(t proof.Tile) ([]byte, error) { return readTile(s.reads, t) }

// readTile gives a stored tile, or makes one of leaf hashes from the records: the
// last tile of leaves is not stored before it is full.
func readTile(db *gorm.DB, t proof.Tile) ([]byte, error) {
	var rows [][]byte
	if err := db.Raw("SELECT hashes FROM tiles WHERE level = ? AND number = ?", t.Level, t.Number).Scan(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) > 0 {
		return rows[0], nil
	}
	if t.Level > 0 {
		return nil, absent("no-such-tile", "没有瓦片 %s", "there is no tile %s", t.Path())
	}
	return readLeaves(db, t.Number*proof.TileWidth, int64(t.Width))
}

// readLeaves makes the hashes of n records from an index on.
func readLeaves(db *gorm.DB, from, n int64) (hashes []byte, err error) {
	records, err := readRange(db, from, n)
	for _, r := range records {
		leaf := record.Hash(r)
		hashes = append(hashes, leaf[:]...)
	}
	return hashes, err
}

// readRange gives n records from an index on, in order.
func readRange(db *gorm.DB, from, n int64) ([][]byte, error) {
	var bytes [][]byte
	err := db.Raw("SELECT bytes FROM records WHERE idx >= ? AND idx < ? ORDER BY idx", from, from+n).Scan(&bytes).Error
	if err == nil && int64(len(bytes)) != n {
		err = absent("no-such-record", "没有编号 %d 至 %d 的全部记录", "not all records from %d to %d are there", from, from+n-1)
	}
	return bytes, err
}
