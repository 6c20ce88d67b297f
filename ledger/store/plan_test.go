package store_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"mingzhang/ledger/store/pgtest"
)

// TestPlanOfOneProject: PostgreSQL keeps a plan whatever the values are. One that is made
// for a book of a single project walks the project's own index all the same: along the
// whole log, the first page of a new and small project would be a look at every record.
func TestPlanOfOneProject(t *testing.T) {
	address := pgtest.DSN(t)
	b := openBook(t, openStore(t, address))
	found(t, b)
	var gifts []any
	for i := range int64(3000) {
		gifts = append(gifts, gift(east, 1+i))
	}
	do(t, b, gifts...)
	db, err := sql.Open("pgx", address)
	must(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, text := range []string{"ANALYZE", "SET plan_cache_mode = force_generic_plan",
		"PREPARE page (bigint, bigint, bigint, bigint) AS SELECT idx FROM records WHERE project = $1 AND line = $2 AND idx < $3 AND idx >= $4 ORDER BY idx DESC LIMIT 51"} {
		_, err := db.Exec(text)
		must(t, err)
	}
	var plan []string
	rows, err := db.Query(fmt.Sprintf("EXPLAIN EXECUTE page (%d, 1, 1000000, 0)", east))
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var line string
		must(t, rows.Scan(&line))
		plan = append(plan, line)
	}
	if text := strings.Join(plan, "\n"); !strings.Contains(text, "records_lines") {
		t.Errorf("a page of a project is\n%s", text)
	}
}
