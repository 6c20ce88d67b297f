package figures

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mingzhang/ledger"
	"mingzhang/ledger/account"
	"mingzhang/ledger/view"
)

// Shares are what management and raising funds cost an organization, year by year,
// beside the limits of the law (民发〔2026〕12号) where its record tells which they are.
type Shares struct {
	Limits  ledger.Limits
	Known   bool // which limits hold
	Exempt  int64
	Raising int64 // the limit of fundraising, in percent
	Years   []ShareOfYear
}

// ShareOfYear is one year in yuan. What needs years before it is there only where the book
// has these whole.
type ShareOfYear struct {
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

// SharesOf adds up the years of a series by month, the last first and only those in which
// something was spent; nil where nothing was.
func SharesOf(o ledger.Organization, months []view.Moment, today ledger.Date) *Shares {
	out := &Shares{Exempt: ledger.ManagementExempt, Raising: ledger.FundraisingShare}
	out.Limits, out.Known = ledger.YearlyLimits(o)
	first, years, order := "", map[string]*ShareOfYear{}, []*ShareOfYear{}
	for _, m := range months {
		if m.Asset != yuan {
			continue
		}
		if first == "" {
			first = m.Period
		}
		year := m.Period[:4]
		if years[year] == nil {
			years[year] = &ShareOfYear{Year: year, Running: year >= string(today[:4])}
			order = append(order, years[year])
		}
		years[year].add(m.Line, m.Units)
	}
	for _, y := range slices.Backward(order) {
		if y.lookBack(years, first); y.Spent > 0 {
			out.Years = append(out.Years, *y)
		}
	}
	if len(out.Years) == 0 {
		return nil
	}
	return out
}

func (y *ShareOfYear) add(line account.Line, units int64) {
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
func (y *ShareOfYear) lookBack(years map[string]*ShareOfYear, first string) {
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
func (s *Shares) ManagementOver(y ShareOfYear) bool {
	return s.Known && !y.Running && y.Management >= s.Exempt && y.Management*100 > y.Spent*s.Limits.Management
}

func (s *Shares) FundraisingOver(y ShareOfYear) bool {
	return !y.Running && y.Average > 0 && y.Fundraising*100 > y.Average*s.Raising
}

func (s *Shares) SpendingShort(y ShareOfYear) bool {
	return s.Known && !y.Running && y.Before > 0 && y.Programme*100 < y.Before*s.Limits.Spending
}

// Categories are those of an account, as the filter of flows.
func (s *Shares) Categories(account string) string {
	var list []string
	for _, c := range ledger.Categories() {
		if c.Account() == account {
			list = append(list, string(c))
		}
	}
	return strings.Join(list, ",")
}
