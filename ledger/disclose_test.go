package ledger_test

import (
	"testing"

	"mingzhang/ledger"
)

func TestNextDisclosure(t *testing.T) {
	for _, c := range []struct {
		name         string
		starts, ends ledger.Date
		published    []ledger.Date
		want         ledger.Date
	}{
		{name: "no campaign"},
		{name: "a short one", starts: "2026-01-10", ends: "2026-07-10", want: "2026-10-10"},
		{name: "a long one", starts: "2026-01-10", ends: "2026-07-11", want: "2026-04-10"},
		{name: "a long one that published", starts: "2026-01-10", ends: "2026-12-31", published: []ledger.Date{"2026-04-08", "2026-03-01"}, want: "2026-07-08"},
		{name: "the last quarter", starts: "2026-01-10", ends: "2026-09-30", published: []ledger.Date{"2026-09-29"}, want: "2026-12-29"},
		{name: "in full after the end", starts: "2026-01-10", ends: "2026-09-30", published: []ledger.Date{"2026-12-01"}},
		{name: "without an end", starts: "2026-01-10", published: []ledger.Date{"2026-11-30"}, want: "2027-02-28"},
	} {
		if got := ledger.NextDisclosure(c.starts, c.ends, c.published); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
