package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	_ "modernc.org/sqlite" // database/sql's driver "sqlite"

	"mingzhang/ledger"
)

// state is what the blocks add up to, in an SQLite file that one program has open at a
// time. It is at a block as a whole; a power failure may take it back some blocks,
// which are then played again.
type state struct {
	db                     *sql.DB
	get, put, delete, mark *sql.Stmt
}

// openState also gives the block that the state is at, −1 for none.
func openState(ctx context.Context, file string) (s *state, number int64, last hash, err error) {
	pragmas := []string{"busy_timeout(0)", "locking_mode(EXCLUSIVE)", "journal_mode(WAL)", "synchronous(NORMAL)", "cache_size(-32768)"}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?_pragma="+strings.Join(pragmas, "&_pragma="))
	if err != nil {
		return nil, 0, last, err
	}
	db.SetMaxOpenConns(1)
	s = &state{db: db}
	if number, last, err = s.begin(ctx); err != nil {
		err = errors.Join(err, db.Close())
		if strings.Contains(err.Error(), "SQLITE_BUSY") {
			err = ledger.Refuse(ledger.Conflict, "ledger-open", "", "另有程序打开了内置账本", "another program has the embedded ledger open")
		}
		return nil, 0, last, err
	}
	return s, number, last, nil
}

func (s *state) begin(ctx context.Context) (number int64, last hash, err error) {
	for _, text := range []string{
		"CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value BLOB NOT NULL)",
		"CREATE TABLE IF NOT EXISTS at (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, hash BLOB NOT NULL)",
		"INSERT INTO at VALUES (1, -1, zeroblob(32)) ON CONFLICT DO NOTHING",
	} {
		if _, err := s.db.ExecContext(ctx, text); err != nil {
			return 0, last, fmt.Errorf("open the ledger's state: %w", err)
		}
	}
	for text, into := range map[string]**sql.Stmt{
		"SELECT value FROM state WHERE key = ?": &s.get, "DELETE FROM state WHERE key = ?": &s.delete,
		"INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value": &s.put,
		"UPDATE at SET number = ?, hash = ?":                                                     &s.mark,
	} {
		if *into, err = s.db.PrepareContext(ctx, text); err != nil {
			return 0, last, err
		}
	}
	var h []byte
	if err = s.db.QueryRowContext(ctx, "SELECT number, hash FROM at").Scan(&number, &h); err == nil {
		copy(last[:], h)
	}
	return number, last, err
}

// Get implements contract.State.
func (s *state) Get(keys []string) ([][]byte, error) {
	values := make([][]byte, len(keys))
	for i, key := range keys {
		if err := s.get.QueryRow(key).Scan(&values[i]); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, fmt.Errorf("read the ledger's state: %w", err)
		}
	}
	return values, nil
}

// Put and Delete are not called: writes are gathered over the state.
func (s *state) Put(string, []byte) error { return errors.New("the state is written by blocks") }
func (s *state) Delete(string) error      { return errors.New("the state is written by blocks") }

// keep applies what a block's call wrote, and moves to the block.
func (s *state) keep(b *block, writes map[string][]byte) error {
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	put, del, mark := tx.Stmt(s.put), tx.Stmt(s.delete), tx.Stmt(s.mark)
	for key, value := range writes {
		if value == nil {
			_, err = del.Exec(key)
		} else {
			_, err = put.Exec(key, value)
		}
		if err != nil {
			return fmt.Errorf("write the ledger's state: %w", err)
		}
	}
	h := b.hash()
	if _, err := mark.Exec(b.number, h[:]); err != nil {
		return err
	}
	return tx.Commit()
}

func (s *state) close() error { return s.db.Close() }
