package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"mingzhang/ledger"
)

// unreachable says in words that the database is not there: whoever reads can only try
// again. Any other error is left as it is.
func unreachable(err error) error {
	var connecting *pgconn.ConnectError
	var network *net.OpError
	var said *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &connecting), errors.As(err, &network), errors.Is(err, driver.ErrBadConn), errors.Is(err, io.ErrUnexpectedEOF),
		errors.As(err, &said) && goneClass(said.Code):
		return errors.Join(ledger.Refuse(ledger.Unavailable, "store-unreachable", "",
			"账本的数据库暂时无法连接，请稍后重试", "the book's database cannot be reached at the moment: try again later"), err)
	}
	return err
}

// unwritable says in words that a write failed that nobody refused: the disk is full, as a
// rule, or the database is not there.
func unwritable(ctx context.Context, err error) error {
	if err == nil || ledger.KindOf(err) != 0 || ctx.Err() != nil {
		return err
	}
	return errors.Join(ledger.Refuse(ledger.Unavailable, "store-unwritable", "",
		"账本的数据库暂时无法写入，请稍后重试", "the book's database cannot be written at the moment: try again later"), err)
}

// goneClass says whether PostgreSQL's code means that it is stopping, or has no room for
// another connection.
func goneClass(code string) bool {
	return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "57P") || code == "53300"
}
