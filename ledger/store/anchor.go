package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net/url"
	"strings"
	"time"

	"gorm.io/gorm"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
)

// Chain names a permissioned ledger: "local", or "fabric" and the channel.
type Chain struct{ Backend, Channel string }

// Anchor is one batch of records, [First, Upto), and where the ledger committed it.
// Its Bytes are not kept here: the ledger has the blocks.
type Anchor struct {
	First, Upto int64
	proof.Anchor
}

// AddAnchor keeps an anchor, which must begin where the chain's last one ended. The
// same one again changes nothing; another at a place that is taken, and one behind a
// gap, are a ledger.Conflict. It is durable when this returns.
func (s *Store) AddAnchor(ctx context.Context, a Anchor) error {
	orgs, err := json.Marshal(a.Orgs)
	if err != nil {
		return err
	}
	return s.aside(ctx, func(t *Tx) error {
		c := Chain{a.Backend, a.Channel}
		upto, err := anchoredUpto(t.db, c)
		switch {
		case err != nil:
			return err
		case a.First == upto:
			_, err = changed(t.db, "INSERT INTO anchors (backend, channel, first, upto, block, tx, code, orgs, time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
				a.Backend, a.Channel, a.First, a.Upto, a.Block, a.Tx, a.Code, string(orgs), a.Time.UnixMilli())
			return keeping("an anchor", err)
		case a.First > upto:
			return ledger.Refuse(ledger.Conflict, "anchor-gap", "", "上链凭据从第 %d 号开始，而已存到第 %d 号", "the anchor begins at %d, but they are kept up to %d", a.First, upto)
		}
		there, err := anchorOf(t.db, c, a.First)
		if err == nil && (there.First != a.First || there.Upto != a.Upto || there.Tx != a.Tx || there.Block != a.Block) {
			err = ledger.Refuse(ledger.Conflict, "anchor-differs", "", "第 %d 号记录另有上链凭据", "record %d has another anchor", a.First)
		}
		return err
	})
}

// Anchor gives the anchor of a record on a chain; absent is a ledger.NotFound.
func (s *Store) Anchor(ctx context.Context, c Chain, index int64) (*Anchor, error) {
	return anchorOf(s.reads.WithContext(ctx), c, index)
}

// AnchoredUpto is how many records have an anchor on a chain: all before it have one.
func (s *Store) AnchoredUpto(ctx context.Context, c Chain) (int64, error) {
	return anchoredUpto(s.reads.WithContext(ctx), c)
}

// Anchors gives a page of a chain's anchors, the latest first, of those that begin
// before an index; 0 is the first page.
func (s *Store) Anchors(ctx context.Context, c Chain, before int64, limit int) ([]Anchor, error) {
	q := s.reads.WithContext(ctx).Table("anchors").Where("backend = ? AND channel = ?", c.Backend, c.Channel).Order("first DESC").Limit(limited(limit))
	if before > 0 {
		q = q.Where("first < ?", before)
	}
	var rows []anchorRow
	err := q.Scan(&rows).Error
	list := make([]Anchor, len(rows))
	for i, r := range rows {
		list[i] = r.anchor()
	}
	return list, err
}

func anchoredUpto(db *gorm.DB, c Chain) (upto int64, err error) {
	err = db.Raw("SELECT coalesce((SELECT upto FROM anchors WHERE backend = ? AND channel = ? ORDER BY first DESC LIMIT 1), 0)", c.Backend, c.Channel).Scan(&upto).Error
	return upto, err
}

func anchorOf(db *gorm.DB, c Chain, index int64) (*Anchor, error) {
	none := absent("not-anchored", "第 %d 号记录尚未上链", "record %d is not anchored yet", index)
	r, err := one[anchorRow](db, none, "SELECT * FROM anchors WHERE backend = ? AND channel = ? AND first <= ? ORDER BY first DESC LIMIT 1", c.Backend, c.Channel, index)
	if err != nil {
		return nil, err
	}
	if index >= r.Upto {
		return nil, none
	}
	a := r.anchor()
	return &a, nil
}

type anchorRow struct {
	Backend, Channel, Tx, Code, Orgs string
	First, Upto, Block, Time         int64
}

func (r anchorRow) anchor() Anchor {
	a := Anchor{r.First, r.Upto, proof.Anchor{Backend: r.Backend, Channel: r.Channel, Block: r.Block, Tx: r.Tx, Code: r.Code, Time: time.UnixMilli(r.Time).UTC()}}
	json.Unmarshal([]byte(r.Orgs), &a.Orgs)
	return a
}

