package store

import (
	"context"

	"gorm.io/gorm"
)

// rowReader reads rows at one moment past GORM and database/sql, whose scanning costs
// more than the database: an export is a million rows.
type rowReader struct {
	ctx  context.Context
	db   *gorm.DB // the transaction
	look *look    // that it is on
	d    dialect
}

// momentRows shows the rows of one moment to do.
func (s *Store) momentRows(ctx context.Context, do func(rowReader) error) error {
	return s.moment(ctx, func(db *gorm.DB) error {
		l := db.Statement.ConnPool.(*look)
		if err := l.begin(ctx); err != nil {
			return err
		}
		return do(rowReader{ctx, db, l, s.d})
	})
}

// rows reads the records between two indices that a condition holds for, with the
// openings of their public seals, in their order. It is full where it ends early, so
// that the page does not get too large. Both tables are told the range: from one alone
// PostgreSQL does not see that the other needs no scan.
func (r rowReader) rows(first, last int64, where string, args ...any) (list []storedRow, full bool, err error) {
	const text = `SELECT r.idx, r.bytes, o.public, coalesce(r.project, 0) FROM records r LEFT JOIN openings o ON o.idx = r.idx AND o.idx >= ? AND o.idx <= ?
		WHERE r.idx >= ? AND r.idx <= ? AND `
	list = make([]storedRow, 0, min(last-first+1, exportPage))
	size := 0
	err = r.d.stream(r.ctx, r.look.Conn, text+where+" ORDER BY r.idx", append([]any{first, last, first, last}, args...), func(row storedRow) bool {
		list = append(list, row)
		size += len(row.Bytes) + len(row.Public)
		full = size >= exportBytes
		return !full
	})
	return list, full, err
}

// arena keeps the bytes of a page's rows in few pieces.
type arena []byte

// keep copies bytes; nil stays nil.
func (a *arena) keep(b []byte) []byte {
	if b == nil {
		return nil
	}
	if cap(*a)-len(*a) < len(b) {
		*a = make(arena, 0, max(256<<10, len(b)))
	}
	from := len(*a)
	*a = append(*a, b...)
	return (*a)[from:len(*a):len(*a)]
}
