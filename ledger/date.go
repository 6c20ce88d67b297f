package ledger

import (
	"strings"
	"time"
)

// Date is a day of the calendar, "2026-11-20" (ISO 8601). Dates compare as text.
type Date string

// ParseDate accepts a real day of the years 1900 to 9999 in the form 2026-11-20.
func ParseDate(s string) (Date, error) {
	if !isDay(s) {
		return "", Refuse(Invalid, "date-unreadable", "occurred",
			"%.40q 不是日期（应为 2026-11-20 这样的形式）", "%.40q is not a date such as 2026-11-20", s)
	}
	return Date(s), nil
}

// isDay is time.Parse for this one form, at a tenth of the cost: every record has a
// date in it.
func isDay(s string) bool {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' || !digits(s[:4]) || !digits(s[5:7]) || !digits(s[8:]) {
		return false
	}
	number := func(from, upto int) (n int) {
		for _, c := range []byte(s[from:upto]) {
			n = n*10 + int(c-'0')
		}
		return n
	}
	y, m, d := number(0, 4), number(5, 7), number(8, 10)
	days := 31
	switch m {
	case 4, 6, 9, 11:
		days = 30
	case 2:
		days = 28
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			days = 29
		}
	}
	return y >= 1900 && 1 <= m && m <= 12 && 1 <= d && d <= days
}

// Before is the day before.
func (d Date) Before() Date {
	day, _ := time.Parse(time.DateOnly, string(d))
	return Day(day.AddDate(0, 0, -1))
}

// Day gives the day of t in t's own time zone.
func Day(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// Period is when something happened: a day, or an interval of days where the
// source says no more ("2020-01-22/2020-01-28", ISO 8601). It counts on its last day.
type Period struct {
	First, Last Date
}

// On is the period of a single day.
func On(d Date) Period { return Period{d, d} }

// ParsePeriod reads a day or an interval; an interval has two different days in order.
func ParsePeriod(s string) (Period, error) {
	first, last, interval := strings.Cut(s, "/")
	f, err := ParseDate(first)
	if err != nil || !interval {
		return On(f), err
	}
	l, err := ParseDate(last)
	if err != nil {
		return Period{}, err
	}
	if l <= f {
		return Period{}, Refuse(Invalid, "period-backwards", "occurred",
			"期间 %s 的结束日必须晚于开始日", "the period %s must end after the day it begins", s)
	}
	return Period{f, l}, nil
}

func (p Period) String() string {
	if p.First == p.Last {
		return string(p.First)
	}
	return string(p.First) + "/" + string(p.Last)
}

// Check refuses a period that [ParsePeriod] would not give.
func (p Period) Check() error {
	if p.First == "" || p.Last < p.First {
		return Refuse(Invalid, "date-missing", "occurred", "缺少发生日期", "the date of the event is missing")
	}
	read, err := ParsePeriod(p.String())
	if err == nil && read != p {
		_, err = ParseDate(string(p.First)) // an interval in the place of a day
	}
	return err
}
