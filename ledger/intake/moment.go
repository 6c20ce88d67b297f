package intake

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"mingzhang/ledger"
)

// china is the time zone of the accounts.
var china = time.FixedZone("UTC+8", 8*60*60)

// scanMoment reads a day, and a time of it, from the front of s. The end of an interval
// may leave out what it has in common with its beginning: 2020年1月22日-28日.
func scanMoment(s string, begun time.Time) (m moment, rest string, ok bool) {
	n := digitsAt(s)
	switch {
	case n == 8 || n == 14:
		m.day, ok = dayOf(s[:4], s[4:6], s[6:8])
		rest = s[8:]
	case n == 4:
		m.day, m.monthly, rest, ok = scanDay(s[:4], s[4:])
	case 1 <= n && n <= 2 && !begun.IsZero():
		m.day, rest, ok = scanShort(s, begun)
	}
	if !ok || m.monthly {
		return m, rest, ok
	}
	m, rest, ok = m.scanClock(rest)
	return m, rest, ok
}

// digitsAt is how many digits s begins with.
func digitsAt(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

func dayOf(year, month, day string) (time.Time, bool) {
	d, err := ledger.ParseDate(year + "-" + two(month) + "-" + two(day))
	if err != nil {
		return time.Time{}, false
	}
	t, err := time.Parse(time.DateOnly, string(d))
	return t, err == nil
}

// two writes a month, day or hour with two digits.
func two(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// scanDay reads month and day after a year, or the month alone.
func scanDay(year, s string) (day time.Time, monthly bool, rest string, ok bool) {
	for _, signs := range [][2]string{{"年", "月"}, {"-", "-"}, {"/", "/"}, {".", "."}} {
		s, found := strings.CutPrefix(s, signs[0])
		n := digitsAt(s)
		if !found || n < 1 || n > 2 {
			continue
		}
		month := s[:n]
		after, found := strings.CutPrefix(s[n:], signs[1])
		if n := digitsAt(after); found && 1 <= n && n <= 2 {
			day, ok = dayOf(year, month, after[:n])
			return day, false, trimDay(after[n:]), ok
		}
		if signs[0] == "年" && !found {
			return day, false, "", false
		}
		if signs[0] != "年" {
			after = s[n:]
		}
		day, ok = dayOf(year, month, "1")
		return day, true, after, ok
	}
	return day, false, "", false
}

// trimDay takes the word for day off the front.
func trimDay(s string) string { return strings.TrimPrefix(strings.TrimPrefix(s, "日"), "号") }

// scanShort reads "1月28日" or "28日" in the year, or month, of a day before.
func scanShort(s string, begun time.Time) (day time.Time, rest string, ok bool) {
	year, month := strconv.Itoa(begun.Year()), strconv.Itoa(int(begun.Month()))
	n := digitsAt(s)
	if after, found := strings.CutPrefix(s[n:], "月"); found {
		month, s = s[:n], after
		if n = digitsAt(s); n < 1 || n > 2 {
			return day, "", false
		}
	}
	rest = trimDay(s[n:])
	if len(rest) == len(s[n:]) {
		return day, "", false // a bare number
	}
	day, ok = dayOf(year, month, s[:n])
	return day, rest, ok
}

// scanClock reads a time of day, and the zone it is in, from the front of s; there need
// be none.
func (m moment) scanClock(s string) (moment, string, bool) {
	at := strings.TrimLeft(strings.TrimPrefix(s, "T"), " t")
	var parts []string
	if n := digitsAt(at); n == 6 && (len(at) < len(s) || !strings.ContainsAny(at, ":时")) {
		parts, at = []string{at[:2], at[2:4], at[4:6]}, at[6:]
	} else if parts, at = clockParts(at); parts == nil {
		return m, s, true
	}
	clock := [3]int{}
	for i, p := range parts {
		clock[i], _ = strconv.Atoi(p)
	}
	if clock[0] > 23 || clock[1] > 59 || clock[2] > 59 {
		return m, s, false
	}
	m.clock = fmt.Sprintf("%02d:%02d:%02d", clock[0], clock[1], clock[2])
	zone, rest := scanZone(at)
	if zone == nil {
		return m, rest, true
	}
	t := time.Date(m.day.Year(), m.day.Month(), m.day.Day(), clock[0], clock[1], clock[2], 0, zone).In(china)
	m.day = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	m.clock = t.Format(time.TimeOnly)
	return m, rest, true
}

// clockParts reads 9:05, 09:05:07, 09:05:07.123 or 9时5分7秒; nil where there is none.
func clockParts(s string) (parts []string, rest string) {
	for _, signs := range [][3]string{{":", ":", ""}, {"时", "分", "秒"}} {
		parts, rest = nil, s
		for i := range 3 {
			n := digitsAt(rest)
			if n < 1 || n > 2 {
				break
			}
			after, found := strings.CutPrefix(rest[n:], signs[i])
			if i == 0 && !found {
				break
			}
			if parts = append(parts, rest[:n]); !found {
				rest = rest[n:]
				break
			}
			rest = after
		}
		if len(parts) >= 2 {
			if frac, ok := strings.CutPrefix(rest, "."); ok && len(parts) == 3 {
				rest = frac[digitsAt(frac):]
			}
			return parts, rest
		}
	}
	return nil, s
}

// scanZone reads Z, +08:00 or +0800; nil where there is none.
func scanZone(s string) (*time.Location, string) {
	if rest, ok := strings.CutPrefix(strings.ToUpper(s), "Z"); ok {
		return time.UTC, rest
	}
	for _, form := range []string{"-07:00", "-0700"} {
		if len(s) < len(form) {
			continue
		}
		if t, err := time.Parse(form, s[:len(form)]); err == nil {
			_, offset := t.Zone()
			return time.FixedZone("", offset), s[len(form):]
		}
	}
	return nil, s
}
