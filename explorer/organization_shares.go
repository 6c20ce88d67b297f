package explorer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// yearShares are what management and raising funds cost an organization, year by year,
// beside the limits of the law (民发〔2026〕12号) where its record tells which they are.
type yearShares struct {
	Limits  ledger.Limits
	Known   bool // which limits hold
	Exempt  int64
	Raising int64 // the limit of fundraising, in percent
	Years   []yearShare
}

// yearShare is one year in yuan. What needs years before it is there only where the book
// has these whole.
type yearShare struct {
	Year        string
	Running     bool // it is not over: no limit is judged
	Income      int64
	Donations   int64
	Spent       int64
	Programme   int64 // 5101
	Management  int64 // 5301
	Fundraising int64 // 5401
	Before      int64 // income of the year before, 0 where it is not known
	Average     int64 // donations in three years up to this one, 0 where they are not known
}

// mostYears are shown.
const mostYears = 5

// sharesOf adds up the years of a series by month, the last first; nil where nothing was
// spent.
func sharesOf(o ledger.Organization, months []view.Moment, today ledger.Date) *yearShares {
	out := &yearShares{Exempt: ledger.ManagementExempt, Raising: ledger.FundraisingShare}
	out.Limits, out.Known = ledger.YearlyLimits(o)
	first, years, order := "", map[string]*yearShare{}, []*yearShare{}
	for _, m := range months {
		if m.Asset != yuan {
			continue
		}
		if first == "" {
			first = m.Period
		}
		year := m.Period[:4]
		if years[year] == nil {
			years[year] = &yearShare{Year: year, Running: year >= string(today[:4])}
			order = append(order, years[year])
		}
		years[year].add(m.Line, m.Units)
	}
	for _, y := range slices.Backward(order) {
		if y.lookBack(years, first); y.Spent > 0 && len(out.Years) < mostYears {
			out.Years = append(out.Years, *y)
		}
	}
	if len(out.Years) == 0 {
		return nil
	}
	return out
}

func (y *yearShare) add(line account.Line, units int64) {
	if line.Income() {
		y.Income += units
	}
	if line == account.LineDonation {
		y.Donations += units
	}
	if !line.Spent() {
		return
	}
	y.Spent += units
	switch line.Category().Account() {
	case "5101":
		y.Programme += units
	case "5301":
		y.Management += units
	case "5401":
		y.Fundraising += units
	}
}

// lookBack reads the years before, where the book begins early enough to have them whole.
func (y *yearShare) lookBack(years map[string]*yearShare, first string) {
	before, third := yearBefore(y.Year, 1), yearBefore(y.Year, 2)
	if b := years[before]; b != nil && first <= before+"-01" {
		y.Before = b.Income
	}
	if a, b := years[third], years[before]; a != nil && b != nil && first <= third+"-01" {
		y.Average = (a.Donations + b.Donations + y.Donations) / 3
	}
}

func yearBefore(year string, n int) string {
	number, _ := strconv.Atoi(year)
	return fmt.Sprintf("%04d", number-n)
}

// ManagementOver says that a year that is over had more management than the law allows,
// FundraisingOver that raising funds cost more, SpendingShort that less was spent on
// charity. All three are of what the book has: an organization may have more accounts.
func (s *yearShares) ManagementOver(y yearShare) bool {
	return s.Known && !y.Running && y.Management >= s.Exempt && y.Management*100 > y.Spent*s.Limits.Management
}

func (s *yearShares) FundraisingOver(y yearShare) bool {
	return !y.Running && y.Average > 0 && y.Fundraising*100 > y.Average*s.Raising
}

func (s *yearShares) SpendingShort(y yearShare) bool {
	return s.Known && !y.Running && y.Before > 0 && y.Programme*100 < y.Before*s.Limits.Spending
}

// Categories are those of an account, as the filter of flows.
func (s *yearShares) Categories(account string) string {
	var list []string
	for _, c := range ledger.Categories() {
		if c.Account() == account {
			list = append(list, string(c))
		}
	}
	return strings.Join(list, ",")
}
