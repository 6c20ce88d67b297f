package store

import (
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

// goneClass says whether PostgreSQL's code means that it is stopping, or has no room for
// another connection.
func goneClass(code string) bool {
	return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "57P") || code == "53300"
}
