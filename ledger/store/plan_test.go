package store_test

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mingzhang/ledger"
	"mingzhang/ledger/store"
	"mingzhang/ledger/store/pgtest"
	"mingzhang/ledger/view"
)

// TestPlanOfOneProject: PostgreSQL keeps a plan whatever the values are. One that is made
// for a book of a single project, counted or not, walks the indexes of lines and of what
// crossed all the same, and looks at the records of the page alone: along the whole log,
// the first page of a new and small project would be a look at every record.
func TestPlanOfOneProject(t *testing.T) {
	address := pgtest.DSN(t)
	s := openStore(t, address)
	b := openBook(t, s)
	found(t, b)
	var gifts []any
	for i := range int64(3000) {
		gifts = append(gifts, gift(east, 1+i))
	}
	do(t, b, gifts...)
	for range 3 {
		var payments []any
		for range 100 {
			payments = append(payments, pay(east, 1))
		}
		do(t, b, payments...)
	}
	db, err := sql.Open("pgx", address)
	must(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, err = db.Exec("SET plan_cache_mode = force_generic_plan")
	must(t, err)
	project := east
	for _, counted := range []string{"SELECT 1", "ANALYZE"} {
		_, err := db.Exec(counted)
		must(t, err)
		for name, f := range map[string]view.FlowFilter{"newest": {}, "oldest": {Oldest: true}, "payments": {Kinds: []ledger.FlowKind{ledger.Expenditure}}} {
			f.Project, f.Limit = &project, 50
			text := plan(t, db, s, f)
			want, unwanted := []string{"records_lines", "records_crossed", "(idx = list.idx)"}, []string{"Seq Scan on records", "records_in ", "records_out "}
			if name == "payments" {
				want, unwanted = slices.Delete(want, 1, 2), append(unwanted, "records_crossed")
			}
			has := func(part string) bool { return strings.Contains(text, part) }
			if slices.ContainsFunc(unwanted, has) || !hasAll(want, has) || strings.Count(text, "records_pkey") != 1 {
				t.Errorf("%s, after %s:\n%s", name, counted, text)
			}
		}
	}
}

func hasAll(parts []string, has func(string) bool) bool {
	return !slices.ContainsFunc(parts, func(part string) bool { return !has(part) })
}

// plan gives the plan that is kept for a page.
func plan(t *testing.T, db *sql.DB, s *store.Store, f view.FlowFilter) string {
	t.Helper()
	text, args, err := s.Question(f)
	must(t, err)
	_, err = db.Exec("PREPARE page AS " + text)
	must(t, err)
	values := make([]string, len(args))
	for i, arg := range args {
		if v, ok := arg.(driver.Valuer); ok {
			arg, err = v.Value()
			must(t, err)
		}
		values[i] = fmt.Sprintf("'%v'", arg)
	}
	rows, err := db.Query("EXPLAIN EXECUTE page (" + strings.Join(values, ", ") + ")")
	must(t, err)
	var lines []string
	for rows.Next() {
		var line string
		must(t, rows.Scan(&line))
		lines = append(lines, line)
	}
	must(t, rows.Err())
	_, err = db.Exec("DEALLOCATE page")
	must(t, err)
	return strings.Join(lines, "\n")
}
