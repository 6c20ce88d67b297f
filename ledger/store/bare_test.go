package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/google/uuid"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/book"
)

// bareRows are the rows that donations wrote, table by table, by the record they are of.
type bareRows struct {
	tables  []string
	columns map[string][]string
	rows    map[string][][]any
	per     map[string]int // rows of one donation
}

// bareTables are the tables that grow with every donation.
var bareTables = []struct {
	name    string
	columns []string
}{{"records", recordColumns}, {"openings", openingColumns}, {"lookups", lookupColumns}}

// readBare takes the rows of the last n records.
func (s *Store) readBare(n int64) (*bareRows, error) {
	head, err := s.Head(context.Background())
	if err != nil {
		return nil, err
	}
	b := &bareRows{columns: map[string][]string{}, rows: map[string][][]any{}, per: map[string]int{}}
	for _, t := range bareTables {
		b.tables, b.columns[t.name] = append(b.tables, t.name), t.columns
		rows, err := s.reads.Raw("SELECT "+strings.Join(t.columns, ", ")+" FROM "+t.name+" WHERE idx >= ? ORDER BY idx", head.Size-n).Rows()
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			values, into := make([]any, len(t.columns)), make([]any, len(t.columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				return nil, err
			}
			b.rows[t.name] = append(b.rows[t.name], s.asWritten(t.name, values))
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
		b.per[t.name] = len(b.rows[t.name]) / int(n)
	}
	return b, nil
}

// asWritten gives keys the form that a bulk insert takes.
func (s *Store) asWritten(table string, values []any) []any {
	if table != "lookups" {
		return values
	}
	for i, v := range values {
		if text, ok := v.(string); ok {
			values[i] = s.d.key(book.Key(uuid.MustParse(text)))
		}
	}
	return values
}

// Bare writes the rows of the last n records of another store into this one, so many a
// transaction, with nothing else: no checks, no sums, no tree. It is the limit that the
// book is measured by, in records a second. A few records a transaction come with the
// rows that even one of them changes: its pool, the sums it counts in, and the head.
func (s *Store) Bare(from *Store, n int64, each int) (float64, error) {
	b, err := from.readBare(n)
	if err != nil {
		return 0, err
	}
	ctx := context.Background()
	c, err := s.writes.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	row := "INSERT INTO pools (project, holder, designation, asset, laid, next, holed, income, incomes, spent, payments) VALUES (4, 1, 'general', 'CNY', 0, 0, 0, 0, 0, 0, 0)"
	if _, err := c.ExecContext(ctx, row); err != nil {
		return 0, err
	}
	began := time.Now()
	for at := 0; at < int(n); at += each {
		if err := s.bareTransaction(ctx, c, b, at, each); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(began).Seconds(), nil
}

func (s *Store) bareTransaction(ctx context.Context, c *sql.Conn, b *bareRows, at, each int) error {
	if _, err := s.d.lock(ctx, c); err != nil {
		return err
	}
	for _, table := range b.tables {
		rows := b.rows[table]
		part := rows[min(at*b.per[table], len(rows)):min((at+each)*b.per[table], len(rows))]
		if err := s.bareRows(ctx, c, table, b.columns[table], part); err != nil {
			return err
		}
	}
	if each < few {
		if err := s.bareSums(ctx, c, at); err != nil {
			return err
		}
	}
	return s.d.commit(ctx, c)
}

// bareSums changes the rows that a donation changes.
func (s *Store) bareSums(ctx context.Context, c *sql.Conn, n int) error {
	pool := ledger.Pool{Project: 4, Holder: 1, Designation: ledger.General, Asset: "CNY"}
	one := account.Sum{Units: 2000, Flows: 1}
	b := &book.Batch{
		Pools: []book.PoolEnd{{PoolState: &book.PoolState{ID: 1, Pool: pool}, Head: ledger.Head{In: int64(n) * 2000}}},
		Totals: book.Totals{
			Lines:  map[account.Total]book.Tally{{Pool: pool, Line: account.LineDonation, Occurred: "2026-11-20", Recorded: "2026-11-20"}: {Sum: one}},
			Sizes:  map[book.SizeBand]account.Sum{{Project: 4, Asset: "CNY", Band: 4}: one},
			Stored: map[book.ProjectLine]int64{{Project: 4, Line: account.LineDonation}: 1},
		},
	}
	t := &Tx{}
	if err := t.writePools(b); err != nil {
		return err
	}
	t.writeTotals(&b.Totals)
	t.later("UPDATE log_head SET size = ?", n)
	return s.d.exec(ctx, c, t.queue)
}

// bareRows writes a few rows as a lonely donation does, and many in bulk.
func (s *Store) bareRows(ctx context.Context, c *sql.Conn, table string, columns []string, rows [][]any) error {
	if len(rows) >= few {
		return s.d.bulk(ctx, c, part{table, columns, rows})
	}
	t := &Tx{}
	t.insert(part{table, columns, rows})
	return s.d.exec(ctx, c, t.queue)
}
