package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/record"
	"mingzhang/ledger/trace"
)

// Tx is the write transaction of a store; book.Tx says what its methods promise.
type Tx struct {
	ctx   context.Context
	store *Store
	*writer
	db    *gorm.DB // of the writer, under ctx
	head  book.Head
	size  int64                 // of the log, after what was written
	parts []part                // of the write under way
	queue []statement           // what it does behind them
	pools map[ledger.Pool]int64 // numbers of the pools in it

	erased bool // an opening was deleted
	over   bool
}

// Begin implements book.Store.
func (s *Store) Begin(ctx context.Context) (book.Tx, error) {
	if err := ctx.Err(); err != nil {
		return nil, err // a driver notices only sometimes
	}
	if s.writes == nil {
		return nil, errReading
	}
	t := &Tx{ctx: ctx, store: s}
	select {
	case t.writer = <-s.writer:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := t.begin(); err != nil {
		t.abandon()
		return nil, err
	}
	return t, nil
}

// begin takes the lock and reads the head behind it. A connection that was lost while
// nobody used it is replaced once.
func (t *Tx) begin() (err error) {
	var row headRow
	if t.writer != nil {
		if row, err = t.store.d.lock(t.ctx, t.conn); err != nil {
			t.drop()
		}
	}
	if t.writer == nil {
		if t.writer, err = t.store.connect(t.ctx); err != nil {
			return fmt.Errorf("connect to the database: %w", err)
		}
		if row, err = t.store.d.lock(t.ctx, t.conn); err != nil {
			return fmt.Errorf("lock the head: %w", err)
		}
	}
	t.db = t.writer.db.WithContext(t.ctx)
	t.head, err = row.head()
	return err
}

func (s *Store) connect(ctx context.Context) (*writer, error) {
	conn, err := s.writes.Conn(ctx)
	if err != nil {
		return nil, err
	}
	db, err := s.d.open(session{conn, s.d})
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &writer{conn: conn, db: db}, nil
}

// drop closes the connection for good, and with it whatever it still holds.
func (t *Tx) drop() {
	t.conn.Raw(func(any) error { return driver.ErrBadConn })
	t.conn.Close()
	t.writer = nil
}

// abandon ends the transaction without its connection.
func (t *Tx) abandon() {
	if t.over {
		return
	}
	t.over = true
	if t.writer != nil {
		t.drop()
	}
	t.store.writer <- nil
}

// release gives the connection back.
func (t *Tx) release() {
	t.over = true
	t.used = time.Now()
	t.store.writer <- t.writer
}

// Rollback implements book.Tx.
func (t *Tx) Rollback() {
	if t.over {
		return
	}
	if _, err := t.conn.ExecContext(context.WithoutCancel(t.ctx), "ROLLBACK"); err != nil {
		t.abandon()
		return
	}
	t.release()
}

// Commit implements book.Tx.
func (t *Tx) Commit() error {
	if err := t.store.d.commit(t.ctx, t.conn); err != nil {
		t.abandon() // the outcome is open; a new connection will see it
		return fmt.Errorf("commit: %w", err)
	}
	if t.erased {
		t.store.tidies.erased()
	}
	t.store.moves.wrote(t.head.Size, t.size)
	t.release()
	return nil
}

// Save implements book.Tx.
func (t *Tx) Save() error { return t.db.Exec("SAVEPOINT piece").Error }

// Restore implements book.Tx.
func (t *Tx) Restore() error { return t.db.Exec("ROLLBACK TO SAVEPOINT piece").Error }

// Head implements book.Tx: the head as Begin found it.
func (t *Tx) Head() book.Head { return t.head }

// Edge implements book.Tx.
func (t *Tx) Edge() (*proof.Edge, error) { return proof.Resume(t.head.Size, t) }

// ReadTile implements proof.TileReader inside the transaction.
func (t *Tx) ReadTile(tile proof.Tile) ([]byte, error) { return readTile(t.db, tile) }

// Lookup implements book.Tx.
func (t *Tx) Lookup(keys []book.Key) (map[book.Key]book.Hit, error) {
	found := map[book.Key]book.Hit{}
	if len(keys) == 0 {
		return found, nil
	}
	err := t.store.d.lookup(t.ctx, t.conn, keys, func(k book.Key, h book.Hit) { found[k] = h })
	return found, err
}

// poolRow is a row of pools.
type poolRow struct {
	ID          int64
	Project     int64
	Holder      int64
	Designation string
	Asset       string
	Laid        int64
	Next        int64
	Holed       int64
}

func (r poolRow) state() book.PoolEnd {
	name := ledger.Pool{Project: r.Project, Holder: r.Holder, Designation: r.Designation, Asset: ledger.AssetID(r.Asset)}
	return book.PoolEnd{PoolState: &book.PoolState{ID: r.ID, Pool: name}, Head: ledger.Head{In: r.Laid, Next: r.Next, Holed: r.Holed}}
}

// Pools implements book.Tx.
func (t *Tx) Pools(pools []ledger.Pool) ([]book.PoolEnd, error) {
	var states []book.PoolEnd
	for _, p := range pools {
		var rows []poolRow
		err := t.db.Raw("SELECT * FROM pools WHERE project = ? AND holder = ? AND designation = ? AND asset = ?",
			p.Project, p.Holder, p.Designation, string(p.Asset)).Scan(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("read the pool %s: %w", p, err)
		}
		for _, r := range rows {
			states = append(states, r.state())
		}
	}
	return states, nil
}

// Laid implements book.Tx. Each pool counts for most at most, so that no sum overflows.
func (t *Tx) Laid(project int64, asset ledger.AssetID, most int64) (units int64, err error) {
	err = t.db.Raw("SELECT CAST(coalesce(sum(CASE WHEN laid < ? THEN laid ELSE ? END), 0) AS bigint) FROM pools WHERE project = ? AND asset = ?",
		most, most, project, string(asset)).Scan(&units).Error
	if err != nil {
		err = fmt.Errorf("read what project %d took in: %w", project, err)
	}
	return units, err
}

// spanRow is a run of addresses.
type spanRow struct{ Lo, Hi int64 }

// Holes implements book.Tx.
func (t *Tx) Holes(id int64) ([]ledger.Span, error) {
	var rows []spanRow
	if err := t.db.Raw("SELECT lo, hi FROM holes WHERE pool = ? ORDER BY lo", id).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("read the holes of pool %d: %w", id, err)
	}
	spans := make([]ledger.Span, len(rows))
	for i, r := range rows {
		spans[i] = ledger.Span{From: r.Lo, Upto: r.Hi}
	}
	return spans, nil
}

