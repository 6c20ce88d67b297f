package intake

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"mingzhang/ledger"
)

// When is when a row says that something happened.
type When struct {
	Occurred string // a day or an interval, as the book takes them
	Time     string // the time of day in the same cell, "" for none
}

// ParseWhen reads a day (2020-01-22, 2020/1/22, 2020.1.22, 20200122, 2020年1月22日, or
// the number of a day in a spreadsheet, with days counted from 1904 if so), a day with a
// time (which becomes that of China where the cell names another zone), an interval
// (2020-01-22/2020-01-28, also with 至, ~ or a dash) or a month. A day before its month
// is refused: 01/02/2020 could mean two days.
func ParseWhen(text string, from1904 bool) (When, error) {
	if len(text) == 10 || len(text) == 21 { // most cells
		if p, err := ledger.ParsePeriod(text); err == nil {
			return When{Occurred: p.String()}, nil
		}
	}
	s := strings.TrimSpace(narrow(text))
	if w, ok := sheetDay(s, from1904); ok {
		return w, nil
	}
	first, rest, ok := scanMoment(s, time.Time{})
	if ok && rest == "" {
		return first.when()
	}
	if ok {
		if last, rest, ok := scanMoment(separated(rest), first.day); ok && rest == "" {
			return interval(first, last)
		}
	}
	return When{}, ledger.Refuse(ledger.Invalid, "date-unreadable", "occurred",
		"%.40q 不是日期（应为 2026-11-20 这样的形式）", "%.40q is not a date such as 2026-11-20", text)
}

// sheetDay reads the number of a day as spreadsheets count: 43852 is 2020-01-22, and
// its fraction is the time of day. Years before 1955 and after 2118 are not read so.
func sheetDay(s string, from1904 bool) (When, bool) {
	whole, frac, point := strings.Cut(s, ".")
	if len(whole) != 5 || !digitsOnly(whole) || point && (!digitsOnly(frac) || len(frac) > 17) {
		return When{}, false
	}
	n, _ := strconv.Atoi(whole)
	if from1904 {
		n += 1462
	}
	if n < 20090 || n > 80000 {
		return When{}, false
	}
	w := When{Occurred: time.Date(1899, 12, 30+n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)}
	if frac = strings.TrimRight(frac, "0"); frac != "" {
		frac = (frac + strings.Repeat("0", 9))[:9]
		f, _ := strconv.ParseInt(frac, 10, 64)
		second := min((f*86400+500_000_000)/1_000_000_000, 86399)
		w.Time = fmt.Sprintf("%02d:%02d:%02d", second/3600, second/60%60, second%60)
	}
	return w, true
}

// moment is a day, or a month if monthly, and a time of that day.
type moment struct {
	day     time.Time
	monthly bool
	clock   string
}

func (m moment) when() (When, error) {
	if m.monthly {
		return interval(m, moment{day: m.day.AddDate(0, 1, -1)})
	}
	d, err := ledger.ParseDate(m.day.Format(time.DateOnly)) // another zone may have left the calendar
	return When{string(d), m.clock}, err
}

// interval is from the first day of one moment to the last of another.
func interval(first, last moment) (When, error) {
	if last.monthly {
		last.day = last.day.AddDate(0, 1, -1)
	}
	if first.day.Equal(last.day) {
		return When{Occurred: last.day.Format(time.DateOnly)}, nil
	}
	p, err := ledger.ParsePeriod(first.day.Format(time.DateOnly) + "/" + last.day.Format(time.DateOnly))
	return When{Occurred: p.String()}, err
}

// separated takes the sign between the two days of an interval off the front.
func separated(s string) string {
	s = strings.TrimSpace(s)
	for _, sign := range []string{"/", "~", "至", "到", "--", "-", "—", "–"} {
		if rest, ok := strings.CutPrefix(s, sign); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}
