package store_test

import (
	"database/sql"
	"strings"
	"testing"

	"mingzhang/ledger/store/pgtest"
)

// TestHistoryKept: history is added to, and that is all. Every table of it has rows
// here, without which the triggers would have nothing to refuse.
func TestHistoryKept(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		s := full(t, address)
		before := checkLog(t, s)
		for table, column := range map[string]string{"records": "amount", "takes": "hi", "anchors": "block", "private_reads": "idx"} {
			rows := rowsOf(t, s, table)
			if rows == "" {
				t.Errorf("%s is empty", table)
			}
			changes := []string{"UPDATE " + table + " SET " + column + " = " + column + " + 1", "DELETE FROM " + table}
			if strings.HasPrefix(address, "postgres") {
				changes = append(changes, "TRUNCATE "+table)
			} else {
				changes = append(changes, "REPLACE INTO "+table+" SELECT * FROM "+table)
			}
			for _, change := range changes {
				if err := s.Tamper(change); err == nil || !strings.Contains(err.Error(), "never changed") {
					t.Errorf("%s: got %v", change, err)
				}
			}
			if rowsOf(t, s, table) != rows {
				t.Errorf("%s is not what it was", table)
			}
		}
		if after := checkLog(t, s); after != before {
			t.Errorf("the log went from %d to %d records", before, after)
		}
	})
}

// TestPartitioned: each table of the history can be partitioned by the column that the
// migrations name, with all its keys and every row it has.
func TestPartitioned(t *testing.T) {
	address := pgtest.DSN(t)
	s := full(t, address)
	b := openBook(t, s)
	masks := pay(east, 1) // takes of another pool
	masks.Asset = "goods/kn95-mask"
	do(t, b, masks)
	_, err := b.Submit(ctx, ask(gift(east, 40), "twice")) // a second key
	must(t, err)
	db, err := sql.Open("pgx", address)
	must(t, err)
	defer db.Close()
	for table, column := range map[string]string{"records": "idx", "openings": "idx", "takes": "pool", "lookups": "key"} {
		t.Run(table, func(t *testing.T) {
			tx, err := db.BeginTx(ctx, nil)
			must(t, err)
			defer tx.Rollback()
			var greatest string
			must(t, tx.QueryRow("SELECT "+column+"::text FROM "+table+" ORDER BY "+column+" DESC LIMIT 1").Scan(&greatest))
			for _, text := range []string{
				"CREATE TABLE parted (LIKE " + table + " INCLUDING ALL) PARTITION BY RANGE (" + column + ")",
				"CREATE TABLE below PARTITION OF parted FOR VALUES FROM (MINVALUE) TO ('" + greatest + "')",
				"CREATE TABLE above PARTITION OF parted FOR VALUES FROM ('" + greatest + "') TO (MAXVALUE)",
				"INSERT INTO parted TABLE " + table,
			} {
				_, err := tx.Exec(text)
				must(t, err)
			}
			var below, above, missing int
			must(t, tx.QueryRow("SELECT (SELECT count(*) FROM below), (SELECT count(*) FROM above), (SELECT count(*) FROM (TABLE "+table+" EXCEPT TABLE parted) m)").Scan(&below, &above, &missing))
			if below == 0 || above == 0 || missing > 0 {
				t.Errorf("%d rows in one part and %d in the other, %d are missing", below, above, missing)
			}
			if _, err := tx.Exec("INSERT INTO parted TABLE above"); err == nil || !strings.Contains(err.Error(), "SQLSTATE 23505") {
				t.Errorf("the same rows again: got %v, want a violated key", err)
			}
		})
	}
}