// Record implements book.Tx.
func (t *Tx) Record(index int64) ([]byte, error) { return readRecord(t.db, index) }

// Openings implements book.Tx.
func (t *Tx) Openings(index int64) (public, private []byte, err error) {
	return readOpenings(t.db, index)
}

// Openings gives what the seals of a record hold, nil for none and for what was erased.
func (s *Store) Openings(ctx context.Context, index int64) (public, private []byte, err error) {
	return readOpenings(s.reads.WithContext(ctx), index)
}

type openingRow struct{ Public, Private []byte }

func readOpenings(db *gorm.DB, index int64) (public, private []byte, err error) {
	var rows []openingRow
	if err := db.Raw("SELECT public, private FROM openings WHERE idx = ?", index).Scan(&rows).Error; err != nil {
		return nil, nil, fmt.Errorf("read the openings of record %d: %w", index, err)
	}
	if len(rows) == 0 {
		return nil, nil, nil
	}
	return rows[0].Public, rows[0].Private, nil
}

// Undone implements book.Tx.
func (t *Tx) Undone(index int64) (int64, error) { return readUndone(t.db, index) }

func readUndone(db *gorm.DB, index int64) (units int64, err error) {
	err = db.Raw("SELECT coalesce(sum(units), 0) FROM undone WHERE idx = ?", index).Scan(&units).Error
	return units, err
}

// Delivered implements book.Tx.
func (t *Tx) Delivered(index int64) (units int64, err error) {
	err = t.db.Raw("SELECT coalesce(sum(amount), 0) FROM records WHERE of = ? AND type = ?", index, typeNumber("delivery")).Scan(&units).Error
	return units, err
}

// Corrections implements book.Tx.
func (t *Tx) Corrections(index int64) (list []int64, err error) {
	err = t.db.Raw("SELECT idx FROM records WHERE of = ? AND type = ? ORDER BY idx", index, typeNumber("correction")).Scan(&list).Error
	return list, err
}

// typeNumber is what stands for a record type in a row. Types are only added.
func typeNumber(name string) int {
	for i, t := range record.Types() {
		if t == name {
			return i
		}
	}
	return -1
}

// Reader implements book.Tx.
func (t *Tx) Reader() trace.Drawer { return reader{t.db} }
