package store_test

import (
	"strings"
	"testing"
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
