package ledger_test

import (
	"testing"
	"time"

	"mingzhang/ledger"
)

// TestParseDate compares every day of five centuries, and every day that a month
// does not have, with the time package.
func TestParseDate(t *testing.T) {
	for day := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2400; day = day.AddDate(0, 0, 1) {
		s := day.Format(time.DateOnly)
		if got, err := ledger.ParseDate(s); err != nil || string(got) != s {
			t.Fatalf("ParseDate(%s) = %s, %v", s, got, err)
		}
	}
	for _, s := range []string{
		"", "2026", "2026-11", "2026-11-2", "2026-1-20", "26-11-20", "20261120", "2026/11/20", "2026-11-20 ", " 2026-11-20",
		"2026-00-10", "2026-13-10", "2026-11-00", "2026-11-31", "2026-02-29", "2100-02-29", "2024-02-30", "1899-12-31",
		"0000-01-01", "-026-01-01", "2026-+1-01", "2026-11-2０", "2026年11月20日", "10000-01-01",
	} {
		got, err := ledger.ParseDate(s)
		refused(t, err, "date-unreadable")
		if got != "" {
			t.Errorf("ParseDate(%q) = %q with a refusal", s, got)
		}
	}
	for _, s := range []string{"2000-02-29", "2024-02-29", "9999-12-31"} {
		if _, err := ledger.ParseDate(s); err != nil {
			t.Errorf("ParseDate(%s): %v", s, err)
		}
	}
}

// TestDay: a moment's day is the one of its own time zone.
func TestDay(t *testing.T) {
	at := time.Date(2026, 11, 20, 23, 30, 0, 0, time.UTC)
	if got := ledger.Day(at); got != "2026-11-20" {
		t.Errorf("Day in UTC = %s", got)
	}
	if got := ledger.Day(at.In(time.FixedZone("UTC+8", 8*60*60))); got != "2026-11-21" {
		t.Errorf("Day in Guangzhou = %s", got)
	}
}

func TestParsePeriod(t *testing.T) {
	for _, c := range []struct {
		text string
		want ledger.Period
		code string
	}{
		{"2026-11-20", ledger.On("2026-11-20"), ""},
		{"2020-01-22/2020-01-28", ledger.Period{First: "2020-01-22", Last: "2020-01-28"}, ""},
		{"1999-12-31/2000-01-01", ledger.Period{First: "1999-12-31", Last: "2000-01-01"}, ""},
		{"", ledger.Period{}, "date-unreadable"},
		{"/", ledger.Period{}, "date-unreadable"},
		{"2026-11-20/", ledger.Period{}, "date-unreadable"},
		{"/2026-11-20", ledger.Period{}, "date-unreadable"},
		{"2026-11-20/2026-11-21/2026-11-22", ledger.Period{}, "date-unreadable"},
		{"2026-11-20 / 2026-11-21", ledger.Period{}, "date-unreadable"},
		{"2026-11-20/2026-11-20", ledger.Period{}, "period-backwards"},
		{"2026-11-20/2026-11-19", ledger.Period{}, "period-backwards"},
	} {
		t.Run(c.text, func(t *testing.T) {
			got, err := ledger.ParsePeriod(c.text)
			checked(t, err, c.code)
			if got != c.want {
				t.Errorf("ParsePeriod = %+v, want %+v", got, c.want)
			}
			if c.code == "" && got.String() != c.text {
				t.Errorf("String = %s, want %s", got, c.text)
			}
		})
	}
}

func TestPeriodCheck(t *testing.T) {
	for _, c := range []struct {
		first, last ledger.Date
		code        string
	}{
		{"2026-11-20", "2026-11-20", ""},
		{"2026-11-20", "2026-11-21", ""},
		{"", "", "date-missing"},
		{"", "2026-11-20", "date-missing"},
		{"2026-11-20", "", "date-missing"},
		{"2026-11-21", "2026-11-20", "date-missing"},
		{"2026-11-31", "2026-11-31", "date-unreadable"},
		{"2026-11-01/2026-11-02", "2026-11-01/2026-11-02", "date-unreadable"},
		{"2026-11-01", "2026-11-31", "date-unreadable"},
	} {
		checked(t, ledger.Period{First: c.first, Last: c.last}.Check(), c.code)
	}
}

// FuzzPeriod compares with time.Parse.
func FuzzPeriod(f *testing.F) {
	for _, s := range []string{"2026-11-20", "2020-01-22/2020-01-28", "2024-02-29", "2023-02-29", "2026-11-20/2026-11-20", "1899-12-31", "/"} {
		f.Add(s)
	}
	real := func(s string) bool {
		day, err := time.Parse(time.DateOnly, s)
		return err == nil && day.Year() >= 1900
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := real(s)
		if len(s) == 21 && s[10] == '/' {
			want = real(s[:10]) && real(s[11:]) && s[:10] < s[11:]
		}
		p, err := ledger.ParsePeriod(s)
		if (err == nil) != want {
			t.Fatalf("ParsePeriod(%q) = %v, %v; the time package accepts it: %t", s, p, err, want)
		}
		if err != nil {
			refusedFor(t, err, s, "")
			return
		}
		if p.String() != s || p.Check() != nil {
			t.Fatalf("ParsePeriod(%q) = %v, which Check refuses: %v", s, p, p.Check())
		}
	})
}