// Range gives up to n records from an index on, in order: fewer where the log ends, and
// none beyond its end. A record that is missing before others is a ledger.Corrupt.
func (s *Store) Range(ctx context.Context, from, n int64) ([][]byte, error) {
	list := make([][]byte, 0, min(max(n, 0), maxPage))
	err := s.each(ctx, func(index int64, data []byte) error {
		if want := from + int64(len(list)); index != want {
			return ledger.Refuse(ledger.Corrupt, "record-missing", "", "数据库中缺少第 %d 号记录", "the database lacks record %d", want)
		}
		list = append(list, data)
		return nil
	}, "SELECT idx, bytes FROM records WHERE idx >= ? AND idx < ? ORDER BY idx", from, from+n)
	return list, err
}

// RecordsAt gives the records with these indices, ascending and all different; an
// absent one is a ledger.NotFound.
func (s *Store) RecordsAt(ctx context.Context, indices []int64) ([][]byte, error) {
	list := make([][]byte, 0, len(indices))
	for from := 0; from < len(indices); from += rowsEach {
		part := indices[from:min(len(indices), from+rowsEach)]
		if err := s.each(ctx, func(_ int64, data []byte) error {
			list = append(list, data)
			return nil
		}, "SELECT idx, bytes FROM records WHERE idx IN ? ORDER BY idx", part); err != nil {
			return nil, err
		}
	}
	if len(list) != len(indices) {
		return nil, absent("no-such-record", "所需的 %d 条记录没有都在", "not all of the %d records asked for are there", len(indices))
	}
	return list, nil
}

func (s *Store) each(ctx context.Context, do func(index int64, data []byte) error, query string, args ...any) error {
	rows, err := s.reads.WithContext(ctx).Raw(query, args...).Rows()
	if err != nil {
		return fmt.Errorf("read records: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var index int64
		var data []byte
		if err := rows.Scan(&index, &data); err != nil {
			return fmt.Errorf("read records: %w", err)
		}
		if err := do(index, data); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Lock is held by one program at a time. The database, or the system, lets go of it
// when the program or its connection ends, so that it needs no clock.
type Lock struct {
	conn  *sql.Conn
	held  string  // fails where the lock is lost
	leave string  // gives it back
	file  *sql.DB // of a lock in a file of its own
}

// TryLock takes the lock of a name, or gives nil where another program has it. In
// PostgreSQL it is an advisory lock of a session; in SQLite, whose own file must stay
// free for writers, a lock on an empty file beside it.
func (s *Store) TryLock(ctx context.Context, name string) (*Lock, error) {
	h := fnv.New32a()
	h.Write([]byte(name))
	if _, ok := s.d.(postgresDialect); ok {
		return s.lockSession(ctx, h.Sum32())
	}
	return s.lockFile(ctx, h.Sum32())
}

// lockClass keeps these locks apart from other advisory locks. The number is any.
const lockClass = 7250118

func (s *Store) lockSession(ctx context.Context, number uint32) (*Lock, error) {
	db, err := s.reads.DB()
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	of := func(function string) string {
		return fmt.Sprintf("SELECT %s(%d, %d)", function, lockClass, int32(number))
	}
	var got bool
	if err = conn.QueryRowContext(ctx, of("pg_try_advisory_lock")).Scan(&got); err != nil || !got {
		return nil, errors.Join(err, conn.Close())
	}
	held := fmt.Sprintf("SELECT 1 / count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid() AND classid = %d AND objid = %d", lockClass, number)
	return &Lock{conn: conn, held: held, leave: of("pg_advisory_unlock")}, nil
}

func (s *Store) lockFile(ctx context.Context, number uint32) (*Lock, error) {
	var file string
	if err := s.reads.WithContext(ctx).Raw("SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&file).Error; err != nil {
		return nil, err
	}
	path := fmt.Sprintf("%s-lock-%08x", file, number)
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_pragma=busy_timeout(0)")
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err == nil {
		if _, err = conn.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
			conn.Close()
		}
	}
	switch {
	case err == nil:
		return &Lock{conn, "SELECT 1", "ROLLBACK", db}, nil
	case strings.Contains(err.Error(), "SQLITE_BUSY"):
		return nil, db.Close()
	}
	return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), db.Close())
}

// Held is an error where the lock may have been lost with its connection.
func (l *Lock) Held(ctx context.Context) error {
	var one int
	if err := l.conn.QueryRowContext(ctx, l.held).Scan(&one); err != nil {
		return fmt.Errorf("the lock was lost: %w", err)
	}
	return nil
}

// Release lets go.
func (l *Lock) Release() error {
	_, err := l.conn.ExecContext(context.Background(), l.leave)
	if err = errors.Join(err, l.conn.Close()); l.file != nil {
		err = errors.Join(err, l.file.Close())
	}
	return err
}
