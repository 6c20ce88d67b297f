package anchor_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	_ "github.com/glebarez/go-sqlite"
	_ "github.com/jackc/pgx/v5/stdlib"
)

// forge runs statements on a database as somebody would who has it in their hands:
// without the triggers.
func forge(t testing.TB, address string, statements ...string) {
	t.Helper()
	driver, dsn := "pgx", address
	file, lite := strings.CutPrefix(address, "sqlite:")
	if lite {
		driver, dsn = "sqlite", "file:"+file+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, dsn)
	must(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	if lite {
		rows, err := db.Query("SELECT name FROM sqlite_master WHERE type = 'trigger'")
		must(t, err)
		var names []string
		for rows.Next() {
			var name string
			must(t, rows.Scan(&name))
			names = append(names, name)
		}
		must(t, rows.Close())
		for _, name := range names {
			statements = append([]string{"DROP TRIGGER " + name}, statements...)
		}
	} else {
		statements = append([]string{"SET session_replication_role = replica"}, statements...)
	}
	for _, text := range statements {
		if _, err := db.Exec(text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
}

// tamper edits one record behind the server's back: another author's key.
func tamper(t testing.TB, address string, index int64) {
	t.Helper()
	if strings.HasPrefix(address, "sqlite:") {
		forge(t, address, fmt.Sprintf(`UPDATE records SET bytes = CAST(replace(CAST(bytes AS TEXT), '"key":"p1"', '"key":"p2"') AS BLOB) WHERE idx = %d`, index))
		return
	}
	forge(t, address, fmt.Sprintf(`UPDATE records SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"key":"p1"', '"key":"p2"'), 'UTF8') WHERE idx = %d`, index))
}
