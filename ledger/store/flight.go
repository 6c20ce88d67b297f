package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// Append implements book.Store. Where nothing has to be asked on the way, PostgreSQL gets
// the whole transaction in one go. Each answer that a writer waits for comes at a time when
// hundreds of callers, just answered themselves, want the processors: all those waits
// together took longer than the writing.
func (s *Store) Append(ctx context.Context, base book.Head, b *book.Batch) error {
	if _, ok := s.d.(postgresDialect); !ok || s.writes == nil || !flies(base, b) {
		return book.StepByStep(ctx, s, base, b)
	}
	t := &Tx{ctx: ctx, store: s, head: base}
	select {
	case t.writer = <-s.writer:
	case <-ctx.Done():
		return ctx.Err()
	}
	if t.writer == nil || time.Since(t.used) > fresh {
		s.writer <- t.writer
		return book.StepByStep(ctx, s, base, b)
	}
	return t.fly(b)
}

// fresh is how long a connection is taken to be there still. A transaction that was sent in
// one go to a server that has gone leaves its outcome open; Begin makes a new connection.
const fresh = time.Second

// flies says whether a batch is written without asking for anything: keys, the numbers of
// pools, hashes for a run of leaves, or after it to be rid of what it erased.
func flies(base book.Head, b *book.Batch) bool {
	if len(b.Entries) == 0 || len(b.Refused) > 0 || b.Head.Size/runLeaves != base.Size/runLeaves {
		return false
	}
	known := map[ledger.Pool]bool{}
	for _, p := range b.Pools {
		if p.ID == 0 {
			return false
		}
		known[p.Pool] = true
	}
	for total := range b.Totals.Lines {
		if !known[total.Pool] {
			return false
		}
	}
	for _, e := range b.Entries {
		if _, erases := e.Record.What.(*ledger.Erasure); erases {
			return false
		}
	}
	return true
}

// fly writes a batch in one go.
func (t *Tx) fly(b *book.Batch) error {
	err := t.plan(b)
	if err == nil {
		err = raw(t.conn, func(conn *pgx.Conn) error {
			f := flight{conn: conn}
			return f.fly(t.ctx, t.head, t.parts, t.queue)
		})
	}
	var refused *pgconn.PgError
	switch {
	case err == nil && t.ctx.Err() == nil:
		t.release()
		return nil
	case err == nil:
		t.abandon() // its deadline has passed
		return nil
	case !errors.As(err, &refused) || errors.Is(err, book.ErrUnanswered):
		t.abandon()
		return err
	}
	t.release()
	if refused.Code == divisionByZero {
		return book.ErrMoved
	}
	return t.store.taken(err)
}

// divisionByZero is PostgreSQL's code for what stillHead does where the head has moved.
const divisionByZero = "22012"

// stillHead locks the head, and fails if it is not the one that was expected.
const stillHead = "SELECT 1 / count(*) FROM (SELECT FROM log_head WHERE size = ? AND root = ? AND recorded = ? FOR UPDATE) AS head"

// flight is a transaction in one go, in the messages of PostgreSQL's protocol: pgx would
// wait for each COPY. A server reads on after a fault, refuses everything behind it and
// answers the COMMIT with a ROLLBACK; what is copied to a COPY that failed, it ignores.
type flight struct {
	conn     *pgx.Conn
	messages []pgproto3.FrontendMessage
	answers  int // how many times the server will say that it is ready
}

// fly sends and reads. Only an error with ErrUnanswered leaves the outcome open, and only
// behind a pgconn.PgError the connection is in order.
func (f *flight) fly(ctx context.Context, base book.Head, parts []part, queue []statement) error {
	f.query("BEGIN")
	if err := f.run(ctx, []statement{{stillHead, []any{base.Size, base.Root[:], base.Recorded.Unix()}}}); err != nil {
		return err
	}
	for _, p := range parts {
		text, data, err := copying(ctx, f.conn, p)
		if err != nil {
			return err
		}
		f.query(text)
		f.messages = append(f.messages, &pgproto3.CopyData{Data: data}, &pgproto3.CopyDone{})
	}
	if err := f.run(ctx, queue); err != nil {
		return err
	}
	f.query("COMMIT")
	defer context.AfterFunc(ctx, f.giveUp)()
	return f.exchange()
}

// giveUp ends a sending and a reading under way.
func (f *flight) giveUp() { f.conn.PgConn().Conn().SetDeadline(time.Unix(1, 0)) }

// exchange reads while it sends. A server whose answers nobody takes stops reading, at some
// ten thousand statements on a unix socket, and would wait for us as we for it.
func (f *flight) exchange() error {
	frontend := f.conn.PgConn().Frontend()
	for _, m := range f.messages {
		frontend.Send(m)
	}
	sent := make(chan error, 1)
	go func() {
		err := frontend.Flush()
		if err != nil {
			f.giveUp() // what did not get there is not answered
		}
		sent <- err
	}()
	err := f.read()
	if errors.Is(err, book.ErrUnanswered) {
		f.giveUp()
	}
	if failed := <-sent; failed != nil {
		return errors.Join(book.ErrUnanswered, failed, err)
	}
	return err
}

func (f *flight) query(text string) {
	f.messages = append(f.messages, &pgproto3.Query{String: text})
	f.answers++
}

// run runs statements with their values.
func (f *flight) run(ctx context.Context, statements []statement) error {
	for _, s := range statements {
		d, err := described(ctx, f.conn, numbered(s.text))
		if err != nil {
			return err
		}
		values := make([][]byte, len(s.args))
		for i, arg := range s.args { // an empty text is one, and nil is NULL
			if values[i], err = f.conn.TypeMap().Encode(d.ParamOIDs[i], pgx.BinaryFormatCode, arg, []byte{}); err != nil {
				return fmt.Errorf("encode a value: %w", err)
			}
		}
		f.messages = append(f.messages,
			&pgproto3.Bind{PreparedStatement: d.Name, ParameterFormatCodes: []int16{pgx.BinaryFormatCode}, Parameters: values}, &pgproto3.Execute{})
	}
	f.messages = append(f.messages, &pgproto3.Sync{})
	f.answers++
	return nil
}

// read reads all answers and gives the first that is a fault.
func (f *flight) read() (fault error) {
	done := ""
	for f.answers > 0 {
		message, err := f.conn.PgConn().Frontend().Receive()
		if err != nil {
			return errors.Join(book.ErrUnanswered, err)
		}
		switch m := message.(type) {
		case *pgproto3.ReadyForQuery:
			f.answers--
		case *pgproto3.CommandComplete:
			done = string(m.CommandTag)
		case *pgproto3.ErrorResponse:
			if fault == nil {
				fault = pgconn.ErrorResponseToPgError(m)
			}
		}
	}
	if fault == nil && done != "COMMIT" {
		return fmt.Errorf("%w: the database answered COMMIT with %s", book.ErrUnanswered, done)
	}
	return fault
}
