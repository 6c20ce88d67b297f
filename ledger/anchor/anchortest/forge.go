package anchortest

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

// Forge runs statements on a database as somebody would who has it in their hands:
// without the triggers.
func Forge(t testing.TB, address string, statements ...string) {
	t.Helper()
	Must(t, Edit(address, statements...))
}

// Edit is Forge for who has no test in hand.
func Edit(address string, statements ...string) error {
	driver, dsn := "pgx", address
	file, lite := strings.CutPrefix(address, "sqlite:")
	if lite {
		driver, dsn = "sqlite", "file:"+file+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	off := []string{"SET session_replication_role = replica"}
	if lite {
		if off, err = dropTriggers(db); err != nil {
			return err
		}
	}
	for _, text := range append(off, statements...) {
		if _, err := db.Exec(text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	return nil
}

func dropTriggers(db *sql.DB) (statements []string, err error) {
	rows, err := db.Query("SELECT name FROM sqlite_master WHERE type = 'trigger'")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		statements = append(statements, "DROP TRIGGER "+name)
	}
	return statements, rows.Err()
}

// Tamper edits one record behind the server's back: another author's key. Untamper
// edits it back.
func Tamper(t testing.TB, address string, index int64) { replace(t, address, index, "p1", "p2") }

// Untamper makes a record what it was before Tamper.
func Untamper(t testing.TB, address string, index int64) { replace(t, address, index, "p2", "p1") }

func replace(t testing.TB, address string, index int64, old, new string) {
	t.Helper()
	text, back := "convert_from(bytes, 'UTF8')", "convert_to(%s, 'UTF8')"
	if strings.HasPrefix(address, "sqlite:") {
		text, back = "CAST(bytes AS TEXT)", "CAST(%s AS BLOB)"
	}
	changed := fmt.Sprintf(`replace(%s, '"key":"%s"', '"key":"%s"')`, text, old, new)
	Forge(t, address, fmt.Sprintf("UPDATE records SET bytes = "+back+" WHERE idx = %d", changed, index))
}
