package audit

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/proof"
	"mingzhang/ledger/store"
)

// Book is a public book that an audit is held against: the platform's database, or a
// server. None of it is believed. An error of its methods of the kind ledger.Corrupt
// refutes the book; with any other it could not be asked. Its methods may be called from
// several goroutines.
type Book interface {
	// Name says what it is: "database" or "server".
	Name() string
	// End says where the book's log ends. Later answers may be of a longer log.
	End(ctx context.Context) (End, error)
	// Range gives up to n records from an index on, in order, fewer at the end.
	Range(ctx context.Context, from, n int64) ([][]byte, error)
	// RecordsAt gives records by their indices, ascending. A server is asked only for
	// such as Range gave before.
	RecordsAt(ctx context.Context, indices []int64) ([][]byte, error)
	// Statement gives a statement as the log stood when it had at records. A copy of a log
	// that has none answers errors.ErrUnsupported.
	Statement(ctx context.Context, scope account.Scope, from, upto ledger.Date, at int64) (*account.Statement, error)
	proof.TileReader
}

// End is where a book's log ends, as the book says.
type End struct {
	Size int64
	Root tlog.Hash
	Note []byte // the signed checkpoint that says so; nil of a database, which has none
}

// Database is a book in its database.
type Database struct{ *store.Store }

// Name implements Book.
func (Database) Name() string { return "database" }

// End implements Book.
func (d Database) End(ctx context.Context) (End, error) {
	head, err := d.Head(ctx)
	return End{Size: head.Size, Root: head.Root}, err
}
