package store

import (
	"context"
	"database/sql"
	"time"

	"gorm.io/gorm"
)

// At shows the database as it is at one moment to do, however many questions that asks
// and whatever is recorded meanwhile. The store that do gets only reads, and is for one
// goroutine.
func (s *Store) At(ctx context.Context, do func(*Store) error) error {
	select {
	case s.looks <- struct{}{}:
		defer func() { <-s.looks }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return s.moment(ctx, func(db *gorm.DB) error { return do(&Store{reads: db, d: s.d}) })
}

// moment shows one moment to do. Within a moment it is that one.
func (s *Store) moment(ctx context.Context, do func(*gorm.DB) error) error {
	if _, ok := s.reads.Statement.ConnPool.(*look); ok {
		return do(s.reads.WithContext(ctx))
	}
	l, err := s.look(ctx)
	if err != nil {
		return err
	}
	defer l.end()
	db := s.reads.Session(&gorm.Session{NewDB: true, Context: ctx})
	db.Statement.ConnPool = l
	return do(db)
}

// look is a transaction that reads. It begins with its first question, in one go with it.
type look struct {
	*sql.Conn
	d     dialect
	turns turns
	begun bool
}

func (s *Store) look(ctx context.Context) (*look, error) {
	db, err := s.reads.DB()
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	return &look{Conn: conn, d: s.d, turns: s.turns}, unreachable(err)
}

func (l *look) answer(ctx context.Context, questions []question) error {
	return l.turns.during(ctx, func() error {
		first := ""
		if !l.begun {
			first, l.begun = l.d.moment(), true
		}
		return unreachable(l.d.answer(ctx, l.Conn, first, questions))
	})
}

// begin begins the transaction for who asks in another way.
func (l *look) begin(ctx context.Context) error {
	if l.begun {
		return nil
	}
	return l.answer(ctx, nil)
}

// QueryContext implements gorm.ConnPool.
func (l *look) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := l.begin(ctx); err != nil {
		return nil, err
	}
	rows, err := l.Conn.QueryContext(ctx, text, args...)
	return rows, unreachable(err)
}

// QueryRowContext implements gorm.ConnPool. Where the transaction cannot begin, nothing is
// asked outside of it.
func (l *look) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	if err := l.begin(ctx); err != nil {
		gone, cancel := context.WithCancelCause(ctx)
		cancel(err)
		ctx = gone
	}
	return l.Conn.QueryRowContext(ctx, text, args...)
}

// endsWithin is how long the end of a look may take, before its connection is given up.
const endsWithin = 10 * time.Second

// end ends the transaction and gives the connection back.
func (l *look) end() {
	if !l.begun {
		l.Conn.Close()
		return
	}
	l.d.end(func() {
		ctx, cancel := context.WithTimeout(context.Background(), endsWithin)
		defer cancel()
		l.Conn.ExecContext(ctx, "ROLLBACK") // it changed nothing
		l.Conn.Close()
	})
}
